import { MASK, maskSecrets } from "../diagnostics/conceal.js";
import { secretsInDocument } from "../diagnostics/secret-documents.js";
import type { GatewayModel } from "../model/model.js";
import { loggerSecrets } from "./logger-secrets.js";

/** Shorter secrets would hit words that have nothing to do with them; nothing so short is safe as a secret anyway. */
const SHORTEST = 4;
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

/**
 * Puts `***` in place of secrets, wherever they stand in what is about to be printed: as they are, and as they look inside JSON, XML and
 * URLs; and of what is one by where it stands ({@link maskSecrets}). Secrets of less than four characters are left alone.
 */
export class SecretMask {
  /** By their first characters, the longest first: one is often part of another. */
  private readonly byStart = new Map<string, string[]>();

  constructor(secrets: Iterable<string>) {
    const all = new Set<string>();
    for (const secret of secrets) for (const form of formsOf(secret)) if (form.length >= SHORTEST) all.add(form);
    for (const form of all) {
      const start = form.slice(0, SHORTEST);
      const same = this.byStart.get(start);
      if (same === undefined) this.byStart.set(start, [form]);
      else same.push(form);
    }
    for (const same of this.byStart.values()) same.sort((a, b) => b.length - a.length);
  }

  /** The text without secrets. */
  text(text: string): string {
    return maskSecrets(this.byStart.size === 0 ? text : this.known(text));
  }

  private known(text: string): string {
    let result = "";
    let done = 0;
    for (let at = 0; at + SHORTEST <= text.length; ) {
      const secret = this.byStart
        .get(text.slice(at, at + SHORTEST))
        ?.find((known) => text.startsWith(known, at) && !isPartOfWord(text, at, known));
      if (secret === undefined) at++;
      else {
        result += text.slice(done, at) + MASK;
        done = at += secret.length;
      }
    }
    return done === 0 ? text : result + text.slice(done);
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
  if (!WORD.test(secret)) return false;
  return PART_OF_WORD.test(text[at - 1] ?? " ") || PART_OF_WORD.test(text[at + secret.length] ?? " ");
}

const CHARACTERS: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };
const XML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  return [secret, trimmed].flatMap((spelling) => [
    spelling,
    JSON.stringify(spelling).slice(1, -1),
    spelling.replace(/[&<>"']/g, (char) => XML[char]!),
    encodeURIComponent(spelling.replace(/\p{Surrogate}/gu, "\uFFFD")),
  ]);
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

function allSecrets(configuration: GatewayModel): string[] {
  const literals = (documentsOf.get(configuration) ?? []).flatMap((text) => [...documentSecrets(text)]);
  return [...secretsOf(configuration), ...literals];
}

function* secretsOf({
  namedValues,
  subscriptions,
  backends,
  certificates,
  loggers,
  workspaces,
}: GatewayModel): Generator<string> {
  for (const workspace of workspaces.values()) yield* secretsOf(workspace);
  for (const { secret, value } of namedValues.values()) if (secret) yield value;
  for (const { primaryKey, secondaryKey } of subscriptions.values()) yield* [primaryKey, secondaryKey];
  for (const { credentials, proxy } of backends.values()) {
    if (proxy?.password !== undefined) yield proxy.password;
    if (credentials === null) continue;
    for (const [, values] of [...credentials.headers, ...credentials.query]) yield* values;
    if (credentials.authorization !== null) yield credentials.authorization.parameter;
  }
  for (const logger of loggers.values()) yield* loggerSecrets(logger);
  for (const { tls } of certificates.values()) if (tls.passphrase !== undefined) yield tls.passphrase;
}
