/** What counters and caches are kept in. Memory by default; Redis by @turnpike/adapters/redis; or one's own. */
export interface Store {
  readonly counters: CounterStore;
  readonly cache: CacheStore;
  /** `process`: no other process sees what is kept here. Left out: shared, or not known. */
  readonly scope?: "process";
  /** How the store fares, where that can change; `gateway.health()` shows it. */
  readonly state?: StoreState;
  /** Waits until the store can be used, or for as long as it was told to. A gateway waits for it before it starts. Never rejects. */
  ready?(): Promise<void>;
  close?(): Promise<void>;
}

/** How a store fares. `up`: in use; `away`: the gateway goes on without it, in the way that the store was told. */
export interface StoreState {
  readonly counters: "up" | "away";
  readonly cache: "up" | "away";
}

/** One counter that a step needs judged or moved. */
export interface CounterRequest {
  /** Names the counter. Versioned and prefixed by the store. */
  readonly key: string;
  /**
   * `sliding`: no interval of `period` seconds may hold more than `limit`. `fixed`: windows of `period` seconds from `start` (or from
   * the first count where `start` is null); `period` 0 never renews.
   */
  readonly window: "sliding" | "fixed";
  /** Most that a window may hold. */
  readonly limit: number;
  /** Seconds. */
  readonly period: number;
  /** Of fixed windows: milliseconds since the epoch at which the first one starts; null: at the first count. */
  readonly start: number | null;
  /** How much to add. 0 only looks. */
  readonly amount: number;
  /** True: add even if that goes beyond the limit (a count made after the fact). False: refuse and leave it as it was. */
  readonly force: boolean;
}

/** How a counter stands after a request. */
export interface CounterResult {
  /** False: the amount was refused (never with `force`); with amount 0: the window is full. */
  readonly admitted: boolean;
  /** What the window holds now. */
  readonly count: number;
  /** Milliseconds until the same amount (at least 1) would be admitted; 0 if it would be now. Infinity where it never will. */
  readonly retryAfter: number;
  /** Milliseconds until a fixed window renews; for sliding ones until it is empty. */
  readonly resetAfter: number;
}

/**
 * Counts. A call with several requests is one round trip, and all or nothing: if one is refused, none is counted.
 * A memory store answers without a promise.
 */
export interface CounterStore {
  take(requests: readonly CounterRequest[]): CounterResult[] | Promise<CounterResult[]>;
}

/** A cached value: bytes with a little text beside them. */
export interface CacheEntry {
  readonly value: Uint8Array;
  /** What the owner needs to read the value back: its .NET type, or a response's status and headers, as JSON text. */
  readonly meta: string;
  /** When it was stored, in milliseconds since the epoch. */
  readonly storedAt: number;
}

/** Where cached values lie. */
export interface CacheStore {
  get(key: string): CacheEntry | null | Promise<CacheEntry | null>;
  /** `ttl` in milliseconds. An entry larger than the store takes is not stored. */
  set(key: string, entry: CacheEntry, ttl: number): void | Promise<void>;
  delete(key: string): void | Promise<void>;
  /**
   * Only of stores that protect from stampedes: `get` for a caller that will `set` what it misses. Of several who miss at once, in all replicas,
   * one gets null at once. The others get what it stores; or null, too, once it has called `release` or taken too long.
   */
  getOrClaim?(key: string): CacheEntry | null | Promise<CacheEntry | null>;
  /** Of a caller that `getOrClaim` gave null to, and that will not store anything. Nothing happens after `set`. */
  release?(key: string): void | Promise<void>;
}
