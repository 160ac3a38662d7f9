import { type CounterRequest, type CounterResult, type CounterStore, createMemoryStore } from "@turnpike/core";
import { Batch } from "./batch.js";
import type { Link } from "./link.js";
import { LocalCounters } from "./local.js";
import { SCRIPT, SCRIPT_SHA } from "./script.js";
import { type Group, readAnswer, scriptArguments } from "./script-call.js";

/** What counters do while Redis is away. */
export type OnUnavailable = "local" | "open" | "closed";

/** When a caller may try again whom a store refuses that is away: milliseconds. */
const RETRY = 1000;

/** Counters in Redis: those of a call, and of calls that come together, by one script. */
export class RedisCounters implements CounterStore {
  private readonly local: LocalCounters | null;
  private readonly batch = new Batch((groups) => this.run(groups, (key, command) => this.link.send(key, command)));

  constructor(
    private readonly link: Link,
    private readonly prefix: string,
    private readonly onUnavailable: OnUnavailable,
    replicas: number,
  ) {
    this.local = onUnavailable === "local" ? new LocalCounters(() => createMemoryStore().counters, replicas) : null;
    if (this.local !== null)
      link.onReturn = () => this.local!.settle((group) => this.run([group], (key, command) => this.link.attempt(key, command)));
  }

  take(requests: readonly CounterRequest[]): CounterResult[] | Promise<CounterResult[]> {
    if (requests.length === 0) return [];
    if (!this.link.isUp) return this.without(requests);
    return this.batch.take(requests).then(
      (results) => {
        this.local?.mirror(requests, results);
        return results;
      },
      () => this.without(requests),
    );
  }

  private async run(groups: readonly Group[], send: Link["send"]): Promise<(CounterResult[] | Error)[]> {
    const args = scriptArguments(groups, this.prefix);
    const key = args[1]!;
    let answer: unknown;
    try {
      answer = await send(key, ["EVALSHA", SCRIPT_SHA, ...args]);
    } catch (error) {
      // A server that has been restarted, or a replica in its place, has to be told the script again.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      answer = await send(key, ["EVAL", SCRIPT, ...args]);
    }
    return readAnswer(String(answer));
  }

  private without(requests: readonly CounterRequest[]): CounterResult[] {
    if (this.local !== null) return this.local.take(requests);
    const isOpen = this.onUnavailable === "open";
    return requests.map((request) => {
      const admitted = isOpen || request.force || request.amount < 0;
      return { admitted, count: isOpen ? 0 : request.limit, retryAfter: admitted ? 0 : RETRY, resetAfter: admitted ? 0 : RETRY };
    });
  }
}
