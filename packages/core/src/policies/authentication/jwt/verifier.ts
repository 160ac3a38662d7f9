import { hash, type KeyObject } from "node:crypto";
import { compactVerify } from "jose";
import { member, numberMember, type TokenPart } from "../../../context/token-part.js";
import type { PolicyCompiler } from "../../../policy/define.js";
import type { Exchange } from "../../../policy/exchange.js";
import type { Runtime } from "../../../policy/services.js";
import { decryptToken } from "./decryption.js";
import { type Metadata, provider } from "./discovery.js";
import { configurationUnavailable, denied, invalid, refusals } from "./failures.js";
import { acceptedAlgorithms, fits, keyText, type SigningKey } from "./keys.js";
import { type CompactToken, decodePart, parseMembers, quoted, readToken, textMember, type VerifiedToken } from "./token.js";
import { TokenCache, tokenCaches } from "./token-cache.js";
import { toldVerdict } from "./told-verdict.js";

/** The policy's own keys. */
export interface VerifierKeys {
  readonly signing: readonly SigningKey[];
  readonly decryption: readonly KeyObject[];
}

/** A token without `exp` is verified anew after this long, in milliseconds. */
const WITHOUT_END = 3_600_000;

type Known = readonly (Metadata | null)[];

/**
 * Decrypts tokens and verifies their signatures, with keys of its own and those of OpenID providers. A verified token is remembered until it
 * expires or a provider's keys change, unless the configuration says otherwise (`tokens.cache`).
 */
export class TokenVerifier {
  private readonly algorithms: ReadonlySet<string>;
  private readonly isCaching: boolean;
  private readonly fingerprint: string;

