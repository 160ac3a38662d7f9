import { type Clock, systemClock } from "../time/clock.js";
import { MemoryCache } from "./memory-cache.js";
import { MemoryCounters } from "./memory-counters.js";
import type { Store } from "./store.js";

/** What bounds a store in memory. */
export interface MemoryStoreOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Most bytes of cached values, keys included. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Most keys of sliding, and of fixed, counters. Default 100,000. */
  readonly maxKeys?: number;
}

/**
 * Counters and cache inside this process: exact, synchronous, gone when the process ends.
 *
 *     const gateway = await createGateway(config, { store: createMemoryStore({ maxBytes: 256 * 1024 * 1024 }) });
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const clock = options.clock ?? systemClock;
  return {
    scope: "process",
    counters: new MemoryCounters(clock, Math.max(1, options.maxKeys ?? 100_000)),
    cache: new MemoryCache(clock, options.maxBytes ?? 64 * 1024 * 1024),
  };
}
