import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, expect, it } from "vitest";
import { createMemoryStore } from "#core/stores/memory.js";

let collect = (): void => {};
beforeAll(() => {
  setFlagsFromString("--expose-gc");
  collect = runInNewContext("gc") as () => void;
});

/** Megabytes that stay when something has been done. */
async function growth(work: () => unknown): Promise<number> {
  const used = async (): Promise<number> => {
    // Buffers are let go of a turn after what held them.
    for (let i = 0; i < 3; i++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await used();
  const kept = await work();
  const grown = ((await used()) - before) / 1e6;
  expect(kept).toBeDefined();
  return grown;
}

/** A text of its own of 100,000 characters. */
const long = (i: number): string => Buffer.alloc(100_000, `${i} `).toString();

it("counters do not keep the texts that their keys were cut from", async () => {
  const take = (key: string) => ({ key, window: "sliding", limit: 1, period: 60, start: null, amount: 1, force: false }) as const;
  for (const keyOf of [
    (text: string) => text.slice(0, 50),
    (text: string) => text,
    (text: string) => `rate|${text.slice(9, 99)}`,
  ]) {
    const megabytes = await growth(() => {
      const { counters } = createMemoryStore();
      for (let i = 0; i < 1000; i++) void counters.take([take(keyOf(long(i)))]);
      return counters;
    });
    expect(megabytes).toBeLessThan(30);
  }
});

it("a cache does not keep the texts and buffers that its keys and values were cut from", async () => {
  const megabytes = await growth(() => {
    const { cache } = createMemoryStore();
    for (let i = 0; i < 1000; i++) {
      const value = Buffer.alloc(100_000, i % 256).subarray(0, 10);
      void cache.set(long(i).slice(0, 50), { value, meta: "{}", storedAt: 0 }, 60_000);
    }
    return cache;
  });
  expect(megabytes).toBeLessThan(30);
});

it("a flood of strangers' keys is bounded", async () => {
  const megabytes = await growth(() => {
    const { counters } = createMemoryStore();
    for (let i = 0; i < 300_000; i++)
      void counters.take([
        { key: `stranger-${i}`, window: "sliding", limit: 1, period: 60, start: null, amount: 1, force: false },
      ]);
    return counters;
  });
  expect(megabytes).toBeLessThan(100);
});

const MILLION = 1_000_000;

it.each(["sliding", "fixed"] as const)(
  "a million keys of %s windows stay within the bound of the counters",
  async (window) => {
    let size = 0;
    const megabytes = await growth(() => {
      const { counters } = createMemoryStore();
      for (let i = 0; i < MILLION; i++)
        void counters.take([{ key: `stranger-${i}`, window, limit: 10, period: 3600, start: null, amount: 1, force: false }]);
      size = (counters as unknown as { readonly size: number }).size;
      return counters;
    });
    expect(size).toBe(100_000);
    expect(megabytes).toBeLessThan(64);
  },
  120_000,
);

it("a million keys stay within the bound of the cache", async () => {
  let found = 0;
  const megabytes = await growth(() => {
    const { cache } = createMemoryStore({ maxBytes: 32 * 1024 * 1024 });
    const entry = { value: Buffer.from("a value"), meta: '{"type":"string"}', storedAt: 0 };
    for (let i = 0; i < MILLION; i++) void cache.set(`stranger-${i}`, entry, 3_600_000);
    for (let i = 0; i < MILLION; i += 1_000) if (cache.get(`stranger-${i}`) !== null) found++;
    return cache;
  });
  // Some 100,000 are kept, the latest.
  expect(found).toBeGreaterThan(50);
  expect(found).toBeLessThan(200);
  expect(megabytes).toBeLessThan(48);
}, 120_000);
