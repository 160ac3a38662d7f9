import type { ConfigurationPlace } from "@turnpike/core";
import { type ArtifactFiles, filesOnDisk } from "./artifact-files.js";
import { type Path, shown } from "./artifacts.js";

/** Names in the configuration that are called otherwise in information files. */
const NAMES: Readonly<Record<string, string>> = {
  name: "displayName",
  version: "apiVersion",
  versioning: "apiVersionSetId",
  scheme: "versioningScheme",
  revision: "apiRevision",
  user: "ownerId",
  type: "loggerType",
};

/** From which files the parts of a configuration came. */
export class Places {
  private readonly files = new Map<string, string>();

  constructor(private readonly source: ArtifactFiles = filesOnDisk) {}

  note(path: Path, file: string): void {
    this.files.set(keyOf(path), file);
  }

  /** The file that the part at a path came from, and the line of the property, as far as it can be found; null if it is not known. */
  find(path: Path): ConfigurationPlace | null {
    for (let length = path.length; length > 0; length--) {
      const file = this.files.get(keyOf(path.slice(0, length)));
      if (file === undefined) continue;
      const origin = this.source.origin?.(file, path.slice(length));
      if (origin != null) return { ...origin, file: shown(origin.file ?? file) };
      return { file: shown(file), ...placeIn(this.source, file, path.slice(length)) };
    }
    return null;
  }
}

const keyOf = (path: Path): string => path.join("\0");

/** Goes through the names one after the other: exact enough to lead a reader's eye, without a second parser. */
function placeIn(source: ArtifactFiles, file: string, path: Path): { readonly line: number; readonly column: number } {
  let text: string;
  try {
    text = source.text(file);
  } catch {
    return { line: 1, column: 1 };
  }
  let at = 0;
  for (const step of path) {
    if (typeof step === "number") continue;
    const found = [step, NAMES[step]]
      .map((name) => (name === undefined ? -1 : text.indexOf(`"${name}"`, at)))
      .filter((position) => position >= 0);
    if (found.length > 0) at = Math.min(...found);
  }
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
