import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commentsOf, parsedFiles, undocumentedExports } from "./comments.js";

const root = join(import.meta.dirname, "../..");

/** What a comment may name: a source file of its package, or a page of the documentation. Of paths that are examples only the ending tells. */
const NAMED = /(?<![\w@.:/-])(?:[\w.@-]+\/)+[\w.@-]+\.(?:md|ts|mjs|cs)\b|(?<![\w@.:/-])[\w-]+\.md\b/g;

describe.each(["expressions", "core", "adapters"])("%s", (name) => {
  const files = parsedFiles(name);

  it("cites in comments only files that users have", () => {
    const cited = files.flatMap((file) =>
      commentsOf(file).flatMap((comment) => [...comment.matchAll(NAMED)].map(([path]) => ({ file: file.path, path }))),
    );
    const missing = cited.filter(
      ({ path }) =>
        /^(?:test|scripts)\//.test(path) ||
        !(existsSync(join(root, "packages", name, "src", path)) || existsSync(join(root, path))),
    );
    expect(missing.map(({ file, path }) => `${file} cites ${path}`)).toEqual([]);
  });
});

it.each(["expressions", "core", "adapters"])("%s explains each of its exports", (name) => {
  const bare = parsedFiles(name).flatMap((file) => undocumentedExports(file).map((export_) => `${file.path}: ${export_}`));
  expect(bare).toEqual([]);
});
