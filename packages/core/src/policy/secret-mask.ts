import { MASK, maskSecrets } from "../diagnostics/conceal.js";
import { secretsInDocument } from "../diagnostics/secret-documents.js";
import type { GatewayModel } from "../model/model.js";
import { loggerSecrets } from "./logger-secrets.js";

/** Shorter secrets would hit words that have nothing to do with them; nothing so short is safe as a secret anyway. */
const SHORTEST = 4;
/** Characters of a known text that are looked at before it is looked up. */
const CHECKED = 4;
/** How deep data is looked into. */
const DEEPEST = 12;

/** Words, also several in one, say too little to be looked for: they would be starred wherever they stand. */
const WORDS = /^(?:[A-Za-z]{1,14}|(?!(?:\D*\d){6})[a-z\d]+(?:[-_./:][a-z\d]+)+)$/;

/** A word of a language: it says nothing where it is a part of another word. */
const WORD = /^[A-Za-z]{1,14}$/;
const PART_OF_WORD = /[\w-]/;

/** Literals of policy documents that are secrets, and hardly anything else. */
export function* documentSecrets(text: string): Generator<string> {
  for (const [from, to] of secretsInDocument(text)) {
    const secret = text.slice(from, to).replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => CHARACTERS[entity]!);
    if (secret.length >= 8 && !WORDS.test(secret)) yield secret;
  }
}

/** Texts that are looked for in others, wherever they stand; short ones, and words of a language, only as no part of another word. */
export class KnownTexts {
  /** By their first characters, the longest first: one is often part of another. */
  private readonly byStart = new Map<string, string[]>();
  /** By the low byte of a character: at which of the first places of a known text one with it stands, a bit each. Rules out most places of a text. */
  private readonly places = new Uint8Array(256);

  /** @param shortest characters of a text below which it is left alone */
  constructor(
    texts: Iterable<string>,
    private readonly shortest: number = SHORTEST,
  ) {
    for (const known of new Set(texts)) {
      if (known.length < shortest) continue;
      const start = known.slice(0, shortest);
      for (let place = 0; place < CHECKED && place < shortest; place++)
        this.places[known.charCodeAt(place) & 0xff]! |= 1 << place;
      const same = this.byStart.get(start);
      if (same === undefined) this.byStart.set(start, [known]);
      else same.push(known);
    }
    for (const same of this.byStart.values()) same.sort((a, b) => b.length - a.length);
  }

  /** The text with others in place of those that are known. */
  replace(text: string, by: (known: string) => string): string {
    if (this.byStart.size === 0) return text;
    let result = "";
    let done = 0;
    const { shortest } = this;
    for (let at = 0; at + shortest <= text.length; ) {
      if (!this.mayBeginAt(text, at)) {
        at++;
        continue;
      }
      const known = this.byStart
        .get(text.slice(at, at + shortest))
        ?.find((candidate) => text.startsWith(candidate, at) && !isPartOfWord(text, at, candidate));
      if (known === undefined) at++;
      else {
        result += text.slice(done, at) + by(known);
        done = at += known.length;
      }
    }
    return done === 0 ? text : result + text.slice(done);
  }

  private mayBeginAt(text: string, at: number): boolean {
    const { places, shortest } = this;
    for (let place = 0; place < CHECKED && place < shortest; place++)
      if ((places[text.charCodeAt(at + place) & 0xff]! & (1 << place)) === 0) return false;
    return true;
  }
}

/**
 * Puts `***` in place of secrets, wherever they stand in what is about to be printed: as they are, and as they look inside JSON, XML and
 * URLs; and of what is one by where it stands ({@link maskSecrets}). Secrets of less than four characters are left alone.
 */
export class SecretMask {
  private readonly known: KnownTexts;

  constructor(secrets: Iterable<string>) {
    this.known = new KnownTexts([...secrets].flatMap((secret) => Object.values(formsOf(secret))));
  }

  /** The text without secrets. */
  text(text: string): string {
    return maskSecrets(this.known.replace(text, () => MASK));
  }

  /** Plain data without secrets: texts in lists and objects, keys, messages and stacks of errors. What holds none is handed back as it is. */
  data(value: unknown): unknown {
    return this.within(value, 0);
  }

  private within(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
    if (value instanceof Error) return this.error(value, depth);
    if (Array.isArray(value)) {
      const masked = value.map((item) => this.within(item, depth + 1));
      return masked.some((item, index) => item !== value[index]) ? masked : value;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return value;
    const entries = Object.entries(value);
    const masked = entries.map(([key, member]) => [this.text(key), this.within(member, depth + 1)] as const);
    const isSame = masked.every(([key, member], index) => key === entries[index]![0] && member === entries[index]![1]);
    return isSame ? value : Object.fromEntries(masked);
  }

  private error(error: Error, depth: number): Error {
    const message = this.text(error.message);
    const stack = error.stack === undefined ? undefined : this.text(error.stack);
    const cause = this.within(error.cause, depth + 1);
    if (message === error.message && stack === error.stack && cause === error.cause) return error;
    const copy = Object.create(Object.getPrototypeOf(error) as object, Object.getOwnPropertyDescriptors(error)) as Error;
    const hidden = { configurable: true, enumerable: false, writable: true };
    Object.defineProperty(copy, "message", { ...hidden, value: message });
    Object.defineProperty(copy, "stack", { ...hidden, value: stack });
    if (error.cause !== undefined) Object.defineProperty(copy, "cause", { ...hidden, value: cause });
    return copy;
  }
}

/** Is what stands there a word that is a secret, but within another word? */
function isPartOfWord(text: string, at: number, secret: string): boolean {
  if (secret.length >= SHORTEST && !WORD.test(secret)) return false;
  return PART_OF_WORD.test(text[at - 1] ?? " ") || PART_OF_WORD.test(text[at + secret.length] ?? " ");
}

const CHARACTERS: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };
const XML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** How a text looks where it stands as it is, and inside JSON, XML and URLs; without blanks around it, too. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const trimmed = secret.trim();
  return { ...spelled(secret), ...(trimmed === secret ? {} : spelled(trimmed, "trimmed-")) };
}

