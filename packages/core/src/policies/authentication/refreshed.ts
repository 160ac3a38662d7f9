import { LRUCache } from "lru-cache";
import { logEvents } from "../../policy/log-events.js";
import type { Runtime } from "../../policy/services.js";
import { FetchBudget, type FetchRate } from "./fetch-budget.js";

/** What is fetched, how long it is good for, and how often it may be asked for. */
export interface RefreshedOptions<T> {
  /** Names it in the log. */
  readonly address: string;
  /** What it is, for the log: `An OpenID configuration`. */
  readonly what: string;
  /** Fetches it. @param known what is known so far: give it back if nothing has changed */
  load(known: T | null): Promise<T>;
  /** Milliseconds after which it is fetched again. */
  readonly lifetime: number;
  /** Milliseconds after which it is tried again when there was no answer. */
  readonly retryAfter: number;
  /** How often it is called at the most, for whatever reason. */
  readonly rate: FetchRate;
}

/** Something outside that decides about callers, as last fetched: a provider's keys, a revocation list. */
export class Refreshed<T> {
  private current: T | null = null;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private pending: Promise<T | null> | null = null;
  private readonly budget: FetchBudget;
  /** When it was asked for last, if there was no answer; otherwise null. */
  private failedAt: number | null = null;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: RefreshedOptions<T>,
  ) {
    this.budget = new FetchBudget(options.rate);
  }

  /**
   * What is known; fetched first if that is due. A source that did not answer last time is asked without waiting for it: what it said before
   * stands until it answers. Null if nothing is known.
   */
  get(): T | null | Promise<T | null> {
    if (this.current !== null && this.runtime.clock.now() - this.fetchedAt < this.options.lifetime) return this.current;
    if (this.failedAt === null) return this.fetch();
    if (this.mayRetry()) void this.fetch();
    return this.current;
  }

  /**
   * Fetches again because what is known does not tell of something that may be new, unless the rate forbids it: what is known then stands.
   * Callers at the same time share one fetch.
   */
  refresh(): T | null | Promise<T | null> {
    return this.current === null && !this.mayRetry() ? this.pending : this.fetch();
  }

  /** After a failure: has enough time passed to ask again without a reason of its own? */
  private mayRetry(): boolean {
    return this.failedAt === null || Math.abs(this.runtime.clock.now() - this.failedAt) >= this.options.retryAfter;
  }

  private fetch(): T | null | Promise<T | null> {
    if (this.pending !== null) return this.pending;
    const now = this.runtime.clock.now();
    if (!this.budget.take(now)) return this.current;
    this.pending = this.load(now).finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async load(startedAt: number): Promise<T | null> {
    const { what, address } = this.options;
    try {
      this.current = await this.options.load(this.current);
      this.fetchedAt = this.runtime.clock.now();
      this.failedAt = null;
    } catch (error) {
      this.failedAt = startedAt;
      this.runtime.logger.warn({ err: error, what, url: address }, logEvents.documentNotFetched);
    }
    return this.current;
  }
}

/** Sources by their address. Addresses may come from requests: beyond a number of them the one that was not used longest goes. */
export class Sources<T> {
  private readonly byAddress: LRUCache<string, Refreshed<T>>;

  constructor(
    private readonly runtime: Runtime,
    most: number,
    private readonly options: (address: string) => RefreshedOptions<T>,
  ) {
    this.byAddress = new LRUCache({ max: most });
  }

  at(address: string): Refreshed<T> {
    let found = this.byAddress.get(address);
    if (found === undefined) {
      found = new Refreshed(this.runtime, this.options(address));
      this.byAddress.set(address, found);
    }
    return found;
  }
}
