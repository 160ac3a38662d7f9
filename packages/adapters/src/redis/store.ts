import { type Clock, type GatewayTelemetry, type Logger, type Store, type StoreState, systemClock } from "@turnpike/core";
import { RedisCache } from "./cache.js";
import { ClaimingCache } from "./claiming-cache.js";
import { type OnUnavailable, RedisCounters } from "./counters.js";
import { driverFor, driverOf, type RedisClient } from "./driver.js";
import type { LeaseOptions } from "./leases.js";
import { Link } from "./link.js";

/** How Redis is reached and what happens when it is not. One of `client` and `url` is needed. */
export interface RedisStoreOptions {
  /** A client of ioredis or node-redis. Stays its owner's: it is not closed with the store. */
  readonly client?: RedisClient;
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS: a connection is made with ioredis or redis, whichever is installed. */
  readonly url?: string;
  /** What every key starts with. Default `turnpike:`. Gateways that share limits need the same. */
  readonly prefix?: string;
  /**
   * Milliseconds that a gateway waits for Redis before it starts, so that its first calls are counted there. After that it starts without, in the
   * mode that `onUnavailable` says. Default 5,000; 0 waits for one call only.
   */
  readonly startTimeout?: number;
  /** Milliseconds after which a call is given up, even if the server hangs. Default 250. */
  readonly deadline?: number;
  /**
   * Of counters, while Redis is away. `local` (the default): count in this process, with this gateway's share of each limit, and carry the
   * counts over when Redis is back. `open`: admit everything, count nothing. `closed`: refuse.
   */
  readonly onUnavailable?: OnUnavailable;
  /** Of `local` and of leases: how many gateways share the limits. Default 1: with `local` each admits the whole limit. */
  readonly replicas?: number;
  /**
   * Fewer round trips for hot keys: calls are counted beforehand, many at a time. Off by default. Every gateway that shares the limits needs
   * the same.
   */
  readonly leases?: boolean | LeaseOptions;
  /**
   * Protects what is behind the cache: of several requests that miss a value at once, in all replicas, one fetches it and the others wait for it,
   * so many milliseconds at most. Off by default.
   */
  readonly stampede?: number;
  /** Most bytes of one cached value. Larger ones are not stored. Default 4 MiB. */
  readonly maxValueBytes?: number;
  /** Told when Redis goes away and when it is back. */
  readonly logger?: Logger;
  /** Given `store-up` (1 or 0) with each change and `store-failures` with each failed call, of the part `counters` or `cache`. */
  readonly telemetry?: Pick<GatewayTelemetry, "metric">;
  /** Default: the system's. Measures deadlines only: windows and lives go by the time of the server. */
  readonly clock?: Clock;
}

/** A store that knows how it fares. */
export interface RedisStore extends Store {
  /** Waits for Redis, as long as `startTimeout` says. Never rejects. */
  ready(): Promise<void>;
  /** `up`: calls go to Redis; `away`: they do not, until a probe has found it back. */
  readonly state: StoreState;
  close(): Promise<void>;
}

/**
 * A store in Redis 6.2 or later, at a single node, by Sentinel or in a cluster. All counters of a store carry the hash tag `{counters}`, so that
 * one script can move several: in a cluster they lie on one node. Cached values spread over all.
 *
 * A gateway waits for it before it starts (`startTimeout`), and then starts without it, in the mode that was chosen for that.
 *
 * @throws TypeError for options that cannot be
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  const { client, url, prefix = "turnpike:", deadline = 250, replicas = 1, onUnavailable = "local" } = options;
  if ((client === undefined) === (url === undefined)) throw new TypeError("redisStore needs one of `client` and `url`.");
  const { startTimeout = 5000 } = options;
  if (!(startTimeout >= 0))
    throw new TypeError(`redisStore: invalid startTimeout '${startTimeout}': expected milliseconds from 0.`);
  if (!(deadline > 0)) throw new TypeError(`redisStore: invalid deadline '${deadline}': expected milliseconds above 0.`);
  if (!(replicas >= 1)) throw new TypeError(`redisStore: invalid replicas '${replicas}': expected a number from 1.`);
  if (!["local", "open", "closed"].includes(onUnavailable))
    throw new TypeError(`redisStore: invalid onUnavailable '${String(onUnavailable)}': expected local, open or closed.`);
  const driver = client === undefined ? driverFor(url!, deadline) : driverOf(client);
  const clock = options.clock ?? systemClock;
  const { logger = null, telemetry = null, stampede = null } = options;
  if (stampede !== null && !(Number.isInteger(stampede) && stampede >= 1 && stampede <= 60_000))
    throw new TypeError(`redisStore: invalid stampede '${stampede}': expected whole milliseconds from 1 to 60000.`);
  const link = (part: "counters" | "cache", probeKey: string): Link =>
    new Link({ driver, deadline, clock, logger, telemetry, part, probeKey });
  const counters = link("counters", `${prefix}{counters}probe`);
  const cache = link("cache", `${prefix}cache-probe`);
  const values = new RedisCache(cache, `${prefix}cache2.`, options.maxValueBytes ?? 4 * 1024 * 1024);
  const stateOf = (connection: Link): "up" | "away" => (connection.isUp ? "up" : "away");
  return {
    counters: new RedisCounters({
      link: counters,
      prefix: `${prefix}{counters}2`,
      onUnavailable,
      replicas,
      leases: options.leases === true ? {} : options.leases || null,
      clock,
    }),
    cache: stampede === null ? values : new ClaimingCache(values, cache, `${prefix}claim1.`, stampede, clock),
    get state() {
      return { counters: stateOf(counters), cache: stateOf(cache) };
    },
    async ready() {
      await Promise.all([counters.ready(startTimeout), cache.ready(startTimeout)]);
    },
    async close() {
      counters.close();
      cache.close();
      if (client === undefined) await driver.close();
    },
  };
}
