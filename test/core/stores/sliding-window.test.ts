import { describe, expect, it } from "vitest";
import { SlidingWindow } from "#core/stores/sliding-window.js";

describe("a sliding window of few times", () => {
  it("merges neighbours in place of growing, and forgets none of what it counted", () => {
    const window = new SlidingWindow(16);
    for (let now = 1; now <= 1_000; now++) {
      window.add(now, 1_000_000, 1);
      expect(window.size).toBeLessThanOrEqual(2 * 17);
    }
    expect(window.count(1_000, 1_000_000)).toBe(1_000);
  });

  it("keeps what shares a time as long as the later of the two", () => {
    const window = new SlidingWindow(2);
    for (const now of [0, 10, 20]) window.add(now, 100, 1);
    expect(window.count(99, 100)).toBe(3);
    expect(window.count(110, 100)).toBe(2);
    expect(window.count(120, 100)).toBe(0);
  });

  it("made coarser, holds half the times and forgets nothing too early", () => {
    const window = new SlidingWindow();
    for (let now = 0; now < 100; now++) window.add(now, 1000, 1);
    window.coarsen();
    expect(window.size).toBe(100);
    for (let now = 100; now < 1100; now += 7) {
      const exact = Math.max(0, 1099 - now);
      expect(window.count(now, 1000)).toBeGreaterThanOrEqual(Math.min(100, exact));
      expect(window.count(now, 1000)).toBeLessThanOrEqual(Math.min(100, exact + 1));
    }
  });
});
