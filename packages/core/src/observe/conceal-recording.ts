import { hash } from "node:crypto";
import { secretsIn } from "../diagnostics/secret-places.js";
import { isStandIn } from "../diagnostics/stand-in.js";
import type { GatewayModel } from "../model/model.js";
import { isSecretHeader } from "../policy/caller-secrets.js";
import { documentsSecrets, formsOf, KnownTexts, literalsOf, namedSecrets } from "../policy/secret-mask.js";
import type { RecordedToken, Recording } from "./recording.js";
import { COMPACT_TOKEN, SCHEME } from "./shown-text.js";

/** Shorter credentials of callers keep nobody out. */
const SHORTEST = 3;
/** What stands for a part of a literal of a document. */
const OF_A_DOCUMENT = "maskedzz";
/** Of secrets of one request; more share the last. */
const MOST = 36 * 36 - 2;
/** A member of JSON that holds a credential, as the answers of authorization servers do. */
const JSON_SECRET =
  /"(?:(?:access|id|refresh|auth|sas)_?token|client_?(?:secret|assertion)|passw(?:or)?d|(?:api|access|account|primary|secondary|shared|signing)[-_]?key|connection_?string)"\s{0,9}:\s{0,9}"([^"\\]{3,8000})"/gi;
const NAMED = /\{\{secret:([^{}:]+)(?::([a-z-]+))?\}\}/g;

/**
 * Puts stand-ins in place of the secrets in the texts of one recording: the same for the same secret, so that what the texts mean to each other stays.
 * One that the configuration has gets its name there, by which {@link filledSecrets} puts the one of a configuration in again. First every text has
 * to be shown to {@link Concealment.notice}: a secret may be told by where it stands in one of them, and stand alone in another.
 */
export class Concealment {
  /** Signed tokens by what stands for them: all of them but their signatures. */
  readonly tokens: Record<string, RecordedToken> = {};
  private readonly standIns = new Map<string, string>();
  private readonly byName = new Map<string, string>();
  private readonly named: KnownTexts;
  private known: KnownTexts | null = null;
  private count = 0;

  /**
   * @param keyNames names of the header and the query parameter that keys come in
   * @param judged tokens that policies have judged: true for those whose signature holds. What these say is needed again; of others nobody knows
   *   whose claims they are, and nothing reads them
   */
  constructor(
    private readonly configuration: GatewayModel,
    private readonly keyNames: { readonly header: string; readonly query: string },
    private readonly judged: ReadonlyMap<string, boolean>,
  ) {
    for (const [name, secret] of namedSecrets(configuration))
      for (const [form, text] of Object.entries(formsOf(secret)))
        if (!this.byName.has(text)) this.byName.set(text, `{{secret:${name}${form === "plain" ? "" : `:${form}`}}}`);
    for (const secret of documentsSecrets(configuration))
      for (const text of Object.values(formsOf(secret)))
        if (!this.byName.has(text)) this.byName.set(text, literalName(text, configuration) ?? OF_A_DOCUMENT);
    this.named = new KnownTexts(this.byName.keys());
  }

  /** Looks for secrets that are told by where they stand. */
  notice(text: string): void {
    for (const [from, to] of secretsIn(text)) this.add(text.slice(from, to));
    for (const [, secret] of text.matchAll(JSON_SECRET)) this.add(secret!);
  }

  /** The same for a header. */
  noticeHeader(name: string, value: string): void {
    if (!this.isSecret(name)) return this.notice(value);
    if (/^(?:set-)?cookie$/i.test(name)) for (const secret of cookieSecrets(name, value)) this.add(secret);
    else this.add(value.replace(SCHEME, "").trim());
  }

  /** The same for a URL. */
  noticeUrl(url: string): void {
    this.notice(url);
    const query = url.indexOf("?") < 0 ? "" : url.slice(url.indexOf("?") + 1);
    for (const [name, value] of new URLSearchParams(query)) if (name === this.keyNames.query) this.add(value);
  }

  /** The text with stand-ins in place of secrets. */
  text(text: string): string {
    const signed = text.replace(COMPACT_TOKEN, (token) => this.standInOf(token));
    this.known ??= new KnownTexts(this.standIns.keys(), SHORTEST);
    const named = this.named.replace(signed, (secret) => this.byName.get(secret)!);
    return this.known.replace(named, (secret) => this.standIns.get(secret)!);
  }

  /** A header's value. */
  header(name: string, value: string): string {
    if (!this.isSecret(name) || /^(?:set-)?cookie$/i.test(name)) return this.text(value);
    const whole = this.byName.get(value) ?? literalName(value, this.configuration);
    if (whole != null) return whole;
    const scheme = SCHEME.exec(value)?.[0] ?? "";
    const credentials = value.slice(scheme.length).trim();
    const shown = this.text(credentials);
    const isShort = credentials.length < SHORTEST;
    const hidden = shown === credentials && !isShort && !isStandIn(shown) ? this.standInOf(credentials) : shown;
    return scheme === "" ? hidden : `${scheme} ${hidden}`;
  }

