import { gzipSync } from "node:zlib";
import type { FakeRule } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { findings } from "./support.js";
import { apiWorld, internalText, messageOf } from "./validation-support.js";

const order = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "integer" }, name: { type: "string", maxLength: 5 }, at: { type: "string", format: "date-time" } },
};
const operations = {
  post: {
    method: "POST",
    urlTemplate: "/",
    request: {
      representations: [
        {
          contentType: "application/json",
          schema: { $ref: "#/definitions/Order", definitions: { Order: order, Part: { type: "string" } } },
        },
        { contentType: "application/x-www-form-urlencoded", schema: order },
        {
          contentType: "multipart/form-data",
          schema: { ...order, properties: { ...order.properties, tags: { type: "array", items: { type: "integer" } } } },
        },
        { contentType: "application/xml" },
        { contentType: "text/*" },
      ],
    },
    responses: [{ statusCode: 200, representations: [{ contentType: "application/json", schema: order }] }],
  },
};
const policy = (
  inner: string,
  attributes = 'unspecified-content-type-action="prevent" max-size="500" size-exceeded-action="prevent"',
) => `<validate-content ${attributes} errors-variable-name="errors">${inner}</validate-content>`;
const content = (attributes = "", as = "json", action = "prevent") =>
  `<content validate-as="${as}" action="${action}" ${attributes} />`;
const world = (inner = content(), schemas?: Record<string, string>, attributes?: string) =>
  apiWorld(policy(inner, attributes), operations, schemas === undefined ? {} : { schemas });
const post = (body: string | Uint8Array, type: string | null = "application/json", headers: Record<string, string> = {}) => ({
  method: "POST",
  url: "https://api.example/a/",
  headers: { ...(type === null ? {} : { "Content-Type": type }), ...headers },
  body: typeof body === "string" ? Buffer.from(body) : body,
});
const unfit = (what: string, type = "application/json", definition: string | null = "Order") =>
  `Body of the request does not conform to the definition${definition === null ? "" : ` ${definition},`} which is associated with the content type ${type}. ${what}`;
const refused = async (test: Awaited<ReturnType<typeof world>>, request: ReturnType<typeof post>) => {
  const outcome = await test.send(request);
  return [outcome.status, outcome.error?.message ?? null];
};

