import { type KeyObject, verify } from "node:crypto";
import {
  type DerExtension,
  type DerValue,
  derChildren,
  derExtensions,
  derOid,
  derTime,
  readDer,
} from "@turnpike/expressions/values";

/** A certificate revocation list (RFC 5280, 5), read and not verified. */
export interface RevocationList {
  /** DER of the name of the authority that published it. */
  readonly issuer: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  /** When the next one will be there; null if the list does not say. */
  readonly nextUpdate: number | null;
  /** Serial numbers, upper-case hex. */
  readonly revoked: ReadonlySet<string>;
  /** Which of the authority's certificates it speaks of. */
  readonly covers: "all" | "users" | "authorities";
  /** Where it is published, if it speaks only of certificates that name one of these addresses; null: of all. */
  readonly addresses: readonly string[] | null;
  /** Does its signature hold under this key? */
  isSignedBy(key: KeyObject): boolean;
}

/** Signatures that a list may have; SHA-1 is not among them. The hash is null where the algorithm has its own. */
const SIGNATURES: ReadonlyMap<string, string | null> = new Map([
  ["1.2.840.113549.1.1.11", "sha256"],
  ["1.2.840.113549.1.1.12", "sha384"],
  ["1.2.840.113549.1.1.13", "sha512"],
  ["1.2.840.10045.4.3.2", "sha256"],
  ["1.2.840.10045.4.3.3", "sha384"],
  ["1.2.840.10045.4.3.4", "sha512"],
  ["1.3.101.112", null],
]);

const ISSUING_POINT = "2.5.29.28";

/**
 * Reads a revocation list in DER or PEM. Throws Error for what is none, and for lists that say less than they seem to: changes to another list,
 * lists of other authorities' certificates or of some reasons only, and critical extensions that are not known.
 */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const der = bytes[0] === 0x30 ? bytes : fromPem(bytes);
  try {
    return readList(readDer(der));
  } catch (error) {
    if (error instanceof UnusableList) throw error;
    throw new Error("It is no certificate revocation list.", { cause: error });
  }
}

class UnusableList extends Error {}

function fromPem(bytes: Uint8Array): Uint8Array {
  const body = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(
    Buffer.from(bytes).toString("latin1"),
  )?.[1];
  if (body === undefined) throw new Error("It is no certificate revocation list in DER or PEM.");
  return Buffer.from(body, "base64");
}

function readList(whole: DerValue): RevocationList {
  const [body, outerAlgorithm, signatureBits] = derChildren(whole);
  const parts = derChildren(body!);
  if (parts[0]!.tag === 0x02) parts.shift();
  const [algorithm, issuer, thisUpdate, ...rest] = parts;
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
  const entries = rest[0]?.tag === 0x30 ? rest.shift() : undefined;
  const { covers, addresses } = scopeOf(derExtensions(rest.find(({ tag }) => tag === 0xa0)));
  const signedBy = derOid(derChildren(outerAlgorithm!)[0]);
  if (derOid(derChildren(algorithm!)[0]) !== signedBy) throw new UnusableList("Its two signature algorithms differ.");
  if (!SIGNATURES.has(signedBy)) throw new UnusableList(`Its signature algorithm ${signedBy} is not supported.`);
  const signature = signatureBits!.content.subarray(1);
  return {
    issuer: issuer!.whole,
    thisUpdate: derTime(thisUpdate),
    nextUpdate: nextUpdate === undefined ? null : derTime(nextUpdate),
    revoked: new Set(entries === undefined ? [] : derChildren(entries).map(serialOf)),
    covers,
    addresses,
    isSignedBy(key) {
      try {
        return verify(SIGNATURES.get(signedBy)!, body!.whole, key, signature);
      } catch {
        return false;
      }
    },
  };
}

function isTime(value: DerValue | undefined): boolean {
  return value?.tag === 0x17 || value?.tag === 0x18;
}

function serialOf(entry: DerValue): string {
  const { content } = readDer(entry.content);
  const unsigned = content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
  return Buffer.from(unsigned).toString("hex").toUpperCase();
}

type Scope = Pick<RevocationList, "covers" | "addresses">;

function scopeOf(extensions: readonly DerExtension[]): Scope {
  let scope: Scope = { covers: "all", addresses: null };
  for (const { id, isCritical, value } of extensions) {
    if (id === ISSUING_POINT) scope = readIssuingPoint(value);
    else if (isCritical) throw new UnusableList(`Its critical extension ${id} is not supported.`);
  }
  return scope;
}

/** `IssuingDistributionPoint`: fields are tagged 0 to 5, and the flags among them stand only where they are true. */
function readIssuingPoint(der: Uint8Array): Scope {
  let covers: Scope["covers"] = "all";
  let addresses: readonly string[] | null = null;
  for (const field of derChildren(readDer(der))) {
    const tag = field.tag & 0x1f;
    if (tag === 0) addresses = pointAddresses(field);
    else if (tag === 1) covers = "users";
    else if (tag === 2) covers = "authorities";
    else throw new UnusableList("It is a list of some reasons, of other authorities or of attributes only.");
  }
  return { covers, addresses };
}

/** The URIs of a `DistributionPointName` inside its explicit tag. */
function pointAddresses(field: DerValue): string[] {
  return derChildren(field)
    .filter((name) => name.tag === 0xa0)
    .flatMap((names) => derChildren(names))
    .flatMap((name) => (name.tag === 0x86 ? [Buffer.from(name.content).toString("latin1")] : []));
}

/** Where the revocation lists of a certificate's authority are published, of the authority's own lists of all reasons. */
export function distributionPoints(extensions: readonly DerExtension[]): readonly string[] {
  const extension = extensions.find(({ id }) => id === "2.5.29.31");
  if (extension === undefined) return [];
  return derChildren(readDer(extension.value)).flatMap((point) => {
    const fields = derChildren(point);
    const isWhole = fields.every((field) => (field.tag & 0x1f) === 0);
    return isWhole ? fields.flatMap(pointAddresses) : [];
  });
}
