import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

async function converted(body: string, attributes: string) {
  const policy = await world(
    { outbound: `<xml-to-json apply="always" consider-accept-header="false" ${attributes} />` },
    {
      backend: [{ reply: { headers: { "Content-Type": "text/xml; charset=utf-8" }, body } }],
    },
  );
  return policy.send({ url });
}

const direct = `kind="direct"`;
const friendly = `kind="javascript-friendly"`;

describe("xml-to-json", () => {
  it.each([
    ["<a><b>1</b><c>x</c></a>", direct, { a: { b: "1", c: "x" } }],
    [
      `<?xml version="1.0" encoding="utf-8"?><s:E xmlns:s="urn:s"><s:B a="1">t</s:B></s:E>`,
      direct,
      { version: "1.0", encoding: "utf-8", s$E: { "@xmlns$s": "urn:s", s$B: { "@a": "1", "#text": "t" } } },
    ],
    [`<?xml version="1.0"?><s:E xmlns:s="urn:s"><s:B a="1">t</s:B></s:E>`, friendly, { s$E: { s$B: { a: "1", text: "t" } } }],
    ["<a><b>1</b><c/><b>2</b></a>", direct, { a: { b: ["1", "2"], c: null } }],
    ["<a>x<b/>y</a>", direct, { a: { b: null, "#text": ["x", "y"] } }],
    ["<a><![CDATA[<x>]]><!-- c --></a>", direct, { a: "<x>" }],
    ["<a/>", direct, { a: null }],
    ["<a><b>1</b><c><d/></c></a>", `${direct} always-array-child-elements="true"`, { a: { b: ["1"], c: [{ d: [null] }] } }],
    ["<a> <b> x </b> </a>", direct, { a: { b: " x " } }],
    ["<__proto__><constructor>1</constructor></__proto__>", direct, JSON.parse(`{"__proto__":{"constructor":"1"}}`)],
  ])("%s %s", async (body, attributes, expected) => {
    const outcome = await converted(body, attributes);
    expect(outcome.json()).toEqual(expected);
    expect(outcome.headers.get("Content-Type")).toBe("application/json");
  });

  it.each(["<a>", "text", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`])("fails on %s", async (body) => {
    const { status, error } = await converted(body, direct);
    expect([status, error!.source, error!.reason]).toEqual([500, "xml-to-json", "BodyConversionFailure"]);
  });

  it.each([
    [`apply="always"`, "text/xml", "application/json", true],
    [`apply="always"`, "text/xml", "*/*", false],
    [`apply="content-type-xml"`, "text/plain", "application/json", false],
    [`apply="content-type-xml"`, "application/soap+xml", "application/hal+json", true],
  ])("%s, of %s, for %s: %s", async (attributes, type, accept, isConverted) => {
    const policy = await world(
      { outbound: `<xml-to-json ${direct} ${attributes} />` },
      { backend: [{ reply: { headers: { "Content-Type": type }, body: "<a>1</a>" } }] },
    );
    expect((await policy.send({ url, headers: { Accept: accept } })).text).toBe(isConverted ? `{"a":"1"}` : "<a>1</a>");
  });

  it.each([
    [`<xml-to-json />`, ["error TP2007", "error TP2007"]],
    [`<xml-to-json kind="direct" apply="always" always-array-children="true" />`, ["error TP2006"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings({ outbound: xml })).toEqual(expected);
  });
});
