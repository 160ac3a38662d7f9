/** The periods of token quotas. */
export const quotaPeriods = ["Hourly", "Daily", "Weekly", "Monthly", "Yearly"] as const;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1970-01-01 was a Thursday: the Monday before it, in days. */
const MONDAY = -3;

/** The calendar period, in UTC, that a time lies in: start and end in milliseconds since the epoch. Weeks begin on Monday. */
export function calendarWindow(
  period: (typeof quotaPeriods)[number],
  now: number,
): { readonly start: number; readonly end: number } {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (period) {
    case "Hourly":
      return aligned(now, 0, HOUR);
    case "Daily":
      return aligned(now, 0, DAY);
    case "Weekly":
      return aligned(now, MONDAY * DAY, 7 * DAY);
    case "Monthly":
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
    case "Yearly":
      return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) };
  }
}

function aligned(now: number, origin: number, length: number): { start: number; end: number } {
  const start = origin + Math.floor((now - origin) / length) * length;
  return { start, end: start + length };
}
