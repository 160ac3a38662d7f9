import { describe, expect, it } from "vitest";
import { compileSchema, ValidatorError } from "#core/policies/content-validation/json-schema.js";
import { noChanges } from "#core/policies/content-validation/json-schema-form.js";
import { apiWorld, messageOf } from "./validation-support.js";

const draft = (number: number) => `http://json-schema.org/draft-0${number}/schema#`;
const of2020 = "https://json-schema.org/draft/2020-12/schema";
const json = (text: string): unknown => JSON.parse(text);

/** Schemas with values that fit, and values that do not. */
const cases: readonly (readonly [name: string, schema: string, fitting: readonly string[], unfit: readonly string[]])[] = [
  [
    "a property named __proto__",
    '{"properties":{"__proto__":{"type":"number"},"toString":{"type":"number"},"constructor":{"type":"number"}}}',
    ["{}", '{"__proto__":1}', "[]", '{"toString":1,"constructor":2}'],
    ['{"__proto__":"x"}', '{"toString":"x"}', '{"constructor":{}}'],
  ],
  ["__proto__ that is required", '{"required":["__proto__"]}', ['{"__proto__":1}'], ["{}", '{"a":1}']],
  [
    "__proto__ beside no others",
    '{"properties":{"__proto__":{},"a":{}},"additionalProperties":false}',
    ['{"__proto__":1,"a":1}', "{}"],
    ['{"b":1}', '{"proto":1}'],
  ],
  [
    "__proto__ that asks for another",
    '{"dependentRequired":{"__proto__":["a"]}}',
    ["{}", '{"__proto__":1,"a":1}'],
    ['{"__proto__":1}'],
  ],
  [
    "__proto__ that asks for more of the object",
    '{"dependentSchemas":{"__proto__":{"minProperties":2}}}',
    ["{}", '{"a":1}', '{"__proto__":1,"a":1}'],
    ['{"__proto__":1}'],
  ],
  [
    "a reference to a property named __proto__",
    '{"properties":{"__proto__":{"type":"number"},"a":{"$ref":"#/properties/__proto__"}}}',
    ['{"a":1}'],
    ['{"a":"x"}'],
  ],
  ["a definition named __proto__", '{"$defs":{"__proto__":{"type":"number"}},"$ref":"#/$defs/__proto__"}', ["1"], ['"x"']],
  [
    "a name inside definitions, and a relative reference to it",
    '{"$defs":{"item":{"$id":"item.json","type":"integer"}},"items":{"$ref":"item.json"}}',
    ["[1]"],
    ['["x"]'],
  ],
  [
    "a name inside definitions of a schema with a name of its own",
    '{"$id":"https://example.com/root/list.json","$defs":{"item":{"$id":"item.json","type":"integer"}},"items":{"$ref":"item.json"}}',
    ["[1]"],
    ['["x"]'],
  ],
  [
    "names in each other, and a reference from the inner one",
    '{"$id":"https://example.com/a.json","$defs":{"b":{"$id":"sub/b.json","$defs":{"c":{"$id":"c.json","type":"integer"}},"items":{"$ref":"c.json"}}},"$ref":"sub/b.json"}',
    ["[1]"],
    ['["x"]'],
  ],
  [
    "a local reference inside of a schema with a name of its own",
    '{"$defs":{"b":{"$id":"https://example.com/b.json","prefixItems":[{"type":"integer"}],"items":{"$ref":"#/prefixItems/0"}}},"$ref":"https://example.com/b.json"}',
    ["[1,2]"],
    ['[1,"x"]'],
  ],
  [
    "a name as draft 4 has it",
    `{"$schema":"${draft(4)}","id":"http://example.com/root.json","definitions":{"item":{"id":"item.json","type":"integer"}},"items":{"$ref":"item.json"}}`,
    ["[1]"],
    ['["x"]'],
  ],
  ["the schema of schemas", `{"$ref":"${of2020}"}`, ['{"minLength":1}', "true"], ['{"minLength":-1}', '{"type":"nothing"}', "1"]],
  [
    "that of draft 7",
    `{"$schema":"${draft(7)}","$ref":"${draft(7)}"}`,
    ['{"minLength":1}', "true"],
    ['{"minLength":-1}', '{"items":1}'],
  ],
  ["that of draft 6", `{"$schema":"${draft(6)}","$ref":"${draft(6)}"}`, ['{"minLength":1}'], ['{"minLength":-1}']],
  ["that of draft 4", `{"$schema":"${draft(4)}","$ref":"${draft(4)}"}`, ['{"minLength":1}'], ['{"minLength":-1}']],
  ["that of 2019-09", '{"$ref":"https://json-schema.org/draft/2019-09/schema"}', ['{"minLength":1}'], ['{"minLength":-1}']],
  ["a definition of that of draft 7", `{"$ref":"${draft(7)}/definitions/nonNegativeInteger"}`, ["1"], ["-1"]],
  [
    "a reference to an item",
    `{"$schema":"${draft(7)}","items":[{"type":"integer"},{"$ref":"#/items/0"}]}`,
    ["[1,2]"],
    ['[1,"x"]'],
  ],
  [
    "a reference to additional items",
    `{"$schema":"${draft(7)}","items":[{"$ref":"#/additionalItems"}],"additionalItems":{"type":"integer"}}`,
    ["[1,2]"],
    ['["x"]', '[1,"x"]'],
  ],
  [
    "a reference into the items of a property",
    `{"$schema":"${draft(7)}","properties":{"a":{"items":[{"type":"integer"}]},"b":{"$ref":"#/properties/a/items/0"}}}`,
    ['{"b":1}'],
    ['{"b":"x"}'],
  ],
  [
    "a reference into what allows null",
    '{"properties":{"a":{"nullable":true,"properties":{"b":{"type":"integer"}}},"c":{"$ref":"#/properties/a/properties/b"}}}',
    ['{"a":null,"c":1}'],
    ['{"c":"x"}'],
  ],
  [
    "a reference into components that allow null",
    '{"$ref":"#/components/schemas/a/properties/b","components":{"schemas":{"a":{"nullable":true,"properties":{"b":{"type":"integer"}}}}}}',
    ["1"],
    ['"x"'],
  ],
  [
    "names with slashes, tildes and percent signs",
    '{"$defs":{"a/b~c%d":{"type":"integer"}},"$ref":"#/$defs/a~1b~0c%25d"}',
    ["1"],
    ['"x"'],
  ],
  [
    "a property that is called as a keyword is",
    '{"properties":{"items":{"type":"integer"},"b":{"$ref":"#/properties/items"}}}',
    ['{"b":1}'],
    ['{"b":"x"}'],
  ],
  ["a tree", '{"type":"array","items":{"$ref":"#"}}', ["[[],[[]]]"], ["[[1]]"]],
];

