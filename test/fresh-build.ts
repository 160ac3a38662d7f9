import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** What the compiler notes of a build: its sources, each with the SHA-256 of its text (or an object that holds it). */
interface BuildInfo {
  readonly fileNames: readonly string[];
  readonly fileInfos: readonly (string | { readonly version: string })[];
  readonly affectedFilesPendingEmit?: unknown;
  readonly errors?: unknown;
}

/**
 * Was a package's `dist` built of the sources that are there now, of all and of no others? Texts are compared, not times: a file that was put back, or
 * checked out, is seen.
 * @param root the package's folder
 */
export function isFreshBuild(root: string): boolean {
  const file = join(root, "dist/.tsbuildinfo");
  if (!existsSync(file)) return false;
  const { fileNames, fileInfos, affectedFilesPendingEmit, errors } = JSON.parse(readFileSync(file, "utf8")) as BuildInfo;
  if (affectedFilesPendingEmit !== undefined || errors !== undefined) return false;
  const source = join(root, "src");
  const built = new Map(
    fileNames.map((name, index) => {
      const info = fileInfos[index]!;
      return [resolve(dirname(file), name), typeof info === "string" ? info : info.version];
    }),
  );
  const present = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(source, path));
  const known = [...built.keys()].filter((path) => !relative(source, path).startsWith(".."));
  return (
    known.length === present.length &&
    present.every(
      (path) =>
        built.get(path) === createHash("sha256").update(readFileSync(path, "utf8")).digest("hex") &&
        (path.endsWith(".d.ts") || existsSync(join(root, "dist", relative(source, path).replace(/\.tsx?$/, ".js")))),
    )
  );
}
