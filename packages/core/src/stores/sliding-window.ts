/**
 * Times that one window keeps apart. With more of them in it, those of one such part of the period share one, the later: what the window then
 * says errs on the side of refusing, by that part of the period.
 */
const FINE = 8192;

/**
 * What was counted for one key, and when: an exact sliding window. Counts made in the same millisecond share an entry, so that a
 * window never holds more entries than its limit, than its period has milliseconds, or than twice {@link FINE}.
 */
export class SlidingWindow {
  /** time, amount, time, amount … in order of time; what lies before `head` has left the window. */
  private entries: number[] = [];
  private head = 0;
  private total = 0;
  /** Longest period that anybody asked for, in milliseconds: entries are kept that long. */
  private retention = 0;

  /** @param fine times that are kept apart */
  constructor(private readonly fine: number = FINE) {}

  /** Numbers kept: a measure of the memory that the window takes. */
  get size(): number {
    return this.entries.length;
  }

  /** When the last entry leaves, in milliseconds since the epoch. */
  get expiresAt(): number {
    return this.isEmpty ? 0 : this.entries[this.entries.length - 2]! + this.retention;
  }

  /** What the last `period` milliseconds hold. An entry counts until exactly `period` after its time. */
  count(now: number, period: number): number {
    this.settle(now, period);
    if (period === this.retention) return this.total;
    let sum = 0;
    for (let i = this.entries.length - 2; i >= this.head && this.entries[i]! > now - period; i -= 2) sum += this.entries[i + 1]!;
    return sum;
  }

  /** Adds to the window; a negative amount takes back what was counted last. */
  add(now: number, period: number, amount: number): void {
    this.settle(now, period);
    if (amount <= 0) {
      this.takeBack(-amount);
      return;
    }
    this.total += amount;
    const { entries } = this;
    const last = entries.length - 2;
    if (last >= this.head && (entries[last] === now || this.sharesLast(now))) {
      entries[last] = now;
      entries[last + 1]! += amount;
    } else entries.push(now, amount);
  }

  /** Halves the memory that the window takes: two neighbours become one at the later time. */
  coarsen(): void {
    const merged: number[] = [];
    for (let i = this.head; i < this.entries.length; i += 4) {
      const isPair = i + 2 < this.entries.length;
      merged.push(this.entries[isPair ? i + 2 : i]!, this.entries[i + 1]! + (isPair ? this.entries[i + 3]! : 0));
    }
    this.entries = merged;
    this.head = 0;
  }

  /** Milliseconds until no more than `most` is left in the window; Infinity if that is less than nothing. */
  untilAtMost(most: number, now: number, period: number): number {
    let left = this.count(now, period);
    if (left <= most) return 0;
    if (most < 0) return Number.POSITIVE_INFINITY;
    for (let i = this.head; i < this.entries.length; i += 2) {
      if (this.entries[i]! <= now - period) continue;
      left -= this.entries[i + 1]!;
      if (left <= most) return this.entries[i]! + period - now;
    }
    return 0;
  }

  /** Milliseconds until the window is empty. */
  untilEmpty(now: number, period: number): number {
    return this.isEmpty ? 0 : Math.max(0, this.entries[this.entries.length - 2]! + period - now);
  }

  private get isEmpty(): boolean {
    return this.head >= this.entries.length;
  }

  /** Lets go of what has left the window, and brings times back that lie ahead because the clock was set back. */
  private settle(now: number, period: number): void {
    if (period > this.retention) this.retention = period;
    const { entries } = this;
    for (let i = entries.length - 2; i >= this.head && entries[i]! > now; i -= 2) entries[i] = now;
    while (this.head < entries.length && entries[this.head]! <= now - this.retention) {
      this.total -= entries[this.head + 1]!;
      this.head += 2;
    }
    if (this.head === entries.length) {
      this.entries = [];
      this.head = 0;
      this.total = 0;
      this.retention = period;
    } else if (this.head > 64 && this.head > entries.length / 2) {
      this.entries = entries.slice(this.head);
      this.head = 0;
    }
  }

  private takeBack(amount: number): void {
    let left = Math.min(amount, this.total);
    this.total -= left;
    while (left > 0) {
      const last = this.entries.length - 1;
      const taken = Math.min(left, this.entries[last]!);
      left -= taken;
      this.entries[last]! -= taken;
      if (this.entries[last] === 0) this.entries.length -= 2;
    }
  }

  /** Does a count made now go to the last entry, because there are many? */
  private sharesLast(now: number): boolean {
    const { entries, head, fine, retention } = this;
    if ((entries.length - head) / 2 < fine) return false;
    const grain = Math.ceil(retention / fine);
    return Math.floor(entries[entries.length - 2]! / grain) === Math.floor(now / grain);
  }
}