describe("validate-content of JSON", () => {
  it.each([
    '{"id":1,"name":"a"}',
    ' {"id":1.0,"name":"\\u0061","at":"2024-01-01T00:00:00Z","more":[{}]} ',
    '{"id":1,"name":"a","id":2}',
  ])("lets through %s", async (body) => {
    const outcome = await (await world()).send(post(body));
    expect([outcome.status, outcome.error]).toEqual([200, null]);
    expect(outcome.variables).not.toHaveProperty("errors");
    expect(outcome.backendCalls).toHaveLength(1);
  });

  it.each([
    ['{"name":"a"}', "Required properties are missing from object: id. Line: 1, Position: 1"],
    ["{}", "Required properties are missing from object: id, name. Line: 1, Position: 1"],
    ['{\n "id": "x",\n "name": "a"}', "Invalid type. Expected Integer but got String. Line: 2, Position: 10"],
    ['{"id":1,"name":"abcdef"}', "String 'abcdef' exceeds maximum length of 5. Line: 1, Position: 23"],
    ['{"id":1,"name":"a","at":"noon"}', "String 'noon' does not validate against format 'date-time'. Line: 1, Position: 30"],
    ["[1]", "Invalid type. Expected Object but got Array. Line: 1, Position: 1"],
    ["null", "Invalid type. Expected Object but got Null. Line: 1, Position: 4"],
    [`${"[".repeat(200)}${"]".repeat(200)}`, "The body is nested too deep."],
    [new Uint8Array([0x22, 0xff, 0x22]), "The body is no text in its encoding."],
    ['{"__proto__":{"id":1,"name":"a"}}', "Required properties are missing from object: id, name. Line: 1, Position: 1"],
  ])("refuses %j", async (body, message) => {
    expect(await refused(await world(), post(body))).toEqual([400, unfit(message)]);
  });

  it.each(["", "{", '{"id":1,}', "nonsense"])("refuses what is no JSON: %j", async (body) => {
    const outcome = await (await world()).send(post(body));
    expect([outcome.status, messageOf(outcome).startsWith(unfit(""))]).toEqual([400, true]);
    expect(outcome.error).toMatchObject({ source: "validate-content", reason: "Bad request" });
  });

  it("overrides additional properties both ways", async () => {
    const more = post('{"id":1,"name":"a","more":1}');
    const undeclared =
      "Property 'more' has not been defined and the schema does not allow additional properties. Line: 1, Position: 1";
    expect(await refused(await world(content('allow-additional-properties="false"')), more)).toEqual([400, unfit(undeclared)]);
    const closed = { closed: JSON.stringify({ allOf: [{ ...order }], unevaluatedProperties: false }) };
    const rule = (rest = "") => content(`schema-id="closed" type="application/json" ${rest}`);
    expect(await refused(await world(rule(), closed), more)).toEqual([400, unfit(undeclared, "application/json", "closed")]);
    expect(await refused(await world(rule('allow-additional-properties="true"'), closed), more)).toEqual([200, null]);
    const both = { closed: JSON.stringify({ allOf: [order, { properties: { more: {} } }] }) };
    expect(await refused(await world(rule('allow-additional-properties="false"'), both), more)).toEqual([200, null]);
  });

  it("compares property names without regard to case where told to", async () => {
    const upper = post('{"ID":1,"Name":"a"}');
    expect(await refused(await world(), upper)).toEqual([
      400,
      unfit("Required properties are missing from object: id, name. Line: 1, Position: 1"),
    ]);
    expect(await refused(await world(content('case-insensitive-property-names="true"')), upper)).toEqual([200, null]);
  });

  it("takes a stored schema, and a part of it", async () => {
    const schemas = {
      stored: JSON.stringify({
        components: { schemas: { n: { type: "integer", nullable: true, minimum: 2, exclusiveMinimum: true } } },
      }),
    };
    const test = await world(content('schema-id="stored" schema-ref="#/components/schemas/n"'), schemas);
    expect(await refused(test, post("3"))).toEqual([200, null]);
    expect(await refused(test, post("null"))).toEqual([200, null]);
    expect(await refused(test, post("2"))).toEqual([
      400,
      unfit("JSON does not match any schemas from 'anyOf'. Line: 1, Position: 1", "application/json", "n"),
    ]);
    const ofApi = await world(content('schema-ref="#/components/schemas/Part"'));
    expect(await refused(ofApi, post('"x"'))).toEqual([200, null]);
    expect(await refused(ofApi, post("1"))).toEqual([
      400,
      unfit("Invalid type. Expected String but got Integer. Line: 1, Position: 1", "application/json", "Part"),
    ]);
  });

  it("tells nothing of a definition that is missing or cannot be used", async () => {
    for (const rule of [content('schema-ref="#/components/schemas/Nowhere"'), content('type="application/other"')]) {
      const outcome = await (await world(rule)).send(
        post("{}", rule.includes("other") ? "application/other" : "application/json"),
      );
      expect([outcome.status, messageOf(outcome)]).toEqual([400, internalText]);
    }
  });

  const drafts = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
  };

  it.each<[keyof typeof drafts, string, object, unknown, unknown]>([
    [4, "boolean exclusive bounds", { minimum: 1, exclusiveMinimum: true }, 2, 1],
    [
      4,
      "id as the name of a part",
      { properties: { a: { $ref: "#part" } }, definitions: { p: { id: "#part", type: "string" } } },
      { a: "" },
      { a: 1 },
    ],
    [
      4,
      "id as a base",
      {
        id: "http://x.example/a.json",
        properties: { a: { $ref: "a.json#/definitions/p" } },
        definitions: { p: { type: "string" } },
      },
      { a: "" },
      { a: 1 },
    ],
    [
      4,
      "dependencies",
      { dependencies: { a: ["b"], c: { required: ["d"], properties: { d: { minimum: 0, exclusiveMinimum: true } } } } },
      { a: 1, b: 1, c: 1, d: 1 },
      { c: 1, d: 0 },
    ],
    [4, "lists of items", { items: [{ type: "string" }], additionalItems: { type: "integer" } }, ["a", 1], ["a", "b"]],
    [
      4,
      "nothing beside $ref",
      { properties: { a: { $ref: "#/definitions/p", minimum: 5 } }, definitions: { p: { type: "integer" } } },
      { a: 1 },
      { a: "" },
    ],
    [
      6,
      "const, contains and propertyNames",
      { contains: { const: 1 }, items: { propertyNames: { maxLength: 1 } } },
      [1, { a: 1 }],
      [2],
    ],
    [6, "bounds that are numbers", { exclusiveMaximum: 5 }, 4, 5],
    [7, "if, then and else", { if: { type: "string" }, then: { minLength: 2 }, else: { minimum: 2 } }, "ab", 1],
    [7, "nothing beside $ref", { $ref: "#/definitions/p", maximum: 1, definitions: { p: { type: "integer" } } }, 7, "a"],
    [
      7,
      "$id as the name of a part",
      { items: { $ref: "#part" }, definitions: { p: { $id: "#part", type: "string" } } },
      ["a"],
      [1],
    ],
    [2019, "what stands beside $ref", { $ref: "#/$defs/p", maximum: 1, $defs: { p: { type: "integer" } } }, 1, 7],
    [
      2019,
      "dependentRequired and dependentSchemas",
      { dependentRequired: { a: ["b"] }, dependentSchemas: { c: { required: ["d"] } } },
      { a: 1, b: 1 },
      { c: 1 },
    ],
    [2019, "unevaluatedProperties", { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false }, { a: 1 }, { b: 1 }],
    [2019, "minContains", { contains: { type: "integer" }, minContains: 2 }, [1, 2], [1, "a"]],
    [2019, "anchors", { items: { $ref: "#part" }, $defs: { p: { $anchor: "part", type: "string" } } }, ["a"], [1]],
    [
      2019,
      "recursive references",
      { $recursiveAnchor: true, type: "object", additionalProperties: { $recursiveRef: "#" } },
      { a: { b: {} } },
      { a: { b: 1 } },
    ],
    [2020, "prefixItems", { prefixItems: [{ type: "string" }], items: false }, ["a"], ["a", "b"]],
    [
      2020,
      "dynamic references",
      { $dynamicAnchor: "node", type: "object", additionalProperties: { $dynamicRef: "#node" } },
      { a: {} },
      { a: { b: 1 } },
    ],
    [2020, "a schema within itself", { type: "array", items: { $ref: "#" } }, [[], [[]]], [[1]]],
    [2020, "a schema that is false in parts", { properties: { a: false } }, { b: 1 }, { a: 1 }],
  ])("reads draft %s: %s", async (draft, _what, schema, good, bad) => {
    const test = await world(content('schema-id="stored"'), { stored: JSON.stringify({ $schema: drafts[draft], ...schema }) });
    const status = async (value: unknown) => (await test.send(post(JSON.stringify(value)))).status;
    expect([await status(good), await status(bad)]).toEqual([200, 400]);
  });

  it.each(Object.values(drafts))("reads schemas of %s", async ($schema) => {
    const stored = JSON.stringify({
      $schema,
      id: "x",
      type: "array",
      items: { $ref: "#/definitions/a" },
      definitions: { a: { type: "string" } },
    });
    const test = await world(content('schema-id="stored"'), { stored });
    expect(await refused(test, post('["a"]'))).toEqual([200, null]);
    expect((await test.send(post("[1]"))).status).toBe(400);
  });
});

