import { webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import { testClock } from "#core/testing/test-clock.js";
import { wait } from "#core/time/clock.js";

describe("test clock", () => {
  it("starts where it is told and stands still", async () => {
    const clock = testClock("2024-02-29T23:59:58Z");
    await new Promise((resolve) => setImmediate(resolve));
    expect(new Date(clock.now()).toISOString()).toBe("2024-02-29T23:59:58.000Z");
  });

  it("jumps from timer to timer while everything waits", async () => {
    const clock = testClock(0);
    const seen: number[] = [];
    await clock.run(async () => {
      for (const ms of [5_000, 60_000, 3_600_000]) {
        await wait(clock, ms);
        seen.push(clock.now());
      }
    });
    expect(seen).toEqual([5_000, 65_000, 3_665_000]);
  });

  it("does not jump while a thread-pool job is under way", async () => {
    const clock = testClock(0);
    await clock.run(async () => {
      const late = wait(clock, 1_000);
      for (let i = 0; i < 5; i++) {
        await webcrypto.subtle.digest("SHA-512", new Uint8Array(1 << 20));
        expect(clock.now()).toBe(0);
      }
      await late;
    });
    expect(clock.now()).toBe(1_000);
  });

  it("calls timers at their own times when it is advanced", async () => {
    const clock = testClock(0);
    const seen: string[] = [];
    clock.setTimer(() => seen.push(`b ${clock.now()}`), 20);
    clock.setTimer(() => seen.push(`a ${clock.now()}`), 10);
    const cancel = clock.setTimer(() => seen.push("never"), 15);
    cancel();
    await clock.advance(25);
    expect(seen).toEqual(["a 10", "b 20"]);
    expect(clock.now()).toBe(25);
  });

  it("says so when nothing can ever happen", async () => {
    await expect(testClock().run(() => new Promise(() => {}))).rejects.toThrow("never comes");
  });
});
