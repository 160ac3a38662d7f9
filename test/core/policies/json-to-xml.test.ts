import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

async function converted(body: string, attributes = "", headers: Record<string, string> = {}) {
  const policy = await world(
    { outbound: `<json-to-xml apply="always" consider-accept-header="false" ${attributes} />` },
    {
      backend: [{ reply: { headers: { "Content-Type": "application/json", "Content-Length": "1", ...headers }, body } }],
    },
  );
  return policy.send({ url });
}

describe("json-to-xml", () => {
  it.each([
    [`{"a":{"b":1,"c":"x<&>"}}`, "", "<a><b>1</b><c>x&lt;&amp;&gt;</c></a>"],
    [`{"a":1.50,"b":true,"c":false}`, "", "<Document><a>1.50</a><b>True</b><c>False</c></Document>"],
    [`{"a":null}`, "", `<a xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />`],
    [`{"a":{"n":[1,{"m":2},[]],"e":[],"o":{},"s":""}}`, "", "<a><n>1</n><n><m>2</m></n><n /><e /><o /><s /></a>"],
    [`[1,2]`, "", "<Document><Document>1</Document><Document>2</Document></Document>"],
    [`"x"`, "", "<Document>x</Document>"],
    [`{"a":[1,2]}`, "", "<Document><a>1</a><a>2</a></Document>"],
    [`{"1 a":1}`, "", "<_x0031__x0020_a>1</_x0031__x0020_a>"],
    [`{"first_name":"x"}`, "", "<first_name>x</first_name>"],
    [`{"d":"2012-03-21T05:40Z"}`, "", "<d>2012-03-21T05:40:00Z</d>"],
    [`{"d":"/Date(1332308400000)/"}`, "", "<d>2012-03-21T05:40:00Z</d>"],
    [`{"d":"2012-03-21T05:40Z"}`, `parse-date="false"`, "<d>2012-03-21T05:40Z</d>"],
    [`{"Q":{"#attrs":{"n":"x\\"<"},"item":1}}`, `attribute-block-name="#attrs"`, `<Q n="x&quot;&lt;"><item>1</item></Q>`],
    [
      `{"s:E":{"xmlns:s":"urn:s","xmlns":"urn:d","s:B":{"x":1}}}`,
      `namespace-prefix="xmlns" namespace-separator=":"`,
      `<s:E xmlns:s="urn:s" xmlns="urn:d"><s:B><x>1</x></s:B></s:E>`,
    ],
    [`{"s_E":{"xmlns_s":"urn:s","s_B":1}}`, `namespace-prefix="xmlns"`, `<s:E xmlns:s="urn:s"><s:B>1</s:B></s:E>`],
  ])("%s %s", async (body, attributes, expected) => {
    const { text, headers } = await converted(body, attributes);
    expect(text).toBe(expected);
    expect([headers.get("Content-Type"), headers.get("Content-Length")]).toEqual([
      "application/xml; charset=utf-8",
      String(Buffer.byteLength(expected)),
    ]);
  });

  it.each([
    ["not json", ""],
    [`{"s:E":1}`, `namespace-separator=":"`],
  ])("fails on %s", async (body, attributes) => {
    const { status, error } = await converted(body, attributes);
    expect([status, error!.source, error!.reason]).toEqual([500, "json-to-xml", "BodyConversionFailure"]);
  });

  it.each([
    [`apply="always"`, "application/json", "text/xml", true],
    [`apply="always"`, "application/json", "application/soap+xml, */*", true],
    [`apply="always"`, "application/json", "*/*", false],
    [`apply="always"`, "application/json", "application/json", false],
    [`apply="always"`, "application/json", "text/xml;q=0", false],
    [`apply="content-type-json"`, "text/plain", "text/xml", false],
    [`apply="content-type-json"`, "application/problem+json; charset=utf-8", "text/xml", true],
    [`apply="@("always")" consider-accept-header="@(false)"`, "text/plain", "text/plain", true],
  ])("%s, of %s, for %s: %s", async (attributes, type, accept, isConverted) => {
    const policy = await world(
      { outbound: `<json-to-xml ${attributes} />` },
      { backend: [{ reply: { headers: { "Content-Type": type }, body: `{"a":1}` } }] },
    );
    expect((await policy.send({ url, headers: { Accept: accept } })).text).toBe(isConverted ? "<a>1</a>" : `{"a":1}`);
  });

  it("converts requests in inbound", async () => {
    const policy = await world(`<json-to-xml apply="always" consider-accept-header="false" />`);
    const { backendCalls } = await policy.send({ url, method: "POST", body: `{"a":1}` });
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe("<a>1</a>");
  });

  it("needs to know when", () => {
    expect(findings({ outbound: "<json-to-xml />" })).toEqual(["error TP2007"]);
  });
});
