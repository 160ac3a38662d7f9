import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtInPolicies } from "@turnpike/core/tools";
import { expect, it } from "vitest";

const folder = new URL("../../../packages/core/src/policies/", import.meta.url);

it.each(builtInPolicies.map((one) => [one.name, one] as const))("%s stands in the file of its name", (name, { category }) => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(`/${name}.ts`));
  expect(files).toHaveLength(1);
  expect(files[0] === `${category}/${name}.ts` || existsSync(new URL(`${category}/`, folder))).toBe(true);
});

it("every file that declares a policy is in the list", () => {
  const declared = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(new URL(file, folder), "utf8").matchAll(/definePolicy\(\{\s*name: "([^"]+)"/g)].map((match) => match[1]!),
    );
  expect(declared.sort()).toEqual(builtInPolicies.map((one) => one.name).sort());
});

it("no name is there twice, aliases included", () => {
  const names = builtInPolicies.flatMap((one) => [one.name, ...(one.aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
});

it.each(builtInPolicies.map((one) => [one.name, one] as const))(
  "%s says what each of its attributes means",
  (_name, { attributes, summary }) => {
    expect(summary).not.toBe("");
    for (const attribute of Object.values(attributes)) expect(attribute.notes).toMatch(/\S.*[.?]$/);
  },
);
