import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { NetException } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { DateTime } from "../time/date-time.js";
import { type DerExtension, type DerValue, derChildren, derExtensions, derOid, derTime, readDer } from "./der.js";
import { DistinguishedName } from "./distinguished-name.js";
import { cryptographicError, guarded } from "./errors.js";
import { Oid } from "./oid.js";
import { readPfx } from "./pfx.js";
import { RSA } from "./rsa.js";

/** A certificate's fields, read from its DER. */
interface Fields {
  readonly version: number;
  readonly serial: Uint8Array;
  readonly algorithm: string;
  readonly issuer: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly subject: DistinguishedName;
  readonly keyInfo: DerValue;
  readonly keyAlgorithm: string;
  readonly keyParameters: Uint8Array;
  readonly keyBytes: Uint8Array;
  readonly extensions: readonly DerExtension[];
}

function readFields(der: Uint8Array): Fields {
  const [body] = derChildren(readDer(der));
  const parts = derChildren(body!);
  const isVersioned = parts[0]?.tag === 0xa0;
  const [serial, algorithm, issuer, validity, subject, keyInfo, ...rest] = isVersioned ? parts.slice(1) : parts;
  if (keyInfo === undefined) throw cryptographicError("Unable to decode certificate.");
  const [notBefore, notAfter] = derChildren(validity!);
  const [keyAlgorithm, bits] = derChildren(keyInfo);
  const [keyOid, keyParameters] = derChildren(keyAlgorithm!);
  const extensions = rest.find((part) => part.tag === 0xa3);
  return {
    version: isVersioned ? derChildren(parts[0]!)[0]!.content[0]! + 1 : 1,
    serial: withoutSign(serial!.content),
    algorithm: derOid(derChildren(algorithm!)[0]),
    issuer: new DistinguishedName(issuer!),
    notBefore: derTime(notBefore),
    notAfter: derTime(notAfter),
    subject: new DistinguishedName(subject!),
    keyInfo,
    keyAlgorithm: derOid(keyOid),
    keyParameters: keyParameters?.whole ?? new Uint8Array(0),
    keyBytes: bits!.content.subarray(1),
    extensions: derExtensions(extensions),
  };
}

