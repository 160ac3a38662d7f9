import type { Clock, CounterRequest, CounterResult } from "@turnpike/core";
import type { Group } from "./script-call.js";

/** Calls of hot keys that a gateway has counted beforehand, so that it need not ask Redis for each. */
export interface LeaseOptions {
  /** Milliseconds that a lease lasts at most. Default 100. */
  readonly duration?: number;
  /**
   * By what part of a limit all gateways together may at most go over it. 0 (the default): by nothing; then what a sliding window holds counts
   * for the duration of a lease longer, by all gateways, so that it fills to period / (period + duration).
   */
  readonly overAdmission?: number;
}

/** Calls within the duration of a lease from which on a key is hot. */
const HOT = 4;
/** Most keys that are watched. */
const MOST_KEYS = 10_000;

interface Parcel {
  left: number;
  /** By the clock of this process: when it was asked for, and when it ends. */
  readonly askedAt: number;
  readonly endsAt: number;
}

/** One counter as this gateway knows it. */
interface Watched {
  readonly request: CounterRequest;
  readonly parcels: Parcel[];
  /** What the window held when that was last known, with all that is leased here. */
  count: number;
  /** When a fixed window renews. */
  renewsAt: number;
  /** The last refusal, and how long it holds. */
  refusal: { readonly amount: number; readonly result: CounterResult; readonly askedAt: number; readonly endsAt: number } | null;
  /** Calls in the present stretch of a lease's duration, when it began, and those in the one before. */
  calls: number;
  since: number;
  callsBefore: number;
  isAsking: boolean;
}

/**
 * Leases. One is asked for a key that is hot, of about as many calls as it had in the time of one lease, but at most half of what is left: near
 * its limit a key has none, and every call is asked for. What is left of a lease of a fixed window is given back.
 */
export class Leases {
  private readonly watched = new Map<string, Watched>();
  private readonly duration: number;
  private readonly overAdmission: number;

  /**
   * @param ask asks Redis for a group of counters
   * @param replicas among how many gateways the over-admission is shared out
   * @throws TypeError for options that cannot be
   */
  constructor(
    { duration = 100, overAdmission = 0 }: LeaseOptions,
    private readonly replicas: number,
    private readonly clock: Clock,
    private readonly ask: (group: Group) => Promise<CounterResult[]>,
  ) {
    if (!(duration >= 1 && duration <= 10_000))
      throw new TypeError(`redisStore: invalid leases.duration '${duration}': expected milliseconds from 1 to 10000.`);
    if (!(overAdmission >= 0 && overAdmission <= 1))
      throw new TypeError(`redisStore: invalid leases.overAdmission '${overAdmission}': expected 0 to 1.`);
    this.duration = duration;
    this.overAdmission = overAdmission;
  }

  /** Answers a call by what is leased, or by a refusal that still holds; null where Redis has to be asked. */
  take(group: Group): CounterResult[] | null {
    const now = this.clock.now();
    if (group.length === 1) {
      const [request] = group as [CounterRequest];
      const watched = this.find(request);
      const refusal = watched?.refusal ?? null;
      if (refusal !== null && refusal.amount === request.amount && !request.force && holds(refusal, now)) {
        const passed = now - refusal.askedAt;
        const { retryAfter, resetAfter, ...rest } = refusal.result;
        return [{ ...rest, retryAfter: Math.max(1, retryAfter - passed), resetAfter: Math.max(0, resetAfter - passed) }];
      }
    }
    if (!group.every((request) => request.amount > 0 && !request.force && this.left(request, now) >= request.amount)) return null;
    // One counter may be named twice.
    if (group.length > 1 && new Set(group.map(nameOf)).size < group.length) return null;
    return group.map((request) => this.use(this.find(request)!, request, now));
  }

  /** What Redis is asked for in place of a group. */
  asked(group: Group): Group {
    if (this.overAdmission > 0) return group;
    return group.map((request) =>
      request.window === "sliding" ? { ...request, period: request.period + this.duration / 1000 } : request,
    );
  }

  /** Follows a call that Redis has answered. @param askedAt when it was asked, by the clock of this process */
  answered(group: Group, results: readonly CounterResult[], askedAt: number): void {
    for (const [i, request] of group.entries()) {
      if (request.amount <= 0 || request.force) continue;
      const watched = this.watch(request);
      if (watched === null) continue;
      const result = results[i]!;
      this.learn(watched, result, askedAt);
      const lasts = Math.min(this.duration, result.retryAfter);
      watched.refusal =
        group.length === 1 && !result.admitted && lasts > 0
          ? { amount: request.amount, result, askedAt, endsAt: askedAt + lasts }
          : null;
      this.heat(watched, request.amount, this.clock.now());
    }
  }

