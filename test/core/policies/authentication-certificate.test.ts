import { describe, expect, it } from "vitest";
import { identityWorld } from "./identity-support.js";
import { findings, refusals, url, world } from "./support.js";

describe("authentication-certificate", () => {
  it.each([`@("AAEC")`, `@(new byte[] { 0, 1, 2 })`, `@(Convert.FromBase64String("AAEC"))`])(
    "presents a body: %s",
    async (body) => {
      const { calls, send } = await identityWorld(`<authentication-certificate body="${body}" password="p" />`);
      await send();
      const { pfx, passphrase } = calls[0]!.tls!;
      expect([[...pfx!], passphrase]).toEqual([[0, 1, 2], "p"]);
    },
  );

  it("and on a side call only there", async () => {
    const { calls, send } = await identityWorld(
      `<send-request response-variable-name="x"><set-url>https://side.example/</set-url><authentication-certificate body="@(Convert.FromBase64String("AAEC"))" /></send-request>`,
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
