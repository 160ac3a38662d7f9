import type { CounterResult } from "@turnpike/core";
import type { Group } from "./script-call.js";

/** Most groups that one call of the script takes: Redis serves nobody else meanwhile. */
const MOST = 64;

interface Waiting {
  readonly group: Group;
  readonly resolve: (results: CounterResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers groups of counters into calls of the script. A group that comes while nothing is on its way leaves at once, with those of the same
 * turn; one that comes while others are leaves when the event loop has gone round, with all that has come by then.
 */
export class Batch {
  private waiting: Waiting[] = [];
  private underway = 0;
  private isScheduled = false;

  /** @param send runs the script for groups: for each what came of it */
  constructor(private readonly send: (groups: readonly Group[]) => Promise<(CounterResult[] | Error)[]>) {}

  take(group: Group): Promise<CounterResult[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ group, resolve, reject });
      if (this.waiting.length >= MOST) this.leave();
      else if (!this.isScheduled) {
        this.isScheduled = true;
        if (this.underway === 0) queueMicrotask(this.leave);
        else setImmediate(this.leave);
      }
    });
  }

  private readonly leave = (): void => {
    this.isScheduled = false;
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.underway++;
    this.send(waiting.map(({ group }) => group)).then(
      (results) => {
        this.underway--;
        for (const [i, { resolve, reject }] of waiting.entries()) {
          const result = results[i];
          if (Array.isArray(result)) resolve(result);
          else reject(result);
        }
      },
      (error: unknown) => {
        this.underway--;
        for (const { reject } of waiting) reject(error);
      },
    );
  };
}
