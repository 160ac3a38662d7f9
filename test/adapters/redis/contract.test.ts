import { systemClock } from "@turnpike/core";
import { storeContract } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "#adapters/redis/index.js";
import { clients } from "./clients.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("a store in Redis", () => {
  let server: RedisServer;
  let stores = 0;
  beforeAll(async () => {
    server = await redisServer();
  });
  afterAll(() => server.dispose());

  for (const [name, connect] of Object.entries(clients))
    describe(`by ${name}`, () => {
      const cases = storeContract(
        async () => {
          const ends: (() => void)[] = [];
          const prefix = `contract-${stores++}:`;
          const replica = async ({ skew }: { readonly skew: number }) => {
            const { client, end } = await connect(server.url);
            ends.push(end);
            const clock = { ...systemClock, now: () => systemClock.now() + skew };
            return redisStore({ client, prefix, clock, deadline: 10_000, onUnavailable: "closed" });
          };
          const advance = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2));
          return { store: await replica({ skew: 0 }), replica, advance, close: () => ends.forEach((end) => end()) };
        },
        { shared: true },
      );
      for (const { name, run } of cases) it.concurrent(name, run);
    });

  it("makes its own connection from a URL, and ends it", async () => {
    const store = redisStore({ url: server.url, prefix: "url:", deadline: 10_000 });
    await store.cache.set("k", { value: Buffer.from("v"), meta: "", storedAt: 1 }, 60_000);
    expect(await store.cache.get("k")).toMatchObject({ meta: "" });
    await store.close();
    expect(store.state).toEqual({ counters: "away", cache: "away" });
  });

  it("is told what cannot be", () => {
    expect(() => redisStore({})).toThrow("one of `client` and `url`");
    expect(() => redisStore({ url: "http://127.0.0.1" })).toThrow("redis://");
    expect(() => redisStore({ client: { on: () => {} } as never })).toThrow("invalid client: expected a client of ioredis");
    expect(() => redisStore({ url: server.url, deadline: 0 })).toThrow("deadline");
    expect(() => redisStore({ url: server.url, onUnavailable: "maybe" as never })).toThrow("onUnavailable");
  });
});
