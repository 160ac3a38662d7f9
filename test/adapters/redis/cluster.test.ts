import { execFileSync } from "node:child_process";
import { storeContract } from "@turnpike/core/testing";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type RedisClient, redisStore } from "../../../packages/adapters/src/redis/index.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

describe.skipIf(reason !== null)("a store in a cluster of three", () => {
  const nodes: RedisServer[] = [];
  const made: Record<string, RedisClient & { end(): void }> = {};
  let stores = 0;

  beforeAll(async () => {
    for (let i = 0; i < 3; i++) nodes.push(await redisServer("--cluster-enabled", "yes"));
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"], { stdio: "ignore", timeout: 30_000 });
    for (const { port } of nodes) await agreed(port);
    const ioredis = new Cluster(nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    await new Promise<void>((resolve) => ioredis.once("ready", () => resolve()));
    const nodeRedis = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
    nodeRedis.on("error", () => {});
    await nodeRedis.connect();
    made["ioredis"] = Object.assign(ioredis, { end: () => ioredis.disconnect() });
    made["node-redis"] = Object.assign(nodeRedis, { end: () => nodeRedis.destroy() });
  }, 60_000);
  afterAll(async () => {
    for (const client of Object.values(made)) client.end();
    for (const node of nodes) await node.dispose();
  });

  for (const name of ["ioredis", "node-redis"])
    describe(`by ${name}`, () => {
      const cases = storeContract(
        () => {
          const prefix = `cluster-${stores++}:`;
          const replica = () => redisStore({ client: made[name]!, prefix, deadline: 10_000, onUnavailable: "closed" });
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

/** Waits until a node knows who holds every slot. */
async function agreed(port: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (execFileSync("redis-cli", ["-p", String(port), "cluster", "info"]).includes("cluster_state:ok")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The cluster does not form.");
}
