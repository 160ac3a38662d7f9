import { redisStore } from "@turnpike/adapters/redis";
import type { CounterResult } from "@turnpike/core";
import { afterEach, describe, expect, it } from "vitest";

const stores: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

/** The counters of a store whose server answers every script with the same text. */
function countersOf(answer: string, onUnavailable: "open" | "closed") {
  const client = {
    status: "ready",
    callBuffer: async () => Buffer.from(answer),
    on() {},
    off() {},
    listenerCount: () => 1,
    disconnect() {},
  };
  const store = redisStore({ client, onUnavailable });
  stores.push(store);
  return (keys: readonly string[]) =>
    store.counters.take(
      keys.map((key) => ({ key, window: "sliding", limit: 5, period: 10, start: null, amount: 1, force: false })),
    ) as Promise<CounterResult[]>;
}

describe("an answer that is not of the counters' script", () => {
  it.each(["", "OK", "1", "1 x 0 0", "1 2 3", "1 2 3 4 5", "1 NaN 0 0", "1 .5 0 0", "1 1e999 0 0", ";", "1 1 0 0;1 1 0 0"])(
    "%j is a store that is away for this call",
    async (answer) => {
      for (const mode of ["open", "closed"] as const) {
        const results = await countersOf(answer, mode)(["a", "b"]);
        expect(results.map(({ admitted }) => admitted)).toEqual(mode === "open" ? [true, true] : [false, false]);
        for (const { count, retryAfter } of results) expect([Number.isInteger(count), retryAfter >= 0]).toEqual([true, true]);
      }
    },
  );

  it("a sound one counts", async () => {
    expect(await countersOf("1 3 0 9000,0 5 -1 9000", "closed")(["a", "b"])).toEqual([
      { admitted: true, count: 3, retryAfter: 0, resetAfter: 9000 },
      { admitted: false, count: 5, retryAfter: Number.POSITIVE_INFINITY, resetAfter: 9000 },
    ]);
  });
});
