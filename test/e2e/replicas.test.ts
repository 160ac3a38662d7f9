import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, redisServer, whyNoRedis } from "../adapters/redis/server.js";
import { measureReplicas, replicaTable } from "./replicas.mjs";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

// The long form is `pnpm bench replicas`.
describe.skipIf(reason !== null)("five gateway processes on one Redis, one of them killed and started again", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisServer();
  });
  afterAll(() => server.dispose());

  it("admit no more than one limit and one quota, and no less", { timeout: 120_000 }, async () => {
    const load = { replicas: 5, rate: 400, seconds: 6, keys: 3, limit: 20, period: 1, quota: 60 };
    const outcome = await measureReplicas({ redis: server.url, ...load });
    console.log(replicaTable(outcome));
    for (const { limit, fullest } of outcome.rows) expect(fullest).toBeLessThanOrEqual(limit);
    const [admitted, perfect] = [outcome.rows.map((row) => row.admitted), outcome.rows.map((row) => row.perfect)].map((numbers) =>
      numbers.reduce((sum, one) => sum + one, 0),
    ) as [number, number];
    // What the killed process had admitted and told nobody is missing; of so few calls it is more than of the long form's, which demands 98 %.
    expect(admitted / perfect).toBeGreaterThanOrEqual(0.95);
  });
});
