import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { X509Certificate2 } from "@turnpike/expressions/values";
import type { GatewayModel } from "../../model/model.js";
import { isSoundPath, mayIssue } from "./certificate-path.js";
import { isBounded } from "./key-bounds.js";

/** A certificate in the two forms that its checks need. */
export interface ReadCertificate {
  readonly certificate: X509Certificate;
  /** As .NET shows it: subject and issuer as texts, and its fields. */
  readonly shown: X509Certificate2;
}

/** Bytes of a certificate that is looked at: usual ones have two thousand. */
const MOST_BYTES = 65_536;

/** Reads a certificate; null for bytes that are none, and for very large ones. */
export function readCertificate(der: Uint8Array): ReadCertificate | null {
  if (der.length > MOST_BYTES) return null;
  try {
    return { certificate: new X509Certificate(der), shown: X509Certificate2.of(der) };
  } catch {
    return null;
  }
}

/** Longest chain from a caller's certificate to a root, both included. */
const LONGEST_CHAIN = 8;
/** Signatures that are looked at for one chain: certificates that share a name must not make that many. */
const MOST_TRIES = 64;

let platformRoots: readonly X509Certificate[] | null = null;

/**
 * Certificates that may stand above a caller's: authorities among the configuration's certificates, and the platform's roots. What callers send
 * along is not among them, so that no one can bring an authority.
 */
export function authorities(configuration: GatewayModel): readonly X509Certificate[] {
  platformRoots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return [...configuredAuthorities(configuration), ...platformRoots];
}

function configuredAuthorities(configuration: GatewayModel): X509Certificate[] {
  return [...configuration.certificates.values()].map(({ der }) => new X509Certificate(der)).filter(({ ca }) => ca);
}

/** The known certificate that signed this one; null if none did. */
export function issuerOf(certificate: X509Certificate, known: readonly X509Certificate[]): X509Certificate | null {
  return known.find((authority) => isIssuedBy(certificate, authority)) ?? null;
}

/** Did this certificate sign the other? */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && isBounded(issuer.publicKey) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/**
 * A chain of authorities that are in time, from the certificate to a root that is known, both included, which keeps to what its certificates say of
 * paths; null if there is none. Of several authorities of one name (renewed or cross-signed ones) the first that leads to a root is taken.
 */
export function trustedChain(
  certificate: X509Certificate,
  known: readonly X509Certificate[],
  now: number,
): readonly X509Certificate[] | null {
  let tries = MOST_TRIES;
  const chainFrom = (chain: readonly X509Certificate[]): readonly X509Certificate[] | null => {
    const current = chain.at(-1)!;
    for (const issuer of known) {
      if (!current.checkIssued(issuer) || !mayIssue(issuer) || !isInTime(issuer, now)) continue;
      if (tries-- <= 0) return null;
      if (!isIssuedBy(current, issuer)) continue;
      if (issuer.fingerprint256 === current.fingerprint256) {
        if (isSoundPath(chain)) return chain;
        continue;
      }
      const isLoop = chain.some(({ fingerprint256 }) => fingerprint256 === issuer.fingerprint256);
      const found = isLoop || chain.length >= LONGEST_CHAIN ? null : chainFrom([...chain, issuer]);
      if (found !== null) return found;
    }
    return null;
  };
  return chainFrom([certificate]);
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
