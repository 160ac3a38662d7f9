import { type Clock, type CounterRequest, type CounterResult, type CounterStore, createMemoryStore } from "@turnpike/core";
import { Batch } from "./batch.js";
import { type LeaseOptions, Leases } from "./leases.js";
import type { Link } from "./link.js";
import { LocalCounters } from "./local.js";
import { SCRIPT, SCRIPT_SHA } from "./script.js";
import { type Group, readAnswer, scriptArguments } from "./script-call.js";

/** What counters do while Redis is away. */
export type OnUnavailable = "local" | "open" | "closed";

/** When a caller may try again whom a store refuses that is away: milliseconds. */
const RETRY = 1000;

/** How counters are kept in Redis. */
export interface RedisCountersOptions {
  readonly link: Link;
  /** What every key starts with. */
  readonly prefix: string;
  readonly onUnavailable: OnUnavailable;
  /** How many gateways share the limits. */
  readonly replicas: number;
  readonly leases: LeaseOptions | null;
  readonly clock: Clock;
}

/** Counters in Redis: those of a call, and of calls that come together, by one script. */
export class RedisCounters implements CounterStore {
  private readonly local: LocalCounters | null;
  private readonly leases: Leases | null;
  private readonly batch = new Batch((groups) => this.run(groups, (key, command) => this.link.send(key, command)));

  /** @throws TypeError for leases that cannot be */
  constructor(private readonly options: RedisCountersOptions) {
    const { link, onUnavailable, replicas, leases, clock } = options;
    this.link = link;
    this.local = onUnavailable === "local" ? new LocalCounters(() => createMemoryStore().counters, replicas) : null;
    this.leases = leases === null ? null : new Leases(leases, replicas, clock, (group) => this.batch.take(group));
    if (this.local !== null)
      link.onReturn = () => this.local!.settle((group) => this.run([group], (key, command) => this.link.attempt(key, command)));
  }

  private readonly link: Link;

  take(requests: readonly CounterRequest[]): CounterResult[] | Promise<CounterResult[]> {
    if (requests.length === 0) return [];
    const { leases } = this;
    const leased = leases?.take(requests) ?? null;
    if (leased !== null) {
      this.local?.mirror(requests, leased);
      return leased;
    }
    if (!this.link.isUp) return this.without(requests);
    const askedAt = leases === null ? 0 : this.options.clock.now();
    return this.batch.take(leases?.asked(requests) ?? requests).then(
      (results) => {
        this.local?.mirror(requests, results);
        leases?.answered(requests, results, askedAt);
        return results;
      },
      () => this.without(requests),
    );
  }

  private async run(groups: readonly Group[], send: Link["send"]): Promise<(CounterResult[] | Error)[]> {
    const args = scriptArguments(groups, this.options.prefix);
    const key = args[1]!;
    let answer: unknown;
    try {
      answer = await send(key, ["EVALSHA", SCRIPT_SHA, ...args]);
    } catch (error) {
      // A server that has been restarted, or a replica in its place, has to be told the script again.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      answer = await send(key, ["EVAL", SCRIPT, ...args]);
    }
    return readAnswer(String(answer), groups);
  }

  private without(requests: readonly CounterRequest[]): CounterResult[] {
    if (this.local !== null) return this.local.take(requests);
    const isOpen = this.options.onUnavailable === "open";
    return requests.map((request) => {
      const admitted = isOpen || request.force || request.amount < 0;
      return { admitted, count: isOpen ? 0 : request.limit, retryAfter: admitted ? 0 : RETRY, resetAfter: admitted ? 0 : RETRY };
    });
  }
}