  constructor(
    private readonly keys: VerifierKeys,
    { configuration }: Pick<PolicyCompiler, "configuration">,
  ) {
    this.algorithms = acceptedAlgorithms(configuration.tokens.algorithms);
    this.isCaching = configuration.tokens.cache;
    const parts = [[...this.algorithms], keys.signing.map(keyText), keys.decryption.map((key) => keyText({ id: null, key }))];
    this.fingerprint = hash("sha256", JSON.stringify(parts), "base64");
  }

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
    const { facts } = exchange.runtime;
    const find = (): VerifiedToken | Promise<VerifiedToken> => this.find(exchange, text, providers, mustBeSigned);
    return facts === undefined ? find() : toldVerdict(facts, text, providers, find);
  }

  private find(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    mustBeSigned: boolean,
  ): VerifiedToken | Promise<VerifiedToken> {
    const runtime = ownRuntime(exchange);
    const metadata = providers.map((address) => provider(runtime, address).get());
    if (metadata.some((answer) => answer instanceof Promise))
      return Promise.all(metadata.map(async (answer) => answer)).then((known) =>
        this.withMetadata(exchange, text, providers, known, mustBeSigned),
      );
    return this.withMetadata(exchange, text, providers, metadata as Known, mustBeSigned);
  }

  private withMetadata(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    metadata: Known,
    mustBeSigned: boolean,
  ): VerifiedToken | Promise<VerifiedToken> {
    const runtime = ownRuntime(exchange);
    if (!this.isCaching) return this.verifyAnew(exchange, text, providers, metadata, mustBeSigned, null);
    const key = TokenCache.key(`${this.fingerprint} ${mustBeSigned ? "signed" : "any"} ${providers.join(" ")}`, text);
    const known = tokenCaches.of(runtime).find(key, metadata, runtime.clock.now());
    return known ?? this.verifyAnew(exchange, text, providers, metadata, mustBeSigned, key);
  }

  private async verifyAnew(
    exchange: Exchange,
    text: string,
    providers: readonly string[],
    metadata: Known,
    mustBeSigned: boolean,
    cacheKey: string | null,
  ): Promise<VerifiedToken> {
    const runtime = ownRuntime(exchange);
    const outer = readToken(text);
    const inner = outer.parts === 5 ? await decryptToken(outer, this.keys.decryption) : outer;
    let current = metadata;
    let payload: TokenPart;
    let keyOf: VerifiedToken["keyOf"] = null;
    if ("payload" in inner || member(inner.header, "alg") === "none") {
      payload = unsignedPayload(inner, mustBeSigned);
    } else {
      let signed = await this.verified(inner, current);
      if (signed === null && this.mayBeNamed(inner, current)) {
        const refreshed = await Promise.all(providers.map(async (address) => provider(runtime, address).refresh()));
        const isNew = refreshed.some((provided, i) => provided !== current[i]);
        current = refreshed;
        if (isNew) signed = await this.verified(inner, current);
      }
      if (signed === null) throw this.signatureRefusal(inner, current);
      ({ payload, keyOf } = signed);
    }
    const issuers = current.flatMap((provided) => (provided === null || provided.issuer === null ? [] : [provided.issuer]));
    const token: VerifiedToken = { header: inner.header, payload, issuers, keyOf };
    const now = runtime.clock.now();
    const end = numberMember(payload, "exp");
    const until = end === null ? now + WITHOUT_END : end * 1000;
    if (cacheKey !== null && until > now)
      tokenCaches.of(runtime).remember(cacheKey, { token, metadata: current, until }, text.length);
    return token;
  }

  /** The payload of a token whose signature holds, or null. Tries the key that the token names; if there is none of that name, all that fit. */
  private async verified(token: CompactToken, metadata: Known): Promise<Pick<VerifiedToken, "payload" | "keyOf"> | null> {
    const algorithm = textMember(token.header, "alg") ?? "";
    if (!this.algorithms.has(algorithm)) return null;
    const id = textMember(token.header, "kid");
    const all = this.allKeys(metadata);
    const named = id === null ? [] : all.filter((key) => key.id === id);
    // A provider's key has a name: one that the token does not name is not tried.
    const others = id === null ? all : all.filter((key) => key.id === null || this.keys.signing.includes(key));
    for (const key of named.length > 0 ? named : others) {
      const payload = fits(key, algorithm) ? await payloadOf(token.text, key.key, algorithm) : null;
      if (payload !== null)
        return { payload: parseMembers(payload), keyOf: this.keys.signing.includes(key) ? "policy" : "provider" };
    }
    return null;
  }

  private allKeys(metadata: Known): SigningKey[] {
    return [...this.keys.signing, ...metadata.flatMap((provided) => provided?.keys ?? [])];
  }

  private isNamed(token: CompactToken, metadata: Known): boolean {
    const id = textMember(token.header, "kid");
    return id !== null && this.allKeys(metadata).some((key) => key.id === id);
  }

  /** Could a key that a provider has published since be the one that signed the token? */
  private mayBeNamed(token: CompactToken, metadata: Known): boolean {
    return this.algorithms.has(textMember(token.header, "alg") ?? "") && !this.isNamed(token, metadata);
  }

  private signatureRefusal(token: CompactToken, metadata: Known): Error {
    const algorithm = textMember(token.header, "alg") ?? "";
    if (!this.algorithms.has(algorithm))
      return denied(
        refusals.signature,
        `IDX10511: Signature validation failed. The algorithm '${quoted(algorithm)}' is not accepted.`,
      );
    const id = textMember(token.header, "kid");
    const isNamed = this.isNamed(token, metadata);
    if (!isNamed && metadata.includes(null)) return configurationUnavailable.error();
    if (!isNamed && id !== null && this.keys.signing.length === 0)
      return denied(refusals.noKey, `IDX10501: Signature validation failed. Unable to match key: kid: '${quoted(id)}'.`);
    if (this.allKeys(metadata).length === 0)
      return denied(
        refusals.noKey,
        "IDX10500: Signature validation failed. No security keys were provided to validate the signature.",
      );
    return denied(refusals.signature, `IDX10511: Signature validation failed. kid: '${quoted(id ?? "")}'.`);
  }
}

/** The gateway's own services, not as the request sees them: what is found with them is told as a whole when the request is replayed. */
const ownRuntime = ({ runtime }: Exchange): Runtime => runtime.original ?? runtime;

/** The claims of a token that nobody signed, if it may be one: bare claims in a token that was encrypted, or `alg` none without a signature. */
function unsignedPayload(
  token: CompactToken | { readonly header: TokenPart; readonly payload: TokenPart },
  mustBeSigned: boolean,
): TokenPart {
  if (mustBeSigned || ("text" in token && !token.text.endsWith(".")))
    throw invalid("IDX10504: Unable to validate signature, token does not have a signature.");
  return "payload" in token ? token.payload : decodePart(token.text.split(".", 2)[1]!);
}

async function payloadOf(token: string, key: KeyObject, algorithm: string): Promise<Uint8Array | null> {
  try {
    return (await compactVerify(token, key, { algorithms: [algorithm] })).payload;
  } catch {
    return null;
  }
}
