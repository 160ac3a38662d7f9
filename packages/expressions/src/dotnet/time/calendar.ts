/** The proleptic Gregorian calendar of .NET: days since 0001-01-01, ticks of 100 nanoseconds. */

export const TICKS_PER_MILLISECOND = 10_000n;
/** Ticks of a second; a tick is 100 ns. */
export const TICKS_PER_SECOND = 10_000_000n;
/** Ticks of a minute. */
export const TICKS_PER_MINUTE = 600_000_000n;
/** Ticks of an hour. */
export const TICKS_PER_HOUR = 36_000_000_000n;
/** Ticks of a day. */
export const TICKS_PER_DAY = 864_000_000_000n;
/** The last tick of the year 9999. */
export const MAX_TICKS = 3_155_378_975_999_999_999n;
/** 1970-01-01. */
export const UNIX_TICKS = 621_355_968_000_000_000n;

/** Names under the invariant culture. */
export const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;
/** The names of the days in English, from Sunday on. */
export const DAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** True if the year has a 29th of February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** How many days a month has, counted from 1. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : DAYS_BEFORE_MONTH[month]! - DAYS_BEFORE_MONTH[month - 1]!;
}

/** True if it is a date between the years 1 and 9999. */
export function isValidDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Days from 0001-01-01 to a valid date. */
export function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  const leap = month > 2 && isLeapYear(year) ? 1 : 0;
  return (
    before * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    DAYS_BEFORE_MONTH[month - 1]! +
    leap +
    day -
    1
  );
}

/** A day of the Gregorian calendar. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
}

/** The date of a day number. */
export function dateOf(days: number): CalendarDate {
  const cycles = Math.floor(days / 146_097);
  let rest = days - cycles * 146_097;
  const centuries = Math.min(Math.floor(rest / 36_524), 3);
  rest -= centuries * 36_524;
  const fours = Math.floor(rest / 1461);
  rest -= fours * 1461;
  const years = Math.min(Math.floor(rest / 365), 3);
  rest -= years * 365;
  const year = cycles * 400 + centuries * 100 + fours * 4 + years + 1;
  const leap = isLeapYear(year) ? 1 : 0;
  let month = 1;
  while (rest >= DAYS_BEFORE_MONTH[month]! + (month > 1 ? leap : 0)) month++;
  const start = DAYS_BEFORE_MONTH[month - 1]! + (month > 2 ? leap : 0);
  return { year, month, day: rest - start + 1, dayOfYear: rest + 1 };
}

/** What a format string can ask of a moment. */
export interface DateTimeParts extends CalendarDate {
  /** 0 is Sunday. */
  readonly dayOfWeek: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Ticks within the second. */
  readonly fraction: number;
}

/** Takes ticks apart. */
export function partsOf(ticks: bigint): DateTimeParts {
  const days = Number(ticks / TICKS_PER_DAY);
  const time = Number(ticks % TICKS_PER_DAY);
  const seconds = Math.floor(time / 1e7);
  const { year, month, day, dayOfYear } = dateOf(days);
  return {
    year,
    month,
    day,
    dayOfYear,
    dayOfWeek: (days + 1) % 7,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: time - seconds * 1e7,
  };
}

/** Ticks of a valid date and time. */
export function ticksOf(year: number, month: number, day: number, seconds = 0, fraction = 0): bigint {
  return BigInt(dayNumber(year, month, day)) * TICKS_PER_DAY + BigInt(seconds) * TICKS_PER_SECOND + BigInt(fraction);
}
