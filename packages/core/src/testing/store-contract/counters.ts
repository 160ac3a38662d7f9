import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { CounterRequest, CounterResult, Store } from "../../stores/store.js";
import type { StoreSubject } from "./subject.js";

/** A request with what most cases ask for: a sliding window of ten minutes that holds three. */
export function counting(fields: Partial<CounterRequest> = {}): CounterRequest {
  return { key: "k", window: "sliding", limit: 3, period: 600, start: null, amount: 1, force: false, ...fields };
}

/** Takes one counter. */
export async function takeOne(store: Store, fields: Partial<CounterRequest> = {}): Promise<CounterResult> {
  const [result] = await store.counters.take([counting(fields)]);
  return result!;
}

const NEVER = Number.POSITIVE_INFINITY;
/** What the cases say about times allows for calls that take a while. */
const SLACK = 30_000;

function near(actual: number, expected: number, what: string): void {
  ok(actual <= expected && actual > expected - SLACK, `${what} is ${actual}, expected about ${expected}`);
}

/** What counters do, by name. */
export const counterCases: Record<string, (subject: StoreSubject) => Promise<void>> = {
  "a sliding window admits its limit and no more": async ({ store }) => {
    deepStrictEqual(
      [await takeOne(store), await takeOne(store), await takeOne(store)].map((result) => [result.admitted, result.count]),
      [
        [true, 1],
        [true, 2],
        [true, 3],
      ],
    );
    const refused = await takeOne(store);
    deepStrictEqual([refused.admitted, refused.count], [false, 3]);
    near(refused.retryAfter, 600_000, "retryAfter");
    near(refused.resetAfter, 600_000, "resetAfter");
  },

  "a sliding window has room again when its entries leave, one by one": async ({ store, advance }) => {
    const fields = { limit: 2, period: 1 };
    await takeOne(store, fields);
    await advance(400);
    await takeOne(store, fields);
    const { retryAfter, resetAfter } = await takeOne(store, { ...fields, amount: 0 });
    ok(retryAfter <= 600 && retryAfter < resetAfter && resetAfter <= 1000, `${retryAfter}, ${resetAfter}`);
    await advance(retryAfter);
    strictEqual((await takeOne(store, { ...fields, amount: 0, limit: 1000 })).count <= 1, true);
    strictEqual((await takeOne(store, fields)).admitted, true);
    await advance(1000);
    deepStrictEqual(await takeOne(store, { ...fields, amount: 0 }), { admitted: true, count: 0, retryAfter: 0, resetAfter: 0 });
  },

  "amounts that overshoot are refused, forced ones counted, negative ones taken back": async ({ store }) => {
    strictEqual((await takeOne(store, { amount: 2 })).count, 2);
    const over = await takeOne(store, { amount: 2 });
    deepStrictEqual([over.admitted, over.count], [false, 2]);
    strictEqual((await takeOne(store, { amount: 4 })).retryAfter, NEVER);
    const forced = await takeOne(store, { amount: 4, force: true });
    deepStrictEqual([forced.admitted, forced.count], [true, 6]);
    strictEqual((await takeOne(store, { amount: 0 })).admitted, false);
    strictEqual((await takeOne(store, { amount: -5 })).count, 1);
    const empty = await takeOne(store, { amount: -5 });
    deepStrictEqual([empty.admitted, empty.count, empty.resetAfter], [true, 0, 0]);
    strictEqual((await takeOne(store, { amount: 3 })).admitted, true);
  },

  "a look counts nothing": async ({ store }) => {
    for (let i = 0; i < 3; i++)
      deepStrictEqual(await takeOne(store, { amount: 0 }), { admitted: true, count: 0, retryAfter: 0, resetAfter: 0 });
  },

  "a limit of nothing refuses everything": async ({ store }) => {
    const { admitted, retryAfter } = await takeOne(store, { limit: 0 });
    deepStrictEqual([admitted, retryAfter], [false, NEVER]);
  },

  "a sliding window is judged by the period and limit of the present call": async ({ store, advance }) => {
    await takeOne(store, { period: 600 });
    await advance(300);
    strictEqual((await takeOne(store, { amount: 0, period: 0.2 })).count, 0);
    strictEqual((await takeOne(store, { amount: 0 })).count, 1);
    strictEqual((await takeOne(store, { amount: 0, limit: 1 })).admitted, false);
  },

  "a fixed window with a start renews at its borders": async ({ store }) => {
    const fields = { window: "fixed", period: 1e9, start: 0 } as const;
    const full = await takeOne(store, { ...fields, amount: 3 });
    deepStrictEqual([full.admitted, full.count], [true, 3]);
    strictEqual(full.retryAfter, full.resetAfter);
    ok(full.resetAfter > 0 && full.resetAfter <= 1e12);
    strictEqual((await takeOne(store, fields)).admitted, false);
    const later = await takeOne(store, { ...fields, start: -62_135_596_800_000, key: "since the year 1" });
    ok(later.admitted && later.resetAfter > 0 && later.resetAfter <= 1e12);
  },

  "a fixed window without a start begins with the first count": async ({ store, advance }) => {
    const fields = { window: "fixed", period: 0.5, limit: 2 } as const;
    await takeOne(store, { ...fields, amount: 2 });
    await advance(500);
    const { admitted, count, resetAfter } = await takeOne(store, fields);
    deepStrictEqual([admitted, count], [true, 1]);
    ok(resetAfter > 0 && resetAfter <= 500);
  },

  "a fixed window of no length never renews": async ({ store, advance }) => {
    const fields = { window: "fixed", period: 0, start: 0 } as const;
    await takeOne(store, { ...fields, amount: 3 });
    await advance(300);
    deepStrictEqual(await takeOne(store, fields), { admitted: false, count: 3, retryAfter: NEVER, resetAfter: NEVER });
  },

  "a fixed window takes amounts back, but not below nothing": async ({ store }) => {
    const fields = { window: "fixed", period: 600 } as const;
    strictEqual((await takeOne(store, { ...fields, amount: 9, force: true })).count, 9);
    strictEqual((await takeOne(store, { ...fields, amount: -7 })).count, 2);
    strictEqual((await takeOne(store, { ...fields, amount: -7 })).count, 0);
    strictEqual((await takeOne(store, { ...fields, amount: 3 })).admitted, true);
  },

  "a fixed window counts from a first period that lies ahead": async ({ store }) => {
    const start = 4_102_444_800_000;
    const { admitted, count, resetAfter } = await takeOne(store, { window: "fixed", period: 1e9, start });
    deepStrictEqual([admitted, count], [true, 1]);
    ok(resetAfter > 0 && resetAfter <= 1e12, `${resetAfter}`);
  },

  "a quota of calls and one of bytes are judged together, the bytes counted when they have been sent": async ({ store }) => {
    const quota = { window: "fixed", period: 86_400, start: 0 } as const;
    const calls = counting({ ...quota, key: "calls", limit: 100 });
    const bytes = counting({ ...quota, key: "bytes", limit: 1000, amount: 0 });
    const sends = async (size: number): Promise<boolean> => {
      const results = await store.counters.take([calls, bytes]);
      const isAdmitted = results.every((result) => result.admitted);
      if (isAdmitted) await store.counters.take([{ ...bytes, amount: size, force: true }]);
      return isAdmitted;
    };
    deepStrictEqual([await sends(600), await sends(700), await sends(1), await sends(1)], [true, true, false, false]);
    const looks = await store.counters.take([{ ...calls, amount: 0 }, bytes]);
    deepStrictEqual(
      looks.map(({ admitted, count }) => [admitted, count]),
      [
        [true, 2],
        [false, 1300],
      ],
    );
  },

  "what is judged by a look and counted afterwards lets calls through until it has been counted": async ({ store }) => {
    const looks = await Promise.all(Array.from({ length: 5 }, () => takeOne(store, { limit: 2, amount: 0 })));
    deepStrictEqual(
      looks.map(({ admitted }) => admitted),
      [true, true, true, true, true],
    );
    const counts = await Promise.all(looks.map(() => takeOne(store, { limit: 2, force: true })));
    deepStrictEqual(
      counts.map(({ count }) => count).sort((a, b) => a - b),
      [1, 2, 3, 4, 5],
    );
    const { admitted, count, retryAfter } = await takeOne(store, { limit: 2, amount: 0 });
    deepStrictEqual([admitted, count], [false, 5]);
    near(retryAfter, 600_000, "retryAfter");
  },

  "what is taken back after a window has been renewed does not give the new one more": async ({ store, advance }) => {
    const fields = { window: "fixed", period: 0.3, limit: 2 } as const;
    await takeOne(store, { ...fields, amount: 2 });
    await advance(350);
    strictEqual((await takeOne(store, { ...fields, amount: -2 })).count, 0);
    strictEqual((await takeOne(store, { ...fields, limit: 3, amount: 3 })).admitted, true);
    strictEqual((await takeOne(store, { ...fields, limit: 3 })).admitted, false);
  },

  "several counters are all counted or none": async ({ store }) => {
    const requests = [counting({ key: "a" }), counting({ key: "b", limit: 1 }), counting({ key: "q", window: "fixed" })];
    await store.counters.take(requests);
    const results = await store.counters.take(requests);
    deepStrictEqual(
      results.map(({ admitted, count }) => [admitted, count]),
      [
        [true, 1],
        [false, 1],
        [true, 1],
      ],
    );
  },

  "one counter named twice in a call is counted twice and judged by both": async ({ store }) => {
    const twice = (limit: number) => store.counters.take([counting({ limit }), counting({ limit })]);
    deepStrictEqual(
      (await twice(2)).map((result) => result.admitted),
      [true, true],
    );
    deepStrictEqual(
      (await twice(3)).map((result) => result.admitted),
      [true, false],
    );
    strictEqual((await takeOne(store, { amount: 0 })).count, 2);
  },

  "a sliding and a fixed counter of one name are two counters": async ({ store }) => {
    await takeOne(store, { amount: 2 });
    strictEqual((await takeOne(store, { window: "fixed", amount: 0 })).count, 0);
  },

  "calls made at once admit exactly the limit": async ({ store }) => {
    const results = await Promise.all(Array.from({ length: 200 }, () => takeOne(store, { limit: 70 })));
    strictEqual(results.filter((result) => result.admitted).length, 70);
  },

  "keys may be any text, of any length": async ({ store }) => {
    const keys = ["", "a b\r\n", "{a}", "ключ", "\u0000", "x".repeat(20_000), `${"x".repeat(19_999)}y`];
    for (const key of keys) strictEqual((await takeOne(store, { key })).count, 1);
    for (const key of keys) strictEqual((await takeOne(store, { key })).count, 2);
  },

  "large amounts stay exact": async ({ store }) => {
    const fields = { window: "fixed", period: 600, limit: 2 ** 52 } as const;
    await takeOne(store, { ...fields, amount: 2 ** 50 + 1 });
    strictEqual((await takeOne(store, fields)).count, 2 ** 50 + 2);
  },

  "no counters at all are admitted": async ({ store }) => {
    deepStrictEqual(await store.counters.take([]), []);
  },
};
