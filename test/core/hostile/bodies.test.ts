import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { apiWorld, messageOf } from "../policies/validation-support.js";

const text = { type: "string" };
const order = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "integer" }, name: { ...text, maxLength: 5 }, part: { type: "object" }, all: { type: "array" } },
};
/** A value inside itself, as trees are. */
const tree = { $schema: "https://json-schema.org/draft/2020-12/schema", type: "array", uniqueItems: true, items: { $ref: "#" } };
const patterns = { type: "array", items: { type: "string", pattern: "^((a+)+b|a+!)$" } };
const xsd = (inner: string) => `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${inner}</xs:schema>`;
const schemas = {
  order: JSON.stringify(order),
  tree: JSON.stringify(tree),
  patterns: JSON.stringify(patterns),
  itself: JSON.stringify({ $ref: "#" }),
  integers: xsd(
    `<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="n" type="xs:integer" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>`,
  ),
  backtracking: xsd(
    `<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="(.*a){12}"/></xs:restriction></xs:simpleType></xs:element>`,
  ),
};
const MEGABYTES = 4 * 1024 * 1024;
const validate = (as: string, schema = "") =>
  `<validate-content unspecified-content-type-action="prevent" max-size="${MEGABYTES}" size-exceeded-action="prevent">
    <content validate-as="${as}" action="prevent" type="*" ${schema === "" ? "" : `schema-id="${schema}"`} />
  </validate-content>`.replace(' type="*"', "");
const any = { contentType: "*/*" };
const operations = {
  post: {
    method: "POST",
    urlTemplate: "/",
    request: { representations: [any, { contentType: "multipart/form-data", schema: order }, { contentType: "text/form" }] },
  },
};
/** Far more than by default: each of these inputs is to be held back by what looks into it as well, not by the bound on work alone. */
const limits = { bodyWork: 1e9 };
const send = async (
  policies: string,
  body: string | Uint8Array | AsyncIterable<Uint8Array>,
  headers: Record<string, string> = {},
) =>
  (await apiWorld(policies, operations, { schemas, limits })).send({
    method: "POST",
    url: "https://api.example/a/",
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? Buffer.from(body) : body,
  });
const deep = (open: string, close: string, depth: number, inside = "") => open.repeat(depth) + inside + close.repeat(depth);
const many = (text: string, count: number) => Array(count).fill(text).join("&");
const invalidUtf8 = (before: string, after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28]), Buffer.from(after)]);

describe("JSON bodies that are made to hurt, held against a schema", () => {
  it.each<[string, string, string | Uint8Array, number, string | RegExp]>([
    ["invalid UTF-8", "order", invalidUtf8('{"id":1,"name":"', '"}'), 400, /no text in its encoding/],
    ["an overlong encoding", "order", Buffer.from([0x22, 0xc0, 0x80, 0x22]), 400, /no text in its encoding/],
    ["100,000 levels", "order", deep("[", "]", 100_000), 400, /nested too deep/],
    ["100,000 levels of objects", "order", deep('{"a":', "}", 100_000, "1"), 400, /nested too deep/],
    ["brackets that are never closed", "order", "[".repeat(MEGABYTES), 400, /nested too deep/],
    ["a number of a million digits", "order", `{"id":${"9".repeat(1_000_000)}}`, 400, /Expected Integer/],
    ["an exponent beyond all measure", "order", '{"id":1e999999999}', 400, /Expected Integer/],
    ["a key of a million characters", "order", `{"${"k".repeat(1_000_000)}":1}`, 400, /missing from object: id/],
    ["a text of a million characters", "order", `{"id":1,"name":"${"x".repeat(1_000_000)}"}`, 400, /exceeds maximum length/],
    ["a hundred thousand keys", "order", `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join()}}`, 400, /missing/],
    ["the same key a hundred thousand times", "order", `{"id":1${',"id":1'.repeat(100_000)}}`, 200, ""],
    ["__proto__ in place of the object", "order", '{"__proto__":{"id":1}}', 400, /missing from object: id/],
    ["constructor.prototype", "order", '{"constructor":{"prototype":{"id":1}}}', 400, /missing from object: id/],
    ["names of Object.prototype", "order", '{"id":1,"toString":1,"hasOwnProperty":2,"valueOf":null}', 200, ""],
    ["a surrogate alone", "order", '{"id":1,"name":"\\ud800"}', 200, ""],
    ["NaN", "order", '{"id":NaN}', 400, /does not conform/],
    ["two documents", "order", '{"id":1}{"id":2}', 400, /does not conform/],
    ["a comment", "order", '{"id":1/*x*/}', 400, /does not conform/],
    ["as many list items as fit", "tree", `[${"[],".repeat(500_000)}[]]`, 400, /Non-unique/],
    ["values for a pattern that backtracks", "patterns", `["${"a".repeat(40)}!"]`, 400, /internal error/],
    [
      "values that fit, each after long search",
      "patterns",
      JSON.stringify(Array(2_000).fill(`${"a".repeat(16)}!`)),
      400,
      /internal/,
    ],
    ["any value, for a schema that is only itself", "itself", "1", 400, /internal error/],
  ])("%s", async (_name, schema, body, status, message) => {
    const outcome = await send(validate("json", schema), body);
    expect(outcome.status).toBe(status);
    if (status !== 200) expect(messageOf(outcome)).toMatch(message);
    expect(outcome.backendCalls).toHaveLength(status === 200 ? 1 : 0);
    expect(outcome.text.length).toBeLessThan(2_000);
    expect(({} as Record<string, unknown>)["id"]).toBeUndefined();
  });
});

