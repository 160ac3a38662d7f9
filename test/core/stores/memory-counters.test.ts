import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryStore } from "#core/stores/memory.js";
import { MemoryCounters } from "#core/stores/memory-counters.js";
import type { CounterRequest, CounterResult } from "#core/stores/store.js";

const midnight = Date.UTC(2026, 0, 1);

function counters(maxKeys = 1000) {
  let now = midnight;
  const store = new MemoryCounters({ now: () => now, setTimer: () => () => undefined }, maxKeys);
  const request = (fields: Partial<CounterRequest> = {}): CounterRequest => ({
    key: "k",
    window: "sliding",
    limit: 3,
    period: 10,
    start: null,
    amount: 1,
    force: false,
    ...fields,
  });
  return {
    store,
    take: (...requests: Partial<CounterRequest>[]): CounterResult[] => store.take(requests.map(request)),
    one: (fields: Partial<CounterRequest> = {}): CounterResult => store.take([request(fields)])[0]!,
    at: (ms: number) => {
      now = midnight + ms;
    },
  };
}

describe("a sliding window", () => {
  it("admits exactly the limit and says when there is room again", () => {
    const { one, at } = counters();
    expect(one()).toEqual({ admitted: true, count: 1, retryAfter: 0, resetAfter: 10_000 });
    at(4000);
    expect(one().count).toBe(2);
    expect(one()).toEqual({ admitted: true, count: 3, retryAfter: 6000, resetAfter: 10_000 });
    expect(one()).toEqual({ admitted: false, count: 3, retryAfter: 6000, resetAfter: 10_000 });
    at(9999);
    expect(one().admitted).toBe(false);
    at(10_000);
    expect(one()).toMatchObject({ admitted: true, count: 3 });
    expect(one()).toMatchObject({ admitted: false, retryAfter: 4000 });
  });

  it("counts an amount, refuses one that overshoots and forces one that must be counted", () => {
    const { one } = counters();
    expect(one({ amount: 2 })).toMatchObject({ admitted: true, count: 2 });
    expect(one({ amount: 2 })).toMatchObject({ admitted: false, count: 2, retryAfter: 10_000 });
    expect(one({ amount: 4 }).retryAfter).toBe(Number.POSITIVE_INFINITY);
    expect(one({ amount: 4, force: true })).toMatchObject({ admitted: true, count: 6 });
    expect(one({ amount: 0 })).toMatchObject({ admitted: false, count: 6 });
    expect(one({ amount: -5 })).toMatchObject({ admitted: true, count: 1 });
    expect(one({ amount: -5 })).toMatchObject({ count: 0, resetAfter: 0 });
  });

  it("a look counts nothing", () => {
    const { one, store } = counters();
    expect(one({ amount: 0 })).toEqual({ admitted: true, count: 0, retryAfter: 0, resetAfter: 0 });
    expect(store.size).toBe(0);
  });

  it("a limit of nothing refuses everything", () => {
    const { one } = counters();
    expect(one({ limit: 0 })).toMatchObject({ admitted: false, retryAfter: Number.POSITIVE_INFINITY });
  });

  it("is judged by the period and limit of the present call", () => {
    const { one, at } = counters();
    one({ period: 60 });
    at(20_000);
    expect(one({ amount: 0, period: 10 }).count).toBe(0);
    expect(one({ amount: 0, period: 60 }).count).toBe(1);
    expect(one({ amount: 0, period: 60, limit: 1 }).admitted).toBe(false);
  });

  it("does not lock anybody out for longer than the period when the clock is set back", () => {
    const { one, at } = counters();
    at(3_600_000);
    one({ amount: 3 });
    at(0);
    expect(one()).toMatchObject({ admitted: false, retryAfter: 10_000 });
    at(10_000);
    expect(one().admitted).toBe(true);
  });

  it("never holds more than the limit in any interval of the period", () => {
    const call = fc.record({ after: fc.integer({ min: 0, max: 4000 }), amount: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), fc.integer({ min: 1, max: 8 }), (calls, limit) => {
        const { one, at } = counters();
        const counted: [number, number][] = [];
        let now = 0;
        for (const { after, amount } of calls) {
          now += after;
          at(now);
          const inWindow = counted.filter(([time]) => time > now - 10_000).reduce((sum, [, one]) => sum + one, 0);
          const { admitted } = one({ limit, amount });
          expect(admitted).toBe(inWindow + amount <= limit);
          if (admitted) counted.push([now, amount]);
        }
      }),
    );
  });

  it("stays bounded when every millisecond counts, and errs on the side of refusing", () => {
    const { one, at, store } = counters();
    const limit = 100_000;
    for (let i = 0; i < limit; i++) {
      at(i);
      one({ limit, period: 300 });
    }
    expect(one({ limit, period: 300 }).admitted).toBe(false);
    expect((store as unknown as { numbers: number }).numbers).toBeLessThanOrEqual(2 * 16_386);
    at(299_999);
    expect(one({ limit, period: 300, amount: 0 }).count).toBe(limit);
    at(400_000);
    expect(one({ limit, period: 300, amount: 0 }).count).toBe(0);
  });
});

