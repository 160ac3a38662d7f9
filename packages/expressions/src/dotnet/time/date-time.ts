import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { hashOfLong } from "../object.js";
import {
  dateOf,
  daysInMonth,
  isValidDate,
  MAX_TICKS,
  TICKS_PER_DAY,
  TICKS_PER_MILLISECOND,
  ticksOf,
  UNIX_TICKS,
} from "./calendar.js";
import { formatMoment } from "./date-time-format.js";
import { DateTimeKind } from "./parse-styles.js";

const MAX_MILLISECONDS = 315_537_897_600_000;

const outOfRange = (name: string) =>
  raise.argumentOutOfRange(name, "The added or subtracted value results in an un-representable DateTime.");

/** The header of System.DateTime. */
export const dateTimeHeader: TypeHeader = {
  header: "struct System.DateTime : IComparable, IFormattable, IComparable<DateTime>, IEquatable<DateTime>",
};

/** System.DateTime: ticks of the clock since 0001-01-01, and a kind (values of System.DateTimeKind). The local zone is UTC. */
export class DateTime extends NetObject {
  constructor(
    readonly ticks: bigint,
    readonly kind: number = DateTimeKind.Unspecified,
  ) {
    super();
  }

  static readonly minValue = new DateTime(0n);
  static readonly maxValue = new DateTime(MAX_TICKS);

  /** Throws ArgumentOutOfRangeException for ticks outside the calendar. */
  static of(ticks: bigint, kind: number, parameter = "value"): DateTime {
    if (ticks < 0n || ticks > MAX_TICKS) throw outOfRange(parameter);
    return new DateTime(ticks, kind);
  }

  /** Milliseconds since 1970 as a moment in UTC. */
  static fromUnixMilliseconds(milliseconds: number): DateTime {
    return new DateTime(unixTicks(milliseconds), DateTimeKind.Utc);
  }

  /** From components; throws ArgumentOutOfRangeException if they are no date and time. */
  static ofParts(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
    millisecond: number,
    kind: number,
  ): DateTime {
    checkKind(kind);
    return new DateTime(ticksOfParts(year, month, day, hour, minute, second, millisecond), kind);
  }

  /** `AddDays` and its kin: to the nearest millisecond. */
  addUnits(value: number, millisecondsPerUnit: number): DateTime {
    return new DateTime(addedUnits(this.ticks, value, millisecondsPerUnit), this.kind);
  }

  addMonths(months: number): DateTime {
    return new DateTime(addedMonths(this.ticks, months), this.kind);
  }

  /** Milliseconds since 1970, with fractions. */
  toUnixMilliseconds(): number {
    return Number(this.ticks - UNIX_TICKS) / 10_000;
  }

  override get declaration() {
    return dateTimeHeader;
  }

  override toText(): string {
    return this.toFormat("G");
  }

  override toFormat(format: string): string {
    const zone = this.kind === DateTimeKind.Utc ? "utc" : this.kind === DateTimeKind.Local ? "offset" : "none";
    return formatMoment({ ticks: this.ticks, offset: 0, zone }, format === "" ? "G" : format);
  }

  /** Kinds do not matter. */
  override get hashCode(): number {
    return hashOfLong(this.ticks);
  }

  override equals(other: unknown): boolean {
    return other instanceof DateTime && other.ticks === this.ticks;
  }

  override get key(): string {
    return `System.DateTime:${this.ticks}`;
  }

  override compareTo(other: unknown): number | undefined {
    return other instanceof DateTime ? (this.ticks < other.ticks ? -1 : this.ticks > other.ticks ? 1 : 0) : undefined;
  }
}

/** Ticks of a moment given in milliseconds since 1970. */
export function unixTicks(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds);
  return UNIX_TICKS + BigInt(whole) * TICKS_PER_MILLISECOND + BigInt(Math.floor((milliseconds - whole) * 10_000));
}

/** Throws ArgumentException for a kind that does not exist. */
export function checkKind(kind: number): void {
  if (kind < 0 || kind > 2) throw raise.argument("Invalid DateTimeKind value.", "kind");
}

/** Ticks of date and time components; throws ArgumentOutOfRangeException. */
export function ticksOfParts(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): bigint {
  if (!isValidDate(year, month, day))
    throw raise.argumentOutOfRange("", "Year, Month, and Day parameters describe an un-representable DateTime.");
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    throw raise.argumentOutOfRange("", "Hour, Minute, and Second parameters describe an un-representable DateTime.");
  if (millisecond < 0 || millisecond > 999)
    throw raise.argumentOutOfRange("millisecond", "Valid values are between 0 and 999, inclusive.");
  return ticksOf(year, month, day, hour * 3600 + minute * 60 + second, millisecond * 10_000);
}

/** Ticks moved by a number of units, rounded to the millisecond. Throws ArgumentOutOfRangeException. */
export function addedUnits(ticks: bigint, value: number, millisecondsPerUnit: number): bigint {
  const milliseconds = Math.trunc(value * millisecondsPerUnit + (value >= 0 ? 0.5 : -0.5));
  if (!(Math.abs(milliseconds) < MAX_MILLISECONDS)) throw raise.argumentOutOfRange("value", "Value to add was out of range.");
  const moved = ticks + BigInt(milliseconds) * TICKS_PER_MILLISECOND;
  if (moved < 0n || moved > MAX_TICKS) throw outOfRange("value");
  return moved;
}

/** Ticks moved by months; the day is cut to the length of the month. Throws ArgumentOutOfRangeException. */
export function addedMonths(ticks: bigint, months: number): bigint {
  if (months < -120_000 || months > 120_000) throw raise.argumentOutOfRange("months", "Months value must be between +/-120000.");
  const { year, month, day } = dateOf(Number(ticks / TICKS_PER_DAY));
  const index = year * 12 + month - 1 + months;
  const newYear = Math.floor(index / 12);
  const newMonth = index - newYear * 12 + 1;
  if (newYear < 1 || newYear > 9999) throw outOfRange("months");
  return ticksOf(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))) + (ticks % TICKS_PER_DAY);
}

/** Ticks moved by years; 29 February becomes the 28th. */
export function addedYears(ticks: bigint, years: number): bigint {
  if (years < -10_000 || years > 10_000) throw raise.argumentOutOfRange("years", "Years value must be between +/-10000.");
  return addedMonths(ticks, years * 12);
}
