import { describe, expect, it } from "vitest";
import { createMemoryStore } from "#core/stores/memory.js";
import type { Store } from "#core/stores/store.js";
import { storeContract } from "#core/testing/store-contract/index.js";
import { testClock } from "#core/testing/test-clock.js";

describe("the memory store", () => {
  const cases = storeContract(() => {
    const clock = testClock();
    return { store: createMemoryStore({ clock }), advance: (ms) => clock.advance(ms) };
  });
  for (const { name, run } of cases) it(name, run);
});

describe("the contract finds stores that", () => {
  const failing = async (spoil: (store: Store) => Store): Promise<string[]> => {
    const clock = testClock();
    const cases = storeContract(() => ({ store: spoil(createMemoryStore({ clock })), advance: (ms) => clock.advance(ms) }));
    const failed = await Promise.all(
      cases.map(({ name, run }) =>
        run().then(
          () => null,
          () => name,
        ),
      ),
    );
    return failed.filter((name) => name !== null);
  };

  it("count one by one", async () => {
    const names = await failing((store) => ({
      ...store,
      counters: { take: (requests) => requests.map((request) => (store.counters.take([request]) as [never])[0]) },
    }));
    expect(names).toContain("several counters are all counted or none");
  });

  it("lose bytes", async () => {
    const names = await failing((store) => ({
      ...store,
      cache: {
        get: (key) => store.cache.get(key),
        delete: (key) => store.cache.delete(key),
        set: (key, entry, ttl) => store.cache.set(key, { ...entry, value: Buffer.from(String(entry.value)) }, ttl),
      },
    }));
    expect(names).toContain("any bytes come back as they were, with their text and time");
  });
});
