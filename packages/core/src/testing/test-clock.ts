import { createHook } from "node:async_hooks";
import type { Clock } from "../time/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that only moves when it is told to, or when everything that it runs waits for it. */
export interface TestClock extends Clock {
  /** Moves on by `ms` milliseconds, calling the timers on the way at their own times. */
  advance(ms: number): Promise<void>;
  /**
   * Starts `work` and waits for it. Time stands still while anything can run; when everything waits for the clock it jumps to the
   * next timer. Rejects if nothing is left that could ever settle `work`.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Thread-pool jobs (signatures, hashes, files) run outside the event loop: time may not jump while one is under way. */
const JOB = /(REQUEST|JOB|REQ(PROMISE|CALLBACK)?)$/i;
const IDLE_TURNS = 3;
/** Real milliseconds until work without a timer is given up: what the platform decompresses step by step cannot be seen running. */
const PATIENCE = 100;

/**
 * A clock for tests.
 * @param start milliseconds since the epoch, a Date, or ISO text. Default 2026-01-01T00:00:00Z.
 */
export function testClock(start: number | string | Date = "2026-01-01T00:00:00Z"): TestClock {
  let now = new Date(start).getTime();
  if (Number.isNaN(now)) throw new TypeError(`Not a time: ${String(start)}`);
  let order = 0;
  const timers = new Set<Timer>();

  const next = (): Timer | null => {
    let first: Timer | null = null;
    for (const timer of timers)
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    return first;
  };

  const fire = (timer: Timer): void => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.callback();
  };

  return {
    now: () => now,
    setTimer(callback, ms) {
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const target = now + ms;
      await watching(async (settle) => {
        for (let timer = next(); timer !== null && timer.at <= target; timer = next()) {
          fire(timer);
          await settle(() => false);
        }
      });
      now = Math.max(now, target);
    },
    run: (work) =>
      watching(async (settle) => {
        let done = false;
        const promise = work();
        const finish = (): void => {
          done = true;
        };
        promise.then(finish, finish);
        let patience = PATIENCE;
        for (;;) {
          await settle(() => done);
          if (done) return promise;
          const timer = next();
          if (timer === null && patience-- > 0) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            continue;
          }
          if (timer === null)
            throw new Error("The request waits for something that never comes: no timer is set and nothing is running.");
          fire(timer);
        }
      }),
  };
}

/**
 * Calls `body` with a function that lets everything run that can, thread-pool jobs included, until nothing moves any more or
 * `isDone` says so.
 */
async function watching<T>(body: (settle: (isDone: () => boolean) => Promise<void>) => Promise<T>): Promise<T> {
  const jobs = new Set<number>();
  const hook = createHook({
    init: (id, type) => void (JOB.test(type) && jobs.add(id)),
    before: (id) => void jobs.delete(id),
    destroy: (id) => void jobs.delete(id),
  }).enable();
  try {
    return await body(async (isDone) => {
      for (let idle = 0; idle < IDLE_TURNS && !isDone(); ) {
        await new Promise((resolve) => setImmediate(resolve));
        idle = jobs.size === 0 ? idle + 1 : 0;
      }
    });
  } finally {
    hook.disable();
  }
}
