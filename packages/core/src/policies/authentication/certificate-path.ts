import type { X509Certificate } from "node:crypto";
import { type DerExtension, derChildren, derOid, readDer, X509Certificate2 } from "@turnpike/expressions/values";
import { isBounded } from "./key-bounds.js";
import { allowNames, type NameConstraints, namesOf, readNameConstraints } from "./name-constraints.js";

const CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const NAME_CONSTRAINTS = "2.5.29.30";
const EXTENDED_KEY_USAGE = "2.5.29.37";

/** Extensions that are looked at here, or say nothing that a path without policies could break. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  CONSTRAINTS,
  KEY_USAGE,
  ALTERNATIVE_NAMES,
  NAME_CONSTRAINTS,
  EXTENDED_KEY_USAGE,
  "2.5.29.14", // identifiers of keys
  "2.5.29.35",
  "2.5.29.18", // names of the issuer
  "2.5.29.31", // revocation lists
  "2.5.29.46",
  "2.5.29.32", // policies: none is demanded
  "2.5.29.33",
  "2.5.29.36",
  "2.5.29.54",
  "1.3.6.1.5.5.7.1.1", // where the authority is
]);
const CLIENT = "1.3.6.1.5.5.7.3.2";
const ANY_PURPOSE = "2.5.29.37.0";
/** Signatures that can be made to fit another certificate. */
const BROKEN: ReadonlySet<string> = new Set(["1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.2.840.113549.1.1.4"]);

/** What a certificate says that a path through it must keep to. */
interface PathRules {
  readonly shown: X509Certificate2;
  readonly isSelfIssued: boolean;
  /** Authorities that may stand below it; null: any number. */
  readonly pathLength: number | null;
  readonly isAuthority: boolean;
  readonly maySign: boolean;
  /** Is it for clients, or for whatever? */
  readonly isForClients: boolean;
  readonly names: NameConstraints | null;
  readonly alternativeNames: Uint8Array | null;
}

const known = new WeakMap<X509Certificate, PathRules | null>();

function rulesOf(certificate: X509Certificate): PathRules | null {
  let rules = known.get(certificate);
  if (rules === undefined) {
    try {
      rules = readRules(certificate);
    } catch {
      rules = null;
    }
    known.set(certificate, rules);
  }
  return rules;
}

/** Null for a certificate that says something which is not understood and must be, or says something twice. */
function readRules(certificate: X509Certificate): PathRules | null {
  const shown = X509Certificate2.of(certificate.raw);
  const { extensions, subject, issuer } = shown.fields;
  const ids = extensions.map((extension) => extension.id);
  if (new Set(ids).size < ids.length) return null;
  if (extensions.some(({ id, isCritical }) => isCritical && !UNDERSTOOD.has(id))) return null;
  const value = (id: string): DerExtension["value"] | null => extensions.find((extension) => extension.id === id)?.value ?? null;
  const constraints = value(CONSTRAINTS);
  const [authority, length] = constraints === null ? [] : basicConstraints(constraints);
  const usage = value(KEY_USAGE);
  const purposes = value(EXTENDED_KEY_USAGE);
  const names = value(NAME_CONSTRAINTS);
  return {
    shown,
    isSelfIssued: Buffer.compare(subject.encoded.whole, issuer.encoded.whole) === 0,
    isAuthority: authority ?? false,
    pathLength: length ?? null,
    maySign: usage === null || (bitsOf(usage) & 0x04) !== 0,
    isForClients:
      purposes === null ||
      derChildren(readDer(purposes))
        .map(derOid)
        .some((purpose) => purpose === CLIENT || purpose === ANY_PURPOSE),
    names: names === null ? null : readNameConstraints(names),
    alternativeNames: value(ALTERNATIVE_NAMES),
  };
}

function basicConstraints(der: Uint8Array): [isAuthority: boolean, pathLength: number | null] {
  const parts = derChildren(readDer(der));
  const isAuthority = parts[0]?.tag === 0x01 && parts[0].content[0] !== 0;
  const length = parts.find((part) => part.tag === 0x02)?.content;
  if (length === undefined) return [isAuthority, null];
  if ((length[0] ?? 0x80) >= 0x80) throw new Error("A path cannot have a negative length.");
  return [isAuthority, length.reduce((sum, byte) => Math.min(sum * 256 + byte, 1_000), 0)];
}

/** The first byte of a bit string: bit 5 of a key's uses (the third lowest) is that of signing certificates. */
function bitsOf(der: Uint8Array): number {
  return readDer(der).content[1] ?? 0;
}

/** May a certificate be an authority's at all, as far as it says itself, and is its key one that can be computed with? */
export function mayIssue(certificate: X509Certificate): boolean {
  const rules = rulesOf(certificate);
  return rules?.isAuthority === true && rules.maySign && isBounded(certificate.publicKey);
}

/**
 * Does a chain whose signatures hold keep to what its certificates say (RFC 5280, 6.1)? Lengths of paths, constraints of names, uses of keys,
 * purposes, critical extensions. The root's own purposes are not looked at.
 * @param chain from the caller's certificate to the root, both included
 */
export function isSoundPath(chain: readonly X509Certificate[]): boolean {
  const all = chain.map(rulesOf);
  if (!all.every((rules) => rules !== null)) return false;
  let authoritiesBelow = 0;
  for (const [index, rules] of all.entries()) {
    const isRoot = index > 0 && index === all.length - 1;
    if (index < all.length - 1 && BROKEN.has(rules.shown.fields.algorithm)) return false;
    if (!isRoot && !rules.isForClients) return false;
    if (index === 0) continue;
    if (!rules.isAuthority || !rules.maySign) return false;
    if (rules.pathLength !== null && authoritiesBelow > rules.pathLength) return false;
    if (rules.names !== null && !all.slice(0, index).every((below, i) => isAllowed(rules.names!, below, i === 0))) return false;
    if (!rules.isSelfIssued) authoritiesBelow++;
  }
  return true;
}

function isAllowed(constraints: NameConstraints, { shown, isSelfIssued, alternativeNames }: PathRules, isLeaf: boolean): boolean {
  if (isSelfIssued && !isLeaf) return true;
  try {
    return allowNames(constraints, namesOf(shown.fields.subject.encoded, alternativeNames, isLeaf));
  } catch {
    return false;
  }
}
