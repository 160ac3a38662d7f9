import { X509Certificate } from "node:crypto";
import { createGateway, Headers, type OutgoingRequest } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateWorkshop, certificateWorkshop } from "./certificate-support.js";
import { identityWorld } from "./identity-support.js";
import { document, findings, refusals, url, world } from "./support.js";

describe("authentication-certificate", () => {
  let workshop: CertificateWorkshop;
  let base64 = "";
  beforeAll(() => {
    workshop = certificateWorkshop();
    workshop.root("client", "/CN=client");
    base64 = workshop.pfx("client", "p").toString("base64");
  });
  afterAll(() => workshop.dispose());

  it.each([
    ["base64", () => `@("${base64}")`],
    ["bytes", () => `@(Convert.FromBase64String("${base64}"))`],
    ["bytes one by one", () => `@(new byte[] { ${[...Buffer.from(base64, "base64")].join(", ")} })`],
  ])("presents a body: %s", async (_what, body) => {
    const { calls, send } = await identityWorld(`<authentication-certificate body="${body()}" password="p" />`);
    for (let i = 0; i < 2; i++) await send();
    for (const { tls } of calls) expect([Buffer.from(tls!.pfx!).toString("base64"), tls!.passphrase]).toEqual([base64, "p"]);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ["another password", () => base64, "q"],
    ["no password", () => base64, ""],
    ["half of it", () => base64.slice(0, 400), "p"],
    ["something else", () => "AAEC", "p"],
  ])("that cannot be opened (%s) is a 500 before the backend is called", async (_what, body, password) => {
    const { status, error, backendCalls } = await (
      await world(`<authentication-certificate body="@("${body()}")" password="${password}" />`)
    ).send({ url });
    expect([status, error!.source, error!.reason, backendCalls.length]).toEqual([
      500,
      "authentication-certificate",
      "CertificateInvalid",
      0,
    ]);
  });

  it.each([
    ["by its name", () => `certificate-id="c"`],
    ["by its thumbprint", () => `thumbprint="${new X509Certificate(workshop.pem("client")).fingerprint.toLowerCase()}"`],
    ["by a name that an expression gives", () => `certificate-id="@("c" + "")"`],
  ])("presents a certificate of the configuration %s", async (_what, attributes) => {
    const calls: OutgoingRequest[] = [];
    const gateway = await createGateway(
      {
        certificates: { c: { certificate: workshop.pem("client"), key: workshop.key("client") } },
        apis: {
          a: {
            path: "",
            serviceUrl: "https://backend.example",
            subscriptionRequired: false,
            policy: document(`<authentication-certificate ${attributes()} />`),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      {
        transport: async (request) => {
          calls.push(request);
          return { status: 200, reason: "", headers: new Headers(), body: null };
        },
      },
    );
    expect((await gateway.handle({ method: "GET", url, headers: {} })).status).toBe(200);
    expect([calls[0]!.tls!.cert, calls[0]!.tls!.key]).toEqual([workshop.pem("client"), workshop.key("client")]);
  });

  it("and on a side call only there", async () => {
    const { calls, send } = await identityWorld(
      `<send-request response-variable-name="x"><set-url>https://side.example/</set-url><authentication-certificate body="@(Convert.FromBase64String("${base64}"))" password="p" /></send-request>`,
    );
    await send();
    expect(calls.map((call) => call.tls !== undefined)).toEqual([true, false]);
  });

  it.each([
    [`<authentication-certificate certificate-id="@("c")" />`, "CertificateNotFound"],
    [`<authentication-certificate thumbprint="@("AB")" />`, "CertificateNotFound"],
    [`<authentication-certificate body="@("no base64!")" />`, "CertificateInvalid"],
  ])("fails on %s", async (xml, reason) => {
    expect((await (await world(xml)).send({ url })).error).toMatchObject({ reason, status: 500 });
  });

  it("names a certificate that exists", async () => {
    expect(await refusals(`<authentication-certificate certificate-id="a" />`)).toEqual(["error TP3002"]);
  });
});

it.each([
  ["<authentication-certificate />", ["error TP2101"]],
  [`<authentication-certificate certificate-id="a" thumbprint="b" />`, ["error TP2102"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
