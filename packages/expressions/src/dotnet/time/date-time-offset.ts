import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { MAX_TICKS, TICKS_PER_MINUTE } from "./calendar.js";
import { DateTime } from "./date-time.js";
import { formatMoment, standardPattern } from "./date-time-format.js";
import { DateTimeKind } from "./parse-styles.js";
import { TimeSpan } from "./time-span.js";

const MOST_OFFSET = 14n * 60n * TICKS_PER_MINUTE;

/** Standard formats that show the moment in UTC. */
const UTC_FORMATS = new Set(["r", "R", "u"]);

/** The header of System.DateTimeOffset. */
export const dateTimeOffsetHeader: TypeHeader = {
  header: "struct System.DateTimeOffset : IComparable, IFormattable, IComparable<DateTimeOffset>, IEquatable<DateTimeOffset>",
};

/** System.DateTimeOffset: ticks of the clock, and the minutes that it is ahead of UTC. Equality is by the moment. */
export class DateTimeOffset extends NetObject {
  constructor(
    readonly ticks: bigint,
    /** Minutes ahead of UTC. */
    readonly offset: number,
  ) {
    super();
  }

  static readonly minValue = new DateTimeOffset(0n, 0);
  static readonly maxValue = new DateTimeOffset(MAX_TICKS, 0);

  /** Throws ArgumentOutOfRangeException if the moment in UTC is outside the calendar. */
  static of(ticks: bigint, offset: number): DateTimeOffset {
    const utc = ticks - BigInt(offset) * TICKS_PER_MINUTE;
    if (utc < 0n || utc > MAX_TICKS || ticks < 0n || ticks > MAX_TICKS)
      throw raise.argumentOutOfRange(
        "offset",
        "The UTC time represented when the offset is applied must be between year 0 and 10,000.",
      );
    return new DateTimeOffset(ticks, offset);
  }

  /** The moment at the offset. */
  static ofUtc(utcTicks: bigint, offset: number): DateTimeOffset {
    return DateTimeOffset.of(utcTicks + BigInt(offset) * TICKS_PER_MINUTE, offset);
  }

  /** The conversion from DateTime: without a zone it is local, and local is UTC. */
  static ofDateTime(value: DateTime): DateTimeOffset {
    return new DateTimeOffset(value.ticks, 0);
  }

  get utcTicks(): bigint {
    return this.offset === 0 ? this.ticks : this.ticks - BigInt(this.offset) * TICKS_PER_MINUTE;
  }

  toDateTime(kind: number): DateTime {
    return new DateTime(kind === DateTimeKind.Unspecified ? this.ticks : this.utcTicks, kind);
  }

  override get declaration() {
    return dateTimeOffsetHeader;
  }

  override toText(): string {
    return this.toFormat("MM/dd/yyyy HH:mm:ss zzz");
  }

  override toFormat(format: string): string {
    if (format === "") return this.toText();
    if (format === "U") throw raise.format();
    if (format.length === 1) standardPattern(format);
    const isUtc = UTC_FORMATS.has(format);
    return formatMoment({ ticks: isUtc ? this.utcTicks : this.ticks, offset: isUtc ? 0 : this.offset, zone: "offset" }, format);
  }

  override equals(other: unknown): boolean {
    return other instanceof DateTimeOffset && other.utcTicks === this.utcTicks;
  }

  override get key(): string {
    return `System.DateTimeOffset:${this.utcTicks}`;
  }

  override compareTo(other: unknown): number | undefined {
    if (!(other instanceof DateTimeOffset)) return undefined;
    return this.utcTicks < other.utcTicks ? -1 : this.utcTicks > other.utcTicks ? 1 : 0;
  }
}

/** Minutes of an offset given as a span. Throws as .NET does for offsets that are none. */
export function offsetOf(span: TimeSpan): number {
  if (span.ticks % TICKS_PER_MINUTE !== 0n) throw raise.argument("Offset must be specified in whole minutes.", "offset");
  if (span.ticks > MOST_OFFSET || span.ticks < -MOST_OFFSET)
    throw raise.argumentOutOfRange("offset", "Offset must be within plus or minus 14 hours.");
  return Number(span.ticks / TICKS_PER_MINUTE);
}

/** The offset as a span. */
export function offsetSpan(minutes: number): TimeSpan {
  return new TimeSpan(BigInt(minutes) * TICKS_PER_MINUTE);
}
