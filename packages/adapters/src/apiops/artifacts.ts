import { basename, join, relative } from "node:path";
import type { Diagnostic, Problem } from "@turnpike/core";
import { type ArtifactFiles, filesOnDisk, type OriginOf } from "./artifact-files.js";
import { placeOfValue, type TextPlace } from "./json-place.js";
import { artifactProblems } from "./problems.js";
import { type Unaccounted, unaccounted } from "./properties.js";
import { apiKeys } from "./revision-id.js";

/** Plain data out of a JSON file. */
export type Data = Readonly<Record<string, unknown>>;

/** Keys that lead to a part of the configuration. */
export type Path = readonly (string | number)[];

/** What an information file says of an entity. */
export interface Information {
  readonly properties: Data;
  readonly file: string;
}

/** One entity of a collection: a folder named by its id. */
export interface Entity extends Information {
  readonly id: string;
  readonly folder: Folder;
}

/** What was found wrong or could not be used, with the file that it stands in. */
export class Findings {
  readonly diagnostics: (Diagnostic & { readonly about?: Path })[] = [];

  /** @param origin where what is found in a file was written, if not there */
  constructor(private readonly origin: OriginOf | null = null) {}

  private placeOf(file: string, path: Path, other: () => TextPlace): Pick<Diagnostic, "file" | "line" | "column"> {
    const origin = this.origin?.(file, path);
    if (origin != null) return { file: shown(origin.file ?? file), line: origin.line, column: origin.column };
    return { file: shown(file), ...other() };
  }

  /** Notes what is only told. */
  warn(file: string, problem: Problem): void {
    this.diagnostics.push({ ...problem, ...this.placeOf(file, [], () => START) });
  }

  /** @param about the part of the configuration that is left out for it, or cannot be used */
  error(about: Path, file: string, problem: Problem): void {
    this.diagnostics.push({ ...problem, ...this.placeOf(file, [], () => START), about });
  }

  /** Warns of a property, at its place; once, however often the file is read. */
  property(file: string, text: string, { path, why }: Unaccounted): void {
    const problem = artifactProblems.property(showPath(path), why);
    const place = this.placeOf(file, path, () => placeOfValue(text, ["properties", ...path]));
    if (!this.diagnostics.some((known) => known.file === place.file && known.message === problem.message))
      this.diagnostics.push({ ...problem, ...place });
  }
}

const START: TextPlace = { line: 1, column: 1 };

/** The configuration's keys of collections that are called otherwise. */
const KEYS: Readonly<Record<string, string>> = {
  "named values": "namedValues",
  "policy fragments": "fragments",
  "version sets": "versionSets",
};

/** A file as a user at the shell would name it. */
export function shown(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith("..") ? file : fromHere;
}

/** A folder of artifacts. Its entries are found whatever their case, with blanks in their names or without (`named values`, `namedValues`). */
export class Folder {
  private readonly folders: readonly string[];
  private readonly files: readonly string[];
  private readonly used = new Set<string>();

  constructor(
    readonly path: string,
    readonly findings: Findings,
    /** The part of the configuration that it holds. */
    readonly at: Path = [],
    private readonly source: ArtifactFiles = filesOnDisk,
  ) {
    const entries = source.entries(path).filter((entry) => !entry.name.startsWith("."));
    const names = (areFolders: boolean): string[] =>
      entries.flatMap((entry) => (entry.isFolder === areFolders ? [entry.name] : [])).sort(byText);
    this.folders = names(true);
    this.files = names(false);
  }

  /** A file's path; null if it is not there. */
  file(name: string): string | null {
    const found = find(this.files, name);
    if (found === undefined) return null;
    this.used.add(found);
    return join(this.path, found);
  }

  /** A folder in it; null if it is not there. */
  folder(name: string): Folder | null {
    const found = find(this.folders, name);
    if (found === undefined) return null;
    this.used.add(found);
    return new Folder(join(this.path, found), this.findings, this.at, this.source);
  }

  /** The folders in it, by name. @param kind the collection that they are the entities of */
  children(kind?: string): (readonly [name: string, folder: Folder])[] {
    const at = (name: string): Path => (kind === undefined ? this.at : [...this.at, KEYS[kind] ?? kind, ...idOf(kind, name)]);
    return this.folders.map((name) => [name, new Folder(join(this.path, name), this.findings, at(name), this.source)] as const);
  }

