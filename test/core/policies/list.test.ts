import { existsSync, readdirSync } from "node:fs";
import type { PolicyDefinition } from "@turnpike/core";
import { builtInPolicies } from "@turnpike/core/tools";
import { expect, it } from "vitest";

const folder = new URL("../../../packages/core/src/policies/", import.meta.url);

it.each(builtInPolicies.map((policy) => [policy.name, policy] as const))(
  "%s stands in the file of its name",
  (name, { category }) => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(`/${name}.ts`));
    expect(files).toHaveLength(1);
    expect(files[0] === `${category}/${name}.ts` || existsSync(new URL(`${category}/`, folder))).toBe(true);
  },
);

it("every policy that a file exports is in the list", async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const exported = await Promise.all(files.map(async (file) => (await import(new URL(file, folder).href)) as object));
  const declared = new Set(exported.flatMap((values) => Object.values(values).filter(isDefinition)));
  expect([...declared].map((definition) => definition.name).sort()).toEqual(builtInPolicies.map((policy) => policy.name).sort());
});

const isDefinition = (value: unknown): value is PolicyDefinition =>
  typeof value === "object" && value !== null && "compile" in value && "sections" in value && "attributes" in value;

it("no name is there twice, aliases included", () => {
  const names = builtInPolicies.flatMap((policy) => [policy.name, ...(policy.aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
});

it.each(builtInPolicies.map((policy) => [policy.name, policy] as const))(
  "%s says what each of its attributes means",
  (_name, { attributes, summary }) => {
    expect(summary).not.toBe("");
    for (const attribute of Object.values(attributes)) expect(attribute.notes).toMatch(/\S.*[.?]$/);
  },
);
