import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codes } from "#core/diagnostics/codes.js";

const sourcesOf = (name: string): string => join(import.meta.dirname, `../../../packages/${name}/src`);
const codesIn = (name: string): string[] =>
  textsBelow(sourcesOf(name)).flatMap((text) => text.match(/(?<=")TP\d{4}(?=")/g) ?? []);

function textsBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return textsBelow(path);
    return name.endsWith(".ts") && name !== "codes.ts" ? [readFileSync(path, "utf8")] : [];
  });
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
