import type { Clock } from "@turnpike/core";

interface Pending {
  readonly endsAt: number;
  /** Null once it is over. */
  onLate: (() => void) | null;
}

/**
 * The deadlines of calls that all have the same time. One timer serves them all: it is armed for the oldest that is still open, so that a call
 * that is answered in time costs no timer of its own.
 */
export class Deadlines {
  /** In order of time; what lies before `head` is over. */
  private pending: Pending[] = [];
  private head = 0;
  private disarm: (() => void) | null = null;

  /** @param time milliseconds that each call has */
  constructor(
    private readonly clock: Clock,
    readonly time: number,
  ) {}

  /** Calls back when the time is over, unless the function that it returns is called before. */
  start(onLate: () => void): () => void {
    const pending: Pending = { endsAt: this.clock.now() + this.time, onLate };
    this.pending.push(pending);
    if (this.disarm === null) this.arm(this.time);
    return () => {
      pending.onLate = null;
      this.dropEnded();
    };
  }

  /** Calls nobody back any more. */
  stop(): void {
    this.disarm?.();
    this.disarm = null;
    this.pending = [];
    this.head = 0;
  }

  private dropEnded(): void {
    while (this.head < this.pending.length && this.pending[this.head]!.onLate === null) this.head++;
    if (this.head === this.pending.length) {
      this.pending = [];
      this.head = 0;
    } else if (this.head > 1024 && this.head > this.pending.length / 2) {
      this.pending = this.pending.slice(this.head);
      this.head = 0;
    }
  }

  private arm(ms: number): void {
    this.disarm = this.clock.setTimer(() => this.expire(), ms);
  }

  private expire(): void {
    this.disarm = null;
    const now = this.clock.now();
    // What lies further ahead than its whole time was started before the clock was set back: it must not wait for that long.
    for (; this.head < this.pending.length; this.head++) {
      const { endsAt, onLate } = this.pending[this.head]!;
      if (endsAt > now && endsAt - now <= this.time) break;
      onLate?.();
    }
    this.dropEnded();
    const next = this.pending[this.head];
    if (next !== undefined) this.arm(next.endsAt - now);
  }
}
