import type { Clock } from "../time/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly isAnswer: boolean;
  readonly callback: () => void;
}

/** Turns of the event loop after which work that waits for a recorded answer can do nothing else. */
const IDLE_TURNS = 3;
/** Real milliseconds that work has before a timer ends its wait: what runs outside of the event loop cannot be seen. */
const PATIENCE = 100;

/** The time of one request that runs again: nothing waits in it as long as it did. */
export class PassingClock implements Clock {
  /** Milliseconds that the request has waited by it. */
  passed = 0;
  private readonly timers = new Set<Timer>();
  private order = 0;
  private idle = 0;

  /** @param start milliseconds since the epoch */
  constructor(private readonly start: number) {}

  /** The same time, for waiting until an answer comes that is known. */
  readonly answers: Clock = {
    now: () => this.now(),
    setTimer: (callback, ms) => this.timer(callback, ms, true),
  };

  now(): number {
    return this.start + this.passed;
  }

  /** What is done takes real time; what is waited for, the time that it would take. */
  ticks(): number {
    return performance.now() - this.idle + this.passed;
  }

  setTimer(callback: () => void, ms: number): () => void {
    return this.timer(callback, ms, false);
  }

  /**
   * Starts work and waits for it; when it waits for this clock, the clock goes to its next timer.
   * @param most real milliseconds that it may take; then the promise rejects
   */
  async run<T>(work: () => Promise<T>, most: number): Promise<T> {
    let isDone = false;
    const finish = (): void => {
      isDone = true;
    };
    const result = work();
    result.then(finish, finish);
    const end = performance.now() + most;
    let since = performance.now();
    for (let turns = 0; ; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return result;
      const now = performance.now();
      if (now > end) throw new Error(`It took more than ${most / 1000} seconds.`);
      const timer = this.next();
      if (timer === null || turns < IDLE_TURNS) {
        if (turns > IDLE_TURNS) await pause();
        continue;
      }
      if (!timer.isAnswer && now - since < Math.min(PATIENCE, timer.at - this.now())) {
        await pause();
        continue;
      }
      this.idle += now - since;
      this.passed = Math.max(this.passed, timer.at - this.start);
      this.timers.delete(timer);
      timer.callback();
      turns = 0;
      since = performance.now();
    }
  }

  private timer(callback: () => void, ms: number, isAnswer: boolean): () => void {
    const timer: Timer = { at: this.now() + Math.max(0, ms), order: this.order++, isAnswer, callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  private next(): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers)
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    return first;
  }
}

/** Lets threads and sockets get on, whose work no clock and no turn of the event loop shows: real time is all that can be given to them. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
