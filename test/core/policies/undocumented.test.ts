import type { PolicyDefinition } from "@turnpike/core";
import { builtInPolicies, checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const to = "<set-url>https://side.example/x</set-url>";
const sendRequest = (attributes: string, inner = ""): string =>
  `<send-request response-variable-name="r" ${attributes}>${to}${inner}</send-request>`;

describe("what the reference does not name but API Management takes", () => {
  it.each([
    sendRequest(`buffer-response="true"`),
    sendRequest(`timeout-ms="20"`),
    sendRequest("", `<authentication-token resource-url="https://r.example" />`),
    sendRequest("", "<authentication-token-store />"),
    `<set-body html-decode-expression="true">x</set-body>`,
    `<emit-metric name="m" default-dimensions="true"><dimension name="API ID" /></emit-metric>`,
    `<validate-azure-ad-token tenant-id="t" require-scheme="Bearer"><client-application-ids><application-id>a</application-id></client-application-ids></validate-azure-ad-token>`,
    `<wait><cache-store-value key="k" value="v" duration="1" /></wait>`,
  ])("is a warning: %s", (xml) => {
    expect(findings(xml)).toEqual(["warning TP2112"]);
    expect(checkDocument(document(xml)).ok).toBe(true);
  });

  it("says whether it works", () => {
    const [works] = checkDocument(document(sendRequest(`timeout-ms="20"`))).diagnostics;
    const [inert] = checkDocument(document(sendRequest(`buffer-response="true"`))).diagnostics;
    expect([works!.message, works!.hint]).toEqual([
      "The reference does not name the attribute timeout-ms of <send-request>.",
      "It does what its name says.",
    ]);
    expect(inert!.hint).toBe("It has no effect here.");
  });

  it("is declared with its effect, so that no page calls it documented", () => {
    const declared = (policy: PolicyDefinition): string[] =>
      Object.entries(policy.attributes).flatMap(([name, { undocumented }]) => (undocumented === undefined ? [] : [name]));
    expect(declared(builtInPolicies.find(({ name }) => name === "send-request")!)).toEqual([
      "timeout-ms",
      "buffer-response",
      "fail-on-error-status-code",
    ]);
  });
});

describe("mock-response", () => {
  it.each([
    ["true", 202],
    ["false", 200],
  ])("enabled=%s", async (enabled, status) => {
    const policy = await world(`<mock-response status-code="202" enabled="${enabled}" />`);
    expect((await policy.send({ url })).status).toBe(status);
  });
});

describe("xml-to-json", () => {
  it.each([
    [`empty-values="preserve"`, "<a><b/></a>", { a: { b: "" } }],
    [`empty-values="as-null"`, "<a><b/></a>", { a: { b: null } }],
    [`trim-values="true"`, "<a> <b> x </b><c>  </c></a>", { a: { b: "x", c: null } }],
    [`preserve-whitespace-nodes="true"`, "<a> <b>x</b></a>", { a: { b: "x", "#text": " " } }],
    [`preserve-whitespace-nodes="false"`, "<a><b>  </b></a>", { a: { b: null } }],
  ])("%s", async (attributes, body, expected) => {
    const policy = await world(
      { outbound: `<xml-to-json kind="direct" apply="always" consider-accept-header="false" ${attributes} />` },
      { backend: [{ reply: { body } }] },
    );
    expect((await policy.send({ url })).json()).toEqual(expected);
  });
});

describe("json-to-xml", () => {
  it.each([
    [`trim-values="true"`, `{"a":{"b":" x "}}`, "<a><b>x</b></a>"],
    [
      `empty-values="as-null"`,
      `{"a":{"b":""}}`,
      `<a><b xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" /></a>`,
    ],
    [`empty-values="preserve"`, `{"a":{"b":""}}`, "<a><b /></a>"],
  ])("%s", async (attributes, body, expected) => {
    const policy = await world(
      { outbound: `<json-to-xml apply="always" consider-accept-header="false" ${attributes} />` },
      { backend: [{ reply: { body } }] },
    );
    expect((await policy.send({ url })).text).toBe(expected);
  });
});
