import type { Clock } from "../clock.js";
import { FixedWindow } from "./fixed-window.js";
import { SlidingWindow } from "./sliding-window.js";
import type { CounterRequest, CounterResult, CounterStore } from "./store.js";

/** Numbers that all sliding windows of a store may hold together: 64 MiB. */
const MOST_NUMBERS = 8_388_608;

/**
 * Counters inside the process. Each kind of window keeps at most `maxKeys` keys: when there are more, ended ones go first, then the
 * ones that were not asked for the longest. The kinds are kept apart, so that a flood of rate limit keys cannot push quotas out.
 */
export class MemoryCounters implements CounterStore {
  private readonly sliding = new Map<string, SlidingWindow>();
  private readonly fixed = new Map<string, FixedWindow>();
  private numbers = 0;

  constructor(
    private readonly clock: Clock,
    private readonly maxKeys: number,
  ) {}

  /** The number of keys that are kept. */
  get size(): number {
    return this.sliding.size + this.fixed.size;
  }

  take(requests: readonly CounterRequest[]): CounterResult[] {
    const now = this.clock.now();
    if (requests.length === 1) return [this.takeOne(requests[0]!, now)];
    const admitted = requests.map((request, i) => this.isAdmitted(request, pending(requests, i), now));
    const isCounted = !admitted.includes(false);
    if (isCounted) for (const request of requests) if (request.amount !== 0) this.add(request, now);
    return requests.map((request, i) => this.result(request, admitted[i]!, now));
  }

  /** The same for one request alone, as most calls are. */
  private takeOne(request: CounterRequest, now: number): CounterResult {
    const admitted = this.isAdmitted(request, 0, now);
    if (admitted && request.amount !== 0) this.add(request, now);
    return this.result(request, admitted, now);
  }

  private isAdmitted(request: CounterRequest, ahead: number, now: number): boolean {
    if (request.amount === 0) return this.count(request, now) + ahead < request.limit;
    return request.force || request.amount < 0 || this.count(request, now) + ahead + request.amount <= request.limit;
  }

  private count({ key, window, period, start }: CounterRequest, now: number): number {
    if (window === "sliding") {
      const counter = this.sliding.get(key);
      if (counter === undefined) return 0;
      const before = counter.size;
      const count = counter.count(now, period * 1000);
      this.numbers += counter.size - before;
      return count;
    }
    return this.fixed.get(key)?.count(now, period * 1000, start) ?? 0;
  }

  private add({ key, window, period, start, amount }: CounterRequest, now: number): void {
    const keys = this.size;
    if (window === "sliding") {
      const counter = used(this.sliding, key, () => new SlidingWindow());
      const before = counter.size;
      counter.add(now, period * 1000, amount);
      this.numbers += counter.size - before;
    } else {
      used(this.fixed, key, () => new FixedWindow()).add(now, period * 1000, start, amount);
    }
    if (this.size > keys || this.numbers > MOST_NUMBERS) this.makeRoom(now);
  }

  private result(request: CounterRequest, admitted: boolean, now: number): CounterResult {
    const { key, window, start, limit } = request;
    const period = request.period * 1000;
    const count = this.count(request, now);
    const wanted = Math.max(1, request.amount);
    if (window === "sliding") {
      const counter = this.sliding.get(key);
      const retryAfter = counter?.untilAtMost(limit - wanted, now, period) ?? 0;
      return {
        admitted,
        count,
        retryAfter: wanted > limit ? Number.POSITIVE_INFINITY : retryAfter,
        resetAfter: counter?.untilEmpty(now, period) ?? 0,
      };
    }
    const resetAfter = (this.fixed.get(key) ?? new FixedWindow()).untilRenewal(now, period, start);
    const isFull = count + wanted > limit;
    return { admitted, count, retryAfter: wanted > limit ? Number.POSITIVE_INFINITY : isFull ? resetAfter : 0, resetAfter };
  }

  private makeRoom(now: number): void {
    // The least recently used keys stand first: looking at two for each new one keeps ended ones from piling up.
    for (const [key, counter] of first(this.sliding, 2)) if (counter.expiresAt <= now) this.dropSliding(key, counter);
    for (const [key, counter] of first(this.fixed, 2)) if (counter.expiresAt <= now) this.fixed.delete(key);
    while (this.sliding.size > this.maxKeys || (this.numbers > MOST_NUMBERS && this.sliding.size > 1)) {
      const [key, counter] = first(this.sliding, 1)[0]!;
      this.dropSliding(key, counter);
    }
    while (this.fixed.size > this.maxKeys) this.fixed.delete(first(this.fixed, 1)[0]![0]);
  }

  private dropSliding(key: string, counter: SlidingWindow): void {
    this.sliding.delete(key);
    this.numbers -= counter.size;
  }
}

/** What earlier requests of the same call will add to the same counter. */
function pending(requests: readonly CounterRequest[], index: number): number {
  let sum = 0;
  for (let i = 0; i < index; i++) {
    const other = requests[i]!;
    if (other.key === requests[index]!.key && other.window === requests[index]!.window) sum += other.amount;
  }
  return sum;
}

/** A map's entry, made if it is not there, moved to the end: the most recently used. */
function used<T>(map: Map<string, T>, key: string, make: () => T): T {
  const entry = map.get(key) ?? make();
  map.delete(key);
  map.set(key, entry);
  return entry;
}

function first<T>(map: Map<string, T>, count: number): [string, T][] {
  const entries: [string, T][] = [];
  for (const entry of map) {
    if (entries.length >= count) break;
    entries.push(entry);
  }
  return entries;
}
