import { LRUCache } from "lru-cache";
import type { Runtime } from "../../policy/services.js";

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
  /** Least milliseconds between two tries. */
  readonly guard: number;
}

/** Something outside that decides about callers, as last fetched: a provider's keys, a revocation list. */
export class Refreshed<T> {
  private current: T | null = null;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private pending: Promise<T | null> | null = null;
  /** Was there no answer when it was last asked for? */
  private isDown = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: RefreshedOptions<T>,
  ) {}

  /**
   * What is known; fetched first if that is due. A source that did not answer last time is asked without waiting for it: what it said before
   * stands until it answers. Null if nothing is known.
   */
  get(): T | null | Promise<T | null> {
    if (this.current !== null && this.runtime.clock.now() - this.fetchedAt < this.options.lifetime) return this.current;
    const { isDown } = this;
    const refreshed = this.refresh();
    return isDown ? this.current : refreshed;
  }

  /** Fetches again, unless that was tried a short while ago: what is known then stands. Callers at the same time share one fetch. */
  refresh(): T | null | Promise<T | null> {
    if (this.pending !== null) return this.pending;
    const now = this.runtime.clock.now();
    if (now - this.triedAt < this.options.guard) return this.current;
    this.triedAt = now;
    this.pending = this.load().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async load(): Promise<T | null> {
    const { what, address } = this.options;
    try {
      this.current = await this.options.load(this.current);
      this.fetchedAt = this.runtime.clock.now();
      this.isDown = false;
    } catch (error) {
      this.isDown = true;
      this.runtime.logger.warn({ err: error, url: address }, `${what} could not be fetched.`);
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
