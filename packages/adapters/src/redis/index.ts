/**
 * Counters and cache in Redis: several gateways share limits exactly.
 *
 *     const store = redisStore({ url: "redis://127.0.0.1:6379" });
 *     const gateway = await createGateway(loadConfiguration("gateway.yaml"), { store });
 */
export type { OnUnavailable } from "./counters.js";
export type { IoredisClient, NodeRedisClient, NodeRedisCluster, NodeRedisSentinel, RedisClient } from "./driver.js";
export type { LeaseOptions } from "./leases.js";
export { type RedisStore, type RedisStoreOptions, redisStore } from "./store.js";
