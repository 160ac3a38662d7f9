/** One call: when it was sent and when it was answered, in milliseconds of one clock. */
export interface Call {
  readonly sent: number;
  readonly done: number;
}

/**
 * The most calls that some stretch of `period` milliseconds certainly holds: they were sent and answered within it. When between the two they
 * were counted nobody knows.
 */
export function mostWithin(calls: readonly Call[], period: number): number {
  const sorted = [...calls].sort((a, b) => a.sent - b.sent);
  let most = 0;
  for (const [i, { sent }] of sorted.entries()) {
    let count = 0;
    for (let j = i; j < sorted.length && sorted[j]!.sent < sent + period; j++) if (sorted[j]!.done < sent + period) count++;
    most = Math.max(most, count);
  }
  return most;
}
