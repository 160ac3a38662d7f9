import { type ConfigurationError, createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";

const head = `openapi: 3.0.3
info: { title: T, version: "1" }
`;

describe("validating by the specification", () => {
  const of = (openapi: string, more: object = {}) => ({
    apis: { books: { path: "lib", subscriptionRequired: false, openapi, ...more } },
  });
  const validated = (openapi: string, options: object = {}, more: object = {}) =>
    createGateway(of(openapi, more), { validateOpenApi: true, ...options }).then(
      async (gateway) => {
        await gateway.close();
        return [];
      },
      (error: unknown) =>
        (error as ConfigurationError).diagnostics.map(({ code, line, message }) => `${code} ${line} ${message}`),
    );
  const sound = `${head}paths:
  /books/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { $ref: "#/components/schemas/Id" } }]
      responses: { "200": { description: Found. } }
components:
  schemas:
    Id: { type: string, properties: { next: { $ref: "#/components/schemas/Id" } } }
`;

  it.each<[string, string, string[]]>([
    ["nothing", sound, []],
    ["OpenAPI 3.1", sound.replace("3.0.3", "3.1.0"), []],
    [
      "what is missing",
      sound.replace('title: T, version: "1"', "title: T"),
      ["TP3010 2 /info must have required property 'version'."],
    ],
    [
      "what is wrong deep inside",
      sound.replace("description: Found.", "description: 7"),
      ["TP3010 7 /paths/~1books~1{id}/get/responses/200/description must be string."],
    ],
    [
      "what only the whole tells",
      `swagger: "2.0"
info: { title: T, version: "1" }
paths:
  /books/{id}: { get: { responses: { "200": { description: Found. } } } }
`,
      ["TP3010 1 Validation failed. /paths/books/{id}/get is missing path parameter(s) for {id}."],
    ],
  ])("%s", async (_, text, expected) => {
    expect(await validated(text)).toEqual(expected);
    await (await createGateway(of(text))).close();
  });

  it("reads and fetches nothing, and tells other errors beside", async () => {
    const text = sound.replace("#/components/schemas/Id", "file:///etc/passwd").replace("title: T, ", "");
    expect(await validated(text, {}, { serviceUrl: "nowhere" })).toEqual([
      expect.stringMatching(/^TP3009 6 The reference file/),
      expect.stringMatching(/^TP3005 1 "nowhere" is not an absolute/),
      "TP3010 2 /info must have required property 'title'.",
    ]);
  });

  it("says which package it needs", async () => {
    expect(await validated(sound, { packages: { "@apidevtools/swagger-parser": null } })).toEqual([
      "TP2108 1 Validating OpenAPI documents needs the package @apidevtools/swagger-parser.",
    ]);
    expect(await validated("", { packages: { "@apidevtools/swagger-parser": null } })).toHaveLength(2);
    await (await createGateway({}, { validateOpenApi: true, packages: { "@apidevtools/swagger-parser": null } })).close();
  });
});
