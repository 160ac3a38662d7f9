import { createGateway, type Gateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisStore, redisStore } from "#adapters/redis/index.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("five gateways on one Redis", () => {
  let server: RedisServer;
  const stores: RedisStore[] = [];
  const gateways: Gateway[] = [];

  const configuration = (inbound: string) => ({
    apis: {
      api: {
        path: "",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound><backend /><outbound /><on-error /></policies>`,
        operations: { all: { method: "GET", urlTemplate: "/*" } },
      },
    },
  });
  const statuses = async (calls: number, path: (i: number) => string): Promise<number[]> => {
    const answers = Array.from({ length: calls }, (_, i) =>
      gateways[i % gateways.length]!.handle({ method: "GET", url: `http://gateway.example/${path(i)}`, headers: {} }),
    );
    return (await Promise.all(answers)).map((answer) => answer.status);
  };
  const use = (inbound: string) => Promise.all(gateways.map((gateway) => gateway.update(configuration(inbound))));

  beforeAll(async () => {
    server = await redisServer();
    for (let i = 0; i < 5; i++) {
      const store = redisStore({ url: server.url, deadline: 10_000, onUnavailable: "closed" });
      stores.push(store);
      gateways.push(await createGateway(configuration(""), { store }));
    }
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    for (const store of stores) await store.close();
    await server.dispose();
  });

  it("admit exactly one limit for each key", async () => {
    const key = "@(context.Request.Url.Path)";
    await use(`<rate-limit-by-key calls="33" renewal-period="300" counter-key="${key}" /><return-response />`);
    const all = await statuses(300, (i) => `key-${i % 3}`);
    expect(all.filter((status) => status === 200)).toHaveLength(99);
    expect(all.filter((status) => status === 429)).toHaveLength(201);
  });

  it("admit exactly one quota", async () => {
    await use('<quota-by-key calls="41" renewal-period="86400" counter-key="all" /><return-response />');
    const all = await statuses(200, () => "quota");
    expect(all.filter((status) => status === 200)).toHaveLength(41);
    expect(all.filter((status) => status === 403)).toHaveLength(159);
  });

  it("find each other's cached values", async () => {
    await use('<cache-store-value key="k" value="from one" duration="60" /><return-response />');
    await gateways[0]!.handle({ method: "GET", url: "http://gateway.example/", headers: {} });
    const respond = '<return-response><set-body>@((string)context.Variables["v"])</set-body></return-response>';
    await use(`<cache-lookup-value key="k" variable-name="v" default-value="nothing" />${respond}`);
    // The write is not waited for by the request that makes it.
    let text = "nothing";
    for (let tries = 0; text === "nothing" && tries < 200; tries++) {
      const { body } = await gateways[1]!.handle({ method: "GET", url: "http://gateway.example/", headers: {} });
      text = await new Response(body as never).text();
    }
    expect(text).toBe("from one");
  });
});
