import { readdirSync, readFileSync } from "node:fs";
import { readYaml } from "@turnpike/core/adapter";
import { fileSchemas } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

it.each(Object.entries(fileSchemas()))("schemas/%s is what `pnpm run reference` makes", (name, schema) => {
  expect(JSON.parse(text(`packages/core/schemas/${name}`))).toEqual(schema);
});

/** Is a value as a schema of ours says? They use few words of JSON Schema. */
function isValid(schema: Record<string, unknown>, value: unknown): boolean {
  if (Array.isArray(schema["anyOf"])) return schema["anyOf"].some((one) => isValid(one as Record<string, unknown>, value));
  if (Array.isArray(schema["enum"])) return schema["enum"].includes(value);
  if (schema["type"] === undefined) return true;
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  if (![schema["type"]].flat().includes(type)) return false;
  if (type === "array") return (value as unknown[]).every((one) => isValid(schema["items"] as Record<string, unknown>, one));
  if (type !== "object") return true;
  const properties = (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>;
  const entries = Object.entries(value as object);
  if (((schema["required"] ?? []) as string[]).some((key) => !entries.some(([name]) => name === key))) return false;
  return entries.every(([key, one]) => {
    const inner = Object.hasOwn(properties, key) ? properties[key] : schema["additionalProperties"];
    return inner !== false && isValid((inner ?? {}) as Record<string, unknown>, one);
  });
}

describe("the schema of test files", () => {
  const schema = fileSchemas()["policy-test.json"] as Record<string, unknown>;
  const files = readdirSync(new URL("docs/examples/policies/", root)).filter((name) => name.endsWith(".policy-test.yaml"));

  it.each(files)("takes %s", (name) => {
    const { data } = readYaml(text(`docs/examples/policies/${name}`), name);
    expect(isValid(schema, data)).toBe(true);
  });

  it("takes no unknown key", () => {
    expect(isValid(schema, { policy: "<policies />", tests: [], nope: 1 })).toBe(false);
    expect(isValid(schema, { policy: "<policies />" })).toBe(false);
    expect(isValid(schema, { policy: "<policies />", tests: [{ name: "a", expect: { stats: 1 } }] })).toBe(false);
  });
});

it("the schema of configurations takes the sample", () => {
  const schema = fileSchemas()["gateway.json"] as Record<string, unknown>;
  expect(isValid(schema, readYaml(text("sample/gateway.yaml"), "gateway.yaml").data)).toBe(true);
  expect(isValid(schema, { apis: { a: { path: "a", nope: 1 } } })).toBe(false);
});
