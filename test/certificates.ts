import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createRequire } from "node:module";

/** A certificate and its key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test. */
export interface TestAuthority extends TestCertificate {
  /**
   * Signs a certificate.
   * @param name the common name
   * @param addresses names and IP addresses that it is for
   */
  issue(name: string, ...addresses: string[]): TestCertificate;
}

interface ForgeCertificate {
  publicKey: unknown;
  serialNumber: string;
  readonly validity: { notBefore: Date; notAfter: Date };
  setSubject(attributes: object[]): void;
  setIssuer(attributes: object[]): void;
  setExtensions(extensions: object[]): void;
  sign(key: unknown, digest: unknown): void;
}

interface Forge {
  readonly pki: {
    createCertificate(): ForgeCertificate;
    publicKeyFromPem(pem: string): unknown;
    privateKeyFromPem(pem: string): unknown;
    certificateFromPem(pem: string): unknown;
    certificateToPem(certificate: ForgeCertificate): string;
  };
  readonly pkcs12: {
    toPkcs12Asn1(key: unknown, chain: unknown[], password: string, options: object): unknown;
  };
  readonly asn1: { toDer(asn1: unknown): { getBytes(): string } };
  readonly md: { readonly sha256: { create(): unknown } };
}

const forge = createRequire(import.meta.url)("node-forge") as Forge;
const DAY = 24 * 60 * 60 * 1000;

/** Makes a certificate authority. */
export function testAuthority(name = "Test CA"): TestAuthority {
  const own = sign(name, [], null);
  return { ...own, issue: (subject, ...addresses) => sign(subject, addresses, { ...own, name }) };
}

/** A certificate with its key as PKCS #12 with a cipher that OpenSSL 3 reads. */
export function toPfx({ cert, key }: TestCertificate, password: string): Buffer {
  const { pkcs12, pki, asn1 } = forge;
  const asn = pkcs12.toPkcs12Asn1(pki.privateKeyFromPem(key), [pki.certificateFromPem(cert)], password, { algorithm: "aes256" });
  return Buffer.from(asn1.toDer(asn).getBytes(), "latin1");
}

function sign(
  name: string,
  addresses: readonly string[],
  issuer: { readonly name: string; readonly key: string } | null,
): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = `01${randomBytes(8).toString("hex")}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY);
  certificate.validity.notAfter = new Date(Date.now() + DAY);
  certificate.setSubject([{ name: "commonName", value: name }]);
  certificate.setIssuer([{ name: "commonName", value: issuer?.name ?? name }]);
  const altNames = addresses.map((one) => (/^[\d.]+$|:/.test(one) ? { type: 7, ip: one } : { type: 2, value: one }));
  certificate.setExtensions([
    { name: "basicConstraints", cA: issuer === null, critical: true },
    ...(altNames.length === 0 ? [] : [{ name: "subjectAltName", altNames }]),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: privateKey };
}
