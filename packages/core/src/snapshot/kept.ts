import type { GatewayConfiguration } from "../config/configuration.js";
import { FileSet } from "../config/file-set.js";
import type { OutsideValues } from "../config/outside-values.js";
import { LoadedConfiguration } from "../config/source.js";

/** A configuration with all that it is made of, as JSON: it can be put in force again when nothing of that can be reached. */
interface KeptConfiguration {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
  readonly file: string;
  readonly text: string | null;
  readonly data: GatewayConfiguration;
  readonly folder: string;
  /** Base64, by the names that the configuration uses. */
  readonly files: Readonly<Record<string, string>>;
  /** Values that were looked up outside, by their references' keys. */
  readonly outside: Readonly<Record<string, string>>;
}

/** Writes a configuration that is in force down. Its secrets are in the text: it is for encrypted places only. */
export function keepConfiguration(loaded: LoadedConfiguration, outside: OutsideValues, keptAt: number): string {
  const { file, data, text, files } = loaded;
  const kept: KeptConfiguration = {
    version: 1,
    keptAt,
    file,
    text,
    data,
    folder: files.folder,
    files: Object.fromEntries([...files.read].map(([name, bytes]) => [name, bytes.toString("base64")])),
    outside: Object.fromEntries(outside.values),
  };
  return JSON.stringify(kept);
}

/** Reads what {@link keepConfiguration} has written. Throws if it is something else. */
export function keptConfiguration(text: string): { readonly loaded: LoadedConfiguration; readonly keptAt: number } {
  const kept = JSON.parse(text) as KeptConfiguration;
  if (kept.version !== 1) throw new Error("The configuration was kept by another version of Turnpike.");
  const contents = Object.entries(kept.files).map(([name, bytes]) => [name, Buffer.from(bytes, "base64")] as const);
  const loaded = LoadedConfiguration.fromKept({
    file: kept.file,
    text: kept.text,
    data: kept.data,
    files: FileSet.kept(kept.folder, contents),
    remembered: new Map(Object.entries(kept.outside)),
  });
  return { loaded, keptAt: kept.keptAt };
}
