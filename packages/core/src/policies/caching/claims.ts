import type { GatewayModel } from "../../model/model.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import type { CacheEntry } from "../../stores/store.js";
import { logCacheFailure, readCache } from "./safe-cache.js";

/** The keys that a request is to store, where others wait for it. */
const claimed = new PerRequest<Set<string>>();

/**
 * Reads from the cache what this request will store if it is not there. Where the store protects from stampedes, one of several requests that
 * miss at once goes on, and the others wait for what it stores. A request that ends without storing lets them go.
 */
export function readOrClaim(exchange: Exchange, key: string): CacheEntry | null | Promise<CacheEntry | null> {
  const { cache } = exchange.runtime.store;
  // Who claims already must not wait for itself.
  if (cache.getOrClaim === undefined || claimed.get(exchange)?.has(key) === true) return readCache(exchange, key);
  const conclude = (entry: CacheEntry | null): CacheEntry | null => {
    if (entry !== null) return entry;
    const keys = claimed.getOrMake(exchange, () => {
      exchange.atEnd.push(releaseAll);
      return new Set();
    });
    keys.add(key);
    return null;
  };
  try {
    const entry = cache.getOrClaim(key);
    return entry instanceof Promise
      ? entry.then(conclude, (error: unknown) => logCacheFailure(exchange, error))
      : conclude(entry);
  } catch (error) {
    return logCacheFailure(exchange, error);
  }
}

/** Keeps a claim beyond the end of the pipeline, for a body that is stored when it has been sent. The function it returns gives it up. */
export function keepClaim(exchange: Exchange, key: string): () => void {
  return claimed.get(exchange)?.delete(key) === true ? () => release(exchange, key) : () => {};
}

function releaseAll(exchange: Exchange): void {
  for (const key of claimed.get(exchange) ?? []) release(exchange, key);
}

/** A claim that something was stored for is over already. */
function release(exchange: Exchange, key: string): void {
  try {
    const pending = exchange.runtime.store.cache.release?.(key);
    if (pending instanceof Promise) pending.catch((error: unknown) => logCacheFailure(exchange, error));
  } catch (error) {
    logCacheFailure(exchange, error);
  }
}

const stored = new WeakMap<GatewayModel, Set<string>>();

/**
 * The keys of a configuration's cache-store-value policies, as they are written. A lookup of one of them is taken for the first half of a pair;
 * others, which ask for what may never be there, must not make each other wait.
 */
export function storedKeys(configuration: GatewayModel): Set<string> {
  let keys = stored.get(configuration);
  if (keys === undefined) stored.set(configuration, (keys = new Set()));
  return keys;
}
