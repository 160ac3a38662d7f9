import type { Clock } from "../time/clock.js";

/**
 * Work that goes on when its request has ended, such as one-way calls. A gateway waits for it when it closes, up to a time; then it is told
 * to end.
 */
export class Background {
  private readonly work = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  /** Aborted when there is no more time. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** @param work never rejects */
  add(work: Promise<void>): void {
    this.work.add(work);
    void work.finally(() => this.work.delete(work));
  }

  /** Resolves when all work has ended, at the latest when `most` milliseconds have passed; what is left then is told to end. */
  end(clock: Clock, most: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.setTimer(() => {
        this.ending.abort();
        resolve();
      }, most);
      void this.ended().then(() => {
        cancel();
        resolve();
      });
    });
  }

  private async ended(): Promise<void> {
    while (this.work.size > 0) await Promise.all(this.work);
  }
}
