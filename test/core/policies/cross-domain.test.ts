import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, findings } from "./support.js";

const policy = `<cross-domain><cross-domain-policy><site-control permitted-cross-domain-policies="all" /><allow-http-request-headers-from domain="*" headers="X-&lt;&quot;" /></cross-domain-policy></cross-domain>`;

describe("cross-domain", () => {
  it("publishes the file, and does not touch other requests", async () => {
    const world = await policyTest({
      policy: document(""),
      inherits: { global: document(policy).replaceAll("<base />", "").replace("<backend>", "<backend><forward-request />") },
    });
    const file = await world.send({ url: "https://api.example/crossdomain.xml" });
    expect([file.status, file.headers.get("Content-Type"), file.backendCalls.length]).toEqual([
      200,
      "text/x-cross-domain-policy",
      0,
    ]);
    expect(file.text).toContain(`<allow-http-request-headers-from domain="*" headers="X-&lt;&quot;" secure="true" />`);
    expect((await world.send({ url: "https://api.example/other" })).backendCalls).toHaveLength(1);
  });

  it.each([
    ["POST", "/crossdomain.xml"],
    ["GET", "/crossdomain.xml/more"],
    ["GET", "/CrossDomain.xml"],
  ])("leaves %s %s alone", async (method, path) => {
    const world = await policyTest({
      policy: document(""),
      inherits: { global: document(policy).replaceAll("<base />", "").replace("<backend>", "<backend><forward-request />") },
    });
    expect((await world.send({ method, url: `https://api.example${path}` })).backendCalls).toHaveLength(1);
  });

  it("takes what the file format has, and nothing else", () => {
    const file = (inner: string): string[] =>
      findings(`<cross-domain><cross-domain-policy>${inner}</cross-domain-policy></cross-domain>`).filter(
        (finding) => finding !== "error TP2004",
      );
    expect(file(`<allow-access-from domain="*.example" to-ports="80" secure="false" />`)).toEqual([]);
    expect(file(`<site-control permitted-cross-domain-policies="some" />`)).toEqual(["error TP2008"]);
    expect(file(`<allow-access-from />`)).toEqual(["error TP2007"]);
    expect(file(`<allow-http-request-headers-from domain="@("x")" headers="*" />`)).toEqual(["error TP2009"]);
  });

  it("stands at global scope only, and needs its content", () => {
    expect(findings("<cross-domain />")).toEqual(["error TP2011"]);
  });
});
