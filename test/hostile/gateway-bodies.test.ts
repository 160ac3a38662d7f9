import { createGateway, type Gateway } from "@turnpike/core";
import { defaultLimits } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";
import { workOfBytes as bodyWork } from "#expressions/runtime/text-work.js";
import { document } from "../core/policies/support.js";
import { asOnReference, growthOfMemory, growthOfTime, MOST_TIME, timeOf } from "../measure.js";

const LARGEST = 4 * 1024 * 1024;
/** Megabytes that a request may grow the process by. */
const MOST_MEMORY = 64;
const MOST_GROWTH = 2.6;

/** A body made of one piece, again and again. */
interface Body {
  readonly before?: string;
  readonly piece: string;
  readonly after?: string;
}

const bytesOf = ({ before = "", piece, after = "" }: Body, pieces: number): Buffer =>
  Buffer.from(before + piece.repeat(pieces) + after);

/** How many pieces make the largest body that the default limits let in. */
function mostPieces(body: Body): number {
  const fixed = bytesOf(body, 0);
  const many = bytesOf(body, 640);
  const work = (bodyWork(many) - bodyWork(fixed)) / 640;
  const length = (many.length - fixed.length) / 640;
  return Math.floor(Math.min((LARGEST - fixed.length) / length, (defaultLimits.bodyWork - bodyWork(fixed) - 16) / work));
}

