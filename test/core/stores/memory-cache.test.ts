import { expect, it } from "vitest";
import { createMemoryStore } from "#core/stores/memory.js";

function cache(maxBytes?: number) {
  let now = 1000;
  const clock = { now: () => now, setTimer: () => () => undefined };
  const store = createMemoryStore({ clock, ...(maxBytes === undefined ? {} : { maxBytes }) }).cache;
  const entry = (text: string) => ({ value: Buffer.from(text), meta: "{}", storedAt: now });
  return {
    store,
    put: (key: string, text: string, ttl = 10_000) => void store.set(key, entry(text), ttl),
    text: (key: string) => {
      const found = store.get(key) as { value: Uint8Array } | null;
      return found === null ? null : Buffer.from(found.value).toString();
    },
    at: (ms: number) => {
      now = ms;
    },
  };
}

it("gives back what was stored until its time is over, and not a millisecond longer", () => {
  const { put, text, at } = cache();
  put("a", "one");
  at(10_999);
  expect(text("a")).toBe("one");
  at(11_000);
  expect(text("a")).toBeNull();
});

it("a new value replaces the old one and starts a new life", () => {
  const { put, text, at } = cache();
  put("a", "one");
  at(5000);
  put("a", "two");
  at(14_000);
  expect(text("a")).toBe("two");
});

it("deletes, also what is not there", () => {
  const { put, text, store } = cache();
  put("a", "one");
  void store.delete("a");
  void store.delete("b");
  expect(text("a")).toBeNull();
});

it("takes no time that is not positive, and then keeps no older value either", () => {
  const { put, text } = cache();
  put("a", "one");
  put("a", "two", 0);
  expect(text("a")).toBeNull();
});

it("keeps no more bytes than it may: the least recently used go first", () => {
  const { put, text } = cache(3000);
  put("a", "x".repeat(700));
  put("b", "x".repeat(700));
  put("c", "x".repeat(700));
  expect(text("a")).not.toBeNull();
  put("d", "x".repeat(700));
  expect([text("a"), text("b"), text("c"), text("d")].map((one) => one !== null)).toEqual([true, false, true, true]);
});

it("does not store what is larger than the whole cache", () => {
  const { put, text } = cache(1000);
  put("a", "small");
  put("a", "x".repeat(2000));
  expect(text("a")).toBeNull();
});
