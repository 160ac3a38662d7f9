import { randomUUID } from "node:crypto";
import type { CacheEntry, CacheStore, Clock } from "@turnpike/core";
import { boundedKey } from "@turnpike/core/adapter";
import type { RedisCache } from "./cache.js";
import type { Link } from "./link.js";

/** Milliseconds between two looks for what another replica is about to store: from, and at most. */
const PAUSE = 10;
const LONGEST_PAUSE = 100;

/** Gives a claim up that is still one's own. */
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** A lookup that is under way here, and who shares its result. */
interface Flight {
  readonly result: Promise<CacheEntry | null>;
  readonly settle: (entry: CacheEntry | null) => void;
  /** The claim in Redis while one of this process' callers holds it. */
  token: string | null;
}

/**
 * A cache in which, of several callers that miss a value at once, one in all replicas is told so, and the others wait for what it stores. They
 * wait no longer than `patience`, and no longer than until that one gives up; then each goes on by itself.
 */
export class ClaimingCache implements CacheStore {
  private readonly flights = new Map<string, Flight>();

  /** @param patience milliseconds that a claim lasts at most */
  constructor(
    private readonly cache: RedisCache,
    private readonly link: Link,
    private readonly prefix: string,
    private readonly patience: number,
    private readonly clock: Clock,
  ) {}

  get(key: string): null | Promise<CacheEntry | null> {
    return this.cache.get(key);
  }

  set(key: string, entry: CacheEntry, ttl: number): void | Promise<void> {
    const pending = this.cache.set(key, entry, ttl);
    const flight = this.flights.get(key);
    if (flight?.token == null) return pending;
    this.land(key, flight, ttl > 0 ? entry : null);
    return Promise.resolve(pending).then(() => this.unlock(key, flight));
  }

  delete(key: string): void | Promise<void> {
    return this.cache.delete(key);
  }

  getOrClaim(key: string): null | Promise<CacheEntry | null> {
    const known = this.flights.get(key);
    if (known !== undefined) return known.result;
    if (!this.link.isUp) return null;
    const flight = takeOff();
    this.flights.set(key, flight);
    return this.lookUp(key, flight);
  }

  release(key: string): void | Promise<void> {
    const flight = this.flights.get(key);
    if (flight?.token == null) return;
    this.land(key, flight, null);
    return this.unlock(key, flight);
  }

  private async lookUp(key: string, flight: Flight): Promise<CacheEntry | null> {
    const entry = await this.cache.get(key);
    if (entry !== null) return this.land(key, flight, entry);
    const token = randomUUID();
    const answer = await this.send(key, ["SET", this.nameOf(key), token, "NX", "PX", String(this.patience)]);
    if (answer === "OK") {
      flight.token = token;
      this.clock.setTimer(() => this.land(key, flight, null), this.patience);
      return null;
    }
    // A Redis that is away protects nobody.
    return answer === null ? this.land(key, flight, null) : this.await(key, flight);
  }

  /** Looks now and then for what the holder of the claim stores. */
  private async await(key: string, flight: Flight): Promise<CacheEntry | null> {
    const endsAt = this.clock.now() + this.patience;
    let pause = PAUSE;
    while (this.clock.now() < endsAt) {
      await new Promise<void>((resolve) => this.clock.setTimer(resolve, pause));
      pause = Math.min(pause * 1.5, LONGEST_PAUSE);
      // In this order: what was stored before the claim went is found.
      const isClaimed = (await this.send(key, ["EXISTS", this.nameOf(key)])) === "1";
      const entry = await this.cache.get(key);
      if (entry !== null || !isClaimed) return this.land(key, flight, entry);
    }
    return this.land(key, flight, null);
  }

  /** Ends a lookup for all who share it. */
  private land(key: string, flight: Flight, entry: CacheEntry | null): CacheEntry | null {
    if (this.flights.get(key) === flight) this.flights.delete(key);
    flight.settle(entry);
    return entry;
  }

  private async unlock(key: string, { token }: Flight): Promise<void> {
    await this.send(key, ["EVAL", RELEASE, "1", this.nameOf(key), token!]);
  }

  /** The answer as text, `nil` for none; null where Redis gave none. */
  private send(key: string, command: readonly string[]): Promise<string | null> {
    return this.link.send(this.nameOf(key), command).then(
      (answer) => (answer === null ? "nil" : String(answer)),
      () => null,
    );
  }

  private nameOf(key: string): string {
    return `${this.prefix}${boundedKey(key)}`;
  }
}

function takeOff(): Flight {
  let settle: Flight["settle"] = () => {};
  const result = new Promise<CacheEntry | null>((resolve) => {
    settle = resolve;
  });
  return { result, settle, token: null };
}
