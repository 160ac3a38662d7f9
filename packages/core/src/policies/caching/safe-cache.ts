import { ofRequest } from "../../observe/log-failures.js";
import type { Exchange } from "../../policy/exchange.js";
import { logEvents } from "../../policy/log-events.js";
import { oneOf } from "../../policy/schema.js";
import type { CacheEntry } from "../../stores/store.js";

/** The attribute by which API Management chooses between its caches; a gateway of ours has one, whatever is said here. */
export const cachingType = oneOf(["prefer-external", "external", "internal"], {
  default: "prefer-external",
  notes: "Which of API Management's caches to use; here every value means the gateway's one store.",
});

/** Reads from the cache. A cache that fails is a miss. */
export function readCache(exchange: Exchange, key: string): CacheEntry | null | Promise<CacheEntry | null> {
  try {
    const entry = exchange.runtime.store.cache.get(key);
    return entry instanceof Promise ? entry.catch((error: unknown) => logCacheFailure(exchange, error)) : entry;
  } catch (error) {
    return logCacheFailure(exchange, error);
  }
}

/** Writes to the cache without waiting for it. A cache that fails is only logged. */
export function writeCache(exchange: Exchange, key: string, entry: CacheEntry, seconds: number): void {
  try {
    const pending = exchange.runtime.store.cache.set(key, entry, Math.round(seconds * 1000));
    if (pending instanceof Promise) pending.catch((error: unknown) => logCacheFailure(exchange, error));
  } catch (error) {
    logCacheFailure(exchange, error);
  }
}

/** Says that the cache failed. What was looked for is then a miss. */
export function logCacheFailure(exchange: Exchange, error: unknown): null {
  exchange.runtime.logger.warn({ ...ofRequest(exchange), err: error }, logEvents.cacheFailed);
  return null;
}
