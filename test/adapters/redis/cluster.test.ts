import { storeContract } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { redisStore } from "#adapters/redis/index.js";
import type { TestClient } from "./clients.js";
import { type RedisCluster, redisCluster } from "./cluster.js";
import { whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("a store in a cluster of three", () => {
  let cluster: RedisCluster;
  const made: Record<string, TestClient> = {};
  let stores = 0;

  beforeAll(async () => {
    cluster = await redisCluster();
    made["ioredis"] = await cluster.ioredis();
    made["node-redis"] = await cluster.nodeRedis();
  }, 60_000);
  afterAll(async () => {
    for (const { end } of Object.values(made)) end();
    await cluster.dispose();
  });

  for (const name of ["ioredis", "node-redis"])
    describe(`by ${name}`, () => {
      const cases = storeContract(
        () => {
          const prefix = `cluster-${stores++}:`;
          const replica = () => redisStore({ client: made[name]!.client, prefix, deadline: 10_000, onUnavailable: "closed" });
          const all = [replica()];
          return {
            store: all[0]!,
            replica: () => all[all.push(replica()) - 1]!,
            advance: (ms) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2)),
            close: async () => {
              for (const store of all) await store.close();
            },
          };
        },
        { shared: true },
      );
      for (const { name, run } of cases) it(name, run);
    });
});
