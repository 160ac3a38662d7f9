import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, createGateway, type GatewayConfiguration } from "@turnpike/core";
import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { buildConfiguration } from "#core/config/build/build.js";
import { readOpenApi } from "#core/config/openapi/read.js";
import { LoadedConfiguration } from "#core/config/source.js";

const head = `openapi: 3.0.3
info: { title: T, version: "1" }
`;

const read = (text: string) => readOpenApi(text, "api.yaml");
const codes = (text: string): string[] => read(text).diagnostics.map(({ code, line }) => `${code} ${line}`);

describe("reading OpenAPI documents", () => {
  it("makes operations of OpenAPI 3", () => {
    const { operations, serviceUrl, diagnostics } = read(`${head}
servers:
  - url: /relative
  - { url: "https://{host}.example/v1", variables: { host: { default: books } } }
paths:
  /books/{id}:
    parameters:
      - $ref: "#/components/parameters/Id"
      - { name: verbose, in: query, schema: { type: boolean } }
    put:
      operationId: put-book
      summary: Put a book
      parameters:
        - { name: verbose, in: query, required: true, schema: { type: integer, default: 3 } }
        - { name: tags, in: query, explode: false, schema: { type: array, items: { type: string } } }
        - { name: X-Shelf, in: header, schema: { type: string } }
        - { name: Accept, in: header, schema: { type: string } }
        - { name: session, in: cookie, schema: { type: string } }
      requestBody: { $ref: "#/components/requestBodies/Book" }
      responses:
        "200":
          description: Done.
          headers: { X-Left: { required: true, schema: { type: integer } } }
          content: { application/json: { example: { id: 1 }, schema: { $ref: "#/components/schemas/Book" } } }
        4XX: { description: Wrong. }
        default: { description: Else. }
    get: { responses: {} }
components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: integer } } }
  requestBodies: { Book: { content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } } }
  schemas:
    Book: { type: object, properties: { next: { $ref: "#/components/schemas/Book" }, by: { $ref: "#/components/schemas/Author" } } }
    Author: { type: string, nullable: true }
    Unused: { type: string }
`);
    expect(diagnostics).toEqual([]);
    expect(serviceUrl).toBe("https://books.example/v1");
    expect(Object.keys(operations)).toEqual(["get-books-id", "put-book"]);
    const book = {
      $ref: "#/definitions/Book",
      definitions: {
        Book: {
          type: "object",
          properties: { next: { $ref: "#/definitions/Book" }, by: { $ref: "#/definitions/Author" } },
        },
        Author: { type: "string", nullable: true },
      },
    };
    expect(operations["put-book"]).toEqual({
      name: "Put a book",
      method: "PUT",
      urlTemplate: "/books/{id}",
      templateParameters: [{ name: "id", required: true, type: "integer", schema: { type: "integer" }, listSeparator: "," }],
      request: {
        queryParameters: [
          { name: "verbose", required: true, type: "integer", schema: { type: "integer", default: 3 }, defaultValue: 3 },
          {
            name: "tags",
            required: false,
            type: "array",
            schema: { type: "array", items: { type: "string" } },
            listSeparator: ",",
          },
        ],
        headers: [{ name: "X-Shelf", required: false, type: "string", schema: { type: "string" }, listSeparator: "," }],
        representations: [{ contentType: "application/json", schema: book }],
      },
      responses: [
        {
          statusCode: 200,
          description: "Done.",
          headers: [{ name: "X-Left", required: true, type: "integer", schema: { type: "integer" }, listSeparator: "," }],
          representations: [{ contentType: "application/json", schema: book, example: { id: 1 } }],
        },
        { statusCode: 4, description: "Wrong.", headers: [], representations: [] },
        { statusCode: 0, description: "Else.", headers: [], representations: [] },
      ],
    });
  });

  it("makes operations of Swagger 2, in JSON", () => {
    const { operations, serviceUrl, diagnostics } = read(
      JSON.stringify({
        swagger: "2.0",
        host: "books.example",
        basePath: "/v2",
        schemes: ["http", "https"],
        consumes: ["application/json", "text/json"],
        paths: {
          "/books": {
            post: {
              parameters: [
                { name: "body", in: "body", schema: { $ref: "#/definitions/Book" } },
                { name: "ids", in: "query", type: "array", items: { type: "integer" }, collectionFormat: "pipes" },
                { name: "n", in: "query", type: "integer", maximum: 5 },
              ],
              responses: { 201: { description: "Made.", schema: { type: "string" }, examples: { "text/plain": "made" } } },
            },
          },
          "/files": {
            post: {
              parameters: [
                { name: "name", in: "formData", type: "string", required: true },
                { name: "content", in: "formData", type: "file" },
              ],
            },
          },
        },
        definitions: { Book: { type: "object" } },
      }),
    );
    expect(diagnostics).toEqual([]);
    expect(serviceUrl).toBe("https://books.example/v2");
    const post = operations["post-books"]!;
    expect(post.request!.representations!.map((representation) => representation.contentType)).toEqual([
      "application/json",
      "text/json",
    ]);
    expect(post.request!.queryParameters).toMatchObject([
      { name: "ids", listSeparator: "|", schema: { type: "array", items: { type: "integer" } } },
      { name: "n", type: "integer", schema: { type: "integer", maximum: 5 } },
    ]);
    expect(post.responses![0]!.representations).toEqual([
      { contentType: "application/json", schema: { type: "string" } },
      { contentType: "text/plain", schema: { type: "string" }, example: "made" },
    ]);
    expect(operations["post-files"]!.request!.representations).toEqual([
      {
        contentType: "multipart/form-data",
        schema: { type: "object", properties: { name: { type: "string" }, content: {} }, required: ["name"] },
      },
    ]);
  });

  it.each([
    ["title: none", ["TP3010 1"]],
    ["openapi: 3.2.0", ["TP3009 1"]],
    ['swagger: "1.2"', ["TP3009 1"]],
    ["openapi: [", ["TP4001 1"]],
    [`${head}paths:\n  books: { get: {} }\n`, ["TP3004 4"]],
    [`${head}paths:\n  /books/{: { get: {} }\n`, ["TP3004 4"]],
    [`${head}paths:\n  /a: { get: { operationId: x } }\n  /b: { get: { operationId: x } }\n`, ["TP3010 5"]],
    [`${head}paths:\n  /a: { get: { parameters: [{ $ref: "#/nowhere" }] } }\n`, ["TP3010 4"]],
    [`${head}paths:\n  /a: { get: { requestBody: { $ref: "http://elsewhere.example/x.yaml" } } }\n`, ["TP3009 4"]],
    [`${head}paths:\n  /a: { get: { responses: { often: {} } } }\n`, ["TP3010 4"]],
    [`${head}a: { $ref: "#/b" }\nb: { $ref: "#/a" }\npaths:\n  /a: { $ref: "#/a" }\n`, ["TP3010 6"]],
  ])("finds what is wrong, with its place: %j", (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it("finds every reference that leaves the document where it stands, used or not", () => {
    const { diagnostics } = read(`${head}paths:
  /a:
    get:
      parameters:
        - $ref: parameters.yaml#/Id
      responses: { "200": { content: { application/json: { example: { $ref: "data.json" }, schema: { $ref: "#/components/schemas/A" } } } } }
components:
  schemas:
    A:
      properties:
        b:
          $ref: "https://schemas.example/b.json"
        $ref: { type: string }
    Unused:
      allOf: [{ $ref: "file:///etc/passwd" }]
  x-more: { $ref: "elsewhere.yaml" }
`);
    expect(diagnostics.map(({ code, line, message, hint }) => [code, line, message, hint])).toEqual(
      [
        [7, "parameters.yaml#/Id"],
        [14, "https://schemas.example/b.json"],
        [17, "file:///etc/passwd"],
      ].map(([line, reference]) => [
        "TP3009",
        line,
        `The reference ${reference} leaves the document.`,
        "Bundle the document into one file.",
      ]),
    );
  });

  it("bounds what it reads", () => {
    const deep = `${'{"items":'.repeat(300)}{}${"}".repeat(300)}`;
    expect(
      codes(`{"openapi":"3.0.0","paths":{"/a":{"get":{"parameters":[{"name":"q","in":"query","schema":${deep}}]}}}}`),
    ).toEqual(["TP3010 1"]);
    expect(codes(`openapi: 3.0.0\n# ${"x".repeat(17_000_000)}`)).toEqual(["TP3010 1"]);
    const bomb = `openapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`)
      .join("\n")}`;
    expect(codes(bomb)).toEqual(["TP4001 1"]);
  });

  it("takes names of JavaScript's own as names", () => {
    const { operations } = read(`${head}paths:
  /a:
    get: { operationId: __proto__, parameters: [{ name: constructor, in: query, schema: { $ref: "#/components/schemas/__proto__" } }] }
components: { schemas: { __proto__: { type: integer } } }
`);
    expect(Object.keys(operations)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["definitions"]).toBeUndefined();
  });
});

describe("an API with an OpenAPI document", () => {
  const openapi = `${head}servers: [{ url: "http://books.internal/v1" }]
paths:
  /books: { get: { operationId: list }, post: { operationId: add } }
`;
  const gateway = (apis: GatewayConfiguration["apis"]): GatewayConfiguration => ({ apis: apis! });

  it("serves its operations at its server", async () => {
    const test = await policyTest({ gateway: gateway({ books: { path: "lib", subscriptionRequired: false, openapi } }) });
    const { status, backendCalls } = await test.send({ url: "https://api.example/lib/books" });
    expect([status, backendCalls[0]!.url]).toEqual([200, "http://books.internal/v1/books"]);
    expect((await test.send({ url: "https://api.example/lib/other" })).status).toBe(404);
    expect((await test.send({ method: "PUT", url: "https://api.example/lib/books" })).status).toBe(404);
  });

  it.each<[string, string, string | null]>([
    ["an absolute server's", 'servers: [{ url: "http://books.internal/v1/lib/" }]', "v1/lib"],
    ["a relative server's", "servers: [{ url: /v2/lib }]", "v2/lib"],
    [
      "that of a server with variables",
      'servers: [{ url: "https://{host}/{base}", variables: { host: { default: h.example }, base: { default: b } } }]',
      "b",
    ],
    ["that of a server at the root", 'servers: [{ url: "http://books.internal" }]', ""],
    ["none without a server", "", null],
  ])("answers below the first server's path where it has none itself: %s", async (_, servers, prefix) => {
    const text = `${head}${servers}\npaths:\n  /books: { get: { operationId: list } }\n`;
    const made = createGateway(gateway({ books: { openapi: text } }));
    if (prefix === null) return expect(made).rejects.toThrow(/TP3005 The API books has no path/);
    expect((await made).configuration.apis.get("books")!.path).toBe(prefix);
    return (await made).close();
  });

  it("takes the base path of Swagger 2", async () => {
    const text = 'swagger: "2.0"\ninfo: { title: T, version: "1" }\nbasePath: /api/v1\npaths: {}\n';
    const made = await createGateway(gateway({ books: { openapi: text }, own: { path: "own", openapi: text } }));
    expect([...made.configuration.apis.values()].map((api) => api.path)).toEqual(["api/v1", "own"]);
    await made.close();
  });

  it("puts its own operations and serviceUrl over those of the document", async () => {
    const policy =
      "<policies><inbound><base /><set-header name='X-Op' exists-action='override'><value>own</value></set-header></inbound></policies>";
    const test = await policyTest({
      gateway: gateway({
        books: {
          path: "lib",
          subscriptionRequired: false,
          serviceUrl: "http://other.internal",
          openapi,
          operations: { list: { method: "GET", urlTemplate: "/books", policy }, more: { method: "GET", urlTemplate: "/more" } },
        },
      }),
    });
    const listed = await test.send({ url: "https://api.example/lib/books" });
    expect(listed.backendCalls[0]!.url).toBe("http://other.internal/books");
    expect(listed.backendCalls[0]!.headers.get("X-Op")).toBe("own");
    expect((await test.send({ url: "https://api.example/lib/more" })).status).toBe(200);
    expect((await test.send({ method: "POST", url: "https://api.example/lib/books" })).status).toBe(200);
  });

  it("is refused with the document's errors", async () => {
    const refused = createGateway(gateway({ books: { path: "lib", openapi: "openapi: 4.0" } }));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(createGateway(gateway({ books: { path: "lib", openapi: { file: "no/such.yaml" } } }))).rejects.toMatchObject({
      diagnostics: [{ code: "TP3001" }],
    });
  });
});

describe("OpenAPI documents of APIs and their revisions", () => {
  const document = (path: string, server: string): string =>
    `openapi: 3.0.3\ninfo: { title: T, version: "1" }\nservers: [{ url: "${server}" }]\npaths: { ${path}: { get: { operationId: get } } }\n`;

  it("a revision has operations and server of its own", () => {
    const { model } = buildConfiguration(
      LoadedConfiguration.fromObject(
        {
          apis: {
            a: {
              path: "a",
              openapi: document("/old", "http://old.internal"),
              revisions: { "2": { openapi: document("/new", "http://new.internal") }, "3": {} },
            },
          },
        },
        ".",
      ),
    );
    const shown = [...model.apis].map(([id, api]) => [id, api.operations[0]!.urlTemplate, api.serviceUrl!.toString()]);
    expect(shown).toEqual([
      ["a", "/old", "http://old.internal/"],
      ["a;rev=2", "/new", "http://new.internal/"],
      ["a;rev=3", "/old", "http://old.internal/"],
    ]);
  });

  it("servers are not taken where the file says so", () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-"));
    writeFileSync(join(folder, "api.yaml"), document("/x", "https://gateway.example/a"));
    const { model } = buildConfiguration(
      LoadedConfiguration.fromObject({ apis: { a: { path: "a", openapi: { file: "api.yaml", servers: false } } } }, folder),
    );
    expect(model.apis.get("a")!.serviceUrl).toBeNull();
    expect(model.apis.get("a")!.operations).toHaveLength(1);
  });
});
