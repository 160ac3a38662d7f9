import type { Exchange } from "../pipeline/exchange.js";
import type { AccessToken, Runtime } from "../runtime.js";

/** A token is not used in its last minute: the call that carries it takes its time. */
const MARGIN = 60_000;
/** Resources come from expressions: the cache must not grow with them. */
const MOST_TOKENS = 1_000;

interface Cached {
  readonly token: Promise<AccessToken>;
  expiresAt: number;
}

const caches = new WeakMap<Runtime, Map<string, Cached>>();

/**
 * A token of the host's managed identity, kept until shortly before it ends; several requests that need one at the same time share one
 * call. Rejects if the host has no such identity or it gives no token.
 */
export async function identityToken(exchange: Exchange, resource: string, clientId: string | null): Promise<string> {
  const { runtime } = exchange;
  const ask = runtime.credentials.managedIdentity?.bind(runtime.credentials);
  if (ask === undefined) throw new Error("The gateway was made without a managed identity (option credentials.managedIdentity).");
  const cache = caches.get(runtime) ?? new Map<string, Cached>();
  caches.set(runtime, cache);
  const key = JSON.stringify([resource, clientId]);
  const known = cache.get(key);
  if (known !== undefined && known.expiresAt - MARGIN > runtime.clock.now()) return (await known.token).token;

  // Shared by requests, so that no single caller's leaving may abort it.
  const entry: Cached = {
    token: ask({ resource, clientId, signal: new AbortController().signal }),
    expiresAt: Number.POSITIVE_INFINITY,
  };
  if (cache.size >= MOST_TOKENS) cache.delete(cache.keys().next().value!);
  cache.set(key, entry);
  try {
    const token = await entry.token;
    entry.expiresAt = token.expiresAt;
    return token.token;
  } catch (error) {
    if (cache.get(key) === entry) cache.delete(key);
    throw error;
  }
}
