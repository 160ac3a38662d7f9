import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { PerGateway } from "../../../policy/per-gateway.js";
import type { Metadata } from "./discovery.js";
import type { VerifiedToken } from "./token.js";

/** A token whose signature holds, and for how long that need not be looked at again. */
export interface RememberedToken {
  readonly token: VerifiedToken;
  /** What the providers said when it was verified: once one says something else, the signature must be verified anew. */
  readonly metadata: readonly (Metadata | null)[];
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const MOST_TOKENS = 10_000;
/** Of the tokens' own text; what is kept of one is a few times as large. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/**
 * Tokens that were verified, by a hash of the policy and the token: neither can be read back from it. Bounded in number and size; what was not
 * used longest goes first. Only tokens whose signature holds get in, so that strangers cannot drive others out.
 */
export class TokenCache {
  private readonly tokens = new LRUCache<string, RememberedToken>({ max: MOST_TOKENS, maxSize: MOST_CHARACTERS });

  /** The name of a token under a policy. @param policy says what the policy's verdict depends on besides the token */
  static key(policy: string, token: string): string {
    return hash("sha256", `${policy} ${token}`, "base64");
  }

  /** What is remembered, if it still holds. */
  find(key: string, metadata: readonly (Metadata | null)[], now: number): VerifiedToken | null {
    const known = this.tokens.get(key);
    if (known === undefined || now >= known.until) return null;
    for (let i = 0; i < metadata.length; i++) if (metadata[i] !== known.metadata[i]) return null;
    return known.token;
  }

  /** @param size characters of the token */
  remember(key: string, token: RememberedToken, size: number): void {
    this.tokens.set(key, token, { size });
  }
}

/** The cache that a gateway's policies share. It outlives an update of the configuration: the policy's keys are part of the key. */
export const tokenCaches = new PerGateway(() => new TokenCache());
