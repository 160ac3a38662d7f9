import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Code } from "../codes.js";
import type { Diagnostic } from "../diagnostics.js";
import { checkData, showPath } from "../yaml/check-data.js";
import { readShaped } from "../yaml/read-shaped.js";
import { any } from "../yaml/shape.js";
import type { GatewayConfiguration, PolicySource } from "./configuration.js";
import type { PolicyDocument } from "./model.js";
import { configurationShape } from "./shape.js";

type Path = readonly (string | number)[];

/**
 * A configuration with what is needed to speak of its parts: read from a file by {@link loadConfiguration}, or made in code.
 * Holds nothing else; give it to `createGateway`.
 */
export class LoadedConfiguration {
  readonly diagnostics: Diagnostic[] = [];

  private constructor(
    /** The file as the user named it, or what stands for one. */
    readonly file: string,
    readonly data: GatewayConfiguration,
    /** The folder that relative files are looked for in. */
    private readonly folder: string,
    private readonly text: string | null,
    private readonly placeOf: (path: Path) => { readonly line: number; readonly column: number },
    /** Files as they were read first: what is built again, because a secret has changed, is built of the same. */
    private readonly files = new Map<string, Buffer>(),
  ) {}

  /** The same with only the findings of its reading, so that it can be built again. */
  fresh(): LoadedConfiguration {
    const copy = new LoadedConfiguration(this.file, this.data, this.folder, this.text, this.placeOf, this.files);
    copy.diagnostics.push(...this.diagnostics);
    return copy;
  }

  /** A configuration file: YAML or JSON. */
  static fromFile(file: string): LoadedConfiguration {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      const loaded = new LoadedConfiguration(file, {}, dirname(file), null, () => ({ line: 1, column: 1 }));
      loaded.report("error", "TP3001", [], `The configuration cannot be read: ${fileProblem(error)}`);
      return loaded;
    }
    return LoadedConfiguration.fromText(text, file, dirname(file));
  }

  /** The text of a configuration file. */
  static fromText(text: string, file: string, folder: string): LoadedConfiguration {
    const shaped = readShaped(text, file, configurationShape);
    const isSound = shaped.diagnostics.length === 0;
    const data = isSound ? ((shaped.data ?? {}) as GatewayConfiguration) : {};
    const loaded = new LoadedConfiguration(file, data, folder, text, (path) => shaped.placeOf(path));
    loaded.diagnostics.push(...shaped.diagnostics);
    return loaded;
  }

  /** A configuration inside another YAML file, at a path of keys: that of a policy test. */
  static fromPart(text: string, part: Path, file: string, folder: string): LoadedConfiguration {
    const shaped = readShaped(text, file, any);
    let data: unknown = shaped.data;
    for (const key of part) data = (data as Record<string | number, unknown> | null)?.[key];
    const problems = shaped.diagnostics.length > 0 ? [] : checkData(data, configurationShape, "The configuration");
    const isSound = shaped.diagnostics.length + problems.length === 0;
    const placeOf = (path: Path): { readonly line: number; readonly column: number } => shaped.placeOf([...part, ...path]);
    const loaded = new LoadedConfiguration(file, isSound ? ((data ?? {}) as GatewayConfiguration) : {}, folder, text, placeOf);
    loaded.diagnostics.push(...shaped.diagnostics);
    for (const { path, message, hint } of problems) loaded.report("error", "TP4002", path, message, hint);
    return loaded;
  }

  /** A configuration made in code. */
  static fromObject(data: GatewayConfiguration, folder: string): LoadedConfiguration {
    const problems = checkData(data, configurationShape, "The configuration");
    const loaded = new LoadedConfiguration("configuration", problems.length === 0 ? data : {}, folder, null, () => ({
      line: 1,
      column: 1,
    }));
    for (const { path, message, hint } of problems) loaded.report("error", "TP4002", path, message, hint);
    return loaded;
  }

  /** Adds a finding about a part of the configuration. */
  report(severity: Diagnostic["severity"], code: Code, path: Path, message: string, hint?: string): void {
    const file = this.text === null && path.length > 0 ? `${this.file}#${showPath(path)}` : this.file;
    this.diagnostics.push({ severity, code, message, file, ...this.placeOf(path), ...(hint === undefined ? {} : { hint }) });
  }

  /** A policy document that a part of the configuration gives inline or by file. Null, and a finding, if the file cannot be read. */
  policyDocument(source: PolicySource, path: Path): PolicyDocument | null {
    if (typeof source === "string") return this.inlineDocument(source, path);
    const text = this.readText(source.file, [...path, "file"]);
    return text === null ? null : { text, file: this.fileName(source.file) };
  }

  /** The text of a file that the configuration names. Null, and a finding, if it cannot be read. */
  readText(file: string, path: Path): string | null {
    return this.readBytes(file, path)?.toString("utf8") ?? null;
  }

  readBytes(file: string, path: Path): Buffer | null {
    const known = this.files.get(file);
    if (known !== undefined) return known;
    try {
      const bytes = readFileSync(this.resolve(file));
      this.files.set(file, bytes);
      return bytes;
    } catch (error) {
      this.report("error", "TP3001", path, `The file ${file} cannot be read: ${fileProblem(error)}`);
      return null;
    }
  }

  private inlineDocument(text: string, path: Path): PolicyDocument {
    if (this.text === null) return { text, file: `${this.file}#${showPath(path)}` };
    return { text, file: this.file, origin: scalarOrigin(this.text, this.placeOf(path)) };
  }

  /** A file that the configuration names, as the process finds it. */
  resolve(file: string): string {
    return isAbsolute(file) ? file : join(this.folder, file);
  }

  /** As a user at the shell would name it. */
  private fileName(file: string): string {
    const resolved = this.resolve(file);
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
