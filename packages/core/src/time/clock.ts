/** Time as the engine sees it; tests hand in their own. Everything that waits or measures goes through it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls back after `ms` milliseconds; returns a function that takes it back. Does not keep the process alive by itself. */
  setTimer(callback: () => void, ms: number): () => void;
  /** A finer count of milliseconds than `now`, from any beginning, that never goes back: for measuring how long something takes. */
  ticks?(): number;
}

/** What durations are measured by. */
export function ticksOf(clock: Clock): () => number {
  return clock.ticks === undefined ? () => clock.now() : () => clock.ticks!();
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  setTimer(callback, ms) {
    const timer = setTimeout(callback, Math.min(ms, 2_147_483_647));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Waits by a clock. Rejects with the signal's reason if that is aborted first. */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      cancel();
      reject(signal!.reason as Error);
    };
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Does work that must end by a time. Its signal is aborted when the time is over, and the promise rejects even if the work goes on.
 * @param ms milliseconds that it may take
 * @param controller of the signal: aborting it ends the wait too
 */
export function deadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  controller: AbortController = new AbortController(),
): Promise<T> {
  const { signal } = controller;
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    const late = new Error(`there was no answer within ${ms / 1000} seconds.`);
    const cancel = clock.setTimer(() => controller.abort(late), ms);
    work(signal).then(resolve, reject).finally(cancel);
  });
}
