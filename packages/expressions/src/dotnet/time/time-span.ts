import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { hashOfLong } from "../object.js";
import { formatTimeSpan } from "./time-span-format.js";

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);
const MAX_MILLISECONDS = 922_337_203_685_477;

const tooLong = () => raise.overflow("TimeSpan overflowed because the duration is too long.");

/** The header of System.TimeSpan. */
export const timeSpanHeader: TypeHeader = {
  header: "struct System.TimeSpan : IComparable, IComparable<TimeSpan>, IEquatable<TimeSpan>, IFormattable",
};

/** System.TimeSpan: a number of ticks of 100 nanoseconds. */
export class TimeSpan extends NetObject {
  constructor(readonly ticks: bigint) {
    super();
  }

  static readonly zero = new TimeSpan(0n);
  static readonly maxValue = new TimeSpan(MAX);
  static readonly minValue = new TimeSpan(MIN);

  /** Throws OverflowException for ticks beyond a long. */
  static of(ticks: bigint): TimeSpan {
    if (ticks > MAX || ticks < MIN) throw tooLong();
    return new TimeSpan(ticks);
  }

  /** `FromDays` and its kin: to the nearest millisecond. */
  static from(value: number, millisecondsPerUnit: number): TimeSpan {
    if (Number.isNaN(value)) throw raise.argument("TimeSpan does not accept floating point Not-a-Number values.");
    const milliseconds = value * millisecondsPerUnit + (value >= 0 ? 0.5 : -0.5);
    if (Math.abs(milliseconds) > MAX_MILLISECONDS) throw tooLong();
    return new TimeSpan(BigInt(Math.trunc(milliseconds)) * 10_000n);
  }

  /** From components that may be negative or beyond their range. */
  static ofParts(days: number, hours: number, minutes: number, seconds: number, milliseconds = 0): TimeSpan {
    const total = (days * 3600 * 24 + hours * 3600 + minutes * 60 + seconds) * 1000 + milliseconds;
    if (Math.abs(total) > MAX_MILLISECONDS)
      throw raise.argumentOutOfRange("days", "TimeSpan overflowed because the duration is too long.");
    return new TimeSpan(BigInt(total) * 10_000n);
  }

  override get declaration() {
    return timeSpanHeader;
  }

  override toText(): string {
    return formatTimeSpan(this.ticks, "c");
  }

  override toFormat(format: string): string {
    return formatTimeSpan(this.ticks, format);
  }

  override get hashCode(): number {
    return hashOfLong(this.ticks);
  }

  override equals(other: unknown): boolean {
    return other instanceof TimeSpan && other.ticks === this.ticks;
  }

  override get key(): string {
    return `System.TimeSpan:${this.ticks}`;
  }

  override compareTo(other: unknown): number | undefined {
    return other instanceof TimeSpan ? (this.ticks < other.ticks ? -1 : this.ticks > other.ticks ? 1 : 0) : undefined;
  }
}
