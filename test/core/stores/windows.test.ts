import { type CounterRequest, type CounterResult, createMemoryStore } from "@turnpike/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const midnight = Date.UTC(2026, 0, 1);

/** A memory store at a time that is set by hand. */
function storeAt() {
  const time = { now: midnight };
  const { counters } = createMemoryStore({ clock: { now: () => time.now, setTimer: () => () => undefined } });
  return { time, take: (request: CounterRequest) => (counters.take([request]) as CounterResult[])[0]! };
}

/** Amounts with their times, and the sum of those after a moment that only moves on. */
class Sum {
  private readonly entries: (readonly [time: number, amount: number])[] = [];
  private first = 0;
  private total = 0;

  add(time: number, amount: number): void {
    this.entries.push([time, amount]);
    this.total += amount;
  }

  after(time: number): number {
    for (; this.first < this.entries.length && this.entries[this.first]![0] <= time; this.first++)
      this.total -= this.entries[this.first]![1];
    return this.total;
  }
}

describe("a sliding window with more times in it than it keeps apart", () => {
  const period = 30;
  /** An 8,192nd of the period is what it may err by, on the side of refusing. */
  const resolution = Math.ceil((period * 1000) / 8192) + 1;

  it("never admits more than the limit in any stretch, and what a perfect counter would but for its resolution", () => {
    const gaps = fc.infiniteStream(fc.integer({ min: 0, max: 4 }));
    const amounts = fc.infiniteStream(fc.integer({ min: 1, max: 2 }));
    fc.assert(
      fc.property(fc.integer({ min: 9000, max: 12_000 }), gaps, amounts, (limit, nextGap, nextAmount) => {
        const { time, take } = storeAt();
        const [exact, coarse] = [new Sum(), new Sum()];
        const decided = { admitted: 0, refused: 0 };
        for (let i = 0; i < 40_000; i++) {
          time.now += nextGap.next().value;
          const amount = nextAmount.next().value;
          const { admitted } = take({ key: "k", window: "sliding", limit, period, start: null, amount, force: false });
          const within = exact.after(time.now - period * 1000);
          const withinMore = coarse.after(time.now - period * 1000 - resolution);
          if (admitted ? within + amount > limit : withinMore + amount <= limit)
            expect([i, admitted, within, withinMore]).toBe("right");
          if (admitted) for (const sum of [exact, coarse]) sum.add(time.now, amount);
          decided[admitted ? "admitted" : "refused"]++;
        }
        expect(decided.admitted).toBeGreaterThan(10_000);
        expect(decided.refused).toBeGreaterThan(1000);
      }),
      { numRuns: 3 },
    );
  });
});

describe("a fixed window", () => {
  const call = fc.record({
    after: fc.oneof(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 5_000_000 })),
    amount: fc.integer({ min: 0, max: 4 }),
    force: fc.boolean(),
  });

  it("holds what a table of its periods holds, and ends where they do", () => {
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 80 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(0, 300, 3600, 86_400),
        fc.oneof(
          fc.constant(-62_135_596_800_000),
          fc.integer({ min: -100_000_000, max: 100_000_000 }).map((one) => midnight + one),
        ),
        (calls, limit, period, start) => {
          const { time, take } = storeAt();
          const periods = new Map<number, number>();
          for (const { after, amount, force } of calls) {
            time.now += after;
            const index = period === 0 ? 0 : Math.floor((time.now - start) / (period * 1000));
            const before = periods.get(index) ?? 0;
            const isAdmitted = amount === 0 ? before < limit : force || before + amount <= limit;
            const result = take({ key: "k", window: "fixed", limit, period, start, amount, force });
            if (isAdmitted) periods.set(index, before + amount);
            expect([result.admitted, result.count, result.resetAfter]).toEqual([
              isAdmitted,
              periods.get(index) ?? 0,
              period === 0 ? Number.POSITIVE_INFINITY : start + (index + 1) * period * 1000 - time.now,
            ]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
