import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCRIPT } from "../../../packages/adapters/src/redis/script.js";
import { MemoryCounters } from "../../../packages/core/src/stores/memory-counters.js";
import type { CounterRequest } from "../../../packages/core/src/stores/store.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

/** The script with a clock that the test moves: its time comes behind the other arguments. */
const TIMED = SCRIPT.replace("redis.call('TIME')", "{ math.floor(ARGV[#ARGV] / 1000), ARGV[#ARGV] % 1000 * 1000 }");
const MIDNIGHT = Date.UTC(2026, 0, 1);

describe.skipIf(reason !== null)("the script", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await redisServer();
    redis = new Redis(server.url);
    expect(TIMED).not.toBe(SCRIPT);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  const take = async (requests: readonly CounterRequest[], now: number): Promise<unknown> => {
    const keys = requests.map(({ key, window }) => window + key);
    const args = requests.flatMap(({ window, limit, period, start, amount, force }) => [
      window[0]!,
      String(limit),
      String(period * 1000),
      start === null ? "" : String(start),
      String(amount),
      force ? "1" : "0",
    ]);
    const answer = (await redis.eval(TIMED, keys.length, ...keys, ...args, String(now))) as string;
    return answer.split(",").map((one) => {
      const [admitted, count, retryAfter, resetAfter] = one.split(" ").map(Number) as [number, number, number, number];
      const orNever = (ms: number): number => (ms < 0 ? Number.POSITIVE_INFINITY : ms);
      return { admitted: admitted === 1, count, retryAfter: orNever(retryAfter), resetAfter: orNever(resetAfter) };
    });
  };

  const request = (fields: Partial<CounterRequest>): CounterRequest => ({
    key: "k",
    window: "sliding",
    limit: 3,
    period: 1000,
    start: null,
    amount: 1,
    force: false,
    ...fields,
  });

  it("says what counters in memory say, whatever comes when", async () => {
    const one = fc.record({
      key: fc.constantFrom("a", "b"),
      window: fc.constantFrom("sliding" as const, "fixed" as const),
      limit: fc.integer({ min: 0, max: 12 }),
      amount: fc.integer({ min: -3, max: 5 }),
      force: fc.boolean(),
    });
    const call = fc.record({
      after: fc.integer({ min: -300, max: 40_000 }),
      requests: fc.array(one, { minLength: 1, maxLength: 3 }),
    });
    const plan = fc.record({
      calls: fc.array(call, { maxLength: 40 }),
      // Longer than all calls take together: keys end by the server's own clock, which the test does not move.
      period: fc.constantFrom(60, 300),
      start: fc.constantFrom(null, MIDNIGHT, MIDNIGHT - 1e12),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ calls, period, start }) => {
        await redis.flushall();
        let now = MIDNIGHT;
        const memory = new MemoryCounters({ now: () => now, setTimer: () => () => undefined }, 100);
        for (const { after, requests } of calls) {
          now += after;
          const full = requests.map((fields) => request({ ...fields, period, start: fields.window === "fixed" ? start : null }));
          expect(await take(full, now)).toEqual(memory.take(full));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps few entries for many times, and then errs on the side of refusing", async () => {
    await redis.flushall();
    const limit = 40_000;
    const fill = `for i = 0, ${limit - 1} do run(i) end`;
    const body = TIMED.replaceAll("return table.concat(answers, ',')", "").replaceAll(
      "{ math.floor(ARGV[#ARGV] / 1000), ARGV[#ARGV] % 1000 * 1000 }",
      `{ math.floor((${MIDNIGHT} + moment) / 1000), (${MIDNIGHT} + moment) % 1000 * 1000 }`,
    );
    await redis.eval(`local function run(moment) ${body} end ${fill}`, 1, "slidingk", "s", String(limit), "300000", "", "1", "0");
    expect(await redis.llen("slidingk")).toBeLessThanOrEqual(16_386);
    const look = request({ limit, period: 300, amount: 0 });
    expect(await take([look], MIDNIGHT + 299_999)).toMatchObject([{ admitted: false, count: limit }]);
    expect(await take([{ ...look, amount: 1 }], MIDNIGHT + 300_040)).toMatchObject([{ admitted: true }]);
    expect(await take([look], MIDNIGHT + 700_000)).toMatchObject([{ count: 0 }]);
    expect(await redis.exists("slidingk")).toBe(0);
  });

  it("lets every key end by itself, but those that never renew", async () => {
    await redis.flushall();
    await take([request({}), request({ window: "fixed", start: MIDNIGHT - 1 })], MIDNIGHT);
    await take([request({ window: "fixed", key: "endless", period: 0 })], MIDNIGHT);
    const lives = await Promise.all(["slidingk", "fixedk", "fixedendless"].map((key) => redis.pttl(key)));
    expect(lives[0]).toBeGreaterThan(990_000);
    expect(lives[0]).toBeLessThanOrEqual(1_000_000);
    expect(lives[1]).toBeGreaterThan(990_000);
    expect(lives[1]).toBeLessThan(1_000_000);
    expect(lives[2]).toBe(-1);
  });
});
