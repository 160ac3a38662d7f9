import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/threat-model.md"), "utf8");
/** Number and tests of each promise. */
const promises = [...page.matchAll(/^\| ([A-Z]\d+) +\|.*\| ([^|]*) *\|$/gm)].map(([, number, tests]) => ({
  number: number!,
  tests: [...tests!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
}));

describe("the threat model", () => {
  it("numbers its promises, each once", () => {
    const numbers = promises.map((promise) => promise.number);
    expect(numbers.length).toBeGreaterThan(30);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("names for every promise a test that is there", () => {
    const unheld = promises.filter(({ tests }) => tests.length === 0 || !tests.every((test) => existsSync(join(root, test))));
    expect(unheld).toEqual([]);
  });

  it("names no test or document that is not there", () => {
    const named = [...page.matchAll(/\btest\/[\w./-]+\.(?:test\.ts|mjs|ts)\b/g)].map((match) => match[0]);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
