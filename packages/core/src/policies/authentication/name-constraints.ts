import { type DerValue, derChildren, derOid, readDer } from "@turnpike/expressions/values";

/** What an authority's certificate says about the names of certificates below it (RFC 5280, 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly DerValue[];
  readonly excluded: readonly DerValue[];
}

/** Comparisons of names for one certificate under one authority: strangers bring as many names as fit in a certificate. */
const MOST_COMPARISONS = 100_000;

const EMAIL = 0x81;
const DNS = 0x82;
const DIRECTORY = 0xa4;
const URI = 0x86;
const ADDRESS = 0x87;

/** Reads the extension. Throws for what is none, and for subtrees with a minimum or maximum, which RFC 5280 does not have. */
export function readNameConstraints(der: Uint8Array): NameConstraints {
  const parts = derChildren(readDer(der));
  const subtrees = (tag: number): DerValue[] =>
    parts
      .filter((part) => part.tag === tag)
      .flatMap(derChildren)
      .map((subtree) => {
        const [base, ...bounds] = derChildren(subtree);
        if (base === undefined || bounds.length > 0) throw new Error("A subtree has bounds.");
        return base;
      });
  if (parts.some((part) => part.tag !== 0xa0 && part.tag !== 0xa1)) throw new Error("These are no name constraints.");
  return { permitted: subtrees(0xa0), excluded: subtrees(0xa1) };
}

/**
 * The names of a certificate that constraints apply to: those of its alternative names, its subject, and what its subject holds of e-mail addresses
 * and, if it has no DNS name, of one.
 */
export function namesOf(subject: DerValue, alternativeNames: Uint8Array | null, isLeaf: boolean): DerValue[] {
  const names = alternativeNames === null ? [] : derChildren(readDer(alternativeNames));
  const attributes = derChildren(subject).flatMap(derChildren).map(derChildren);
  const values = (id: string): Uint8Array[] =>
    attributes.flatMap(([type, value]) => (value !== undefined && derOid(type) === id ? [value.content] : []));
  const made = (tag: number, content: Uint8Array): DerValue => ({ tag, content, whole: content });
  const common = isLeaf && !names.some((name) => name.tag === DNS) ? values("2.5.4.3") : [];
  return [
    ...names,
    ...(subject.content.length === 0 ? [] : [made(DIRECTORY, subject.whole)]),
    ...values("1.2.840.113549.1.9.1").map((value) => made(EMAIL, value)),
    ...common.filter((value) => /^[\w*-]+(?:\.[\w-]+)+$/.test(textOf(value))).map((value) => made(DNS, value)),
  ];
}

/**
 * Do constraints allow these names? A form of name that a constraint speaks of must be understood; other forms are free.
 */
export function allowNames({ permitted, excluded }: NameConstraints, names: readonly DerValue[]): boolean {
  if (names.length * (permitted.length + excluded.length) > MOST_COMPARISONS) return false;
  return names.every((name) => {
    const allowed = permitted.filter((base) => base.tag === name.tag);
    const forbidden = excluded.filter((base) => base.tag === name.tag);
    if (allowed.length === 0 && forbidden.length === 0) return true;
    const match = MATCHES[name.tag];
    if (match === undefined) return false;
    const within = (bases: readonly DerValue[]): boolean | null => {
      const found = bases.map((base) => match(name.content, base.content));
      return found.includes(null) ? null : found.includes(true);
    };
    return (allowed.length === 0 || within(allowed) === true) && within(forbidden) === false;
  });
}

/** Is a name within a subtree? Null if that cannot be said of it. */
type Match = (name: Uint8Array, base: Uint8Array) => boolean | null;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const hostOf = (bytes: Uint8Array): string => textOf(bytes).toLowerCase().replace(/\.$/, "");

const MATCHES: Readonly<Record<number, Match | undefined>> = {
  [DNS]: (name, base) => {
    const host = hostOf(name);
    const domain = hostOf(base);
    if (!/^[\w*.-]+$/.test(host)) return null;
    return domain === "" || (domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`));
  },
  [EMAIL]: (name, base) => {
    const address = textOf(name);
    const at = address.lastIndexOf("@");
    if (at < 1 || /[^\x21-\x7e]/.test(address)) return null;
    const wanted = textOf(base);
    const host = address.slice(at + 1).toLowerCase();
    if (wanted.includes("@")) {
      const split = wanted.lastIndexOf("@");
      return address.slice(0, at) === wanted.slice(0, split) && host === wanted.slice(split + 1).toLowerCase();
    }
    return isInDomain(host, wanted.toLowerCase());
  },
  [URI]: (name, base) => {
    const host = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(textOf(name))?.[1]?.toLowerCase();
    // RFC 5280: a URI without a host that is a name cannot be under constraints.
    if (host === undefined || /^[\d.]+$/.test(host)) return null;
    return isInDomain(host, textOf(base).toLowerCase());
  },
  [ADDRESS]: (name, base) => {
    if (base.length !== 8 && base.length !== 32) return null;
    if (name.length !== 4 && name.length !== 16) return null;
    const half = base.length / 2;
    return name.length === half && name.every((byte, i) => (byte & base[half + i]!) === (base[i]! & base[half + i]!));
  },
  [DIRECTORY]: (name, base) => {
    const wanted = partsOfName(base);
    const parts = partsOfName(name);
    return wanted.every((part, i) => part === parts[i]);
  },
};

function isInDomain(host: string, domain: string): boolean {
  return domain === "" || (domain.startsWith(".") ? host.endsWith(domain) : host === domain);
}

/** The relative names of a distinguished name, so that the same ones are the same text: however it is encoded, whatever case and blanks. */
function partsOfName(content: Uint8Array): string[] {
  const [name] = content[0] === 0x30 ? [readDer(content)] : [];
  if (name === undefined) throw new Error("This is no distinguished name.");
  return derChildren(name).map((relative) =>
    derChildren(relative)
      .map((attribute) => {
        const [type, value] = derChildren(attribute);
        const text = Buffer.from(value?.content ?? []).toString(value?.tag === 0x1e ? "hex" : "utf8");
        return JSON.stringify([derOid(type), text.replace(/\s+/g, " ").trim().toLowerCase()]);
      })
      .sort()
      .join(),
  );
}
