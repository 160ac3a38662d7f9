import { hash, type KeyObject } from "node:crypto";
import { compactDecrypt, compactVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { Exchange } from "../../../pipeline/exchange.js";
import { internalFailure } from "../../failures.js";
import { type Metadata, provider } from "./discovery.js";
import { denied, invalid } from "./failures.js";
import { fits, type SigningKey } from "./keys.js";
import { type CompactToken, decodePart, type Members, member, parseMembers, readToken, textMember } from "./token.js";

/** A token whose signature holds (or that needs none). Nothing is said of its claims. */
export interface VerifiedToken {
  readonly header: Members;
  readonly payload: Members;
  /** Of the discovery documents, as written. */
  readonly issuers: readonly string[];
}

export interface VerifierOptions {
  readonly keys: readonly SigningKey[];
  readonly decryptionKeys: readonly KeyObject[];
}

/** Signatures that were verified are remembered this long at most, in milliseconds. */
const REMEMBERED = 300_000;
const MOST_REMEMBERED = 10_000;

const KEY_ALGORITHMS = ["dir", "A128KW", "A192KW", "A256KW", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"];

interface Remembered {
  readonly token: VerifiedToken;
  readonly until: number;
  /** Versions of the discovery documents: other keys, and the signature must be verified anew. */
  readonly versions: string;
}

/**
 * Decrypts tokens and verifies their signatures, with keys of its own and those of OpenID providers. A verified token is remembered by its
 * hash, for a few minutes, until it expires or until a provider's keys are fetched again.
 */
export class TokenVerifier {
  private readonly remembered = new LRUCache<string, Remembered>({ max: MOST_REMEMBERED });

  constructor(private readonly options: VerifierOptions) {}

  /**
   * Answers without a promise for tokens that are remembered. Throws or rejects with TokenRefusal, or with PolicyError if no provider can be
   * reached and no other key will do.
   */
  verify(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    mustBeSigned: boolean,
  ): VerifiedToken | Promise<VerifiedToken> {
    const { runtime } = exchange;
    if (providers.length === 0) return this.withMetadata(exchange, text, providers, [], mustBeSigned);
    const metadata = providers.map((address) => provider(runtime, address).metadata());
    if (metadata.some((one) => one instanceof Promise))
      return Promise.all(metadata.map(async (one) => one)).then((all) =>
        this.withMetadata(exchange, text, providers, all, mustBeSigned),
      );
    return this.withMetadata(exchange, text, providers, metadata as (Metadata | null)[], mustBeSigned);
  }

  private withMetadata(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    metadata: readonly (Metadata | null)[],
    mustBeSigned: boolean,
  ): VerifiedToken | Promise<VerifiedToken> {
    const digest = hash("sha256", `${mustBeSigned ? "s" : "u"}${text}`, "base64");
    const known = this.remembered.get(digest);
    const versions = versionsOf(providers, metadata);
    if (known !== undefined && known.versions === versions && exchange.runtime.clock.now() < known.until) return known.token;
    return this.verifyAnew(exchange, text, providers, metadata, mustBeSigned, digest);
  }

  private async verifyAnew(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    metadata: readonly (Metadata | null)[],
    mustBeSigned: boolean,
    digest: string,
  ): Promise<VerifiedToken> {
    const outer = readToken(text);
    const inner = outer.parts === 5 ? await this.decrypt(outer) : outer;
    let current = metadata;
    let payload: Members;
    if ("payload" in inner) {
      if (mustBeSigned) throw invalid("IDX10504: Unable to validate signature, token does not have a signature.");
      payload = inner.payload;
    } else if (member(inner.header, "alg") === "none") {
      if (mustBeSigned || !inner.text.endsWith("."))
        throw invalid("IDX10504: Unable to validate signature, token does not have a signature.");
      payload = decodePart(inner.text.split(".")[1]!);
    } else {
      let signed = await this.verified(inner, current);
      if (signed === null && !this.isNamed(inner, current)) {
        current = await Promise.all(providers.map(async (address) => provider(exchange.runtime, address).refresh()));
        signed = await this.verified(inner, current);
      }
      if (signed === null) throw this.signatureRefusal(inner, current);
      payload = signed;
    }
    const issuers = current.flatMap((one) => (one === null || one.issuer === null ? [] : [one.issuer]));
    const token: VerifiedToken = { header: inner.header, payload, issuers };
    const now = exchange.runtime.clock.now();
    const expiry = member(payload, "exp");
    const until = Math.min(now + REMEMBERED, typeof expiry === "number" ? expiry * 1000 : Number.POSITIVE_INFINITY);
    if (until > now) this.remembered.set(digest, { token, until, versions: versionsOf(providers, current) });
    return token;
  }

  /** The payload of a token whose signature holds, or null. Tries the key that the token names; if there is none of that name, all that fit. */
  private async verified(token: CompactToken, metadata: readonly (Metadata | null)[]): Promise<Members | null> {
    const algorithm = textMember(token.header, "alg") ?? "";
    const id = textMember(token.header, "kid");
    const all = this.keys(metadata);
    const named = id === null ? [] : all.filter((one) => one.id === id);
    // A provider's key has a name: one that the token does not name is not tried.
    const others = id === null ? all : all.filter((one) => one.id === null || this.options.keys.includes(one));
    for (const one of named.length > 0 ? named : others) {
      const payload = fits(one, algorithm) ? await payloadOf(token.text, one.key, algorithm) : null;
      if (payload !== null) return parseMembers(payload);
    }
    return null;
  }

  private keys(metadata: readonly (Metadata | null)[]): SigningKey[] {
    return [...this.options.keys, ...metadata.flatMap((one) => one?.keys ?? [])];
  }

  private isNamed(token: CompactToken, metadata: readonly (Metadata | null)[]): boolean {
    const id = textMember(token.header, "kid");
    return id !== null && this.keys(metadata).some((one) => one.id === id);
  }

  private signatureRefusal(token: CompactToken, metadata: readonly (Metadata | null)[]): Error {
    const id = textMember(token.header, "kid");
    const isNamed = this.isNamed(token, metadata);
    if (!isNamed && metadata.includes(null))
      return internalFailure(
        "OpenIdConfigurationUnavailable",
        "The OpenID configuration could not be fetched, and no other key verifies the token.",
      );
    if (!isNamed && id !== null && this.options.keys.length === 0)
      return denied("TokenSignatureKeyNotFound", `IDX10501: Signature validation failed. Unable to match key: kid: '${id}'.`);
    if (this.keys(metadata).length === 0)
      return denied(
        "TokenSignatureKeyNotFound",
        "IDX10500: Signature validation failed. No security keys were provided to validate the signature.",
      );
    return denied("TokenSignatureInvalid", `IDX10511: Signature validation failed. kid: '${id ?? ""}'.`);
  }

  private async decrypt(token: CompactToken): Promise<CompactToken | { readonly header: Members; readonly payload: Members }> {
    for (const key of this.options.decryptionKeys) {
      let text: string;
      try {
        const { plaintext } = await compactDecrypt(token.text, key, { keyManagementAlgorithms: KEY_ALGORITHMS });
        text = Buffer.from(plaintext).toString("utf8");
      } catch {
        continue;
      }
      if (text.trimStart().startsWith("{")) return { header: token.header, payload: parseMembers(text) };
      const inner = readToken(text);
      if (inner.parts === 3) return inner;
      break;
    }
    throw invalid("IDX10609: Decryption failed. No Keys tried: token could not be decrypted.");
  }
}

async function payloadOf(token: string, key: KeyObject, algorithm: string): Promise<string | null> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    return Buffer.from(payload).toString("utf8");
  } catch {
    return null;
  }
}

function versionsOf(providers: readonly string[], metadata: readonly (Metadata | null)[]): string {
  if (providers.length === 0) return "";
  return providers.map((address, i) => `${address} ${metadata[i]?.version ?? 0}`).join("\n");
}
