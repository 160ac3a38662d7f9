import { readFileSync } from "node:fs";
import { builtInPolicies } from "@turnpike/core/tools";
import { expect, it } from "vitest";
import { parityPage, unknownNames } from "../../scripts/parity.mjs";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const data = (path: string) => JSON.parse(read(path)) as Record<string, unknown>;

it.each(Object.entries(unknownNames()))("the ledger knows every name of the reference: %s", (_kind, unknown) => {
  expect(unknown).toEqual([]);
});

it("the page is what `pnpm run reference` makes", () => {
  expect(read("../../docs/reference/parity.md")).toBe(parityPage());
});

it("the ledger says of no name that it is missing which is here, and of none that nobody has", () => {
  const notes = data("../../scripts/parity.json") as {
    policies: Record<string, Record<string, readonly [string, string]>>;
    entities: { here: Record<string, object>; not: Record<string, object> };
    tiers: Record<string, unknown>;
  };
  const entities = data("names/entities.json") as Record<string, readonly string[]>;
  for (const part of [notes.entities.here, notes.entities.not])
    for (const [entity, properties] of Object.entries(part))
      expect(Object.keys(properties).filter((property) => !entities[entity]!.includes(property))).toEqual([]);
  for (const [entity, properties] of Object.entries(notes.entities.not))
    expect(Object.keys(properties).filter((property) => Object.hasOwn(notes.entities.here[entity] ?? {}, property))).toEqual([]);
  const policies = data("names/policies.json") as Record<string, { names: readonly string[] }>;
  for (const [policy, paths] of Object.entries(notes.policies))
    expect(Object.keys(paths).filter((path) => !policies[policy]!.names.includes(path))).toEqual([]);
  expect(Object.keys(notes.tiers)).toEqual(JSON.parse(read("names/tiers.json")));
});

it("every policy that is here is one of the reference's", () => {
  const policies = data("names/policies.json");
  expect(builtInPolicies.map(({ name }) => name).filter((name) => !Object.hasOwn(policies, name))).toEqual([]);
});