const xml = { "Content-Type": "application/xml" };
const entities = (levels: number) =>
  `<!DOCTYPE r [<!ENTITY e0 "ha">${Array.from({ length: levels }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("")}]><r>&e${levels};</r>`;

describe("XML bodies that are made to hurt, held against a schema", () => {
  it.each<[string, string, string | Uint8Array, number, string | RegExp]>([
    ["a billion laughs", "integers", entities(9), 400, /document type/],
    ["an external entity", "integers", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', 400, /document type/],
    [
      "an external document type",
      "integers",
      '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r><n>1</n></r>',
      400,
      /document type/,
    ],
    ["a parameter entity", "integers", '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]><r/>', 400, /document type/],
    ["an entity that nobody declared", "integers", "<r><n>&undeclared;</n></r>", 400, /entity/],
    ["a document type after a comment", "integers", "<!-- --><!DOCTYPE r><r/>", 400, /document type/],
    ["100,000 levels", "integers", deep("<r>", "</r>", 100_000), 400, /nested more than/],
    ["elements that are never closed", "integers", "<r>".repeat(500_000), 400, /nested more than|not closed/],
    [
      "a hundred thousand attributes",
      "integers",
      `<r ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(" ")}/>`,
      400,
      /a0/,
    ],
    ["an attribute of a million characters", "integers", `<r a="${"x".repeat(1_000_000)}"/>`, 400, /attribute 'a'/],
    ["a name of a million characters", "integers", `<${"r".repeat(1_000_000)}/>`, 400, /does not conform/],
    [
      "half a million values, each of which is wrong",
      "integers",
      `<r>${"<n>x</n>".repeat(500_000)}</r>`,
      400,
      /'x' is not a valid value/,
    ],
    ["a number of a million digits", "integers", `<r><n>${"9".repeat(1_000_000)}</n></r>`, 200, ""],
    ["text for a pattern that backtracks", "backtracking", `<r>${"a".repeat(1_000)}!</r>`, 400, /internal error/],
    ["a stylesheet's instruction", "integers", '<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?><r><n>1</n></r>', 200, ""],
    [
      "a schema's place, which is not fetched",
      "integers",
      '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://127.0.0.1:1/"><n>1</n></r>',
      200,
      "",
    ],
    [
      "an inclusion, which is not followed",
      "integers",
      '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></r>',
      400,
      /include/,
    ],
    ["invalid UTF-8", "integers", invalidUtf8("<r><n>", "</n></r>"), 400, /no text in its encoding/],
    ["another encoding than it says", "integers", '<?xml version="1.0" encoding="utf-16"?><r><n>1</n></r>', 200, ""],
    ["a NUL", "integers", "<r><n>\0</n></r>", 400, /does not conform/],
    ["JSON", "integers", '{"id":1}', 400, /well-formed/],
    ["nothing", "integers", "", 400, /well-formed/],
  ])("%s", async (_name, schema, body, status, message) => {
    const outcome = await send(validate("xml", schema), body, xml);
    expect(outcome.status).toBe(status);
    if (status !== 200) expect(messageOf(outcome)).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    ["an envelope of another kind", "<Envelope><Body><r/></Body></Envelope>", /no SOAP envelope/],
    ["an envelope without a body", '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>', /no Body/],
    [
      "an envelope with nothing in it",
      '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>',
      /Body is empty/,
    ],
    [
      "an envelope with a document type",
      `<!DOCTYPE a><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><r/></Body></Envelope>`,
      /document type/,
    ],
  ])("%s", async (_name, body, message) => {
    const outcome = await send(validate("soap", "integers"), body, xml);
    expect([outcome.status, message.test(messageOf(outcome))]).toEqual([400, true]);
  });
});

const part = (name: string, value: string, more = "") =>
  `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

describe("forms that are made to hurt", () => {
  const type = "multipart/form-data; boundary=B";
  it.each<[string, string, string, RegExp | null]>([
    ["more parts than are read", type, `${part("id", "1").repeat(2_000)}--B--\r\n`, /more than 1000 fields/],
    ["no boundary", "multipart/form-data", part("id", "1"), /no boundary/],
    ["an empty boundary", 'multipart/form-data; boundary=""', "--\r\n\r\n", /no boundary/],
    ["another boundary", "multipart/form-data; boundary=C", part("id", "1"), /begin with the boundary/],
    ["no end", type, part("id", "1"), /not closed/],
    ["a part without an end to its headers", type, "--B\r\nContent-Disposition: form-data; name=id", /not closed/],
    ["a part without a name", type, "--B\r\nContent-Type: text/plain\r\n\r\n1\r\n--B--", /no name/],
    ["headers of a megabyte", type, `${part("id", "1", `\r\nX: ${"x".repeat(1_000_000)}`)}--B--`, null],
    [
      "a boundary that only begins like it",
      type,
      `--BB\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--BB--`,
      /boundary/,
    ],
    ["__proto__ as a field", type, `${part("__proto__", '{"id":1}')}--B--`, /missing from object: id/],
    [
      "a field of deep JSON",
      type,
      `${part("id", "1")}${part("part", deep('{"a":', "}", 100_000, "1"))}--B--`,
      /Expected Object but got String/,
    ],
    ["a list of deep JSON", type, `${part("id", "1")}${part("all", deep("[", "]", 100_000))}--B--`, null],
  ])("%s", async (_name, contentType, body, message) => {
    const rule = validate("json");
    const outcome = await send(rule, body, { "Content-Type": contentType });
    expect(outcome.status).toBe(message === null ? 200 : 400);
    if (message !== null) expect(messageOf(outcome)).toMatch(message);
  });

  it.each([
    ["a million pairs", "a=1&".repeat(1_000_000), /more than 1000 fields/],
    ["escapes that are none", "id=%zz", /Expected Integer/],
    ["bytes that are no UTF-8", invalidUtf8("id=", ""), /encoded|conform/],
  ])("url-encoded: %s", async (_name, body, message) => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const outcome = await send(validate("json", "order"), body, form);
    expect([outcome.status, message.test(messageOf(outcome))]).toEqual([400, true]);
  });
});

describe("GraphQL requests that are made to hurt", () => {
  const schema = "type Query { a(x: Any): Query, b: String, c: [Query] } scalar Any";
  const many = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join(" ");
  it.each<[string, string, RegExp]>([
    ["one alias for thousands of fields", `{ ${many(3_000, () => "a: b")} }`, /more than 250 fields/],
    ["thousands of aliases", `{ ${many(3_000, (i) => `a${i}: b`)} }`, /more than 250 fields/],
    [
      "the same in a fragment that nothing spreads",
      `{ b } fragment F on Query { ${many(3_000, () => "a: b")} }`,
      /more than 250 fields/,
    ],
    [
      "fragments that double",
      `{ ...F0 } ${many(40, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F40 on Query { b }`,
      /more than 250 fields/,
    ],
    ["a fragment that spreads itself", "{ ...F } fragment F on Query { b ...F }", /Cannot spread fragment "F" within itself/],
    [
      "fragments that spread each other",
      "{ ...F } fragment F on Query { ...G } fragment G on Query { c { ...F } }",
      /Cannot spread fragment/,
    ],
    [
      "a chain of fragments",
      `{ ...F0 } ${many(1_100, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F1100 on Query { b }`,
      /more than 1000 fields and spreads/,
    ],
    ["a deep query", `${"{ c ".repeat(2_000)}{ b }${"}".repeat(2_000)}`, /nested too deep/],
    ["a query deeper than it may be", `${"{ c ".repeat(150)}{ b }${"}".repeat(150)}`, /deeper than 6/],
    ["inline fragments in each other", `${"{ ... ".repeat(2_000)}{ b }${"}".repeat(2_000)}`, /nested too deep/],
    ["a deep list as a value", `{ a(x: ${"[".repeat(4_000)}${"]".repeat(4_000)}) { b } }`, /nested too deep/],
    ["more tokens than are read", `{ b ${"@skip(if: true) ".repeat(5_000)} }`, /tokens/],
    ["one directive thousands of times", `{ b ${"@skip(if: true) ".repeat(1_200)} }`, /skip/],
    ["a text that never ends", `{ a(x: "${"x".repeat(50_000)}`, /Unterminated string/],
    ["a block text that never ends", `{ a(x: """${"\n".repeat(50_000)}`, /Unterminated string/],
    ["names of prototypes", "{ __proto__ constructor }", /Cannot query field/],
    ["nothing", "", /Syntax Error/],
  ])("%s", async (_name, query, message) => {
    const policies =
      '<validate-graphql-request max-size="102400"><authorize><rule path="/*" action="allow" /></authorize></validate-graphql-request>';
    const test = await apiWorld(policies, operations, { schemas: { graphql: schema } });
    const outcome = await test.send({ method: "POST", url: "https://api.example/a/", body: JSON.stringify({ query }) });
    expect([outcome.status, outcome.backendCalls.length]).toEqual([400, 0]);
    expect((JSON.parse(outcome.text) as { errors: { message: string }[] }).errors[0]!.message).toMatch(message);
  });
});

describe("OData requests that are made to hurt", () => {
  it.each([
    ["nested parentheses", `$filter=${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["nested calls", `$filter=${"concat(".repeat(2_000)}'a'${")".repeat(2_000)} eq 'a'`],
    ["nested expansions", `$expand=${"a($expand=".repeat(2_000)}b${")".repeat(2_000)}`],
    ["a text that never ends", `$filter=a eq '${"''".repeat(10_000)}`],
    ["an option longer than is read", `$filter=${"a eq 1 and ".repeat(5_000)}a eq 1`],
    ["a number of thousands of digits", `$top=${"9".repeat(10_000)}`],
    ["an option a thousand times", many("$top=1", 1_000)],
  ])("%s", async (_name, query) => {
    const outcome = await (await apiWorld("<validate-odata-request />", operations)).send({
      method: "POST",
      url: `https://api.example/a/?${query}`,
    });
    expect([outcome.status, outcome.error?.source, outcome.backendCalls.length]).toEqual([400, "validate-odata-request", 0]);
    expect(outcome.text.length).toBeLessThan(1_000);
  });
});

describe("compressed bodies", () => {
  const gzip = { "Content-Encoding": "gzip" };
  it("a bomb is unpacked no further than max-size", async () => {
    const outcome = await send(validate("json", "order"), gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)), gzip);
    expect([outcome.status, messageOf(outcome)]).toEqual([
      400,
      `Request's body is ${MEGABYTES + 1} bytes long and it exceeds the limit of ${MEGABYTES} bytes.`,
    ]);
  });

  it("a bomb within a bomb is not unpacked twice", async () => {
    const inner = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const outcome = await send(validate("json", "order"), gzipSync(inner), { "Content-Encoding": "gzip, gzip" });
    expect(outcome.status).toBe(400);
  });

  it.each([
    ["that are not", Buffer.from('{"id":1}')],
    ["that break off", gzipSync('{"id":1,"name":"abcdefghijklmnopqrstuvwxyz"}').subarray(0, 30)],
  ])("%s are refused", async (_name, body) => {
    const outcome = await send(validate("json", "order"), body, gzip);
    expect([outcome.status, /cannot be unpacked/.test(messageOf(outcome))]).toEqual([400, true]);
  });
});

describe("bodies that policies and expressions read", () => {
  const variable = (expression: string) => `<set-variable name="v" value="@(${expression})" />`;
  const read = (type: string) => variable(`context.Request.Body.As&lt;${type}&gt;(preserveContent: true)`);
  const failing = [
    ["deep JSON", deep("[", "]", 100_000), {}],
    ["deep objects", deep('{"a":', "}", 100_000, "1"), {}],
    ["JSON that breaks off", '{"a":', {}],
  ] as const;
  it.each(failing)("%s fails an expression that reads it, and the request with it", async (_name, body, headers) => {
    for (const type of ["JToken", "JObject"]) {
      const outcome = await send(read(type), body, headers);
      expect([outcome.status, outcome.error?.reason]).toEqual([500, "ExpressionValueEvaluationFailure"]);
    }
  });

  it.each([
    ["a billion laughs", entities(9)],
    ["an external entity", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
    ["deep XML", deep("<r>", "</r>", 100_000)],
    ["XML that breaks off", "<r><a>"],
  ])("%s fails an expression that reads it, and the request with it", async (_name, body) => {
    for (const type of ["XElement", "XDocument"]) {
      const outcome = await send(read(type), body, xml);
      expect([outcome.status, outcome.error?.reason]).toEqual([500, "ExpressionValueEvaluationFailure"]);
    }
  });

  it("a form of a million pairs is bounded by the limits of expressions", async () => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const pairs = Array.from({ length: 250_000 }, (_, i) => `k${i}=${i}`).join("&");
    const outcome = await send(variable("context.Request.Body.AsFormUrlEncodedContent().Count"), pairs, form);
    expect([200, 500]).toContain(outcome.status);
  });

  it.each([
    ["json-to-xml", '<json-to-xml apply="always" consider-accept-header="false" />', deep("[", "]", 100_000), {}],
    [
      "xml-to-json",
      '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />',
      deep("<r>", "</r>", 100_000),
      xml,
    ],
    ["xml-to-json", '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />', entities(9), xml],
    ["set-body", '<set-body template="liquid">{{body.a}}</set-body>', deep('{"a":', "}", 100_000, "1"), {}],
    ["set-body", '<set-body template="liquid">{{body.r}}</set-body>', entities(9), xml],
    ["set-body", '<set-body template="liquid">{{body.r}}</set-body>', deep("<r>", "</r>", 100_000), xml],
  ])("%s ends the request cleanly: %s", async (name, policy, body, headers) => {
    const outcome = await send(policy, body, headers);
    expect(outcome.status === 200 || outcome.error?.source === name).toBe(true);
    expect(outcome.error?.reason).not.toBe("InternalError");
    expect(outcome.text).not.toContain("root:");
  });

  it("a replacement cannot make a body grow beyond what may be buffered", async () => {
    const outcome = await send(`<find-and-replace from="a" to="${"b".repeat(1_000)}" />`, "a".repeat(1_000_000));
    expect([outcome.status, outcome.error?.source]).toEqual([500, "find-and-replace"]);
  });

  it("a body beyond what may be buffered is refused", async () => {
    const stream = (async function* () {
      for (let i = 0; i < 5; i++) yield Buffer.alloc(1024 * 1024, 0x61);
    })();
    const outcome = await send(read("string"), stream);
    expect([outcome.status, outcome.backendCalls.length]).toEqual([413, 0]);
  });
});
