import { expect, it } from "vitest";
import { whyNoRedis } from "../adapters/redis/server.js";
import { soak } from "../bench/soak/soak.mjs";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

/**
 * The short form of `pnpm bench soak`, from the built packages. So short a time says little of the heap, which still fills caches then: a
 * tenth is allowed. Handles and calls are judged as there.
 */
it.skipIf(reason !== null)(
  "mixed traffic with faults and reloads leaves nothing behind and loses no call",
  async () => {
    const result = await soak({ seconds: 12, warmUp: 8, rate: 40, reloads: 8, mostGrowth: 0.1 });
    expect(result.faults).toEqual([]);
    expect(result.calls).toBeGreaterThan(100);
    expect(result.reloads).toBeGreaterThanOrEqual(8);
    expect(result.answered).toBeGreaterThan(result.calls * 0.8);
  },
  180_000,
);
