import type { Clock } from "../time/clock.js";
import { boundedKey } from "./bounded-key.js";
import { FixedWindow } from "./fixed-window.js";
import { ownText } from "./own-text.js";
import { RecentKeys } from "./recent-keys.js";
import { SlidingWindow } from "./sliding-window.js";
import type { CounterRequest, CounterResult, CounterStore } from "./store.js";

/** Numbers that all sliding windows of a store may hold together: 64 MiB. */
const MOST_NUMBERS = 8_388_608;
/** Numbers below which a window is not made coarser: a hundred times. */
const FEW_NUMBERS = 200;

/** What both kinds of window do. Times in milliseconds. */
interface Window {
  /** Numbers kept: a measure of the memory that it takes. */
  readonly size: number;
  readonly expiresAt: number;
  count(now: number, period: number, start: number | null): number;
  add(now: number, period: number, amount: number, start: number | null): void;
  untilAtMost(most: number, now: number, period: number, start: number | null): number;
  untilEmpty(now: number, period: number, start: number | null): number;
}

/**
 * Counters inside the process. Each kind of window keeps at most `maxKeys` keys: when there are more, ended ones go first, then the
 * ones that were not asked for the longest. The kinds are kept apart, so that a flood of rate limit keys cannot push quotas out. Where all
 * windows together hold too many times, those that grow become coarser, as a full one does.
 */
export class MemoryCounters implements CounterStore {
  private readonly sliding = new RecentKeys<Window>();
  private readonly fixed = new RecentKeys<Window>();
  private numbers = 0;

  constructor(
    private readonly clock: Clock,
    private readonly maxKeys: number,
    private readonly maxNumbers: number = MOST_NUMBERS,
  ) {}

  /** The number of keys that are kept. */
  get size(): number {
    return this.sliding.size + this.fixed.size;
  }

  take(requests: readonly CounterRequest[]): CounterResult[] {
    const now = this.clock.now();
    if (requests.length === 1) return [this.takeOne(requests[0]!, now)];
    const admitted = requests.map((request, i) =>
      isAdmitted(request, this.count(this.find(request), request, now) + pending(requests, i)),
    );
    if (!admitted.includes(false)) for (const request of requests) this.add(this.find(request), request, now);
    return requests.map((request, i) => {
      const window = this.find(request);
      return result(request, admitted[i]!, this.count(window, request, now), window, now);
    });
  }

  /** The same for one request alone, as most calls are. */
  private takeOne(request: CounterRequest, now: number): CounterResult {
    let window = this.find(request);
    let count = this.count(window, request, now);
    const admitted = isAdmitted(request, count);
    if (admitted && request.amount !== 0) {
      window = this.add(window, request, now);
      count = request.amount > 0 ? count + request.amount : this.count(window, request, now);
    }
    return result(request, admitted, count, window, now);
  }

  private find({ key, window }: CounterRequest): Window | undefined {
    return (window === "sliding" ? this.sliding : this.fixed).use(boundedKey(key));
  }

  private count(window: Window | undefined, { period, start }: CounterRequest, now: number): number {
    if (window === undefined) return 0;
    const before = window.size;
    const count = window.count(now, period * 1000, start);
    this.numbers += window.size - before;
    return count;
  }

  private add(known: Window | undefined, request: CounterRequest, now: number): Window | undefined {
    const { period, start, amount } = request;
    if (amount === 0) return known;
    const window = known ?? this.make(request, now);
    const before = window.size;
    window.add(now, period * 1000, amount, start);
    this.numbers += window.size - before;
    if (this.numbers > this.maxNumbers) this.shrink(window);
    return window;
  }

  private make({ key, window: kind }: CounterRequest, now: number): Window {
    const keys = kind === "sliding" ? this.sliding : this.fixed;
    // The least recently used keys stand first: looking at two for each new one keeps ended ones from piling up.
    for (const [name, oldest] of keys.first(2))
      if (oldest.expiresAt <= now || keys.size >= this.maxKeys) this.drop(keys, name, oldest);
    const window = kind === "sliding" ? new SlidingWindow() : new FixedWindow();
    keys.add(ownText(boundedKey(key)), window);
    return window;
  }

  private drop(keys: RecentKeys<Window>, name: string, window: Window): void {
    keys.delete(name);
    this.numbers -= window.size;
  }

  /** Gives memory back: the window that grows, or else the least recently used one, becomes coarser, or goes if it is small. */
  private shrink(growing: Window): void {
    const [oldest] = this.sliding.first(1);
    const large = [growing, oldest?.[1]].find((window) => window !== undefined && window.size > FEW_NUMBERS);
    if (large instanceof SlidingWindow) {
      const before = large.size;
      large.coarsen();
      this.numbers += large.size - before;
    } else if (oldest !== undefined && oldest[1] !== growing) this.drop(this.sliding, ...oldest);
  }
}

function isAdmitted(request: CounterRequest, count: number): boolean {
  if (request.amount === 0) return count < request.limit;
  return request.force || request.amount < 0 || count + request.amount <= request.limit;
}

/** @param count what the window holds */
function result(
  { amount, limit, window: kind, period, start }: CounterRequest,
  admitted: boolean,
  count: number,
  window: Window | undefined,
  now: number,
): CounterResult {
  const length = period * 1000;
  const wanted = amount > 1 ? amount : 1;
  const known = window ?? (kind === "sliding" ? null : new FixedWindow());
  let retryAfter = 0;
  if (wanted > limit) retryAfter = Number.POSITIVE_INFINITY;
  else if (count + wanted > limit && known !== null) retryAfter = known.untilAtMost(limit - wanted, now, length, start);
  return { admitted, count, retryAfter, resetAfter: known === null ? 0 : known.untilEmpty(now, length, start) };
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
