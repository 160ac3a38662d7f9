import { existsSync } from "node:fs";
import { isAbsolute, sep } from "node:path";
import { UsageError } from "./command.js";

/** Most files that patterns of one call may stand for. */
const MOST_FILES = 100_000;

/**
 * The paths that arguments mean. What is there is a path, whatever it is called; another argument with `*`, `?`, `[…]` or `{…}` is a pattern, for shells
 * that leave them as they are, and stands for the files that match it, sorted.
 * @throws UsageError for a pattern that no file matches
 */
export async function expandPatterns(args: readonly string[]): Promise<readonly string[]> {
  const isPattern = (arg: string): boolean => /[*?[{]/.test(arg) && !existsSync(arg);
  if (!args.some(isPattern)) return args;
  const { glob } = await import("tinyglobby");
  const paths: string[] = [];
  for (const arg of args) {
    if (!isPattern(arg)) {
      paths.push(arg);
      continue;
    }
    const pattern = sep === "\\" ? arg.replaceAll("\\", "/") : arg;
    const all = await glob(pattern, { absolute: isAbsolute(arg), dot: true, ignore: ["**/node_modules/**", "**/.git/**"] });
    // The package takes patterns to ignore as relative to the working folder.
    const found = all.filter((path) => !/(?:^|\/)(?:node_modules|\.git)\//.test(path));
    if (found.length === 0) throw new UsageError(`No file matches '${arg}'.`);
    if (found.length > MOST_FILES) throw new UsageError(`'${arg}' matches more than ${MOST_FILES} files.`);
    paths.push(...found.sort());
  }
  return paths;
}
