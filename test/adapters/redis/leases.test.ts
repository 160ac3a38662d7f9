import { performance } from "node:perf_hooks";
import { type Clock, type CounterRequest, type CounterResult, createMemoryStore, systemClock } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IoredisClient, type LeaseOptions, redisStore } from "#adapters/redis/index.js";
import { Leases } from "#adapters/redis/leases.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

const request = (fields: Partial<CounterRequest> = {}): CounterRequest => ({
  key: "k",
  window: "sliding",
  limit: 100,
  period: 1,
  start: null,
  amount: 1,
  force: false,
  ...fields,
});

/** Gateways that share exact counters, on a clock that the test moves. */
function world(count: number, options: LeaseOptions = {}) {
  const clock = testClock();
  const shared = createMemoryStore({ clock }).counters;
  let asked = 0;
  const ask = async (group: readonly CounterRequest[]): Promise<CounterResult[]> => {
    asked++;
    return shared.take(group);
  };
  const gateways = Array.from({ length: count }, () => {
    const leases = new Leases(options, count, clock, ask);
    return async (group: CounterRequest[]): Promise<CounterResult[]> => {
      const leased = leases.take(group);
      if (leased !== null) return leased;
      const askedAt = clock.now();
      const results = await ask(leases.asked(group));
      leases.answered(group, results, askedAt);
      return results;
    };
  });
  return { clock, gateways, asked: () => asked };
}

/** The most that any stretch of `period` milliseconds holds. */
function fullest(times: readonly number[], period: number): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[first]! <= times[last]! - period) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe("leases", () => {
  const bursts = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 120 }), calls: fc.integer({ min: 1, max: 30 }), gateway: fc.nat(2) }),
    { maxLength: 80 },
  );

  it.each([0, 0.2])("never go over a limit by more than %d of it, whoever calls when", async (overAdmission) => {
    await fc.assert(
      fc.asyncProperty(bursts, fc.integer({ min: 5, max: 120 }), async (all, limit) => {
        const { clock, gateways } = world(3, { duration: 50, overAdmission });
        const admitted: number[] = [];
        for (const { after, calls, gateway } of all) {
          await clock.advance(after);
          for (let i = 0; i < calls; i++) {
            const [result] = await gateways[gateway]!([request({ limit })]);
            if (result!.admitted) admitted.push(clock.now());
          }
        }
        expect(fullest(admitted, 1000)).toBeLessThanOrEqual(limit * (1 + overAdmission));
      }),
      { numRuns: 60 },
    );
  });

  it("spend a quota to its end: what was not used comes back", async () => {
    const { clock, gateways, asked } = world(3);
    const quota = request({ window: "fixed", period: 86_400, start: 0, limit: 2000 });
    let admitted = 0;
    for (let step = 0; step < 1000; step++) {
      for (let i = 0; i < 7; i++) if ((await gateways[step % 3]!([quota]))[0]!.admitted) admitted++;
      await clock.advance(13);
    }
    expect(admitted).toBe(2000);
    expect(asked()).toBeLessThan(2000);
  });

  it("ask seldom for a key that is hot, each time for one that is not", async () => {
    const { clock, gateways, asked } = world(1);
    const [gateway] = gateways as [(typeof gateways)[0]];
    for (let i = 0; i < 10_000; i++) {
      await gateway([request({ limit: 1_000_000, period: 60 })]);
      if (i % 10 === 0) await clock.advance(1);
    }
    expect(asked()).toBeLessThan(200);
    const before = asked();
    for (let i = 0; i < 10; i++) {
      await gateway([request({ key: "cold" })]);
      await clock.advance(200);
    }
    expect(asked() - before).toBe(10);
  });

  it("are not used for what is forced, taken back or only looked at, nor under another limit", async () => {
    const { gateways, asked } = world(1);
    const [gateway] = gateways as [(typeof gateways)[0]];
    for (let i = 0; i < 40; i++) await gateway([request({ limit: 1000 })]);
    for (const fields of [{ force: true }, { amount: -1 }, { amount: 0 }, { limit: 999 }, { period: 2 }]) {
      const before = asked();
      await gateway([request({ limit: 1000, ...fields })]);
      expect(asked() - before).toBe(1);
    }
  });

  it("end with their time, and when the clock is set back", async () => {
    let now = 1_000_000;
    const clock: Clock = { now: () => now, setTimer: () => () => undefined };
    const shared = createMemoryStore({ clock }).counters;
    const leases = new Leases({}, 1, clock, async (group) => shared.take(group) as CounterResult[]);
    const group = [request({ limit: 1000 })];
    const ask = async (): Promise<void> => leases.answered(group, await shared.take(group), now);
    for (let i = 0; i < 6; i++) await ask();
    await Promise.resolve();
    expect(leases.take(group)).not.toBeNull();
    now -= 50;
    expect(leases.take(group)).toBeNull();
    now += 51;
    for (let i = 0; i < 6; i++) await ask();
    await Promise.resolve();
    expect(leases.take(group)).not.toBeNull();
    now += 100;
    expect(leases.take(group)).toBeNull();
  });

  it("remember a refusal for as long as it holds", async () => {
    const { clock, gateways, asked } = world(1);
    const [gateway] = gateways as [(typeof gateways)[0]];
    await gateway([request({ limit: 1 })]);
    const before = asked();
    const refused = await gateway([request({ limit: 1 })]);
    await clock.advance(30);
    const again = await gateway([request({ limit: 1 })]);
    expect(asked() - before).toBe(1);
    expect([refused[0]!.admitted, again[0]!.admitted]).toEqual([false, false]);
    expect(again[0]!.retryAfter).toBe(refused[0]!.retryAfter - 30);
  });

  it("take no settings that cannot be", () => {
    for (const leases of [{ duration: 0 }, { duration: 1e6 }, { overAdmission: -1 }, { overAdmission: 2 }])
      expect(() => redisStore({ url: "redis://127.0.0.1:1", leases })).toThrow(/leases\./);
  });
});