describe("validate-content of other bodies", () => {
  it("reads forms as their fields", async () => {
    const form = "application/x-www-form-urlencoded";
    expect(await refused(await world(), post("id=1&name=a+b", form))).toEqual([200, null]);
    expect(await refused(await world(), post("id=x&name=a", form))).toEqual([
      400,
      unfit("Invalid type. Expected Integer but got String.", form, null),
    ]);
    const multipart = (...parts: readonly (readonly [string, string])[]) =>
      `${parts.map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("")}--B--\r\n`;
    const type = 'multipart/form-data; boundary="B"';
    expect(await refused(await world(), post(multipart(["id", "1"], ["name", "ä"], ["tags", "1"], ["tags", "2"]), type))).toEqual(
      [200, null],
    );
    expect((await (await world()).send(post(multipart(["id", "1"]), type))).error!.message).toContain(
      "missing from object: name.",
    );
    for (const broken of ["--B", "--B\r\n\r\nx", "nothing", multipart(["id", "1"]).slice(0, -6)])
      expect((await (await world()).send(post(broken, type))).status).toBe(400);
    expect((await (await world()).send(post("x", "multipart/form-data"))).error!.message).toContain("no boundary");
  });

  it("checks that XML is well-formed, and finds the document in an envelope", async () => {
    const xml = await world(content("", "xml"));
    expect(await refused(xml, post('<?xml version="1.0"?><a><b/></a>', "application/xml"))).toEqual([200, null]);
    for (const body of ["<a>", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "<a>".repeat(300) + "</a>".repeat(300), "{}"])
      expect((await xml.send(post(body, "application/xml"))).status).toBe(400);
    const soap = await world(content('type="text/xml"', "soap"));
    const envelope = (inner: string, space = "http://schemas.xmlsoap.org/soap/envelope/") =>
      `<s:Envelope xmlns:s="${space}"><s:Body>${inner}</s:Body></s:Envelope>`;
    expect(await refused(soap, post(envelope("<a/>"), "text/xml"))).toEqual([200, null]);
    for (const body of [envelope(""), envelope("<a/>", "urn:other"), "<a/>"])
      expect((await soap.send(post(body, "text/xml"))).status).toBe(400);
  });

  it("takes types by name, by wildcard and by map", async () => {
    expect(await refused(await world(""), post("anything", "text/plain; charset=x"))).toEqual([200, null]);
    expect(await refused(await world(""), post("{}", "IMAGE/png; a=b"))).toEqual([
      400,
      "Unspecified content type image/png is not allowed.",
    ]);
    const hal = `<content-type-map missing-content-type-value="application/json"><type from="Application/Hal+json" to="application/json" /><type when="@(context.Request.Headers.ContainsKey("J"))" to="application/json" /></content-type-map>${content()}`;
    const test = await world(hal);
    for (const request of [post("{}", "application/hal+json"), post("{}", "image/png", { J: "1" }), post("{}", null)])
      expect(await refused(test, request)).toEqual([
        400,
        unfit("Required properties are missing from object: id, name. Line: 1, Position: 1"),
      ]);
    const any = await world(`<content-type-map any-content-type-value="application/json" />${content()}`);
    expect((await any.send(post("{}", "image/png"))).status).toBe(400);
    expect(await refused(await world(), post("", null))).toEqual([200, null]);
  });
});

