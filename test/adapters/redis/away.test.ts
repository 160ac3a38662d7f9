import { type CounterRequest, type CounterResult, createGateway, type Telemetry } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RedisStore, type RedisStoreOptions, redisStore } from "#adapters/redis/index.js";
import { until } from "#core/testing/contract/waiting.js";
import { processorTime } from "../../processor-time.js";
import { clients } from "./clients.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

type Metric = Parameters<Telemetry["metric"]>[0];

const DEADLINE = 150;

const request = (fields: Partial<CounterRequest> = {}): CounterRequest => ({
  key: "k",
  window: "sliding",
  limit: 10,
  period: 600,
  start: null,
  amount: 1,
  force: false,
  ...fields,
});

async function one(store: RedisStore, fields: Partial<CounterRequest> = {}): Promise<CounterResult> {
  // A call that does not end by its deadline lets the test run into its own.
  const results = await store.counters.take([request(fields)]);
  return results[0]!;
}

const isUp = ({ state }: RedisStore): boolean => state.counters === "up" && state.cache === "up";

describe.skipIf(reason !== null).each(Object.keys(clients))("while Redis is away, by %s", (name) => {
  let server: RedisServer;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await redisServer();
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    server.resume();
    await server.kill();
    await server.start();
  });
  afterAll(() => server.dispose());

  const open = async (options: RedisStoreOptions = {}): Promise<RedisStore> => {
    const { client, end } = await clients[name]!(server.url);
    const store = redisStore({ client, deadline: DEADLINE, ...options });
    ends.push(() => store.close(), end);
    return store;
  };
  const lose = async (store: RedisStore): Promise<void> => {
    for (let i = 0; i < 4; i++) await one(store, { key: "lost", amount: 0 });
    expect(store.state.counters).toBe("away");
  };

  it.each([
    ["killed", (one: RedisServer) => one.kill()],
    ["hanging", async (one: RedisServer) => one.pause()],
  ])("a %s server: calls end by their deadline, then cost microseconds", async (_, fault) => {
    const store = await open({ onUnavailable: "open" });
    await one(store);
    await fault(server);
    await lose(store);
    const began = processorTime();
    const answers: unknown[] = [];
    for (let i = 0; i < 1000; i++) answers.push(store.counters.take([request()]));
    expect(processorTime() - began).toBeLessThan(DEADLINE);
    expect(answers.every((answer) => Array.isArray(answer) && (answer as CounterResult[])[0]!.admitted)).toBe(true);
  });

  it("a cache misses and stores nothing", async () => {
    const store = await open();
    const entry = { value: Buffer.from("v"), meta: "", storedAt: 1 };
    await store.cache.set("k", entry, 60_000);
    server.pause();
    for (let i = 0; i < 4; i++) expect(await store.cache.get("k")).toBeNull();
    expect(store.state.cache).toBe("away");
    expect(store.cache.get("k")).toBeNull();
    expect(store.cache.set("k", entry, 60_000)).toBeUndefined();
    server.resume();
    await until(() => isUp(store), "the cache is back");
    expect(await store.cache.get("k")).not.toBeNull();
  });

  it("closed: refuses, but not what was counted after the fact", async () => {
    const store = await open({ onUnavailable: "closed" });
    await server.kill();
    await lose(store);
    expect(await one(store)).toMatchObject({ admitted: false, retryAfter: 1000 });
    expect(await one(store, { amount: 0 })).toMatchObject({ admitted: false });
    expect(await one(store, { force: true })).toMatchObject({ admitted: true });
  });

  it("local: goes on from what was admitted here, by this gateway's share", async () => {
    const store = await open({ onUnavailable: "local", replicas: 2 });
    const other = await open({ onUnavailable: "local", replicas: 2 });
    for (let i = 0; i < 3; i++) await one(store);
    for (let i = 0; i < 5; i++) await one(other);
    await server.kill();
    await lose(store);
    const admitted: boolean[] = [];
    for (let i = 0; i < 4; i++) admitted.push((await one(store)).admitted);
    expect(admitted).toEqual([true, true, false, false]);
    await lose(other);
    expect((await one(other)).admitted).toBe(false);
  });

  it("local: what was counted meanwhile is carried over, once", async () => {
    const store = await open({ onUnavailable: "local" });
    await one(store);
    await one(store, { key: "quota", window: "fixed", amount: 5 });
    server.pause();
    await lose(store);
    for (let i = 0; i < 4; i++) await one(store);
    await one(store, { key: "quota", window: "fixed", amount: 90, force: true });
    server.resume();
    await until(() => isUp(store) || store.state.counters === "up", "counters are back");
    const other = await open();
    expect((await one(other, { amount: 0 })).count).toBe(5);
    expect((await one(other, { key: "quota", window: "fixed", amount: 0 })).count).toBe(95);
  });

  it("is told by the gateway's health and by metrics", async () => {
    const metrics: Metric[] = [];
    const store = await open({ onUnavailable: "open", telemetry: { metric: (one) => void metrics.push(one) } });
    const gateway = await createGateway({ apis: {} }, { store });
    await one(store);
    expect(gateway.health().store).toEqual({ counters: "up", cache: "up" });
    expect(metrics).toEqual([]);
    server.pause();
    await lose(store);
    expect(gateway.health().store).toEqual({ counters: "away", cache: "up" });
    const metric = (name: string, value: number, more: object = {}) =>
      expect.objectContaining({ namespace: "turnpike", name, value, dimensions: { part: "counters", ...more } });
    const failure = metric("store-failures", 1, { reason: expect.stringMatching(/^(deadline|connection|error)$/) });
    expect(metrics).toEqual([failure, failure, failure, metric("store-up", 0)]);
    server.resume();
    await until(() => isUp(store), "counters are back");
    expect(metrics.at(-1)).toEqual(metric("store-up", 1));
    await gateway.close();
  });

  it("a server that comes back empty is used again, and learns the script anew", async () => {
    const lines: string[] = [];
    const line = ({ part }: { part?: string }, message: string): void => void lines.push(`${message} (${part})`);
    const store = await open({ onUnavailable: "open", logger: { debug: line, info: line, warn: line, error: line } });
    await one(store, { amount: 9 });
    await server.kill();
    await lose(store);
    await server.start();
    await until(() => store.state.counters === "up", "counters are back");
    expect(await one(store)).toMatchObject({ admitted: true, count: 1 });
    expect(await one(store, { amount: 0 })).toMatchObject({ count: 1 });
    expect(lines).toEqual(["redis call failed (counters)", "redis unavailable (counters)", "redis available (counters)"]);
  });
});

