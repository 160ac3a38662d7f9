import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./command.js";

/** How policy test files are named. */
export const TEST_SUFFIX = ".policy-test.yaml";

/** The same as {@link filesOf}, where there may be none. */
export function filesBelow(paths: readonly string[], suffix: string): string[] {
  return paths.flatMap((path) => (statSync(path).isDirectory() ? below(path, suffix) : [path]));
}

/**
 * The files that paths on the command line mean: files as they are, folders with all files below them that end in `suffix`, sorted.
 * @throws UsageError if there are none
 */
export function filesOf(paths: readonly string[], suffix: string): string[] {
  const files = filesBelow(paths, suffix);
  if (files.length === 0) throw new UsageError(`There is no ${suffix} file in ${paths.join(", ")}.`);
  return files;
}

function below(folder: string, suffix: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === ".git" ? [] : below(path, suffix);
    return entry.name.endsWith(suffix) ? [path] : [];
  });
}