  private isSecret(name: string): boolean {
    return name.toLowerCase() === this.keyNames.header.toLowerCase() || isSecretHeader(name);
  }

  private add(secret: string): void {
    if (secret.length >= SHORTEST && !isStandIn(secret) && !this.byName.has(secret)) this.standInOf(secret);
  }

  private standInOf(secret: string): string {
    const known = this.standIns.get(secret);
    if (known !== undefined) return known;
    this.known = null;
    const literal = literalName(secret, this.configuration);
    if (literal !== null) {
      this.standIns.set(secret, literal);
      return literal;
    }
    const isVerified = this.judged.get(secret);
    const token = isVerified === undefined ? null : readToken(secret);
    const letters = this.next();
    const made = token === null && isBasic(secret) ? basicOf(letters) : letters;
    if (token !== null) this.tokens[letters] = isVerified === true ? token : { ...token, payload: "{}" };
    this.standIns.set(secret, made);
    return made;
  }

  private next(): string {
    const number = Math.min(this.count++, MOST);
    return `masked${number.toString(36).padStart(2, "0")}`;
  }
}

/**
 * The text with a configuration's own secrets in place of their names. A name that it does not have stays.
 */
export function filledSecrets(text: string, configuration: GatewayModel): string {
  return text.includes("{{secret:")
    ? text.replace(NAMED, (whole, name: string, form = "plain") => {
        const secret = secretOf(name, configuration);
        return secret === null ? whole : (formsOf(secret)[form] ?? whole);
      })
    : text;
}

/** The names of secrets in a text that a configuration does not have. */
export function missingSecrets(text: string, configuration: GatewayModel): string[] {
  return [...text.matchAll(NAMED)].map(([, name]) => name!).filter((name) => secretOf(name, configuration) === null);
}

/** What a name of a secret stands for in a configuration; null if it has none of that name. */
function secretOf(name: string, configuration: GatewayModel): string | null {
  const literal = /^literals\/([0-9a-f]+)$/.exec(name)?.[1];
  if (literal === undefined) {
    for (const [known, secret] of namedSecrets(configuration)) if (known === name) return secret;
    for (const [id, { value }] of configuration.namedValues) if (nameOfValue(id) === name) return value;
    return null;
  }
  const found = [...literalsOf(configuration)].filter((text) => shortHash(text) === literal);
  return found.length === 1 ? found[0]! : null;
}

/**
 * The name of what a policy has in the clear, such as the values of a check-header: so few letters of a hash that they tell it from what else stands
 * in the configuration, and nothing more. Null if it is not there, or they do not.
 */
function literalName(text: string, configuration: GatewayModel): string | null {
  for (const [id, { value }] of configuration.namedValues) if (value === text) return `{{secret:${nameOfValue(id)}}}`;
  const literals = literalsOf(configuration);
  if (!literals.has(text)) return null;
  const name = shortHash(text);
  for (const other of literals) if (other !== text && shortHash(other) === name) return null;
  return `{{secret:literals/${name}}}`;
}

const nameOfValue = (id: string): string => `namedValues/${encodeURIComponent(id)}`;

const shortHash = (text: string): string => hash("sha256", text, "hex").slice(0, 3);

function* cookieSecrets(name: string, value: string): Generator<string> {
  const pairs = /^set-/i.test(name) ? [value.split(";", 1)[0]!] : value.split(";");
  for (const pair of pairs) yield pair.slice(pair.indexOf("=") + 1).trim();
}

/** A signed token without its signature; null for anything else. */
function readToken(text: string): RecordedToken | null {
  const [first, second, signature, ...others] = text.split(".");
  if (signature === undefined || others.length > 0) return null;
  const [header, payload] = [jsonOf(first!), jsonOf(second!)];
  return header === null || payload === null ? null : { header, payload, isSigned: signature !== "" };
}

/** The text of a JSON object in base64url, if it can be made into the same again. */
function jsonOf(part: string): string | null {
  const text = Buffer.from(part, "base64url").toString("utf8");
  return text.startsWith("{") && Buffer.from(text).toString("base64url") === part ? text : null;
}

/** The text with tokens in place of what stands for them, each with something that is no signature of it. */
export function withTokens(text: string, tokens: Recording["tokens"]): string {
  return text.replace(/\bmasked[0-9a-z]{2}\b/g, (letters) => {
    const token = Object.hasOwn(tokens, letters) ? tokens[letters] : undefined;
    return token === undefined ? letters : tokenText(token, letters);
  });
}

function tokenText({ header, payload, isSigned }: RecordedToken, signature: string): string {
  const encoded = [header, payload].map((part) => Buffer.from(part).toString("base64url"));
  return `${encoded.join(".")}.${isSigned ? signature : ""}`;
}

const isBasic = (text: string): boolean =>
  /^[\w+/]+={0,2}$/.test(text) && /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(text, "base64").toString("latin1"));

const basicOf = (letters: string): string => Buffer.from(`${letters}:${letters}`).toString("base64");
