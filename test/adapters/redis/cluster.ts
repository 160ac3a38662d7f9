import { execFileSync } from "node:child_process";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { until } from "#core/testing/contract/waiting.js";
import type { TestClient } from "./clients.js";
import { type RedisServer, redisServer } from "./server.js";

/** A cluster of three masters. */
export interface RedisCluster {
  ioredis(): Promise<TestClient>;
  nodeRedis(): Promise<TestClient>;
  /** Kills the master that holds a key, and waits until its replica has taken its place. */
  failOver(key: string): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Starts one.
 * @param options.replicas of each master
 * @param options.timeout milliseconds after which a node is missed
 */
export async function redisCluster({ replicas = 0, timeout = 5000 } = {}): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  for (let i = 0; i < 3 * (1 + replicas); i++)
    nodes.push(await redisServer("--cluster-enabled", "yes", "--cluster-node-timeout", String(timeout)));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ["--cluster", "create", ...addresses, "--cluster-replicas", String(replicas), "--cluster-yes"];
  execFileSync("redis-cli", create, { stdio: "ignore", timeout: 60_000 });
  for (const { port } of nodes) await until(() => ask(port, "cluster", "info").includes("cluster_state:ok"), "the cluster forms");
  const first = nodes[0]!.port;
  if (replicas > 0)
    await until(
      () =>
        nodes.every(({ port }) => {
          const text = ask(port, "info", "replication");
          return text.includes("role:master") || text.includes("master_link_status:up");
        }),
      "the replicas follow",
    );
  return {
    async ioredis() {
      const client = new Cluster(
        nodes.map(({ port }) => ({ host: "127.0.0.1", port })),
        { enableOfflineQueue: false, lazyConnect: true, redisOptions: { maxRetriesPerRequest: 1 } },
      );
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => client.disconnect() };
    },
    async nodeRedis() {
      const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })), defaults: { disableOfflineQueue: true } });
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => client.destroy() };
    },
    async failOver(key) {
      const slot = ask(first, "cluster", "keyslot", key).trim();
      const holder = (port: number): number => {
        for (const line of ask(port, "cluster", "nodes").split("\n")) {
          const [, address, flags, , , , , , ...slots] = line.split(" ");
          if (address === undefined || !flags!.includes("master") || flags!.includes("fail")) continue;
          const isHolder = slots.some((range) => {
            const [from, to = from] = range.split("-").map(Number) as [number, number?];
            return Number(slot) >= from && Number(slot) <= to;
          });
          if (isHolder) return Number(/:(\d+)@/.exec(address)![1]);
        }
        return 0;
      };
      const lost = holder(first);
      const asked = nodes.find(({ port }) => port !== lost)!.port;
      await nodes.find(({ port }) => port === lost)!.kill();
      await until(() => ![0, lost].includes(holder(asked)), "the replica takes over", 40);
    },
    async dispose() {
      for (const node of nodes) await node.dispose();
    },
  };
}

function ask(port: number, ...command: string[]): string {
  return execFileSync("redis-cli", ["-p", String(port), ...command], { timeout: 5000 }).toString();
}