  /** Paths of the policies and information files directly in it. */
  texts(): string[] {
    return this.files
      .filter((name) => /\.(?:xml|json)$/i.test(name) && !/^specification\./i.test(name))
      .map((name) => join(this.path, name));
  }

  /** Was a file's text written elsewhere? */
  hasOrigin(file: string): boolean {
    return this.source.origin?.(file, []) != null;
  }

  /** The text of a file in it. */
  textOf(file: string): string {
    return this.source.text(file);
  }

  /** Names of what has not been asked for. */
  unused(): string[] {
    return [...this.folders, ...this.files].filter((name) => !this.used.has(name));
  }

  /** The entities of a collection: `apis`, `named values` … */
  collection(name: string): Entity[] {
    const entities: Entity[] = [];
    for (const [id, folder] of this.folder(name)?.children(name) ?? []) {
      const information = folder.information();
      if (information !== null) entities.push({ id, folder, ...information });
      else if (!folder.hasInformation) this.findings.warn(folder.path, artifactProblems.informationMissing(id));
    }
    return entities;
  }

  /** Is there an information file, readable or not? */
  get hasInformation(): boolean {
    return this.files.some((file) => INFORMATION.test(file));
  }

  /** What the folder's information file says, whatever its kind calls it (`apiVersionSetInformation.json`); null without a readable one. */
  information(): Information | null {
    const name = this.files.find((candidate) => INFORMATION.test(candidate));
    if (name === undefined) return null;
    const file = this.file(name)!;
    const data = this.json(file);
    if (data === null) return null;
    const { properties } = data as { properties?: unknown };
    const given = isData(properties) ? properties : {};
    for (const found of unaccounted(name, given)) this.findings.property(file, this.source.text(file), found);
    return { properties: given, file };
  }

  /**
   * Ids of linked entities: folders in a folder of links (`products/x/apis/y/`), and names in a list (`products/x/apis.json`).
   * A link folder's file may name another entity than the folder does.
   */
  links(name: string): string[] {
    const ids = (this.folder(name)?.children() ?? []).map(([id, folder]) => {
      const linked = folder.information()?.properties;
      const reference = Object.entries(linked ?? {}).find(([key, value]) => key.endsWith("Id") && typeof value === "string");
      return reference === undefined ? id : lastSegment(String(reference[1]));
    });
    const file = this.file(`${name}.json`);
    const list = file === null ? [] : this.json(file);
    if (Array.isArray(list))
      for (const item of list) if (isData(item) && typeof item["name"] === "string") ids.push(item["name"]);
    return [...new Set(ids)];
  }

  private json(file: string): unknown {
    try {
      return JSON.parse(this.source.text(file).replace(/^\uFEFF/, ""), (_, value) => (value === REDACTED ? null : value));
    } catch (error) {
      this.findings.error(this.at, file, artifactProblems.notJson(error instanceof Error ? error.message : String(error)));
      return null;
    }
  }
}

/** The keys of an entity among those of its kind: revisions stand in folders beside their API's. */
const idOf = (kind: string, name: string): Path => (kind === "apis" ? apiKeys(name) : [name]);

/** What apiops-cli writes in place of a secret: a value that is missing, not the value. */
const REDACTED = "*** REDACTED ***";

/** Is it a mapping, as YAML and JSON give them? */
export function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys as a reader writes them: `pool.services[0].id`. */
function showPath(path: Path): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
}

/** The id at the end of `/apiVersionSets/x`, or of a whole resource id. */
export function lastSegment(reference: string): string {
  return basename(reference.replace(/\/+$/, ""));
}

/** Members of `data` under other names; those that are not there, or null, are left out. */
export function pick(data: Data, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [name, from] of Object.entries(names)) if (data[from] != null) picked[name] = data[from];
  return picked;
}

const INFORMATION = /Information\.json$/i;

function find(names: readonly string[], wanted: string): string | undefined {
  return names.find((candidate) => candidate === wanted) ?? names.find((candidate) => plain(candidate) === plain(wanted));
}

const plain = (name: string): string => name.replace(/[\s_-]/g, "").toLowerCase();
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