describe("validate-content of sizes", () => {
  const large = `{"id":1,"name":"a","x":"${"x".repeat(600)}"}`;

  it("refuses what is too large, unpacked, by its own account or not", async () => {
    const test = await world();
    const message = (size: number) => `Request's body is ${size} bytes long and it exceeds the limit of 500 bytes.`;
    expect(await refused(test, post(large))).toEqual([400, message(large.length)]);
    expect(await refused(test, post(gzipSync(large), "application/json", { "Content-Encoding": "gzip" }))).toEqual([
      400,
      message(501),
    ]);
    const stream = async function* () {
      for (;;) yield Buffer.alloc(100);
    };
    expect((await test.send({ ...post(""), body: stream() })).error!.message).toBe(message(600));
    expect(
      (await test.send({ ...post("", "application/json", { "Content-Length": "9999" }), body: stream() })).error!.message,
    ).toBe(message(9999));
  });

  it("unpacks what it validates", async () => {
    const test = await world();
    const packed = (text: string) => post(gzipSync(text), "application/json", { "Content-Encoding": "gzip" });
    expect(await refused(test, packed('{"id":1,"name":"a"}'))).toEqual([200, null]);
    expect((await test.send(packed("{}"))).status).toBe(400);
    expect((await test.send(post("{}", "application/json", { "Content-Encoding": "gzip" }))).error!.message).toContain(
      "cannot be unpacked",
    );
  });

  it("lets it pass under ignore and detect, whole and not looked into", async () => {
    for (const action of ["ignore", "detect"]) {
      const test = await world(
        content(),
        undefined,
        `unspecified-content-type-action="prevent" max-size="@(10)" size-exceeded-action="${action}"`,
      );
      const outcome = await test.send(post(`{"much":"${"x".repeat(50)}"}`));
      expect([outcome.status, Object.keys(outcome.variables).includes("errors")]).toEqual([200, action === "detect"]);
      expect(Buffer.from(outcome.backendCalls[0]!.body as Uint8Array)).toHaveLength(61);
    }
  });

  it("under detect, one that is larger than what may be buffered reaches the backend as it came", async () => {
    const sent = Array.from({ length: 6 }, (_, i) => Buffer.alloc(1024 * 1024, i));
    const stream = async function* () {
      yield* sent;
    };
    const attributes = 'unspecified-content-type-action="prevent" max-size="1500000" size-exceeded-action="detect"';
    const outcome = await (await world(content(), undefined, attributes)).send({ ...post(""), body: stream() });
    expect([outcome.status, outcome.variables["errors"]]).toEqual([
      200,
      [expect.objectContaining({ Details: "Request's body is 2097152 bytes long and it exceeds the limit of 1500000 bytes." })],
    ]);
    expect(Buffer.concat(sent).equals(outcome.backendCalls[0]!.body as Uint8Array)).toBe(true);
  });
});

