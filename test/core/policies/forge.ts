import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject, X509Certificate } from "node:crypto";
import { createRequire } from "node:module";

/** An extension as node-forge takes it: by its name with members, or by its number with DER in `value`. */
export interface ForgedExtension {
  readonly name?: string;
  readonly id?: string;
  readonly critical?: boolean;
  /** DER, a character a byte. */
  readonly value?: string;
  readonly [member: string]: unknown;
}

/** What a certificate says; what is left out is sound. */
export interface Forged {
  readonly subject: string;
  readonly issuer?: ForgedCertificate;
  /** The key that it is for; default: one that all share, for making one is slow. */
  readonly key?: KeyPair;
  readonly extensions?: readonly ForgedExtension[];
  /** Milliseconds since the epoch. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly digest?: "sha1" | "sha256" | "md5";
  /** Public key of the certificate, in place of the key pair's: modulus and exponent, hexadecimal. */
  readonly publicKey?: { readonly n: string; readonly e: string };
  /** Attributes of the subject beside its common name. */
  readonly attributes?: readonly object[];
}

/** A key pair in PEM, PKCS#1. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A certificate that was made here. */
export interface ForgedCertificate {
  readonly pem: string;
  readonly der: Uint8Array<ArrayBuffer>;
  readonly key: KeyPair;
  readonly subject: readonly object[];
}

interface ForgeCertificate {
  publicKey: unknown;
  serialNumber: string;
  readonly validity: { notBefore: Date; notAfter: Date };
  setSubject(attributes: readonly object[]): void;
  setIssuer(attributes: readonly object[]): void;
  setExtensions(extensions: readonly object[]): void;
  sign(key: unknown, digest: unknown): void;
}

interface Forge {
  readonly pki: {
    createCertificate(): ForgeCertificate;
    publicKeyFromPem(pem: string): unknown;
    privateKeyFromPem(pem: string): unknown;
    publicKeyToPem(key: unknown): string;
    setRsaPublicKey(n: unknown, e: unknown): unknown;
    certificateToPem(certificate: ForgeCertificate): string;
  };
  readonly jsbn: { readonly BigInteger: new (text: string, radix: number) => unknown };
  readonly md: Readonly<Record<string, { create(): unknown }>>;
}

const forge = createRequire(import.meta.url)("node-forge") as Forge;
const keys = new Map<string, KeyPair>();
let serial = 1;

/** When the certificates of tests begin, and when they end. */
export const from = Date.UTC(2026, 0, 1);
export const until = Date.UTC(2027, 0, 1);

/** The key pair of a name: making one is slow, and which one it is does not matter. */
export function keyOf(name: string): KeyPair {
  let found = keys.get(name);
  if (found === undefined) {
    found = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    keys.set(name, found);
  }
  return found;
}

/** The pair of a private key in JWK. */
export function keyOfJwk(jwk: JsonWebKey): KeyPair {
  const key: KeyObject = createPrivateKey({ key: jwk, format: "jwk" });
  const { n, e } = jwk as { n: string; e: string };
  const publicKey = forge.pki.setRsaPublicKey(bigInteger(hex(n)), bigInteger(hex(e)));
  return {
    privateKey: key.export({ type: "pkcs1", format: "pem" }).toString(),
    publicKey: forge.pki.publicKeyToPem(publicKey),
  };
}

/** Makes a certificate; self-signed if it has no issuer. */
export function certificate(options: Forged): ForgedCertificate {
  const { subject, issuer, extensions = [], notBefore = from, notAfter = until, digest = "sha256", attributes = [] } = options;
  const key = options.key ?? keyOf("any");
  const made = forge.pki.createCertificate();
  made.publicKey =
    options.publicKey === undefined
      ? forge.pki.publicKeyFromPem(key.publicKey)
      : forge.pki.setRsaPublicKey(bigInteger(options.publicKey.n), bigInteger(options.publicKey.e));
  made.serialNumber = `01${(++serial).toString(16).padStart(8, "0")}`;
  made.validity.notBefore = new Date(notBefore);
  made.validity.notAfter = new Date(notAfter);
  const name = [...attributes, { name: "commonName", value: subject }];
  made.setSubject(name);
  made.setIssuer(issuer?.subject ?? name);
  made.setExtensions(extensions);
  made.sign(forge.pki.privateKeyFromPem((issuer?.key ?? key).privateKey), forge.md[digest]!.create());
  const pem = forge.pki.certificateToPem(made);
  return { pem, der: new Uint8Array(new X509Certificate(pem).raw), key, subject: name };
}

/** Extensions of a sound authority. */
export const AUTHORITY: readonly ForgedExtension[] = [
  { name: "basicConstraints", cA: true, critical: true },
  { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
];

/** An authority of that name, by another one or by itself. */
export function authority(subject: string, issuer?: ForgedCertificate, extensions = AUTHORITY): ForgedCertificate {
  return certificate({ subject, extensions, ...(issuer === undefined ? {} : { issuer }) });
}

const hex = (base64: string): string => Buffer.from(base64, "base64url").toString("hex");
const bigInteger = (text: string): unknown => new forge.jsbn.BigInteger(text, 16);