describe.skipIf(reason !== null)("a store of a URL", () => {
  it("starts without Redis and finds it when it comes", async () => {
    const server = await redisServer();
    await server.kill();
    const store = redisStore({ url: server.url, deadline: DEADLINE });
    for (let i = 0; i < 4; i++) expect((await one(store)).admitted).toBe(true);
    expect(store.state.counters).toBe("away");
    await server.start();
    await until(() => store.state.counters === "up", "Redis is found");
    expect((await one(store)).count).toBe(5);
    await store.close();
    await server.dispose();
  });

  it("takes what others wrote under its keys as a miss", async () => {
    const server = await redisServer();
    const store = redisStore({ url: server.url, deadline: 10_000 });
    const { client, end } = await clients["ioredis"]!(server.url);
    const send = (...command: string[]) => (client as unknown as { call(...args: string[]): Promise<unknown> }).call(...command);
    const entry = { value: Buffer.from("value"), meta: "{}", storedAt: 1 };
    await store.cache.set("k", entry, 60_000);
    const [key] = (await send("KEYS", "*")) as [string];
    // An entry that is whole, of another key.
    await store.cache.set("other", { ...entry, meta: '{"a":"another\'s"}' }, 60_000);
    const other = ((await send("KEYS", "*")) as string[]).find((name) => name !== key)!;
    await send("COPY", other, key, "REPLACE");
    expect(await store.cache.get("other")).not.toBeNull();
    expect(await store.cache.get("k")).toBeNull();
    await send("DEL", other);
    await store.cache.set("k", entry, 60_000);
    await send("SETRANGE", key, "38", "X");
    expect(await store.cache.get("k")).toBeNull();
    for (const foreign of ["", "TPC2", "plain text of another program, long enough"]) {
      await send("SET", key, foreign);
      expect(await store.cache.get("k")).toBeNull();
    }
    await send("DEL", key);
    await send("RPUSH", key, "a list");
    for (let i = 0; i < 5; i++) expect(await store.cache.get("k")).toBeNull();
    expect(store.state.cache).toBe("up");
    await store.cache.set("k", entry, 60_000);
    expect(await store.cache.get("k")).toMatchObject({ meta: "{}" });
    end();
    await store.close();
    await server.dispose();
  });
});