describe.skipIf(reason !== null)("leases from Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisServer();
  });
  afterAll(() => server.dispose());

  it("keep the limit among replicas whose clocks differ, with a fraction of the calls", async () => {
    let commands = 0;
    const clients = [0, 1, 2].map(() => new Redis(server.url));
    const stores = clients.map((client, i) => {
      const clock: Clock = { ...systemClock, now: () => systemClock.now() + i * 3_600_000 };
      const counted: IoredisClient = {
        get status() {
          return client.status;
        },
        callBuffer(command, ...args) {
          commands++;
          return client.callBuffer(command, ...args);
        },
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
        listenerCount: (event) => client.listenerCount(event),
        disconnect: () => client.disconnect(),
      };
      return redisStore({ client: counted, clock, leases: { duration: 50 }, deadline: 10_000, onUnavailable: "closed" });
    });
    const period = 500;
    const limit = 400;
    const admitted: { sent: number; done: number }[] = [];
    const end = performance.now() + 2500;
    await Promise.all(
      stores.map(async (store) => {
        while (performance.now() < end) {
          const sent = performance.now();
          const [result] = await store.counters.take([request({ limit, period: period / 1000 })]);
          if (result!.admitted) admitted.push({ sent, done: performance.now() });
          else await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    );
    for (const client of clients) client.disconnect();
    // Certain are only those that were admitted within the stretch from their sending to their answer.
    const starts = admitted.map(({ sent }) => sent);
    for (const start of starts)
      expect(admitted.filter(({ sent, done }) => sent >= start && done < start + period).length).toBeLessThanOrEqual(limit);
    expect(admitted.length).toBeGreaterThan(limit);
    expect(commands).toBeLessThan(admitted.length / 2);
  });
});
