import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { codes } from "#expressions/codes.js";

const page = readFileSync(new URL("../../docs/reference/expressions.md", import.meta.url), "utf8");

it("gives a C# compiler's number or one of ours", () => {
  expect(codes.filter((code) => !/^(?:CS\d{4}|TP1\d{3})$/.test(code))).toEqual([]);
});

it("gives no code of ours that the reference does not explain, and the other way round", () => {
  const rows = page.split("\n").filter((line) => /^\| TP\d{4}/.test(line));
  const explained = rows.flatMap((row) => row.split("|")[1]!.match(/TP\d{4}/g) ?? []);
  expect(codes.filter((code) => code.startsWith("TP"))).toEqual(explained.sort());
});
