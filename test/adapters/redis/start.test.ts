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
  const note = (fields: object, message: string): void =>
    void told.push(`${message} ${(fields as { calls?: number }).calls ?? ""}`.trim());
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
    expect(told.filter((one) => one.startsWith("Redis is away: counters"))).toHaveLength(1);
    expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 429]);
  });

  it("logs at once that a call was done without it, and how many since then", async () => {
    const gateway = await start(storeAt(proxy.url));
    proxy.latency = 3 * DEADLINE;
    expect(await statuses(gateway, 1)).toEqual([200]);
    expect(told).toEqual(["Redis call failed: counters did without it. 1"]);
    proxy.latency = 0;
    await until(() => gateway.health().store?.counters === "up", "Redis is there");
  });

  it("refuses a start time that is none", () => {
    expect(() => redisStore({ url: server.url, startTimeout: -1 })).toThrow(
      "redisStore: `startTimeout` is a number of milliseconds from 0.",
    );
  });
});