function withoutSign(bytes: Uint8Array): Uint8Array {
  return bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();

/** The header of System.Security.Cryptography.X509Certificates.X509Certificate2. */
export const certificate2Header: TypeHeader = {
  header: "class System.Security.Cryptography.X509Certificates.X509Certificate2 : X509Certificate",
};

/** System.Security.Cryptography.X509Certificates.X509Certificate2. */
export class X509Certificate2 extends NetObject {
  readonly fields: Fields;
  friendlyName = "";
  private thumbprintText: string | null = null;

  private constructor(
    readonly der: Uint8Array,
    readonly privateKey: KeyObject | null,
  ) {
    super();
    this.fields = guarded(() => readFields(der), "Unable to decode certificate.");
  }

  /** From DER bytes or PEM text, with a private key in PEM if there is one. Throws CryptographicException for what is no certificate. */
  static of(bytes: Uint8Array, key?: { readonly key?: string; readonly passphrase?: string }): X509Certificate2 {
    const der = bytes[0] === 0x30 ? bytes : fromPem(bytes);
    return new X509Certificate2(der, key?.key === undefined ? null : privateKeyOf(key.key, key.passphrase));
  }

  /** True if these bytes look like a PKCS#12 file. */
  static isPfx(bytes: Uint8Array): boolean {
    return isPfx(bytes);
  }

  /**
   * From DER, PEM or PKCS#12 (PFX) bytes, as the constructors take them. `charge` is told of costly rounds before they run. Throws
   * CryptographicException for what is none of these, and for a wrong password.
   */
  static import(bytes: Uint8Array, password: string | null, charge: (rounds: number) => void): X509Certificate2 {
    if (!isPfx(bytes)) return X509Certificate2.of(bytes);
    const { der, key } = guarded(() => readPfx(bytes, password, charge), "Unable to decode certificate.");
    return new X509Certificate2(der, key);
  }

  override get declaration() {
    return certificate2Header;
  }

  override equals(other: unknown): boolean {
    return other instanceof X509Certificate2 && other.key === this.key;
  }

  /** Issuer and serial number say which certificate it is. */
  override get key(): string {
    return `X509Certificate:${hex(this.fields.issuer.encoded.whole)}:${this.serialNumber}`;
  }

  get thumbprint(): string {
    this.thumbprintText ??= hex(this.hash);
    return this.thumbprintText;
  }

  get hash(): Uint8Array {
    return new Uint8Array(createHash("sha1").update(this.der).digest());
  }

  get serialNumber(): string {
    return hex(this.fields.serial);
  }

  /** Local time, which is UTC. */
  time(which: "notBefore" | "notAfter"): DateTime {
    const utc = DateTime.fromUnixMilliseconds(this.fields[which]);
    return new DateTime(utc.ticks, LOCAL);
  }

  get signatureAlgorithm(): Oid {
    return Oid.of(this.fields.algorithm);
  }

  get hasPrivateKey(): boolean {
    return this.privateKey !== null;
  }

  get publicRsa(): RSA | null {
    if (this.fields.keyAlgorithm !== RSA_OID) return null;
    const key = Buffer.from(this.fields.keyInfo.whole);
    return RSA.ofPublic(guarded(() => createPublicKey({ key, format: "der", type: "spki" }), "Bad key."));
  }

  get privateRsa(): RSA | null {
    return this.privateKey?.asymmetricKeyType === "rsa" ? RSA.ofPrivate(this.privateKey) : null;
  }

  /** The alternative names of the subject of one kind, as Node calls it: `DNS`, `email`, `URI`. */
  alternativeNames(kind: string): readonly string[] {
    const text = guarded(() => new X509Certificate(this.der), "Bad certificate.").subjectAltName ?? "";
    // A name that could be mistaken for several is quoted.
    const names = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
    return names.flatMap((entry) => {
      const [, found, name] = /^ ?([^:]+):(.*)$/s.exec(entry) ?? [];
      if (found !== kind || name === undefined) return [];
      return [name.startsWith('"') ? (JSON.parse(name) as string) : name];
    });
  }

  /** `GetNameInfo`: simple, e-mail, UPN, DNS, URL names by `X509NameType`. */
  nameInfo(type: number, forIssuer: boolean): string {
    const name = forIssuer ? this.fields.issuer : this.fields.subject;
    const alternative = (kind: string) => (forIssuer ? "" : (this.alternativeNames(kind)[0] ?? ""));
    switch (type) {
      case 0:
        return name.find("CN") || name.find("OU") || name.find("O") || name.find("E");
      case 1:
        return name.find("E") || alternative("email");
      case 3:
      case 4:
        return alternative("DNS") || name.find("CN");
      case 5:
        return alternative("URI");
      default:
        return "";
    }
  }

  /**
   * Does a chain lead to one of the platform's roots: the certificate is within its time and signed by a root that is too. Chains over
   * intermediate authorities, which a certificate alone does not bring along, do not verify.
   */
  verify(now: number): boolean {
    if (now < this.fields.notBefore || now > this.fields.notAfter) return false;
    const own = guarded(() => new X509Certificate(this.der), "Bad certificate.");
    return roots().some(
      (root) =>
        now >= Date.parse(root.validFrom) &&
        now <= Date.parse(root.validTo) &&
        own.checkIssued(root) &&
        own.verify(root.publicKey),
    );
  }

  override toText(): string {
    const { subject, issuer } = this.fields;
    const time = (which: "notBefore" | "notAfter") => this.time(which).toText();
    return `[Subject]\n  ${subject.name}\n\n[Issuer]\n  ${issuer.name}\n\n[Serial Number]\n  ${this.serialNumber}\n\n[Not Before]\n  ${time("notBefore")}\n\n[Not After]\n  ${time("notAfter")}\n\n[Thumbprint]\n  ${this.thumbprint}\n`;
  }
}

const LOCAL = 2;
const RSA_OID = "1.2.840.113549.1.1.1";

function fromPem(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.subarray(0, 1_000_000)).toString("latin1");
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text)?.[1];
  if (body === undefined) throw cryptographicError("Unable to decode certificate.");
  return new Uint8Array(Buffer.from(body, "base64"));
}

/** PKCS#12 begins with a sequence that begins with version 3. */
function isPfx(der: Uint8Array): boolean {
  try {
    const [version] = derChildren(readDer(der));
    return version?.tag === 0x02 && version.content.length === 1 && version.content[0] === 3;
  } catch (error) {
    if (error instanceof NetException) return false;
    throw error;
  }
}

function privateKeyOf(pem: string, passphrase: string | undefined): KeyObject {
  return guarded(() => createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) }), "Bad private key.");
}

let parsedRoots: readonly X509Certificate[] | null = null;

function roots(): readonly X509Certificate[] {
  parsedRoots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return parsedRoots;
}
