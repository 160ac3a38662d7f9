import { basename, dirname, relative } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type DataPath, ownedBy } from "../diagnostics/owner.js";
import type { Problem } from "../diagnostics/problem.js";
import type { PolicyDocument } from "../model/model.js";
import { checkData, showPath } from "../yaml/check-data.js";
import { readShaped } from "../yaml/read-shaped.js";
import { any } from "../yaml/shape.js";
import type { GatewayConfiguration, PolicySource } from "./configuration.js";
import { FileSet } from "./file-set.js";
import { configurationProblems } from "./problems.js";
import { configurationShape } from "./shape.js";

/** Where something stands in a configuration: keys and indices from its root. */
export type ConfigurationPath = DataPath;

/** What findings call a configuration that was made in code. */
const MADE_IN_CODE = "configuration";

const START = { line: 1, column: 1 };

/** What a kept configuration is made of. */
export interface KeptParts {
  readonly file: string;
  readonly text: string | null;
  readonly data: GatewayConfiguration;
  readonly files: FileSet;
  readonly remembered: ReadonlyMap<string, string>;
}

/** Where a part of a configuration stands; `file` where that is not the configuration's own. */
export interface ConfigurationPlace {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** A configuration that was put together from several files. */
export interface ConfigurationParts {
  /** What findings call it where they concern no single file. */
  readonly name: string;
  readonly data: GatewayConfiguration;
  /** The folder that relative files are looked for in. */
  readonly folder: string;
  /** Texts of the files that it names, where they are on no disk. Default: they are read from `folder`. */
  readonly texts?: ReadonlyMap<string, string>;
  /** The place of the part at a path of keys; null where there is none. */
  readonly place: (path: ConfigurationPath) => ConfigurationPlace | null;
  /** What was found while reading; `about` is the path of the part that is left out for it, or cannot be used. */
  readonly diagnostics: readonly (Diagnostic & { readonly about?: ConfigurationPath })[];
}

/**
 * A configuration with what is needed to speak of its parts: read from a file by {@link loadConfiguration}, or made in code.
 * Holds nothing else; give it to `createGateway`.
 */
export class LoadedConfiguration {
  private constructor(
    /** The file as the user named it, or what stands for one. */
    readonly file: string,
    readonly data: GatewayConfiguration,
    /** The files that it names. */
    readonly files: FileSet,
    readonly text: string | null,
    private readonly placeOf: (path: ConfigurationPath) => ConfigurationPlace,
    /** Values from files and vaults as they were when it was kept: for when they cannot be had any more. */
    readonly remembered: ReadonlyMap<string, string> = new Map(),
    readonly diagnostics: Diagnostic[] = [],
    /** Where `data` stands in the whole. */
    private readonly prefix: ConfigurationPath = [],
    /** What was read, whether it has the shape of a configuration or not; null if it could not be read at all. */
    readonly written: unknown = data,
  ) {}

  /** No file holds it: it was handed in as data. */
  get isMadeInCode(): boolean {
    return this.text === null && this.file === MADE_IN_CODE;
  }

  /** The same with only the findings of its reading, so that it can be built again. */
  fresh(): LoadedConfiguration {
    return this.copy(this.data, [...this.diagnostics], this.prefix);
  }

  /** The same with other data, of which nothing has been found yet. */
  with(data: GatewayConfiguration): LoadedConfiguration {
    return this.copy(data, [], this.prefix);
  }

  /** A part of it as a configuration of its own, whose findings are those of the whole. */
  within(path: ConfigurationPath, data: GatewayConfiguration): LoadedConfiguration {
    return this.copy(data, this.diagnostics, [...this.prefix, ...path]);
  }

  private copy(data: GatewayConfiguration, diagnostics: Diagnostic[], prefix: ConfigurationPath): LoadedConfiguration {
    const { file, files, text, placeOf, remembered } = this;
    return new LoadedConfiguration(file, data, files, text, placeOf, remembered, diagnostics, prefix);
  }

  /** A configuration file: YAML or JSON. */
  static fromFile(file: string): LoadedConfiguration {
    const files = FileSet.onDisk(dirname(file));
    try {
      return LoadedConfiguration.fromText(files.bytes(basename(file)).toString("utf8"), file, files);
    } catch (error) {
      const loaded = new LoadedConfiguration(file, {}, files, null, () => START, new Map(), [], [], null);
      loaded.report([], configurationProblems.configurationUnreadable(fileProblem(error)));
      return loaded;
    }
  }

  /** The text of a configuration file. */
  static fromText(text: string, file: string, files: FileSet): LoadedConfiguration {
    const shaped = readShaped(text, file, configurationShape);
    const isSound = shaped.diagnostics.length === 0;
    const written = (shaped.data ?? {}) as GatewayConfiguration;
    const placeOf = (path: ConfigurationPath) => shaped.placeOf(path);
    const data = isSound ? written : {};
    const loaded = new LoadedConfiguration(
      file,
      data,
      files,
      text,
      placeOf,
      new Map(),
      [],
      [],
      shaped.data === null ? null : written,
    );
    loaded.diagnostics.push(...shaped.diagnostics);
    return loaded;
  }

