import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ConfigurationPlace } from "@turnpike/core";

/** Where artifacts are: on disk, or in memory. */
export interface ArtifactFiles {
  /** What is in a folder, in any order. Throws if there is no such folder. */
  entries(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[];
  /** A file's text. Throws if it cannot be read. */
  text(file: string): string;
  /** Where a file's text, or a property in it, was written, if not there: null where it was. */
  origin?(file: string, path: readonly (string | number)[]): ConfigurationPlace | null;
}

/** Artifacts in a folder on disk. */
export const filesOnDisk: ArtifactFiles = {
  entries: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })),
  text: (file) => readFileSync(file, "utf8"),
};

/** Where what stands in a file was written: null where that is the file itself. */
export type OriginOf = NonNullable<ArtifactFiles["origin"]>;

/**
 * Artifacts that are on no disk.
 * @param texts by path, as `node:path` joins it
 * @param origin where they were written
 */
export function filesInMemory(texts: ReadonlyMap<string, string>, origin: OriginOf | null = null): ArtifactFiles {
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
    ...(origin === null ? {} : { origin }),
    entries: (folder) => [...(folders.get(folder) ?? [])].map(([name, isFolder]) => ({ name, isFolder })),
    text(file) {
      const text = texts.get(file);
      if (text === undefined) throw new Error("there is no such file.");
      return text;
    },
  };
}
