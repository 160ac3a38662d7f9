import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/** Where artifacts are: on disk, or in memory. */
export interface ArtifactFiles {
  /** What is in a folder, in any order. Throws if there is no such folder. */
  entries(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[];
  /** A file's text. Throws if it cannot be read. */
  text(file: string): string;
}

/** Artifacts in a folder on disk. */
export const filesOnDisk: ArtifactFiles = {
  entries: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })),
  text: (file) => readFileSync(file, "utf8"),
};

/**
 * Artifacts that are on no disk.
 * @param texts by path, as `node:path` joins it
 */
export function filesInMemory(texts: ReadonlyMap<string, string>): ArtifactFiles {
  const folders = new Map<string, Map<string, boolean>>();
  for (const file of texts.keys()) {
    let path = file;
    for (let isFolder = false; ; isFolder = true) {
      const parent = dirname(path);
      if (parent === path) break;
      const entries = folders.get(parent) ?? new Map<string, boolean>();
      folders.set(parent, entries.set(basename(path), isFolder));
      path = parent;
    }
  }
  return {
    entries: (folder) => [...(folders.get(folder) ?? [])].map(([name, isFolder]) => ({ name, isFolder })),
    text(file) {
      const text = texts.get(file);
      if (text === undefined) throw new Error("there is no such file.");
      return text;
    },
  };
}
