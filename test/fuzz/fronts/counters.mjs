import { createMemoryStore } from "@turnpike/core";
import { holds, same } from "../engine/finding.mjs";
import { standingClock } from "../engine/world.mjs";

const KEYS = ["a", "b", "__proto__"];

/** Calls of counters, three bytes each: beside counters that forget nothing. */
export const front = {
  seeds: () => [
    Buffer.from([0, 1, 0, 0, 1, 1, 0, 1, 9, 1, 1, 200]),
    Buffer.from(Array.from({ length: 90 }, (_, i) => (i * 37) & 255)),
    Buffer.from(Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? 7 : i % 5))),
  ],
  async open() {
    return {
      run(bytes) {
        const clock = standingClock();
        const { counters } = createMemoryStore({ clock });
        const models = new Map(
          KEYS.flatMap((key) => [
            [`s${key}`, new Perfect()],
            [`f${key}`, new Perfect()],
          ]),
        );
        for (let at = 0; at + 2 < Math.min(bytes.length, 1_500); at += 3) {
          const [what, amountByte, gap] = [bytes[at], bytes[at + 1], bytes[at + 2]];
          clock.advance(gap < 200 ? gap : gap * 37);
          const isSliding = (what & 1) === 0;
          const key = KEYS[(what >> 1) % KEYS.length];
          // A key has one period, as a policy has.
          const period = isSliding ? 1 : 2;
          const amount = amountByte % 5;
          const limit = 6;
          const force = (what & 64) !== 0;
          const start = isSliding ? null : Date.UTC(2025, 11, 31);
          const [found] = counters.take([{ key, window: isSliding ? "sliding" : "fixed", limit, period, start, amount, force }]);
          const now = clock.now();
          const model = models.get((isSliding ? "s" : "f") + key);
          const since = isSliding ? now - period * 1000 : start + Math.floor((now - start) / (period * 1000)) * period * 1000 - 1;
          const before = model.after(since);
          const admitted = amount === 0 ? before < limit : force || before + amount <= limit;
          same(found.admitted, admitted, `call ${at / 3}: ${key} at ${now}, ${amount} beside ${before}`);
          if (admitted && amount > 0) model.add(now, amount);
          same(found.count, model.after(since), `the count of call ${at / 3}`);
          holds(
            found.retryAfter >= 0 && found.resetAfter >= 0 && found.resetAfter <= period * 1000,
            "differs",
            JSON.stringify(found),
          );
          if (found.retryAfter > 0 && Number.isFinite(found.retryAfter) && isSliding)
            holds(
              model.after(now + found.retryAfter - period * 1000) + Math.max(1, amount) <= limit,
              "differs",
              `${found.retryAfter} ms are too early at call ${at / 3}`,
            );
        }
      },
    };
  },
};

/** A counter that keeps every count with its time. */
class Perfect {
  entries = [];

  add(time, amount) {
    this.entries.push([time, amount]);
  }

  after(time) {
    let sum = 0;
    for (const [at, amount] of this.entries) if (at > time) sum += amount;
    return sum;
  }
}
