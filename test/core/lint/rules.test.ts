import { existsSync, readdirSync, readFileSync } from "node:fs";
import { lintRules, unjudgedRules } from "@turnpike/core/lint";
import { describe, expect, it } from "vitest";
import { lintPages } from "../../../scripts/lint-pages.mjs";
import { placesOf } from "./support.js";

const root = new URL("../../../", import.meta.url);
const pages = new URL("docs/reference/lint/", root);
const sources = new URL("packages/core/src/lint/rules/", root);

describe.each(lintRules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  it("has its file", () => {
    expect(existsSync(new URL(`${id}.ts`, sources))).toBe(true);
  });

  it("finds what its page shows, and is silent where it says so", async () => {
    const options = { target: rule.target ?? null };
    expect(await placesOf(id, rule.examples.bad, options)).not.toEqual([]);
    expect(await placesOf(id, rule.examples.good, options)).toEqual([]);
  });
});

it("ids and codes belong to one rule", () => {
  const all = lintRules.flatMap(({ id, codes = [] }) => [id, ...codes]);
  expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
});

it("the pages are what `pnpm run reference` makes", () => {
  const wanted = lintPages();
  expect(readdirSync(pages).sort()).toEqual([...wanted.keys()].sort());
  for (const [name, text] of wanted) expect(readFileSync(new URL(name, pages), "utf8"), name).toBe(text);
});

it("tells which rules cannot be judged without an optional package", () => {
  expect(unjudgedRules()).toEqual([]);
  expect(unjudgedRules(() => false)).toEqual([{ rule: "slow-pattern", package: "recheck" }]);
});
