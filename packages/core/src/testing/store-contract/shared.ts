import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Store } from "../../stores/store.js";
import { counting, takeOne } from "./counters.js";
import type { StoreSubject } from "./subject.js";

const REPLICAS = 5;

/** What a store does that several replicas share, by name. */
export const sharedCases: Record<string, (subject: StoreSubject) => Promise<void>> = {
  "replicas that call at once admit exactly the limit together": async (subject) => {
    const stores = await replicas(subject);
    for (const window of ["sliding", "fixed"] as const) {
      const calls = stores.flatMap((store) => Array.from({ length: 60 }, () => takeOne(store, { window, limit: 101 })));
      const results = await Promise.all(calls);
      strictEqual(results.filter((result) => result.admitted).length, 101);
    }
  },

  "replicas that take several counters at once count all or none": async (subject) => {
    const stores = await replicas(subject);
    const requests = [counting({ key: "wide", limit: 1000 }), counting({ key: "narrow", limit: 17 })];
    await Promise.all(stores.flatMap((store) => Array.from({ length: 20 }, async () => store.counters.take(requests))));
    const looks = await subject.store.counters.take(requests.map((request) => ({ ...request, amount: 0 })));
    deepStrictEqual(
      looks.map((look) => look.count),
      [17, 17],
    );
  },

  "replicas whose clocks are hours apart count in the same windows": async (subject) => {
    const stores = await replicas(subject, 3_600_000);
    for (const fields of [
      { key: "sliding", window: "sliding" },
      { key: "first count", window: "fixed" },
      { key: "start", window: "fixed", period: 1e9, start: 0 },
    ] as const) {
      const results = await Promise.all(stores.map((store) => takeOne(store, { ...fields, limit: REPLICAS - 1 })));
      strictEqual(results.filter((result) => result.admitted).length, REPLICAS - 1, fields.key);
      const looks = await Promise.all(stores.map((store) => takeOne(store, { ...fields, amount: 0 })));
      for (const { count, resetAfter } of looks) {
        strictEqual(count, REPLICAS - 1);
        ok(Math.abs(resetAfter - looks[0]!.resetAfter) < 30_000, "the windows end at the same time");
      }
    }
  },

  "replicas whose clocks are hours apart keep values for their time": async (subject) => {
    const [here, there] = (await replicas(subject, -3_600_000)) as [Store, Store];
    const entry = { value: Buffer.from("v"), meta: "", storedAt: 5 };
    await there.cache.set("long", entry, 600_000);
    await there.cache.set("short", entry, 200);
    await subject.advance(250);
    deepStrictEqual([(await here.cache.get("long")) === null, (await here.cache.get("short")) === null], [false, true]);
  },

  "a replica finds what another one has stored, and no longer what it has deleted": async (subject) => {
    const [here, there] = (await replicas(subject)) as [Store, Store];
    await here.cache.set("k", { value: Buffer.from([0, 255]), meta: "m", storedAt: 5 }, 3_600_000);
    const found = await there.cache.get("k");
    deepStrictEqual([found?.meta, found?.storedAt, [...(found?.value ?? [])]], ["m", 5, [0, 255]]);
    await there.cache.delete("k");
    strictEqual(await here.cache.get("k"), null);
  },
};

/** The store itself and others. @param skew by how much each one's clock is off more than the last one's */
async function replicas({ store, replica }: StoreSubject, skew = 0): Promise<Store[]> {
  if (replica === undefined) throw new TypeError("A shared store's subject needs `replica`.");
  const others = await Promise.all(Array.from({ length: REPLICAS - 1 }, async (_, i) => replica({ skew: (i + 1) * skew })));
  return [store, ...others];
}
