import { type Cluster, Redis } from "ioredis";
import { createClient, type createCluster, type createSentinel } from "redis";
import type { RedisClient } from "#adapters/redis/index.js";

/** A connected client and what ends it. */
export interface TestClient {
  readonly client: RedisClient;
  readonly end: () => void;
}

/** Every kind of client can be handed in: checked by the compiler. */
export type HandedIn = [
  Assignable<Redis>,
  Assignable<Cluster>,
  Assignable<ReturnType<typeof createClient>>,
  Assignable<ReturnType<typeof createCluster>>,
  Assignable<ReturnType<typeof createSentinel>>,
];

type Assignable<T extends RedisClient> = T;

/** How each client is made by somebody who hands it in. */
export const clients: Record<string, (url: string) => Promise<TestClient>> = {
  ioredis: async (url) => {
    const client = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, lazyConnect: true });
    client.on("error", () => {});
    await client.connect();
    return { client, end: () => client.disconnect() };
  },
  "node-redis": async (url) => {
    const client = createClient({ url, disableOfflineQueue: true });
    client.on("error", () => {});
    await client.connect();
    return { client, end: () => client.destroy() };
  },
};
