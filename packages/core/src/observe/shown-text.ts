import { MASK } from "../diagnostics/conceal.js";
import { SCHEMES } from "../diagnostics/secret-places.js";
import { isSecretHeader, replacedSecrets } from "../policy/caller-secrets.js";
import type { Exchange } from "../policy/exchange.js";
import { SecretMask, secretMask } from "../policy/secret-mask.js";

/** How credentials are told of which kind they are. */
export const SCHEME = new RegExp(`^(?:${SCHEMES})(?=\\s)`, "i");
/** A token in the compact form of JWS and JWE. */
export const COMPACT_TOKEN = /\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g;
/** Longer texts are looked through up to here before they are cut: a secret must not stand across the cut. */
const SLACK = 65_536;

/** The characters that a trace may still hold. */
const MOST_CHARACTERS = 1_000_000;

/** Texts as a trace may show them: bounded, and without secrets of the configuration or of the caller. */
export class ShownText {
  private left = MOST_CHARACTERS;
  private readonly masks: readonly SecretMask[];
  private readonly keyHeader: string | undefined;

  constructor(exchange: Exchange) {
    const { configuration, request, originalUrl, api } = exchange;
    this.keyHeader = api?.subscriptionKeyParameterNames.header.toLowerCase();
    const query = api?.subscriptionKeyParameterNames.query;
    const keys = query === undefined ? [] : originalUrl.query.getAll(query);
    this.masks = [
      secretMask(configuration),
      new SecretMask([
        ...callersSecrets(request.headers, (name) => this.isSecretHeader(name)),
        ...callersSecrets(replacedSecrets(exchange), () => true),
        ...keys,
      ]),
    ];
  }

  /** A text of at most `most` characters. */
  text(text: string, most = 1_000): string {
    const known = text.length > most + SLACK ? text.slice(0, most + SLACK) : text;
    let shown = known.replace(COMPACT_TOKEN, MASK);
    for (const mask of this.masks) shown = mask.text(shown);
    const allowed = Math.min(most, this.left);
    const result = shown.length > allowed ? `${shown.slice(0, allowed)}…` : shown;
    this.left = Math.max(0, this.left - result.length);
    return result;
  }

  /** Errors and plain data of whatever size, without secrets. */
  masked(value: unknown): unknown {
    return this.masks.reduce((data, mask) => mask.data(data), value);
  }

  /** The value of a header. */
  header(name: string, value: string): string {
    if (!this.isSecretHeader(name)) return this.text(value);
    const scheme = SCHEME.exec(value)?.[0];
    return scheme === undefined ? MASK : `${scheme} ${MASK}`;
  }

  headers(headers: Iterable<readonly [string, string]>): [string, string][] {
    return [...headers].slice(0, 200).map(([name, value]) => [this.text(name, 200), this.header(name, value)]);
  }

  /** Plain data, as messages of policies have it. */
  data(data: unknown): unknown {
    if (typeof data === "string") return this.text(data, 4_000);
    let masked = data;
    for (const mask of this.masks) masked = mask.data(masked);
    const text = JSON.stringify(masked);
    if (text === undefined) return null;
    return text.length > 8_000 || COMPACT_TOKEN.test(text) ? this.text(text, 8_000) : masked;
  }

  private isSecretHeader(name: string): boolean {
    return name.toLowerCase() === this.keyHeader || isSecretHeader(name);
  }
}

/** What the caller has sent in headers that carry keys, and what passwords in them are. */
function* callersSecrets(headers: Iterable<readonly [string, string]>, isSecret: (name: string) => boolean): Generator<string> {
  for (const [name, value] of headers) {
    if (!isSecret(name)) continue;
    const credentials = value.replace(SCHEME, "").trim();
    if (credentials.length < 6) continue;
    yield credentials;
    if (/^basic\s/i.test(value)) {
      const pair = Buffer.from(credentials, "base64").toString("utf8");
      yield pair;
      yield pair.slice(pair.indexOf(":") + 1);
    }
    if (/^(?:set-)?cookie$/i.test(name))
      for (const part of value.split(";")) {
        const secret = part.slice(part.indexOf("=") + 1).trim();
        if (secret.length >= 8) yield secret;
      }
  }
}
