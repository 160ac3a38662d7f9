/** A counter of fixed periods: what the current one holds. Only adding changes it; looking at it does not. */
export class FixedWindow {
  /** Numbers kept beside its own few. */
  readonly size = 0;
  /** When the period that `total` belongs to began; null before the first count. */
  private startedAt: number | null = null;
  private total = 0;

  /** When the count becomes void, in milliseconds since the epoch. Infinity for a period that never ends. */
  expiresAt = 0;

  /**
   * What the current period holds.
   * @param period milliseconds; 0 never ends
   * @param start when the first period began, in milliseconds since the epoch; null: with the first count
   */
  count(now: number, period: number, start: number | null): number {
    return this.periodAt(now, period, start) === this.startedAt ? this.total : 0;
  }

  /** Adds to the current period; negative amounts take back, not below nothing. */
  add(now: number, period: number, amount: number, start: number | null): void {
    this.settle(now, period, start);
    this.startedAt ??= now;
    this.total = Math.max(0, this.total + amount);
    this.expiresAt = period === 0 ? Number.POSITIVE_INFINITY : this.startedAt + period;
  }

  /** Milliseconds until no more than `most` is in the window; 0 if that is so now. */
  untilAtMost(most: number, now: number, period: number, start: number | null): number {
    return this.count(now, period, start) <= most ? 0 : this.untilEmpty(now, period, start);
  }

  /** Milliseconds until the period ends. */
  untilEmpty(now: number, period: number, start: number | null): number {
    if (period === 0) return Number.POSITIVE_INFINITY;
    return (this.periodAt(now, period, start) ?? now) + period - now;
  }

  private settle(now: number, period: number, start: number | null): void {
    const began = this.periodAt(now, period, start);
    if (began === this.startedAt) return;
    this.startedAt = began;
    this.total = 0;
  }

  private periodAt(now: number, period: number, start: number | null): number | null {
    if (start !== null) return period === 0 ? start : start + Math.floor((now - start) / period) * period;
    if (this.startedAt === null || period === 0) return this.startedAt;
    return now >= this.startedAt + period || now < this.startedAt ? null : this.startedAt;
  }
}
