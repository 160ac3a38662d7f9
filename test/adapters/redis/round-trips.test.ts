import { createGateway, type Gateway } from "@turnpike/core";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisStore } from "#adapters/redis/index.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("round trips", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await redisServer();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  /** Calls of scripts, and of any other command that a client has sent, since the server was last asked. */
  const commands = async (): Promise<Record<string, number>> => {
    const text = await redis.info("commandstats");
    await redis.config("RESETSTAT");
    const sent = ["evalsha", "eval", "script|load", "multi", "exec"];
    const found = [...text.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].map(([, name, calls]) => [name!, Number(calls)] as const);
    return Object.fromEntries(found.filter(([name]) => sent.includes(name)));
  };
  const gatewayOf = async (product: string): Promise<{ gateway: Gateway; end: () => Promise<void> }> => {
    await redis.flushall();
    const store = redisStore({ url: server.url, deadline: 10_000, onUnavailable: "closed" });
    const answer = "<policies><inbound><base /><return-response /></inbound><backend /><outbound /><on-error /></policies>";
    const gateway = await createGateway(
      {
        products: {
          gold: {
            name: "Gold",
            apis: ["pay"],
            policy: `<policies><inbound>${product}</inbound><backend /><outbound /><on-error /></policies>`,
          },
        },
        subscriptions: { one: { scope: "product/gold", primaryKey: "key-of-one" } },
        apis: { pay: { path: "pay", policy: answer, operations: { get: { method: "GET", urlTemplate: "/*" } } } },
      },
      { store },
    );
    return {
      gateway,
      async end() {
        await gateway.close();
        await store.close();
      },
    };
  };
  const call = async (gateway: Gateway): Promise<number> => {
    const headers = { "Ocp-Apim-Subscription-Key": "key-of-one" };
    return (await gateway.handle({ method: "GET", url: "http://gateway.example/pay/x", headers })).status;
  };

  it.each([
    [
      "a rate limit of a product, its API and its operation",
      `<rate-limit calls="1000" renewal-period="60"><api id="pay" calls="900" renewal-period="60"><operation id="get" calls="800" renewal-period="60" /></api></rate-limit>`,
    ],
    [
      "a quota of calls and bytes",
      `<quota calls="1000" bandwidth="1000" renewal-period="3600"><api id="pay" calls="900" bandwidth="900" /></quota>`,
    ],
    [
      "a quota of calls and bytes by key",
      `<quota-by-key calls="1000" bandwidth="1000" renewal-period="3600" counter-key="@(context.Subscription.Id)" />`,
    ],
  ])("%s costs one", async (_, policy) => {
    const { gateway, end } = await gatewayOf(policy);
    expect(await call(gateway)).toBe(200);
    await commands();
    expect(await call(gateway)).toBe(200);
    expect(await commands()).toEqual({ evalsha: 1 });
    await end();
  });

  it("are shared by calls that come together", async () => {
    const { gateway, end } = await gatewayOf(`<rate-limit calls="150" renewal-period="60" />`);
    await call(gateway);
    await commands();
    const statuses = await Promise.all(Array.from({ length: 300 }, () => call(gateway)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(149);
    const { evalsha } = await commands();
    expect(evalsha).toBeLessThan(60);
    await end();
  });

  it("one call whose key holds something else does not spoil those that come with it", async () => {
    await redis.flushall();
    const store = redisStore({ url: server.url, prefix: "foreign:", deadline: 10_000, onUnavailable: "closed" });
    const take = async (key: string) =>
      store.counters.take([{ key, window: "sliding", limit: 5, period: 60, start: null, amount: 1, force: false }]);
    await take("bad");
    const [name] = (await redis.keys("foreign:*")) as [string];
    await redis.del(name);
    await redis.set(name, "of somebody else");
    const results = await Promise.all(["a", "bad", "b"].map(take));
    expect(results.map(([result]) => result!.admitted)).toEqual([true, false, true]);
    expect(store.state.counters).toBe("up");
    await store.close();
  });
});
