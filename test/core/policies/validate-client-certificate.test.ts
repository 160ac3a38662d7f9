import { X509Certificate } from "node:crypto";
import { policyTest } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparableName } from "#core/policies/authentication/client-identity.js";
import { certificateWorkshop } from "./certificate-support.js";
import { document, findings } from "./support.js";

const workshop = certificateWorkshop();
let ca = "";
let leaf: X509Certificate;
let own: X509Certificate;
let forged: X509Certificate;

beforeAll(() => {
  const extensions = ["subjectAltName=DNS:Client.example,DNS:other.example", "basicConstraints=CA:FALSE"];
  ca = workshop.root("ca", "/CN=Our CA");
  workshop.root("fake", "/CN=Our CA");
  leaf = workshop.signed("leaf", "ca", { extensions });
  forged = workshop.signed("forged", "fake", { extensions });
  own = new X509Certificate(workshop.root("own", "/CN=client"));
});
afterAll(() => workshop.dispose());

const policy = (attributes = "", identities = "") =>
  `<validate-client-certificate validate-revocation="false" ${attributes}>${identities === "" ? "" : `<identities>${identities}</identities>`}</validate-client-certificate>`;
const soon = () => Date.parse(leaf.validFrom) + 3_600_000;

async function send(
  xml: string,
  certificate: Uint8Array | null,
  clock = soon(),
  certificates: Readonly<Record<string, { readonly certificate: string }>> = { ca: { certificate: ca } },
) {
  const test = await policyTest({
    clock,
    gateway: {
      certificates,
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://a.internal",
          subscriptionRequired: false,
          policy: document(xml),
          operations: { all: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
  });
  const { status, error } = await test.send({ url: "https://api.example/a/", ...(certificate === null ? {} : { certificate }) });
  return error === null ? status : [status, error.reason, error.message];
}
const refusal = (message: string) => [403, "ClientCertificateInvalid", message];
const bytes = (one: X509Certificate) => new Uint8Array(one.raw);

describe("validate-client-certificate", () => {
  it("takes a certificate that is in time and signed by an authority that is known", async () => {
    expect(await send(policy(), bytes(leaf))).toBe(200);
    expect(await send(policy(), null)).toEqual(refusal("No client certificate was presented."));
    expect(await send(policy(), new Uint8Array([1, 2, 3]))).toEqual(refusal("The client certificate cannot be read."));
    expect(await send(policy(), bytes(own))).toEqual(refusal("The client certificate is not trusted."));
    expect(await send(policy(), bytes(forged))).toEqual(refusal("The client certificate is not trusted."));
    expect(await send(policy(), bytes(leaf), soon(), {})).toEqual(refusal("The client certificate is not trusted."));
  });

  it("finds a way over authorities in between, which the configuration must have", async () => {
    const authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
    workshop.signed("east", "ca", { subject: "/CN=Issuing", serial: "10", extensions: authority });
    workshop.signed("plain", "ca", { subject: "/CN=Plain", serial: "11", extensions: ["basicConstraints=CA:FALSE"] });
    const below = bytes(workshop.signed("below", "east", { extensions: ["basicConstraints=CA:FALSE"] }));
    const notBelow = bytes(workshop.signed("not-below", "plain", { extensions: ["basicConstraints=CA:FALSE"] }));
    const one = (name: string) => ({ certificate: workshop.pem(name) });
    const untrusted = refusal("The client certificate is not trusted.");
    expect(await send(policy(), below, soon(), { ca: one("ca"), east: one("east") })).toBe(200);
    expect(await send(policy(), below, soon(), { ca: one("ca") })).toEqual(untrusted);
    expect(await send(policy(), below, soon(), { east: one("east") })).toEqual(untrusted);
    expect(await send(policy(), notBelow, soon(), { ca: one("ca"), plain: one("plain") })).toEqual(untrusted);
  });

  it("tries every authority of a name", async () => {
    const stranger = new X509Certificate(workshop.root("stranger", "/CN=Elsewhere"));
    const authority = ["basicConstraints=critical,CA:TRUE"];
    workshop.signed("dead-end", "stranger", { subject: "/CN=Crossed", serial: "20", extensions: authority });
    // The same key and name, certified by an authority that is known.
    const crossed = workshop.certify("dead-end", "crossed", "ca", { serial: "21", extensions: authority });
    const below = bytes(workshop.signed("below-crossed", "dead-end", { extensions: ["basicConstraints=CA:FALSE"] }));
    expect(stranger.subject).not.toBe(crossed.issuer);
    const certificates = { ca: { certificate: ca }, a: { certificate: workshop.pem("dead-end") } };
    expect(await send(policy(), below, soon(), certificates)).toEqual(refusal("The client certificate is not trusted."));
    const both = { ...certificates, b: { certificate: workshop.pem("crossed") } };
    expect(await send(policy(), below, soon(), both)).toBe(200);
  });

  it("looks at the clock", async () => {
    const before = Date.parse(leaf.validFrom) - 60_000;
    const after = Date.parse(leaf.validTo) + 60_000;
    expect(await send(policy(), bytes(leaf), before)).toEqual(refusal("The client certificate is not valid yet."));
    expect(await send(policy(), bytes(leaf), after)).toEqual(refusal("The client certificate has expired."));
    expect(await send(policy('validate-not-before="false" validate-trust="false"'), bytes(leaf), before)).toBe(200);
    expect(await send(policy('validate-not-after="false"'), bytes(leaf), after)).toBe(200);
  });

  it("goes on under ignore-error", async () => {
    expect(await send(policy('ignore-error="true"'), null)).toBe(200);
    expect(await send(policy('validate-trust="false"'), bytes(own))).toBe(200);
  });

  it("compares identities", async () => {
    const thumbprint = leaf.fingerprint.toLowerCase();
    const issuer = new X509Certificate(ca).fingerprint.replaceAll(":", "");
    const yes = [
      `thumbprint="${thumbprint}"`,
      `thumbprint="${thumbprint.replaceAll(":", " ")}" serial-number="1a2b" common-name="client"`,
      `subject="cn=client,  O=&quot;Smith, Inc&quot;, C=US"`,
      `dns-name="client.EXAMPLE"`,
      `issuer-subject="CN=Our CA" issuer-thumbprint="${issuer}"`,
      `issuer-certificate-id="ca"`,
    ];
    const no = [
      `thumbprint="00"`,
      `thumbprint=""`,
      `serial-number="1a2b" common-name="other"`,
      `subject="O=&quot;Smith, Inc&quot;, CN=client, C=US"`,
      `subject="CN=client"`,
      `dns-name="client"`,
      `issuer-subject="CN=Our"`,
      `issuer-thumbprint="${thumbprint}"`,
    ];
    for (const one of yes) expect([one, await send(policy("", `<identity ${one} />`), bytes(leaf))]).toEqual([one, 200]);
    const none = refusal("The client certificate is none of those that are accepted.");
    for (const one of no) expect([one, await send(policy("", `<identity ${one} />`), bytes(leaf))]).toEqual([one, none]);
    expect(await send(policy("", `<identity ${no[0]} /><identity ${yes[0]} />`), bytes(leaf))).toBe(200);
    expect(await send(policy('validate-trust="false"', `<identity issuer-certificate-id="ca" />`), bytes(forged))).toEqual(none);
  });

  it("takes a name for what it is, whatever is written in it", async () => {
    const tricky = workshop.signed("tricky", "ca", {
      extensions: ["subjectAltName=@names", "[names]", 'URI.1="urn:x, DNS:client.example, y"', "DNS.1=tricky.example"],
    });
    const none = refusal("The client certificate is none of those that are accepted.");
    expect(await send(policy("", `<identity dns-name="client.example" />`), bytes(tricky))).toEqual(none);
    expect(await send(policy("", `<identity dns-name="tricky.example" />`), bytes(tricky))).toBe(200);
  });

  it.each([
    ["<validate-client-certificate />", ["warning TP2104"]],
    [policy("", "<identity />"), ["error TP2101"]],
    [policy("", `<identity issuer-certificate-id="a" issuer-subject="CN=b" />`), ["error TP2102"]],
    [policy("", `<identity thumbprint="aa" />`.repeat(11)), ["error TP2011"]],
    [policy('validate-trust="@(true)"'), ["error TP2009"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});

it.each([
  ["CN=a,O=b", "cn = a , o=b", true],
  ['CN="a, b"', "CN=a, b", false],
  ['CN="a ""b"""', 'CN="a ""b"""', true],
  ["ST=x", "S=x", true],
  ["CN=a", "CN=A", false],
])("%s and %s are the same name: %s", (a, b, isSame) => {
  expect(comparableName(a) === comparableName(b)).toBe(isSame);
});
