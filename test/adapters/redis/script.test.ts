import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCRIPT } from "#adapters/redis/script.js";
import { readAnswer, scriptArguments } from "#adapters/redis/script-call.js";
import { MemoryCounters } from "#core/stores/memory-counters.js";
import type { CounterRequest } from "#core/stores/store.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

/** The script with a clock that the test moves: its time comes behind the other arguments. */
const TIMED = SCRIPT.replace("call('TIME')", "{ math.floor(ARGV[#ARGV] / 1000), ARGV[#ARGV] % 1000 * 1000 }");
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

  const takeAll = async (groups: readonly CounterRequest[][], now: number) =>
    readAnswer((await redis.call("EVAL", TIMED, ...scriptArguments(groups, "t:"), String(now))) as string, groups);
  const take = async (requests: readonly CounterRequest[], now: number) => (await takeAll([[...requests]], now))[0];

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
    const group = fc.array(one, { minLength: 1, maxLength: 3 });
    const call = fc.record({
      after: fc.integer({ min: -300, max: 40_000 }),
      groups: fc.array(group, { minLength: 1, maxLength: 4 }),
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
        for (const { after, groups } of calls) {
          now += after;
          const full = groups.map((requests) =>
            requests.map((fields) => request({ ...fields, period, start: fields.window === "fixed" ? start : null })),
          );
          expect(await takeAll(full, now)).toEqual(full.map((requests) => memory.take(requests)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("keeps few entries for many times, and then errs on the side of refusing", async () => {
    await redis.flushall();
    const limit = 40_000;
    const fill = `for i = 0, ${limit - 1} do run(i) end`;
    const body = TIMED.replace("return table.concat(answers, ';')", "").replaceAll(
      "{ math.floor(ARGV[#ARGV] / 1000), ARGV[#ARGV] % 1000 * 1000 }",
      `{ math.floor((${MIDNIGHT} + moment) / 1000), (${MIDNIGHT} + moment) % 1000 * 1000 }`,
    );
    const args = scriptArguments([[request({ limit, period: 300 })]], "t:");
    await redis.call("EVAL", `local function run(moment) ${body} end ${fill}`, ...args);
    expect(await redis.llen("t:sk")).toBeLessThanOrEqual(16_386);
    const look = request({ limit, period: 300, amount: 0 });
    expect(await take([look], MIDNIGHT + 299_999)).toMatchObject([{ admitted: false, count: limit }]);
    expect(await take([{ ...look, amount: 1 }], MIDNIGHT + 300_040)).toMatchObject([{ admitted: true }]);
    expect(await take([look], MIDNIGHT + 700_000)).toMatchObject([{ count: 0 }]);
    expect(await redis.exists("t:sk")).toBe(0);
  });

  it("lets every key end by itself, but those that never renew", async () => {
    await redis.flushall();
    await take([request({}), request({ window: "fixed", start: MIDNIGHT - 1 })], MIDNIGHT);
    await take([request({ window: "fixed", key: "endless", period: 0 })], MIDNIGHT);
    const lives = await Promise.all(["t:sk", "t:fk", "t:fendless"].map((key) => redis.pttl(key)));
    expect(lives[0]).toBeGreaterThan(1_240_000);
    expect(lives[0]).toBeLessThanOrEqual(1_250_000);
    expect(lives[1]).toBeGreaterThan(990_000);
    expect(lives[1]).toBeLessThan(1_000_000);
    expect(lives[2]).toBe(-1);
  });

  it("keeps a window alive for its whole period behind its last count, renewing its life now and then", async () => {
    await redis.flushall();
    const renewed: number[] = [];
    await take([request({ limit: 1000 })], MIDNIGHT);
    for (let at = 10_000; at <= 1_000_000; at += 10_000) {
      await redis.pexpire("t:sk", 5_000_000);
      await take([request({ limit: 1000 })], MIDNIGHT + at);
      if ((await redis.pttl("t:sk")) < 4_000_000) renewed.push(at);
    }
    expect(renewed).toHaveLength(4);
    await redis.pexpire("t:sk", 5_000_000);
    await take([request({ period: 2000, limit: 1000 })], MIDNIGHT + 1_000_001);
    expect(await redis.pttl("t:sk")).toBeLessThanOrEqual(2_500_000);
  });

  it("tells a group whose key holds something else, and answers the others", async () => {
    await redis.flushall();
    await redis.set("t:stext", "of somebody else");
    await redis.rpush("t:slist", "of", "somebody", "else");
    await redis.set("t:ftext", "of somebody else, and longer");
    for (const [key, window] of [
      ["text", "sliding"],
      ["list", "sliding"],
      ["text", "fixed"],
    ] as const) {
      const results = await takeAll([[request({})], [request({}), request({ key, window })], [request({})]], MIDNIGHT);
      expect(results).toEqual([
        [expect.objectContaining({ admitted: true })],
        expect.objectContaining({ message: expect.stringContaining("WRONGTYPE") }),
        [expect.objectContaining({ admitted: true })],
      ]);
      await redis.del("t:sk");
    }
    expect(await redis.get("t:stext")).toBe("of somebody else");
  });

  it("fails as a whole where Redis refuses to write", async () => {
    await redis.flushall();
    await redis.config("SET", "maxmemory", "1");
    try {
      await expect(take([request({})], MIDNIGHT)).rejects.toThrow(/OOM/);
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
  });
});
