import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runTestFile } from "@turnpike/core/testing";
import { builtInPolicies } from "@turnpike/core/tools";
import { expect, it } from "vitest";
import { referencePages } from "../../../scripts/reference.mjs";

const root = new URL("../../../", import.meta.url);
const pages = new URL("docs/reference/policies/", root);
const examples = new URL("docs/examples/policies/", root);
const sources = new URL("packages/core/src/policies/", root);

const names = builtInPolicies.map((policy) => policy.name);

it.each(names)("%s has its file, page, example and test", (name) => {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" });
  const missing = [
    files.some((file) => file.endsWith(`/${name}.ts`)) ? null : `source ${name}.ts`,
    existsSync(new URL(`${name}.md`, pages)) ? null : `page ${name}.md`,
    existsSync(new URL(`${name}.policy-test.yaml`, examples)) ? null : `example ${name}.policy-test.yaml`,
    existsSync(new URL(`${name}.test.ts`, import.meta.url)) ? null : `test ${name}.test.ts`,
  ];
  expect(missing.filter((one) => one !== null)).toEqual([]);
});

it("the pages are what `pnpm run reference` makes", () => {
  const wanted = referencePages();
  expect(readdirSync(pages).sort()).toEqual([...wanted.keys()].sort());
  for (const [name, text] of wanted) expect(readFileSync(new URL(name, pages), "utf8"), name).toBe(text);
});

/** Tests of what no policy has for itself. */
const sharedTests = readdirSync(new URL("../", import.meta.url), { recursive: true, encoding: "utf8" })
  .filter((file) => /^(?:backends|compile|errors|run)\/.*\.test\.ts$/.test(file))
  .map((file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));

it.each(builtInPolicies.map((policy) => [policy.name, policy] as const))(
  "the errors that %s declares are tested",
  (name, one) => {
    const declared = new Set((one.errors ?? []).flatMap(({ reason }) => reason ?? []));
    const tests = [readFileSync(new URL(`${name}.test.ts`, import.meta.url), "utf8"), ...sharedTests].join("\n");
    expect([...declared].filter((reason) => !tests.includes(reason))).toEqual([]);
  },
);

it("aliases stand on the page of their policy and in the index", () => {
  const index = readFileSync(new URL("README.md", pages), "utf8");
  for (const { name, aliases = [] } of builtInPolicies)
    for (const alias of aliases) {
      expect(readFileSync(new URL(`${name}.md`, pages), "utf8")).toContain(`\`${alias}\``);
      expect(index).toContain(`[${alias}](${name}.md)`);
    }
});

it("no example is left over", () => {
  expect(readdirSync(examples).sort()).toEqual(names.map((name) => `${name}.policy-test.yaml`).sort());
});

it.each(names)("the example of %s does what it says", async (name) => {
  const failures: string[] = [];
  let count = 0;
  for await (const result of runTestFile(fileURLToPath(new URL(`${name}.policy-test.yaml`, examples)))) {
    count++;
    failures.push(...result.failures.map((failure) => `${result.test}: ${failure}`));
  }
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(0);
});
