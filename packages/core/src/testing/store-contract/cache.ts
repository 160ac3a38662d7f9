import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { CacheEntry, Store } from "../../stores/store.js";
import type { StoreSubject } from "./subject.js";

const HOUR = 3_600_000;

function entry(value: string | Uint8Array, meta = "{}"): CacheEntry {
  return { value: typeof value === "string" ? Buffer.from(value) : value, meta, storedAt: 1_767_225_600_123 };
}

async function textOf(store: Store, key: string): Promise<string | null> {
  const found = await store.cache.get(key);
  return found === null ? null : Buffer.from(found.value).toString();
}

/** What a cache does, by name. */
export const cacheCases: Record<string, (subject: StoreSubject) => Promise<void>> = {
  "what is not stored is null": async ({ store }) => {
    strictEqual(await store.cache.get("nothing"), null);
  },

  "any bytes come back as they were, with their text and time": async ({ store }) => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
    await store.cache.set("bytes", entry(bytes, '{"type":"…","status":200}'), HOUR);
    const found = await store.cache.get("bytes");
    ok(found !== null);
    deepStrictEqual(Uint8Array.from(found.value), bytes);
    deepStrictEqual([found.meta, found.storedAt], ['{"type":"…","status":200}', 1_767_225_600_123]);
  },

  "an empty value is a value": async ({ store }) => {
    await store.cache.set("empty", entry("", ""), HOUR);
    const found = await store.cache.get("empty");
    deepStrictEqual([found?.value.length, found?.meta], [0, ""]);
  },

  "a value ends with its time": async ({ store, advance }) => {
    await store.cache.set("short", entry("one"), 200);
    await store.cache.set("long", entry("two"), HOUR);
    await advance(250);
    deepStrictEqual([await textOf(store, "short"), await textOf(store, "long")], [null, "two"]);
  },

  "a new value replaces the old one and starts a new life": async ({ store, advance }) => {
    await store.cache.set("k", entry("one"), 200);
    await store.cache.set("k", entry("two"), HOUR);
    await advance(250);
    strictEqual(await textOf(store, "k"), "two");
  },

  "no time that is not positive keeps a value, nor the one before": async ({ store }) => {
    for (const ttl of [0, -1]) {
      await store.cache.set("k", entry("one"), HOUR);
      await store.cache.set("k", entry("two"), ttl);
      strictEqual(await textOf(store, "k"), null);
    }
  },

  "deletes, also what is not there": async ({ store }) => {
    await store.cache.set("k", entry("one"), HOUR);
    await store.cache.delete("k");
    await store.cache.delete("other");
    strictEqual(await textOf(store, "k"), null);
  },

  "a value beyond every size is not kept, nor the one before": async ({ store }) => {
    await store.cache.set("k", entry("one"), HOUR);
    await store.cache.set("k", entry(new Uint8Array(80 * 1024 * 1024)), HOUR);
    strictEqual(await textOf(store, "k"), null);
  },

  "counters and values of one name do not meet": async ({ store }) => {
    await store.cache.set("k", entry("one"), HOUR);
    const [result] = await store.counters.take([
      { key: "k", window: "fixed", limit: 1, period: 0, start: null, amount: 1, force: false },
    ]);
    deepStrictEqual([result?.admitted, await textOf(store, "k")], [true, "one"]);
  },
};
