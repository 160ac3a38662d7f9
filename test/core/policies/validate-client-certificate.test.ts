import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyTest } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparableName } from "../../../packages/core/src/policies/authentication/client-identity.js";
import { document, findings } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
let ca = "";
let leaf: X509Certificate;
let own: X509Certificate;
let forged: X509Certificate;

beforeAll(() => {
  writeFileSync(file("leaf.ext"), "subjectAltName=DNS:Client.example,DNS:other.example\nbasicConstraints=CA:FALSE\n");
  const key = (name: string) => openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  const root = (name: string, subject: string) => {
    key(name);
    openssl("req", "-x509", "-new", "-key", `${name}.key`, "-subj", subject, "-days", "3650", "-out", `${name}.pem`);
  };
  const signed = (name: string, by: string) => {
    key(name);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", "/C=US/O=Smith, Inc/CN=client", "-out", `${name}.csr`);
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      `${by}.pem`,
      "-CAkey",
      `${by}.key`,
      "-set_serial",
      "0x1A2B",
      "-days",
      "365",
      "-extfile",
      "leaf.ext",
      "-out",
      `${name}.pem`,
    );
    return new X509Certificate(readFileSync(file(`${name}.pem`)));
  };
  root("ca", "/CN=Our CA");
  root("fake", "/CN=Our CA");
  ca = readFileSync(file("ca.pem"), "utf8");
  leaf = signed("leaf", "ca");
  forged = signed("forged", "fake");
  root("own", "/CN=client");
  own = new X509Certificate(readFileSync(file("own.pem")));
});
afterAll(() => rmSync(folder, { recursive: true }));

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
