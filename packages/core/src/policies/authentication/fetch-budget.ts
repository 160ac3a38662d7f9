/** How often something may be fetched: some times at once, and from then on once an interval. */
export interface FetchRate {
  /** Fetches that may follow each other at once after a quiet time. */
  readonly burst: number;
  /** Milliseconds after which one more may be made. */
  readonly interval: number;
}

/**
 * A token bucket: within any time t no more than `burst + t / interval` fetches are allowed, whoever asks for them. A clock that is set back
 * gives and takes nothing.
 */
export class FetchBudget {
  private left: number;
  private filledAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly rate: FetchRate) {
    this.left = rate.burst;
  }

  /** Takes a fetch, if there is one left. @param now milliseconds */
  take(now: number): boolean {
    const { burst, interval } = this.rate;
    if (now < this.filledAt) this.filledAt = now;
    const more = Math.floor((now - this.filledAt) / interval);
    if (this.left + more >= burst) {
      this.left = burst;
      this.filledAt = now;
    } else {
      this.left += more;
      this.filledAt += more * interval;
    }
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
