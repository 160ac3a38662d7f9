import type { RunningGateway } from "../gateway.js";
import type { Store } from "../stores/store.js";
import type { Clock } from "../time/clock.js";

/** What a gateway under test holds when a test begins, as a recorded request found it. Times in milliseconds. */
export interface TestState {
  readonly counters?: readonly {
    /** As the store gets it. */
    readonly key: string;
    readonly window: "sliding" | "fixed";
    /** Seconds. */
    readonly period: number;
    /** Of fixed windows: when the first one starts, since the epoch; null: with the first count. */
    readonly start: number | null;
    readonly count: number;
    /** How long ago that was counted. */
    readonly age: number;
  }[];
  readonly cache?: readonly {
    readonly key: string;
    readonly value: string | Uint8Array;
    /** Of what kind the value is, as the store has it. */
    readonly meta: string;
    /** Since the epoch. Default: now. */
    readonly storedAt?: number;
  }[];
  /** By backend: failures that count, or how long an open circuit lets no call through. */
  readonly circuits?: Readonly<Record<string, { readonly failures?: number; readonly opensIn?: number }>>;
  /** Taken slots of limit-concurrency, by key. */
  readonly slots?: Readonly<Record<string, number>>;
}

/** How long cached values of a state stay, in milliseconds. */
const CACHED_FOR = 86_400_000;

/** A store that can be given what it would hold if time had passed. */
export class StartedStore {
  private shift = 0;
  readonly store: Store;

  /** @param make makes the store, on a clock that is set back for what was counted before */
  constructor(
    private readonly clock: Clock,
    make: (clock: Clock) => Store,
  ) {
    this.store = make({ now: () => clock.now() - this.shift, setTimer: clock.setTimer.bind(clock) });
  }

  /** @param fill puts the secrets of the gateway's configuration in place of their names */
  async begin(
    { counters = [], cache = [], circuits = {}, slots = {} }: TestState,
    gateway: RunningGateway,
    fill: (text: string) => string,
  ): Promise<void> {
    for (const { key, age, count, ...counter } of counters) {
      this.shift = age;
      const request = { ...counter, key: fill(key), amount: count, limit: Number.POSITIVE_INFINITY, force: true };
      await this.store.counters.take([request]);
    }
    this.shift = 0;
    for (const { key, value, meta, storedAt = this.clock.now() } of cache) {
      const bytes = typeof value === "string" ? Buffer.from(fill(value)) : value;
      await this.store.cache.set(fill(key), { value: bytes, meta: fill(meta), storedAt }, CACHED_FOR);
    }
    gateway.restore({
      circuits: Object.entries(circuits).map(([backend, { failures = 0, opensIn = null }]) => ({ backend, failures, opensIn })),
      slots,
      pools: {},
    });
  }
}