describe("JSON Schema", () => {
  it.each(cases)("%s", (_name, schema, fitting, unfit) => {
    const validator = compileSchema(json(schema), noChanges);
    for (const value of fitting) expect([value, validator.check(json(value))]).toEqual([value, null]);
    for (const value of unfit) expect([value, validator.check(json(value)) === null]).toEqual([value, false]);
  });

  it("follows references to properties whose names compare without case", () => {
    const schema = { properties: { Amount: { type: "integer" }, other: { $ref: "#/properties/Amount" } } };
    const validator = compileSchema(schema, { ...noChanges, ignoresCase: true });
    expect(validator.check({ other: 1 })).toBeNull();
    expect(validator.check({ other: "x" })).not.toBeNull();
  });

  const without = (work: () => unknown): string => {
    try {
      work();
      return "";
    } catch (error) {
      expect(error).toBeInstanceOf(ValidatorError);
      return (error as Error).message;
    }
  };

  it.each([
    ["only itself", { $ref: "#" }],
    ["two that refer to each other", { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }],
    ["itself among alternatives", { anyOf: [{ $ref: "#" }, { type: "string" }] }],
  ])("says in its own words that it goes too deep: %s", (_name, schema) => {
    expect(without(() => compileSchema(schema, noChanges).check(1))).toMatch(/refers to itself without end/);
  });

  it("says so of a schema that is nested too deep", () => {
    let schema: object = {};
    for (let i = 0; i < 5_000; i++) schema = { not: schema };
    expect(without(() => compileSchema(schema, noChanges))).toMatch(/nested/);
  });
});

describe("a schema that is written as an object", () => {
  const rule = `<validate-content unspecified-content-type-action="ignore" max-size="1000" size-exceeded-action="prevent">
    <content type="application/json" validate-as="json" schema-id="s" action="prevent" /></validate-content>`;
  const operations = { post: { method: "POST", urlTemplate: "/" } };
  const send = async (schema: Readonly<Record<string, unknown>>, body: string) =>
    (await apiWorld(rule, operations, { schemas: { s: schema } })).send({
      method: "POST",
      url: "https://api.example/a/",
      headers: { "Content-Type": "application/json" },
      body,
    });

  it.each([
    [{ type: "object", required: ["id"] }],
    [{ $ref: "#/$defs/a", $defs: { a: { required: ["id"] } } }],
    [{ text: '{"required":["id"]}' }],
    [{ contentType: "application/json", text: '{"required":["id"]}' }],
  ])("works: %j", async (schema) => {
    expect((await send(schema, '{"id":1}')).status).toBe(200);
    const outcome = await send(schema, "{}");
    expect([outcome.status, messageOf(outcome).includes("missing from object: id")]).toEqual([400, true]);
  });

  it("is asked for where there is none", async () => {
    await expect(send({ fil: "./s.json" }, "{}")).rejects.toThrow(/neither a file nor a text/);
  });
});