async function gatewayOf(policy: string): Promise<Gateway> {
  return createGateway({
    schemas: {
      any: JSON.stringify({ type: ["object", "array"] }),
      tree: JSON.stringify({ type: "array", uniqueItems: true, items: { $ref: "#" } }),
      names: JSON.stringify({ type: "object", additionalProperties: { type: "integer" }, propertyNames: { maxLength: 50 } }),
      xsd: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="n" type="xs:integer" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element></xs:schema>`,
    },
    apis: {
      a: {
        path: "a",
        serviceUrl: "https://b.internal/base",
        subscriptionRequired: false,
        policy: document({ inbound: policy, backend: "<return-response />" }),
        operations: {
          post: {
            method: "POST",
            urlTemplate: "/",
            request: { representations: [{ contentType: "multipart/form-data", schema: { type: "object" } }] },
          },
        },
      },
    },
  });
}

const JSON_TYPE = "application/json";
const XML_TYPE = "application/xml";
const FORM_TYPE = "application/x-www-form-urlencoded";

const toJson = '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />';
const toXml = '<json-to-xml apply="always" consider-accept-header="false" namespace-separator=":" namespace-prefix="xmlns" />';
const read = (type: string) => `<set-variable name="v" value="@(context.Request.Body.As&lt;${type}&gt;(true) == null)" />`;
const readText = (call: string) =>
  `<set-variable name="v" value="@(${call}(context.Request.Body.As&lt;string&gt;(true)) == null)" />`;
const replace = (from: string, to: string) => `<find-and-replace from="${from}" to="${to}" />`;
const validate = (as: string, schema: string, type: string) =>
  `<validate-content unspecified-content-type-action="ignore" max-size="${LARGEST}" size-exceeded-action="prevent">
    <content type="${type}" validate-as="${as}" schema-id="${schema}" action="prevent" /></validate-content>`;
const form = `<validate-content unspecified-content-type-action="ignore" max-size="${LARGEST}" size-exceeded-action="prevent">
    <content validate-as="json" action="prevent" /></validate-content>`;

type Entry = readonly [name: string, policy: string, contentType: string, body: Body];

const json: readonly (readonly [string, Body])[] = [
  ["numbers", { before: '{"a":[', piece: "1,", after: "1]}" }],
  ["empty objects", { before: '{"a":[', piece: "{},", after: "1]}" }],
  ["objects of one member", { before: '{"a":[', piece: '{"b":1},', after: "1]}" }],
  ["orders", { before: '{"a":[', piece: '{"id":12345,"name":"Somebody","amount":1.5,"tags":["a","b"]},', after: "1]}" }],
  ["one text", { before: '{"a":"', piece: "abc def ", after: '"}' }],
  ["decimals", { before: '{"a":[', piece: "1.25e3,", after: "1]}" }],
  ["what is left out", { before: '{"a":[', piece: ",", after: "1]}" }],
  ["escapes", { before: '{"a":"', piece: "\\u0041", after: '"}' }],
  ["blanks", { before: '{"a":[', piece: "                ", after: "1]}" }],
  ["one long name", { before: '{"', piece: "a ", after: '":1}' }],
  ["text beyond ASCII", { before: '{"a":"', piece: "日本語é", after: '"}' }],
];
const xml: readonly (readonly [string, Body])[] = [
  ["empty elements", { before: "<r>", piece: "<n/>", after: "</r>" }],
  ["elements and texts in turn", { before: "<r>", piece: "<n/>x", after: "</r>" }],
  ["attributes", { before: "<r>", piece: '<n a="" b=""/>', after: "</r>" }],
  ["orders", { before: "<r>", piece: '<n id="12345"><c>Somebody</c><a currency="EUR">1.5</a></n>\n', after: "</r>" }],
  ["one text", { before: "<r>", piece: "abc def ", after: "</r>" }],
  ["entities", { before: "<r>", piece: "&amp;", after: "</r>" }],
  ["lines", { before: "<r>", piece: "\n", after: "</r>" }],
  ["lines, and what is wrong at the end", { before: "<r>", piece: "\n", after: "</q>" }],
  ["character references", { before: "<r>", piece: "&#65;", after: "</r>" }],
  ["carriage returns", { before: "<r>", piece: "\r", after: "x</r>" }],
  ["comments", { before: "<r>", piece: "<!---->", after: "</r>" }],
  ["one long name", { before: "<", piece: "a", after: "/>" }],
];
const forms: readonly (readonly [string, Body])[] = [
  ["pairs", { piece: "a=1&" }],
  ["names without values", { piece: "&a" }],
  ["escapes", { before: "a=", piece: "%41x" }],
  ["a run of escapes", { before: "a=", piece: "%41" }],
  ["plus signs", { before: "a=", piece: "+" }],
];

const entries: readonly Entry[] = [
  ...json.flatMap(([name, body]): Entry[] => [
    [`json-to-xml, ${name}`, toXml, JSON_TYPE, body],
    [`Body.As<JObject>, ${name}`, read("JObject"), JSON_TYPE, body],
    [`validate-content, ${name}`, validate("json", "any", JSON_TYPE), JSON_TYPE, body],
    [
      `llm-token-limit, ${name}`,
      '<llm-token-limit counter-key="k" tokens-per-minute="1000000000" estimate-prompt-tokens="true" />',
      JSON_TYPE,
      body,
    ],
    [`Body.As<string>, ${name}`, read("string"), JSON_TYPE, body],
    [`JObject.Parse of Body.As<string>, ${name}`, readText("JObject.Parse"), JSON_TYPE, body],
    [`JsonConvert of Body.As<string>, ${name}`, readText("JsonConvert.DeserializeObject"), JSON_TYPE, body],
  ]),
  ...xml.flatMap(([name, body]): Entry[] => [
    [`xml-to-json, ${name}`, toJson, XML_TYPE, body],
    [`Body.As<XElement>, ${name}`, read("XElement"), XML_TYPE, body],
    [`XElement.Parse of Body.As<string>, ${name}`, readText("XElement.Parse"), XML_TYPE, body],
    [`validate-content, ${name}`, validate("xml", "xsd", XML_TYPE), XML_TYPE, body],
  ]),
  ...forms.flatMap(([name, body]): Entry[] => [
    [
      `Body.AsFormUrlEncodedContent, ${name}`,
      '<set-variable name="v" value="@(context.Request.Body.AsFormUrlEncodedContent(true) == null)" />',
      FORM_TYPE,
      body,
    ],
  ]),
  [
    "json-to-xml, a name that many items share",
    toXml,
    JSON_TYPE,
    { before: `{"${"n".repeat(2_000)}":[`, piece: "1,", after: "1]}" },
  ],
  ["json-to-xml, prefixes that are declared", toXml, JSON_TYPE, { before: '{"r":{', piece: '"xmlns:a":"b",', after: '"c":1}}' }],
  [
    "json-to-xml, prefixes that are declared in each other",
    toXml,
    JSON_TYPE,
    {
      before: `{"r":{${Array.from({ length: 2_000 }, (_, i) => `"xmlns:p${i}":"b",`).join("")}"c":[`,
      piece: '{"xmlns:q":"b"},',
      after: "1]}}",
    },
  ],
  ["xml-to-json, lines in attributes", toJson, XML_TYPE, { before: '<r a="', piece: "\n", after: '"/>' }],
  ["xml-to-json, quotes that are escaped", toJson, XML_TYPE, { before: "<r>", piece: "''", after: "</r>" }],
  ["find-and-replace, everything", replace("a", "b"), "text/plain", { piece: "a" }],
  ["find-and-replace, what makes it longer", replace("ab", "abc"), "text/plain", { piece: "abxxxx" }],
  ["find-and-replace, nothing", replace("abcdefghij", "b"), "text/plain", { piece: "abcdefghi" }],
  ["find-and-replace, in UTF-16", replace("a", "b"), "text/plain; charset=utf-16le", { piece: "a\0" }],
  [
    "find-and-replace, a text that a caller gives",
    replace("@(context.Request.Headers.GetValueOrDefault(&quot;X-From&quot;, &quot;&quot;))", "x"),
    "text/plain",
    { piece: "a" },
  ],
  ["redirect-content-urls, links", "<redirect-content-urls />", "text/html", { piece: "https://a.example/a " }],
  ["redirect-content-urls, what looks like links", "<redirect-content-urls />", "text/html", { piece: "http://" }],
  ["redirect-content-urls, hosts that nearly fit", "<redirect-content-urls />", "text/html", { piece: "https://a.exampl" }],
  [
    "validate-content, a list of lists",
    validate("json", "tree", JSON_TYPE),
    JSON_TYPE,
    { before: "[", piece: "[],", after: "[]]" },
  ],
  [
    "validate-content, members that are wrong",
    validate("json", "names", JSON_TYPE),
    JSON_TYPE,
    { before: "{", piece: '"a":"b",', after: '"c":"d"}' },
  ],
  [
    "validate-content, values that are wrong",
    validate("xml", "xsd", XML_TYPE),
    XML_TYPE,
    { before: "<r>", piece: "<n>x</n>", after: "</r>" },
  ],
  [
    "validate-content, a number of many digits",
    validate("xml", "xsd", XML_TYPE),
    XML_TYPE,
    { before: "<r><n>", piece: "9", after: "</n></r>" },
  ],
  ["validate-content, brackets", validate("json", "any", JSON_TYPE), JSON_TYPE, { piece: "[" }],
  [
    "validate-content, a form's bytes",
    form,
    "multipart/form-data; boundary=B",
    { before: '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n', piece: "\0\xff", after: "\r\n--B--" },
  ],
  ["validate-content, what is nearly the boundary", form, `multipart/form-data; boundary=${"a".repeat(70)}`, { piece: "a" }],
  ["validate-content, the boundary within lines", form, "multipart/form-data; boundary=B", { piece: "x--B" }],
  [
    "validate-content, a name without an end",
    form,
    "multipart/form-data; boundary=B",
    { before: "--B\r\nContent-Disposition: form-data", piece: '; name="a', after: "\r\n\r\n\r\n--B--" },
  ],
];

/** The longest that Node lets in, made for searches that compare from the end. */
const FROM = `${"a".repeat(7_000)}b${"a".repeat(7_000)}`;

describe.each(entries)("%s", (_name, policy, contentType, body) => {
  const request = (gateway: Gateway, bytes: Buffer) => () =>
    gateway.handle({
      method: "POST",
      url: "https://a.example/a/?cb=f",
      headers: { "Content-Type": contentType, "X-From": FROM },
      body: bytes,
    });

  it(`holds the process up no longer than ${MOST_TIME} ms, and grows it by no more than ${MOST_MEMORY} MB`, async () => {
    const gateway = await gatewayOf(policy);
    const most = mostPieces(body);
    const large = Math.floor((LARGEST - 1_000) / Buffer.byteLength(body.piece));
    for (const pieces of new Set([most, large])) {
      const send = request(gateway, bytesOf(body, pieces));
      const time = await asOnReference(await timeOf(send, MOST_TIME));
      const memory = await growthOfMemory(send);
      expect(time).toBeLessThanOrEqual(MOST_TIME);
      expect(memory).toBeLessThanOrEqual(MOST_MEMORY);
    }
  });

  it("takes twice as long for twice as much", async () => {
    const gateway = await gatewayOf(policy);
    const most = mostPieces(body);
    const growth = await growthOfTime(
      request(gateway, bytesOf(body, most >> 1)),
      request(gateway, bytesOf(body, most)),
      MOST_GROWTH,
    );
    expect(growth).toBeLessThanOrEqual(MOST_GROWTH);
  });
});
