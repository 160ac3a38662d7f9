import { createGateway, type Gateway, type GatewayConfiguration } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RedisStore, type RedisStoreOptions, redisStore } from "#adapters/redis/index.js";
import { until } from "#core/testing/contract/waiting.js";
import { type LoopbackProxy, loopbackProxy } from "./proxy.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

const DEADLINE = 100;
const limit = `<rate-limit-by-key calls="3" renewal-period="300" counter-key="k" />`;
const configuration: GatewayConfiguration = {
  apis: {
    a: {
      path: "a",
      subscriptionRequired: false,
      policy: `<policies><inbound>${limit}<return-response /></inbound></policies>`,
      operations: { get: { method: "GET", urlTemplate: "/*" } },
    },
  },
};

describe.skipIf(reason !== null)("a gateway with Redis", () => {
  let server: RedisServer;
  let proxy: LoopbackProxy;
  const ends: (() => unknown)[] = [];
  const told: string[] = [];
  const note = (fields: { part?: string; calls?: number }, message: string): void =>
    void told.push(`${message} (${fields.part}) ${fields.calls ?? ""}`.trim());
  const logger = { debug: () => undefined, info: note, warn: note, error: note };

  beforeAll(async () => {
    server = await redisServer();
    proxy = await loopbackProxy(Number(new URL(server.url).port));
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    proxy.latency = 0;
    told.length = 0;
  });
  afterAll(async () => {
    await proxy?.close();
    await server?.dispose();
  });

  function storeAt(url: string, options: RedisStoreOptions = {}): RedisStore {
    const store = redisStore({
      url,
      deadline: DEADLINE,
      logger,
      prefix: `start-${ends.length}-${told.length}-${Math.random()}:`,
      ...options,
    });
    ends.push(() => store.close());
    return store;
  }
  async function start(store: RedisStore): Promise<Gateway> {
    const gateway = await createGateway(configuration, { store });
    ends.push(() => gateway.close());
    return gateway;
  }
  const statuses = async (gateway: Gateway, count: number): Promise<number[]> => {
    const all = [];
    for (let i = 0; i < count; i++)
      all.push((await gateway.handle({ method: "GET", url: "http://gateway.example/a/x", headers: {} })).status);
    return all;
  };

  it("counts its first calls there, however long the connection takes", async () => {
    const prefix = `slow-${process.pid}:`;
    proxy.latency = 3 * DEADLINE;
    const slow = storeAt(proxy.url, { prefix });
    let isStarted = false;
    const starting = start(slow).then((gateway) => {
      isStarted = true;
      return gateway;
    });
    const other = await start(storeAt(server.url, { prefix }));
    expect(await statuses(other, 2)).toEqual([200, 200]);
    expect(isStarted).toBe(false);
    proxy.latency = 0;
    expect(await statuses(await starting, 2)).toEqual([200, 429]);
    expect(told).toEqual([]);
  });

  it("starts without it after the time that is stated, and says so", async () => {
    const gateway = await start(storeAt("redis://127.0.0.1:9", { startTimeout: 2 * DEADLINE }));
    expect(gateway.health().store).toEqual({ counters: "away", cache: "away" });
    expect(told.filter((line) => line.startsWith("redis unavailable (counters)"))).toHaveLength(1);
    expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 429]);
  });

  it("logs at once that a call was done without it, and how many since then", async () => {
    const gateway = await start(storeAt(proxy.url));
    proxy.latency = 3 * DEADLINE;
    expect(await statuses(gateway, 1)).toEqual([200]);
    expect(told).toEqual(["redis call failed (counters) 1"]);
    proxy.latency = 0;
    await until(() => gateway.health().store?.counters === "up", "Redis is there");
  });

  it.each<[object, string]>([
    [{ startTimeout: -1 }, "invalid startTimeout '-1': expected milliseconds from 0."],
    [{ deadline: 0 }, "invalid deadline '0': expected milliseconds above 0."],
    [{ replicas: 0 }, "invalid replicas '0': expected a number from 1."],
    [{ onUnavailable: "wait" }, "invalid onUnavailable 'wait': expected local, open or closed."],
    [{ stampede: 0.5 }, "invalid stampede '0.5': expected whole milliseconds from 1 to 60000."],
    [{ leases: { duration: 0 } }, "invalid leases.duration '0': expected milliseconds from 1 to 10000."],
    [{ leases: { overAdmission: 2 } }, "invalid leases.overAdmission '2': expected 0 to 1."],
    [{ url: "http://user:secret@host" }, "invalid url: expected redis://user:password@host:6379/0, or rediss:// for TLS."],
    [{ url: undefined, client: {} }, "invalid client: expected a client of ioredis or of redis (node-redis)."],
  ])("refuses %j", (options, message) => {
    expect(() => redisStore({ url: server.url, ...options } as RedisStoreOptions)).toThrow(
      new TypeError(`redisStore: ${message}`),
    );
  });
});