  /** A configuration inside another YAML file, at a path of keys: that of a policy test. */
  static fromPart(text: string, part: ConfigurationPath, file: string, folder: string): LoadedConfiguration {
    const shaped = readShaped(text, file, any);
    let data: unknown = shaped.data;
    for (const key of part) data = (data as Record<string | number, unknown> | null)?.[key];
    const problems = shaped.diagnostics.length > 0 ? [] : checkData(data, configurationShape, "The configuration");
    const isSound = shaped.diagnostics.length + problems.length === 0;
    const placeOf = (path: ConfigurationPath): { readonly line: number; readonly column: number } =>
      shaped.placeOf([...part, ...path]);
    const files = FileSet.onDisk(folder);
    const sound = isSound ? ((data ?? {}) as GatewayConfiguration) : {};
    const loaded = new LoadedConfiguration(file, sound, files, text, placeOf, new Map(), [], [], data);
    loaded.diagnostics.push(...shaped.diagnostics);
    for (const { path, problem } of problems) loaded.report(path, problem);
    return loaded;
  }

  /** A configuration made in code. */
  static fromObject(data: GatewayConfiguration, folder: string): LoadedConfiguration {
    const problems = checkData(data, configurationShape, "The configuration");
    const files = FileSet.onDisk(folder);
    const sound = problems.length === 0 ? data : {};
    const loaded = new LoadedConfiguration(MADE_IN_CODE, sound, files, null, () => START, new Map(), [], [], data);
    for (const { path, problem } of problems) loaded.report(path, problem);
    return loaded;
  }

  /** One that was kept together with all that it is made of. */
  static fromKept(kept: KeptParts): LoadedConfiguration {
    const { file, text, data, files, remembered } = kept;
    const shaped = text === null ? null : readShaped(text, file, any);
    const placeOf = (path: ConfigurationPath) => shaped?.placeOf(path) ?? START;
    return new LoadedConfiguration(file, data, files, text, placeOf, remembered);
  }

  /** A configuration that was put together from several files. */
  static fromParts({ name, data, folder, texts, place, diagnostics }: ConfigurationParts): LoadedConfiguration {
    const placeOf = (path: ConfigurationPath): ConfigurationPlace => place(path) ?? START;
    const problems = checkData(data, configurationShape, "The configuration");
    const isSound = problems.length === 0;
    const sound = isSound ? data : {};
    const files =
      texts === undefined
        ? FileSet.onDisk(folder)
        : FileSet.inMemory([...texts].map(([file, text]) => [file, Buffer.from(text)] as const));
    const found = diagnostics.map(({ about, ...finding }) => (about === undefined ? finding : ownedBy(finding, about)));
    const loaded = new LoadedConfiguration(name, sound, files, null, placeOf, new Map(), found, [], data);
    for (const { path, problem } of problems) loaded.report(path, problem);
    return loaded;
  }

  /** Adds a finding about a part of the configuration. */
  report(path: ConfigurationPath, problem: Problem): void {
    this.adopt({ ...problem, ...this.place(path) }, path);
  }

  /** The path of a part from the root of the whole. */
  fromRoot(path: ConfigurationPath): ConfigurationPath {
    return [...this.prefix, ...path];
  }

  /** Adds a finding that was made elsewhere about a part of the configuration. */
  adopt(diagnostic: Diagnostic, path: ConfigurationPath): void {
    this.diagnostics.push(ownedBy(diagnostic, this.fromRoot(path)));
  }

  /** Where a part of the configuration stands. */
  place(path: ConfigurationPath): Required<ConfigurationPlace> {
    const whole = [...this.prefix, ...path];
    const named = this.text === null && whole.length > 0 ? `${this.file}#${showPath(whole)}` : this.file;
    return { file: named, ...this.placeOf(whole) };
  }

  /** A policy document that a part of the configuration gives inline or by file. Null, and a finding, if the file cannot be read. */
  policyDocument(source: PolicySource, path: ConfigurationPath): PolicyDocument | null {
    if (typeof source === "string") return this.inlineDocument(source, path);
    const text = this.readText(source.file, [...path, "file"]);
    return text === null ? null : { text, file: this.fileName(source.file) };
  }

  /** The text of a file that the configuration names. Null, and a finding, if it cannot be read. */
  readText(file: string, path: ConfigurationPath): string | null {
    return this.readBytes(file, path)?.toString("utf8") ?? null;
  }

  readBytes(file: string, path: ConfigurationPath): Buffer | null {
    try {
      return this.files.bytes(file);
    } catch (error) {
      this.report(path, configurationProblems.fileUnreadable(file, fileProblem(error)));
      return null;
    }
  }

  private inlineDocument(text: string, path: ConfigurationPath): PolicyDocument {
    const { file, ...place } = this.place(path);
    if (this.text === null) return { text, file, ...(place.line === 1 && place.column === 1 ? {} : { origin: place }) };
    return { text, file, origin: scalarOrigin(this.text, place) };
  }

  /** As a user at the shell would name it. */
  private fileName(file: string): string {
    const resolved = this.files.path(file);
    const fromHere = relative(process.cwd(), resolved);
    return fromHere.startsWith("..") ? resolved : fromHere;
  }
}

/** Why a file could not be read. */
export function fileProblem(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT") return "there is no such file.";
  if (code === "EISDIR") return "it is a folder.";
  if (code === "EACCES") return "access is denied.";
  return error instanceof Error ? error.message : String(error);
}

/**
 * Where the text of a YAML scalar starts in its file.
 * @param place of the key (or of the value, where it stands in the key's line)
 */
export function scalarOrigin(
  fileText: string,
  place: { readonly line: number; readonly column: number },
): { readonly line: number; readonly column: number } {
  const lines = fileText.split("\n");
  const keyLine = lines[place.line - 1] ?? "";
  // Of a block scalar the text starts in the line below its key, each line indented alike.
  if (!/[|>][+\-\d]*[ \t]*(?:#.*)?\r?$/.test(keyLine)) return place;
  const first = lines.slice(place.line).find((line) => line.trim() !== "") ?? "";
  return { line: place.line + 1, column: first.length - first.trimStart().length + 1 };
}
