import { execFileSync } from "node:child_process";
import { Redis } from "ioredis";
import { createSentinel } from "redis";
import { until } from "#core/testing/contract/waiting.js";
import type { TestClient } from "./clients.js";
import { redisServer, sentinelServer } from "./server.js";

/** A master, its replica and a Sentinel that watches them. */
export interface SentinelGroup {
  ioredis(): Promise<TestClient>;
  nodeRedis(): Promise<TestClient>;
  /** Kills the master, and waits until the replica has been promoted. */
  failOver(): Promise<void>;
  dispose(): Promise<void>;
}

const NAME = "main";

/** Starts one. */
export async function sentinelGroup(): Promise<SentinelGroup> {
  const master = await redisServer();
  const replica = await redisServer("--replicaof", "127.0.0.1", String(master.port));
  await until(() => ask(replica.port, "info", "replication").includes("master_link_status:up"), "the replica follows");
  const sentinel = await sentinelServer(NAME, master.port);
  await until(
    () => ask(sentinel.port, "sentinel", "replicas", NAME).includes(String(replica.port)),
    "the Sentinel knows the replica",
  );
  const address = { host: "127.0.0.1", port: sentinel.port };
  return {
    async ioredis() {
      const client = new Redis({
        sentinels: [address],
        name: NAME,
        maxRetriesPerRequest: 1,
        enableOfflineQueue: false,
        lazyConnect: true,
      });
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => client.disconnect() };
    },
    async nodeRedis() {
      const client = createSentinel({
        name: NAME,
        sentinelRootNodes: [address],
        nodeClientOptions: { disableOfflineQueue: true },
      });
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => void client.destroy() };
    },
    async failOver() {
      await master.kill();
      await until(() => ask(replica.port, "info", "replication").includes("role:master"), "the replica is promoted", 40);
    },
    async dispose() {
      await sentinel.dispose();
      await replica.dispose();
      await master.dispose();
    },
  };
}

function ask(port: number, ...command: string[]): string {
  return execFileSync("redis-cli", ["-p", String(port), ...command], { timeout: 5000 }).toString();
}
