import { LRUCache } from "lru-cache";
import { internalError } from "../policy/declared-error.js";
import type { Exchange } from "../policy/exchange.js";
import { logEvents } from "../policy/log-events.js";
import { PerGateway } from "../policy/per-gateway.js";
import type { AccessToken, Runtime } from "../policy/services.js";

/** The managed identity gives no token. */
export const identityTokenFailed = internalError(
  "no token of the managed identity can be had",
  "ManagedIdentityTokenFailure",
  "No token for '{resource}' could be obtained: {what}",
);

/** A token is not used in its last minute: the call that carries it takes its time. */
const MARGIN = 60_000;
/** Before its last five minutes (or half its life, if that is short) the next one is asked for, while the old one serves. */
const AHEAD = 300_000;
/** A host that gives no answer is not waited for longer than this … */
const DEADLINE = 30_000;
/** … and one that gives no token is asked again ahead of time only so often. */
const PAUSE = 10_000;
/** Resources come from expressions: the cache must not grow with them. */
const MOST_TOKENS = 1_000;

type Ask = (signal: AbortSignal) => Promise<AccessToken>;

/** The token of one identity for one resource. Requests that need it at the same time share one call. */
class HeldToken {
  private current: AccessToken | null = null;
  private pending: Promise<AccessToken> | null = null;
  private refreshAt = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly ask: Ask,
  ) {}

  get(): string | Promise<string> {
    const now = this.runtime.clock.now();
    const { current } = this;
    if (current === null || now >= current.expiresAt - MARGIN) return this.renewed(current);
    if (now >= this.refreshAt && this.pending === null) {
      this.refreshAt = now + PAUSE;
      this.renew().catch((error: unknown) => {
        this.runtime.logger.warn({ err: error }, logEvents.identityTokenNotRenewed);
      });
    }
    return current.token;
  }

  /** The next token; while there is none, the old one to its very end. */
  private async renewed(old: AccessToken | null): Promise<string> {
    try {
      return (await (this.pending ?? this.renew())).token;
    } catch (error) {
      if (old !== null && this.runtime.clock.now() < old.expiresAt) return old.token;
      throw error;
    }
  }

  private renew(): Promise<AccessToken> {
    this.pending = this.askInTime()
      .then((token) => {
        // The host's own code: what it gives must not be kept for ever because a date is missing.
        if (typeof token?.token !== "string" || !(token.expiresAt > Number.NEGATIVE_INFINITY))
          throw new Error("The managed identity gave no token with a time at which it ends (expiresAt).");
        const now = this.runtime.clock.now();
        this.current = token;
        this.refreshAt = token.expiresAt - Math.min(AHEAD, (token.expiresAt - now) / 2);
        return token;
      })
      .finally(() => {
        this.pending = null;
      });
    return this.pending;
  }

  /** Shared by requests, so that no single caller's leaving may abort it. */
  private async askInTime(): Promise<AccessToken> {
    const controller = new AbortController();
    let cancel = (): void => undefined;
    const deadline = new Promise<never>((_, reject) => {
      cancel = this.runtime.clock.setTimer(() => {
        const error = new Error(`The managed identity gave no answer within ${DEADLINE / 1000} seconds.`);
        reject(error);
        controller.abort(error);
      }, DEADLINE);
    });
    try {
      return await Promise.race([this.ask(controller.signal), deadline]);
    } finally {
      cancel();
    }
  }
}

const tokens = new PerGateway(() => new LRUCache<string, HeldToken>({ max: MOST_TOKENS }));

/**
 * A token of the host's managed identity, kept until shortly before it ends and renewed before that. Throws or rejects if the host has no
 * such identity, gives no token, or no answer within 30 seconds.
 */
export function identityToken(exchange: Exchange, resource: string, clientId: string | null): string | Promise<string> {
  const { facts } = exchange.runtime;
  const key = JSON.stringify([resource, clientId]);
  const find = (): string | Promise<string> => heldToken(exchange, key, resource, clientId);
  return facts === undefined ? find() : facts.know("managed-identity", key, find);
}

function heldToken(exchange: Exchange, key: string, resource: string, clientId: string | null): string | Promise<string> {
  // Not as this request sees them: the token outlives it.
  const runtime = exchange.runtime.original ?? exchange.runtime;
  const ask = runtime.credentials.managedIdentity?.bind(runtime.credentials);
  if (ask === undefined) throw new Error("The gateway was made without a managed identity (option credentials.managedIdentity).");
  const cache = tokens.of(runtime);
  let held = cache.get(key);
  if (held === undefined) {
    held = new HeldToken(runtime, (signal) => ask({ resource, clientId, signal }));
    cache.set(key, held);
  }
  return held.get();
}
