import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { X509Certificate2 } from "@turnpike/expressions/values";
import type { GatewayModel } from "../../config/model.js";

/** The certificate that a caller presented, with those that could have issued it. */
export interface PresentedCertificate {
  readonly certificate: X509Certificate;
  /** As .NET shows it: subject and issuer as texts. */
  readonly shown: X509Certificate2;
}

/** Reads a certificate; null for bytes that are none. */
export function readCertificate(der: Uint8Array): PresentedCertificate | null {
  try {
    return { certificate: new X509Certificate(der), shown: X509Certificate2.of(der) };
  } catch {
    return null;
  }
}

/** Longest chain from a caller's certificate to a root. */
const LONGEST_CHAIN = 8;

let platformRoots: readonly X509Certificate[] | null = null;

/** Certificates that may stand above a caller's: the platform's roots, and authorities among the configuration's certificates. */
export function authorities(configuration: GatewayModel): readonly X509Certificate[] {
  platformRoots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return [...configuredAuthorities(configuration), ...platformRoots];
}

function configuredAuthorities(configuration: GatewayModel): X509Certificate[] {
  return [...configuration.certificates.values()].map(({ der }) => new X509Certificate(der)).filter((one) => one.ca);
}

/** The known certificate that signed this one; null if none did. */
export function issuerOf(certificate: X509Certificate, known: readonly X509Certificate[]): X509Certificate | null {
  return known.find((one) => isIssuedBy(certificate, one)) ?? null;
}

/** Did this certificate sign the other? */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** Does a chain of authorities that are in time lead to a root that is known? */
export function isTrusted(certificate: X509Certificate, known: readonly X509Certificate[], now: number): boolean {
  let current = certificate;
  for (let length = 0; length < LONGEST_CHAIN; length++) {
    // Authorities that share a name (renewed ones) differ in their time.
    const issuer = known.find((one) => one.ca && isInTime(one, now) && isIssuedBy(current, one));
    if (issuer === undefined) return false;
    if (isIssuedBy(issuer, issuer)) return true;
    current = issuer;
  }
  return false;
}

function isInTime(certificate: X509Certificate, now: number): boolean {
  return now >= Date.parse(certificate.validFrom) && now <= Date.parse(certificate.validTo);
}

const SYNONYMS: Readonly<Record<string, string>> = { ST: "S", EMAILADDRESS: "E", SERIALNUMBER: "SERIALNUMBER" };

/** A distinguished name so that two of them are the same text if they are the same name: blanks around parts and the case of types do not count. */
export function comparableName(name: string): string {
  const parts = name.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? [];
  return parts
    .map((part) => {
      const equals = part.indexOf("=");
      const type = part.slice(0, Math.max(equals, 0)).trim().toUpperCase();
      const value = part.slice(equals + 1).trim();
      const plain = /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll('""', '"') : value;
      return `${Object.hasOwn(SYNONYMS, type) ? SYNONYMS[type] : type}=${JSON.stringify(plain)}`;
    })
    .join(",");
}

/** Hexadecimal digits alone, upper case: thumbprints and serial numbers come with blanks and colons. */
export function comparableHex(text: string): string {
  return text.replace(/[^0-9a-fA-F]/g, "").toUpperCase();
}

/** The dnsName entries of the alternative names. */
export function dnsNames(certificate: X509Certificate): readonly string[] {
  return (certificate.subjectAltName ?? "")
    .split(", ")
    .flatMap((one) => (one.startsWith("DNS:") ? [one.slice(4).toLowerCase()] : []));
}
