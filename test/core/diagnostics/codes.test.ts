import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { codes } from "#core/diagnostics/codes.js";

const sourcesOf = (name: string): string => join(import.meta.dirname, `../../../packages/${name}/src`);

/** The codes that a package's sources write, as the compiler's own parser finds them; those of expressions (`TP1…`) are not core's. */
function codesIn(name: string): string[] {
  const root = sourcesOf(name);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && basename(path) !== "codes.ts")
    .flatMap((path) => textsOf(ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest)))
    .filter((text) => /^TP[^1]\d{3}$/.test(text));
}

function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  const texts: string[] = [];
  ts.forEachChild(node, (child) => void texts.push(...textsOf(child)));
  return texts;
}

it("the page of errors lists every code with its meaning", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/reference/errors.md"), "utf8");
  const listed = [...page.matchAll(/^\| (TP\d{4}) \| (.+?) +\|$/gm)].map(([, code, meaning]) => [code, meaning!.trim()]);
  expect(Object.fromEntries(listed)).toEqual(codes);
});

it("every code that the sources use is in the table, and every one of the table is used", () => {
  const used = new Set(codesIn("core"));
  expect([...used].filter((one) => !Object.hasOwn(codes, one))).toEqual([]);
  for (const one of codesIn("adapters")) used.add(one);
  expect(Object.keys(codes).filter((one) => !used.has(one))).toEqual([]);
});
