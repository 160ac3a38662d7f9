import { type CounterRequest, type CounterResult, type CounterStore, createMemoryStore } from "@turnpike/core";
import { boundedKey } from "./key.js";
import type { Link } from "./link.js";
import { LocalCounters } from "./local.js";
import { SCRIPT, SCRIPT_SHA } from "./script.js";

/** What counters do while Redis is away. */
export type OnUnavailable = "local" | "open" | "closed";

/** When a caller may try again whom a store refuses that is away: milliseconds. */
const RETRY = 1000;

/** Counters in Redis: all of a call by one script. */
export class RedisCounters implements CounterStore {
  private readonly local: LocalCounters | null;

  constructor(
    private readonly link: Link,
    private readonly prefix: string,
    private readonly onUnavailable: OnUnavailable,
    replicas: number,
  ) {
    this.local = onUnavailable === "local" ? new LocalCounters(() => createMemoryStore().counters, replicas) : null;
    if (this.local !== null) link.onReturn = () => this.local!.settle((requests) => this.run(requests, true));
  }

  take(requests: readonly CounterRequest[]): CounterResult[] | Promise<CounterResult[]> {
    if (requests.length === 0) return [];
    if (!this.link.isUp) return this.without(requests);
    return this.run(requests, false).then(
      (results) => {
        this.local?.mirror(requests, results);
        return results;
      },
      () => this.without(requests),
    );
  }

  private async run(requests: readonly CounterRequest[], isReturning: boolean): Promise<CounterResult[]> {
    const keys = requests.map(({ key, window }) => `${this.prefix}${window === "sliding" ? "s" : "f"}${boundedKey(key)}`);
    const args = [String(keys.length), ...keys, ...requests.flatMap(scriptArguments)];
    const send = (command: string[]): Promise<unknown> =>
      isReturning ? this.link.attempt(keys[0]!, command) : this.link.send(keys[0]!, command);
    let answer: unknown;
    try {
      answer = await send(["EVALSHA", SCRIPT_SHA, ...args]);
    } catch (error) {
      // A server that has been restarted, or a replica in its place, has to be told the script again.
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      answer = await send(["EVAL", SCRIPT, ...args]);
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

function scriptArguments({ window, limit, period, start, amount, force }: CounterRequest): string[] {
  const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
  const length = Math.round(period * 1000);
  return [
    window === "sliding" ? "s" : "f",
    String(most),
    String(length),
    start === null ? "" : String(start),
    String(amount),
    force ? "1" : "0",
  ];
}

function readAnswer(answer: string): CounterResult[] {
  return answer.split(",").map((one) => {
    const [admitted, count, retryAfter, resetAfter] = one.split(" ").map(Number) as [number, number, number, number];
    return { admitted: admitted === 1, count, retryAfter: orNever(retryAfter), resetAfter: orNever(resetAfter) };
  });
}

function orNever(ms: number): number {
  return ms < 0 ? Number.POSITIVE_INFINITY : ms;
}