describe("validate-content of responses", () => {
  const send = async (body: string, headers: Record<string, string> = { "Content-Type": "application/json" }) =>
    (await apiWorld({ outbound: policy(content()) }, operations, { backend: [{ reply: { status: 200, headers, body } }] })).send(
      post(""),
    );

  it("stops them without telling why", async () => {
    expect((await send('{"id":1,"name":"a"}')).status).toBe(200);
    const outcome = await send("{}");
    expect([outcome.status, messageOf(outcome)]).toEqual([502, internalText]);
    expect(outcome.error).toMatchObject({ reason: "Response not allowed" });
    expect(outcome.error!.message).toContain("Body of the response does not conform to the definition");
    expect((await send("x", { "Content-Type": "text/plain" })).error!.message).toBe(
      "Unspecified content type text/plain is not allowed.",
    );
    expect((await send("x".repeat(501))).error!.message).toBe(
      "Response's body is 501 bytes long and it exceeds the limit of 500 bytes.",
    );
  });
});

describe("validate-content and what it reports", () => {
  const outcomeOf = async (sections: Parameters<typeof apiWorld>[0], body: string, backend?: FakeRule[]) =>
    (await apiWorld(sections, operations, backend === undefined ? {} : { backend })).send(post(body));

  it("tells of each error its name, type, rule, details and action; policies that share a variable add to it", async () => {
    const detect = policy(content("", "json", "detect"));
    const { status, variables } = await outcomeOf(`${detect}${detect}`, "{}");
    const error = {
      Name: "application/json",
      Type: "RequestBody",
      ValidationRule: "IncorrectMessage",
      Details: unfit("Required properties are missing from object: id, name. Line: 1, Position: 1"),
      Action: "detect",
    };
    expect([status, variables["errors"]]).toEqual([200, [error, error]]);
  });

  it.each([
    ["SizeLimit", "RequestBody", content(), "x".repeat(501)],
    ["Unspecified", "RequestBody", content('type="text/csv"').replace("validate-content", ""), "{}"],
    ["MissingDefinition", "ApiSchema", content('schema-ref="#/definitions/None" type="text/plain"'), "{}"],
  ])("names the rule %s", async (rule, type, inner, body) => {
    const test = await world(inner, undefined, undefined);
    const contentType = rule === "SizeLimit" ? "application/json" : rule === "Unspecified" ? "image/png" : "text/plain";
    const { variables } = await test.send(post(body, contentType));
    expect(variables["errors"]).toMatchObject([{ Type: type, ValidationRule: rule, Action: "prevent" }]);
  });

  it("has nothing in the variable under ignore", async () => {
    const { status, variables } = await outcomeOf(policy(content("", "json", "ignore")), "{}");
    expect([status, "errors" in variables]).toEqual([200, false]);
  });

  it("judges the response in on-error, with the status of responses", async () => {
    const wrong = `<return-response><set-status code="200" /></return-response>`;
    const { status, text, error } = await outcomeOf(
      {
        outbound: `<set-variable name="x" value="@(1 / (context.Variables.Count - context.Variables.Count))" />`,
        onError: `<set-header name="Content-Type" exists-action="override"><value>application/json</value></set-header>
          <set-body>{"wrong":1}</set-body>${policy(content('type="application/json" schema-ref="#/definitions/Order"'))}${wrong}`,
      },
      "",
    );
    expect([status, messageOf({ text }), error!.source, error!.section]).toEqual([
      502,
      internalText,
      "validate-content",
      "on-error",
    ]);
  });

  it("does not look for a body where none comes", async () => {
    const reply = { status: 200, headers: { "Content-Type": "application/json", "Content-Length": "100000" } };
    const heads = { head: { ...operations.post, method: "HEAD" } };
    const test = await apiWorld({ outbound: policy(content()) }, heads, { backend: [{ reply }] });
    expect((await test.send({ method: "HEAD", url: "https://api.example/a/" })).status).toBe(200);
  });

  it("maps content types: a from or a when that fits, else any, else missing", async () => {
    const map = `<content-type-map any-content-type-value="application/json" missing-content-type-value="image/none">
      <type from="APPLICATION/HAL+JSON; v=1" to="application/json" />
      <type when="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;,&quot;&quot;) == &quot;csv&quot;)" to="image/csv" />
    </content-type-map>`;
    const test = await world(`${map}${content('type="application/json"')}`);
    const named = async (type: string | null, headers = {}) =>
      ((await test.send(post("{}", type, headers))).variables["errors"] as { Name: string }[])[0]!.Name;
    expect(await named("application/hal+json; charset=utf-8")).toBe("application/json");
    expect(await named("image/png")).toBe("application/json");
    const none = await world(`${map.replace(/any-content-type-value="[^"]*"/, "")}${content()}`);
    expect((await none.send(post("{}", null))).error!.message).toBe("Unspecified content type image/none is not allowed.");
    expect((await test.send(post("{}", "image/png", { X: "csv" }))).error!.message).toContain("image/csv");
  });
});