describe("a fixed window", () => {
  const day = { window: "fixed", period: 86_400, start: midnight } as const;

  it("renews at its borders, wherever the first count was", () => {
    const { one, at } = counters();
    at(50_000_000);
    expect(one({ ...day, amount: 3 })).toEqual({ admitted: true, count: 3, retryAfter: 36_400_000, resetAfter: 36_400_000 });
    expect(one(day)).toMatchObject({ admitted: false, retryAfter: 36_400_000 });
    at(86_399_999);
    expect(one(day).admitted).toBe(false);
    at(86_400_000);
    expect(one(day)).toMatchObject({ admitted: true, count: 1 });
  });

  it("counts periods from long ago and from days to come", () => {
    const { one } = counters();
    expect(one({ ...day, start: -62_135_596_800_000 }).resetAfter).toBe(86_400_000);
    expect(one({ ...day, key: "other", start: midnight + 1000 }).resetAfter).toBe(1000);
  });

  it("starts with the first count where no start is given", () => {
    const { one, at } = counters();
    at(5000);
    one({ window: "fixed", amount: 3 });
    at(14_999);
    expect(one({ window: "fixed" })).toMatchObject({ admitted: false, retryAfter: 1 });
    at(15_000);
    expect(one({ window: "fixed" })).toMatchObject({ admitted: true, count: 1, resetAfter: 10_000 });
  });

  it("of no length never renews", () => {
    const { one, at } = counters();
    const endless = { window: "fixed", period: 0, start: midnight } as const;
    one({ ...endless, amount: 3 });
    at(1e13);
    expect(one(endless)).toEqual({
      admitted: false,
      count: 3,
      retryAfter: Number.POSITIVE_INFINITY,
      resetAfter: Number.POSITIVE_INFINITY,
    });
  });
});

describe("several counters at once", () => {
  it("are all counted or none", () => {
    const { take } = counters();
    take({ key: "a" }, { key: "b", limit: 1 });
    const [a, b] = take({ key: "a" }, { key: "b", limit: 1 });
    expect(a).toMatchObject({ admitted: true, count: 1 });
    expect(b).toMatchObject({ admitted: false, count: 1 });
  });

  it("the same counter named twice is counted twice and judged by both", () => {
    const { take } = counters();
    expect(take({ limit: 2 }, { limit: 2 }).map((one) => one.admitted)).toEqual([true, true]);
    expect(take({ limit: 3 }, { limit: 3 }).map((one) => one.admitted)).toEqual([true, false]);
    expect(take({ amount: 0 })[0]!.count).toBe(2);
  });

  it("a sliding and a fixed counter of one name are two counters", () => {
    const { take } = counters();
    take({ amount: 2 });
    expect(take({ window: "fixed", amount: 0 })[0]!.count).toBe(0);
  });
});

describe("the memory that counters take", () => {
  it("stays bounded by making windows coarser that grow, which forget nothing too early", () => {
    let now = midnight;
    const store = new MemoryCounters({ now: () => now, setTimer: () => () => undefined }, 1000, 2000);
    const take = (key: string, amount: number) =>
      store.take([{ key, window: "sliding", limit: 10_000, period: 300, start: null, amount, force: false }])[0]!;
    for (let i = 0; i < 4000; i++, now++) {
      take(`key-${i % 4}`, 1);
      expect((store as unknown as { numbers: number }).numbers).toBeLessThanOrEqual(2002);
    }
    for (const key of ["key-0", "key-1", "key-2", "key-3"]) expect(take(key, 0).count).toBe(1000);
    now = midnight + 300_000;
    expect(take("key-0", 0).count).toBeGreaterThanOrEqual(999);
    now = midnight + 304_000;
    expect(take("key-0", 0).count).toBe(0);
  });

  it("stays bounded where many windows hold little: the least recently used go", () => {
    const store = new MemoryCounters({ now: () => midnight, setTimer: () => () => undefined }, 1000, 100);
    const request = (i: number): CounterRequest => ({
      key: `key-${i}`,
      window: "sliding",
      limit: 1,
      period: 10,
      start: null,
      amount: 1,
      force: false,
    });
    for (let i = 0; i < 500; i++) store.take([request(i)]);
    expect(store.size).toBe(50);
    expect(store.take([request(499)])[0]!.admitted).toBe(false);
  });

  it("does not grow with the length of keys", () => {
    const { one, store } = counters();
    const long = "x".repeat(100_000);
    expect([one({ key: `${long}a` }).count, one({ key: `${long}b` }).count, one({ key: `${long}a` }).count]).toEqual([1, 1, 2]);
    const { sliding } = store as unknown as { sliding: { first(count: number): [string, unknown][] } };
    for (const [key] of sliding.first(10)) expect(key.length).toBeLessThan(220);
  });
});

describe("the number of keys", () => {
  it("is bounded for each kind, and the least recently used goes first", () => {
    const { one, store } = counters(3);
    one({ key: "quota", window: "fixed" });
    for (const key of ["a", "b", "c", "a", "d"]) one({ key });
    expect(store.size).toBe(4);
    expect(one({ key: "quota", window: "fixed", amount: 0 }).count).toBe(1);
    expect(one({ key: "a", amount: 0 }).count).toBe(2);
    expect(one({ key: "b", amount: 0 }).count).toBe(0);
  });

  it("shrinks as ended windows are found", () => {
    const { one, at, store } = counters();
    for (let i = 0; i < 500; i++) one({ key: `old-${i}` });
    at(10_000);
    for (let i = 0; i < 300; i++) one({ key: `new-${i}` });
    expect(store.size).toBe(300);
  });
});

it("a memory store runs on the clock that it is given", () => {
  let now = 0;
  const { counters: store } = createMemoryStore({ clock: { now: () => now, setTimer: () => () => undefined } });
  const request: CounterRequest = { key: "k", window: "sliding", limit: 1, period: 1, start: null, amount: 1, force: false };
  expect(store.take([request])).toMatchObject([{ admitted: true }]);
  expect(store.take([request])).toMatchObject([{ admitted: false }]);
  now = 1000;
  expect(store.take([request])).toMatchObject([{ admitted: true }]);
});
