import type { CacheEntry, CounterRequest, CounterResult } from "@turnpike/core";

/** A question of the primary process: what a worker says of itself, for the pages of operators. */
export type Question =
  | { readonly what: "metrics" | "readiness" | "health" | "shadow" | "traces" }
  | { readonly what: "trace"; readonly id: string };

/** A call of the store that the primary process keeps. */
export type StoreCall =
  | { readonly do: "take"; readonly requests: readonly CounterRequest[] }
  | { readonly do: "get"; readonly key: string }
  | { readonly do: "set"; readonly key: string; readonly entry: CacheEntry; readonly ttl: number }
  | { readonly do: "delete"; readonly key: string };

/** What the store answers to a call: results, an entry, or nothing. */
export type StoreAnswer = readonly CounterResult[] | CacheEntry | null;

/** What a worker tells the primary process. */
export type FromWorker =
  | { readonly kind: "listening"; readonly url: string }
  /** Calls of one turn; each has a number. */
  | { readonly kind: "store"; readonly calls: readonly (readonly [number: number, call: StoreCall])[] }
  | { readonly kind: "answer"; readonly number: number; readonly value: unknown };

/** What the primary process tells a worker. */
export type ToWorker =
  | { readonly kind: "stored"; readonly answers: readonly (readonly [number: number, answer: StoreAnswer])[] }
  | { readonly kind: "ask"; readonly number: number; readonly question: Question }
  /** Finish what is under way, then end. */
  | { readonly kind: "stop" };

/** What marks messages of this program among others on the same channel. */
export const MARK = "turnpike";