describe("validate-content at load time", () => {
  it.each([
    [policy(content()), []],
    [policy(content("", "yaml")), ["error TP2008"]],
    [policy(content().replace("action", "aktion")), ["error TP2007", "error TP2006"]],
    [policy("", 'max-size="5000000" unspecified-content-type-action="ignore" size-exceeded-action="ignore"'), ["error TP2008"]],
    [policy(content('schema-ref="#/x"', "xml")), ["warning TP2104"]],
  ])("checks %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });

  it.each([
    [content('schema-id="none"'), "TP2107"],
    [content('schema-id="broken"'), "TP2107"],
    [content('schema-id="bad"'), "TP2107"],
    [content('schema-id="pattern"'), "TP2107"],
    [content('schema-id="none"', "xml"), "TP2107"],
    [content('schema-id="xsd"', "xml"), "TP2107"],
  ])("refuses %s", async (rule, code) => {
    const schemas = {
      broken: "{",
      bad: '{"type":"no"}',
      pattern: '{"pattern":"("}',
      xsd: "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='unknown'/></xs:schema>",
    };
    await expect(world(rule, schemas)).rejects.toMatchObject({ diagnostics: [{ code, severity: "error" }] });
  });

  it("names the package that it needs for XML schemas, and asks for it only then", async () => {
    const schemas = { xsd: "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a'/></xs:schema>" };
    const packages = { "libxml2-wasm": null };
    const rule = content('schema-id="xsd"', "xml");
    await expect(apiWorld(policy(rule), operations, { schemas, packages })).rejects.toMatchObject({
      diagnostics: [
        {
          code: "TP2108",
          message: "validate-content needs the package libxml2-wasm (0.7) to validate XML against a schema.",
          hint: "npm install libxml2-wasm@0.7",
        },
      ],
    });
    await apiWorld(policy(content("", "xml")), operations, { packages });
  });
});
