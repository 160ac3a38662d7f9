import type { CircuitBreakerModel } from "../model/model.js";
import { SlidingWindow } from "../stores/sliding-window.js";
import { retryAfter } from "./retry-after.js";

/** Most times that the window of a backend keeps apart: 32 KiB. Busier ones merge neighbours, and keep what they hold a little longer. */
const MOST_TIMES = 2_048;

/** `half-open`: the trip duration is over, and one request is let through to find out. */
export type CircuitState = "closed" | "open" | "half-open";

/** What came of a call to a backend: an answer, or the reason of its failure (`BackendConnectionFailure`, `Timeout` …). */
export type CallResult = { readonly status: number; readonly retryAfter: string | null } | { readonly reason: string };

/** What opened a circuit. */
export interface Trip {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** The failure that was one too many. */
  readonly last: CallResult;
  /** Failures within the interval; null where it was the probe of a half-open circuit that failed. */
  readonly failures: number | null;
}

/** The permission to make one call. Its holder says what came of it, or that nothing did. */
export interface CallPermit {
  /** True: this call decides whether the circuit closes. */
  readonly isProbe: boolean;
  readonly generation: number;
}

/**
 * The circuit breaker of one backend. Closed: results are counted over a sliding interval, and enough failures open it. Open: no call is
 * made for the trip duration. Then half-open: one call is let through, while others are still refused; its success closes the circuit with
 * an empty count, its failure opens it for another trip duration.
 *
 * What API Management does after the trip duration is documented only as traffic going on; the probe is the usual careful form of that.
 * Time comes from the caller. Results of calls that began before the state last changed are not counted.
 */
export class CircuitBreaker {
  private failed = new SlidingWindow(MOST_TIMES);
  private made = new SlidingWindow(MOST_TIMES);
  private lastTrip: Trip | null = null;
  /** When the circuit lets a call through again; 0 while it is closed. */
  private opensAt = 0;
  /** When the probe that is on its way began; null if there is none. */
  private probeSince: number | null = null;
  /** Grows with every change of state and every probe: tells results of now from those of before. */
  private generation = 0;

  /** The state at a time. */
  state(now: number): CircuitState {
    return this.opensAt === 0 ? "closed" : now < this.opensAt ? "open" : "half-open";
  }

  /** When an open circuit lets a call through, in milliseconds since the epoch; null unless it is open. */
  openUntil(now: number): number | null {
    return this.state(now) === "open" ? this.opensAt : null;
  }

  /** What opened it last; null if nothing did so far. */
  get trip(): Trip | null {
    return this.lastTrip;
  }

  /** Failures that count at a time. */
  failures(rule: CircuitBreakerModel, now: number): number {
    return this.opensAt === 0 ? this.failed.count(now, rule.interval) : 0;
  }

  /** What it remembers: failures that count, and milliseconds until it lets a call through; null if it is closed. */
  kept(rule: CircuitBreakerModel, now: number): { readonly failures: number; readonly opensIn: number | null } {
    return { failures: this.failures(rule, now), opensIn: this.opensAt === 0 ? null : this.opensAt - now };
  }

  /** Remembers what another one did. */
  restore(
    rule: CircuitBreakerModel,
    { failures, opensIn }: { readonly failures: number; readonly opensIn: number | null },
    now: number,
  ): void {
    if (failures > 0) this.failed.add(now, rule.interval, failures);
    if (opensIn !== null) this.change(now + opensIn);
  }

  /** Would a call be let through? A probe that has been away for a whole trip duration makes room for another. */
  isAvailable(rule: CircuitBreakerModel, now: number): boolean {
    if (this.opensAt === 0) return true;
    return now >= this.opensAt && (this.probeSince === null || now - this.probeSince >= rule.tripDuration);
  }

  /** Lets a call through, or null. Every permit has to be followed by {@link record} or {@link release}. */
  admit(rule: CircuitBreakerModel, now: number): CallPermit | null {
    if (this.opensAt === 0) return { isProbe: false, generation: this.generation };
    if (!this.isAvailable(rule, now)) return null;
    this.probeSince = now;
    return { isProbe: true, generation: ++this.generation };
  }

  /** Takes the result of a call. True: the state has changed. */
  record(permit: CallPermit, result: CallResult, rule: CircuitBreakerModel, now: number): boolean {
    if (permit.generation !== this.generation) return false;
    const isFailure = isFailureUnder(rule, result);
    if (permit.isProbe) {
      // Whatever the rule counts: only an answer shows that the backend is back.
      if (isFailure || "reason" in result) this.open(rule, result, now, null);
      else this.close();
      return true;
    }
    if (rule.percentage !== null) this.made.add(now, rule.interval, 1);
    if (!isFailure) return false;
    this.failed.add(now, rule.interval, 1);
    if (!this.isOver(rule, now)) return false;
    this.open(rule, result, now, this.failed.count(now, rule.interval));
    return true;
  }

  /** The call did not come to a result: its caller went away, or it was not made. A probe's place is free again. */
  release(permit: CallPermit): void {
    if (permit.isProbe && permit.generation === this.generation) this.probeSince = null;
  }

  private isOver(rule: CircuitBreakerModel, now: number): boolean {
    const failures = this.failed.count(now, rule.interval);
    if (rule.count !== null) return failures >= rule.count;
    return failures * 100 >= rule.percentage! * this.made.count(now, rule.interval);
  }

  private open(rule: CircuitBreakerModel, result: CallResult, now: number, failures: number | null): void {
    this.lastTrip = { at: now, last: result, failures };
    const asked = rule.acceptRetryAfter && "retryAfter" in result ? retryAfter(result.retryAfter, now) : null;
    this.change(now + (asked ?? rule.tripDuration));
  }

  private close(): void {
    this.change(0);
  }

  private change(opensAt: number): void {
    this.opensAt = opensAt;
    this.probeSince = null;
    this.generation++;
    this.failed = new SlidingWindow(MOST_TIMES);
    this.made = new SlidingWindow(MOST_TIMES);
  }
}

function isFailureUnder(rule: CircuitBreakerModel, result: CallResult): boolean {
  if ("reason" in result) return rule.errorReasons.some((reason) => reason.toLowerCase() === result.reason.toLowerCase());
  return rule.statusCodeRanges.some(({ min, max }) => result.status >= min && result.status <= max);
}