  private use(watched: Watched, { amount, limit, window, period }: CounterRequest, now: number): CounterResult {
    this.heat(watched, amount, now);
    let wanted = amount;
    let left = 0;
    for (const parcel of watched.parcels) {
      const taken = Math.min(wanted, parcel.left);
      parcel.left -= taken;
      wanted -= taken;
      left += parcel.left;
    }
    const resetAfter = window === "sliding" ? period * 1000 : Math.max(0, watched.renewsAt - now);
    const hasRoom = left >= amount || watched.count + amount <= limit;
    return { admitted: true, count: watched.count - left, retryAfter: hasRoom ? 0 : resetAfter, resetAfter };
  }

  /** Counts a call, and asks for a lease where the key is hot and little is left. */
  private heat(watched: Watched, amount: number, now: number): void {
    if (now - watched.since >= this.duration || now < watched.since) {
      watched.callsBefore = now - watched.since < 2 * this.duration ? watched.calls : 0;
      watched.calls = 0;
      watched.since = now;
    }
    watched.calls += amount;
    const rate = Math.max(watched.calls, watched.callsBefore);
    if (rate < HOT || watched.isAsking || this.left(watched.request, now) > rate / 2) return;
    const { limit } = watched.request;
    const most = this.overAdmission > 0 ? (limit * this.overAdmission) / this.replicas : Number.POSITIVE_INFINITY;
    const amountAsked = Math.floor(Math.min(rate, most - this.left(watched.request, now), (limit - watched.count) / 2));
    if (amountAsked >= 2) this.lease(watched, amountAsked, now);
  }

  private lease(watched: Watched, amount: number, now: number): void {
    watched.isAsking = true;
    const group = [{ ...watched.request, amount }];
    this.ask(this.asked(group)).then(
      ([result]) => {
        watched.isAsking = false;
        this.learn(watched, result!, now);
        if (!result!.admitted) return;
        const endsAt = now + Math.min(this.duration, watched.request.window === "fixed" ? result!.resetAfter : this.duration);
        const parcel: Parcel = { left: amount, askedAt: now, endsAt };
        watched.parcels.push(parcel);
        this.clock.setTimer(() => this.end(watched, parcel), endsAt - this.clock.now());
      },
      () => {
        watched.isAsking = false;
      },
    );
  }

  private end(watched: Watched, parcel: Parcel): void {
    const index = watched.parcels.indexOf(parcel);
    if (index >= 0) watched.parcels.splice(index, 1);
    const { left } = parcel;
    parcel.left = 0;
    watched.count -= left;
    // Sliding windows let go by themselves; and what comes too late for its period must not be taken from the next one.
    const isInTime = watched.renewsAt - this.clock.now() > 10 * this.duration;
    if (left > 0 && watched.request.window === "fixed" && isInTime)
      this.ask([{ ...watched.request, amount: -left }]).catch(() => {});
  }

  private learn(watched: Watched, { count, resetAfter }: CounterResult, askedAt: number): void {
    watched.count = count;
    watched.renewsAt = askedAt + resetAfter;
  }

  private left(request: CounterRequest, now: number): number {
    const watched = this.find(request);
    if (watched === null) return 0;
    let left = 0;
    for (const parcel of watched.parcels) {
      if (!holds(parcel, now)) parcel.left = 0;
      left += parcel.left;
    }
    return left;
  }

  private find(request: CounterRequest): Watched | null {
    const watched = this.watched.get(nameOf(request));
    return watched !== undefined && isSame(watched.request, request) ? watched : null;
  }

  /** Null for a key that is watched with another limit or period. */
  private watch(request: CounterRequest): Watched | null {
    const name = nameOf(request);
    const known = this.watched.get(name);
    if (known !== undefined) {
      if (isSame(known.request, request)) return known;
      if (known.parcels.length > 0 || known.isAsking) return null;
      this.watched.delete(name);
    }
    if (this.watched.size >= MOST_KEYS) this.watched.delete(this.watched.keys().next().value!);
    const made: Watched = {
      request,
      parcels: [],
      count: 0,
      renewsAt: 0,
      refusal: null,
      calls: 0,
      since: this.clock.now(),
      callsBefore: 0,
      isAsking: false,
    };
    this.watched.set(name, made);
    return made;
  }
}

function nameOf({ key, window }: CounterRequest): string {
  return window + key;
}

function isSame(a: CounterRequest, b: CounterRequest): boolean {
  return a.limit === b.limit && a.period === b.period && a.start === b.start;
}

/** A clock that was set back ends what was begun before. */
function holds({ askedAt, endsAt }: { readonly askedAt: number; readonly endsAt: number }, now: number): boolean {
  return now >= askedAt && now < endsAt;
}
