import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isFreshBuild } from "../fresh-build.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const sources: Readonly<Record<string, string>> = { "index.ts": "export const a = 1;\n", "inner/b.ts": "export const b = 2;\n" };
const info = (more: object = {}): string =>
  JSON.stringify({
    fileNames: ["../../../lib.es2024.d.ts", ...Object.keys(sources).map((path) => `../src/${path}`)],
    fileInfos: ["library", sha256(sources["index.ts"]!), { version: sha256(sources["inner/b.ts"]!), signature: "" }],
    ...more,
  });

let root: string;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fresh-build-"));
  for (const folder of ["src/inner", "dist/inner"]) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(sources)) {
    write(`src/${path}`, text);
    write(`dist/${path.replace(".ts", ".js")}`, "");
  }
  write("dist/.tsbuildinfo", info());
});
afterEach(() => rmSync(root, { recursive: true }));

it("a build of the same sources is fresh", () => {
  expect(isFreshBuild(root)).toBe(true);
});

it.each<[what: string, change: () => void]>([
  ["a source of another text", () => write("src/inner/b.ts", "export const b = 3;\n")],
  ["a source that is new", () => write("src/c.ts", "")],
  ["a source that is gone", () => rmSync(join(root, "src/index.ts"))],
  ["a built file that is gone", () => rmSync(join(root, "dist/index.js"))],
  ["a build with errors", () => write("dist/.tsbuildinfo", info({ errors: true }))],
  ["a build that was not written out", () => write("dist/.tsbuildinfo", info({ affectedFilesPendingEmit: [1] }))],
  ["no build", () => rmSync(join(root, "dist/.tsbuildinfo"))],
])("%s makes it stale", (_, change) => {
  change();
  expect(isFreshBuild(root)).toBe(false);
});