function spelled(text: string, prefix = ""): Record<string, string> {
  return {
    [`${prefix}plain`]: text,
    [`${prefix}json`]: JSON.stringify(text).slice(1, -1),
    [`${prefix}xml`]: text.replace(/[&<>"']/g, (char) => XML[char]!),
    [`${prefix}url`]: encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD")),
  };
}

const masks = new WeakMap<GatewayModel, SecretMask>();
const namesMasks = new WeakMap<GatewayModel, SecretMask>();
const documentsOf = new WeakMap<GatewayModel, readonly string[]>();

/** Tells which documents a configuration has, before its mask is asked for. */
export function knowDocuments(configuration: GatewayModel, texts: Iterable<string>): void {
  documentsOf.set(configuration, [...texts]);
}

/**
 * The mask for a configuration's secrets: secret named values, subscription keys, credentials and proxies of backends, literal passwords and keys in
 * its policy documents. For whoever prints texts that such a value can be part of.
 */
export function secretMask(configuration: GatewayModel): SecretMask {
  let mask = masks.get(configuration);
  if (mask === undefined) {
    masks.set(configuration, (mask = new SecretMask(allSecrets(configuration))));
  }
  return mask;
}

/**
 * The same for what documents and configurations say themselves, where named values are put in as stars: a secret that is a word of a language does
 * not star the names that are that word.
 */
export function namesMask(configuration: GatewayModel): SecretMask {
  let mask = namesMasks.get(configuration);
  if (mask === undefined) {
    const secrets = allSecrets(configuration).filter((secret) => !WORD.test(secret));
    namesMasks.set(configuration, (mask = new SecretMask(secrets)));
  }
  return mask;
}

const literals = new WeakMap<GatewayModel, ReadonlySet<string>>();
/** What may be an attribute's value, an element's text or a literal of C# in a document. */
const LITERAL = /"([^"<>\r\n]{4,200})"|>\s*([^<>\r\n]{4,200}?)\s*</g;

/** Texts that stand in the clear in a configuration: what named values hold, and literals of its documents. */
export function literalsOf(configuration: GatewayModel): ReadonlySet<string> {
  let known = literals.get(configuration);
  if (known === undefined) {
    const found = new Set([...configuration.namedValues.values()].map(({ value }) => value));
    for (const text of documentsOf.get(configuration) ?? [])
      for (const [, quoted, between] of text.matchAll(LITERAL))
        found.add((quoted ?? between)!.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => CHARACTERS[entity]!));
    literals.set(configuration, (known = found));
  }
  return known;
}

function allSecrets(configuration: GatewayModel): string[] {
  return [...[...namedSecrets(configuration)].map(([, secret]) => secret), ...documentsSecrets(configuration)];
}

/** Passwords and keys that stand in a configuration's documents themselves. */
export function documentsSecrets(configuration: GatewayModel): string[] {
  return (documentsOf.get(configuration) ?? []).flatMap((text) => [...documentSecrets(text)]);
}

/**
 * The secrets that a configuration has, each with a name by which it can be found there again: the keys that lead to it. The names of entities are
 * written as in a URL.
 */
export function* namedSecrets(configuration: GatewayModel, prefix = ""): Generator<readonly [name: string, secret: string]> {
  const { namedValues, subscriptions, backends, certificates, loggers, workspaces } = configuration;
  const nameOf = (...path: readonly string[]): string => prefix + path.map(encodeURIComponent).join("/");
  for (const [id, workspace] of workspaces) yield* namedSecrets(workspace, nameOf("workspaces", id, ""));
  for (const [name, { secret, value }] of namedValues) if (secret) yield [nameOf("namedValues", name), value];
  for (const [id, { primaryKey, secondaryKey }] of subscriptions) {
    yield [nameOf("subscriptions", id, "primaryKey"), primaryKey];
    yield [nameOf("subscriptions", id, "secondaryKey"), secondaryKey];
  }
  for (const [id, { credentials, proxy }] of backends) {
    if (proxy?.password !== undefined) yield [nameOf("backends", id, "proxy"), proxy.password];
    if (credentials === null) continue;
    for (const [name, values] of [...credentials.headers, ...credentials.query])
      for (const [index, value] of [...values].entries())
        yield [nameOf("backends", id, "credentials", name, String(index)), value];
    if (credentials.authorization !== null) yield [nameOf("backends", id, "authorization"), credentials.authorization.parameter];
  }
  for (const [id, logger] of loggers)
    for (const [index, secret] of [...loggerSecrets(logger)].entries()) yield [nameOf("loggers", id, String(index)), secret];
  for (const [id, { tls }] of certificates) if (tls.passphrase !== undefined) yield [nameOf("certificates", id), tls.passphrase];
}
