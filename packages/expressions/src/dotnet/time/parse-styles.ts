import { type NetException, raise } from "../../runtime/exceptions.js";
import { MAX_TICKS, TICKS_PER_DAY, TICKS_PER_MINUTE } from "./calendar.js";

/** The bits of System.Globalization.DateTimeStyles. */
export const DateTimeStyles = {
  AllowLeadingWhite: 1,
  AllowTrailingWhite: 2,
  AllowInnerWhite: 4,
  NoCurrentDateDefault: 8,
  AdjustToUniversal: 16,
  AssumeLocal: 32,
  AssumeUniversal: 64,
  RoundtripKind: 128,
} as const;

/** The values of System.DateTimeKind. */
export const DateTimeKind = { Unspecified: 0, Utc: 1, Local: 2 } as const;

/** What a text says: a clock time, and its zone if it names one. */
export interface ParsedMoment {
  readonly ticks: bigint;
  /** Minutes ahead of UTC; null if the text has no zone. */
  readonly offset: number | null;
  /** The zone was written `Z`, not as an offset. */
  readonly isUtc: boolean;
}

/** What parsing a text throws that is no date. */
export const badDate = () => raise.format("String was not recognized as a valid DateTime.");
/** What parsing a date throws whose day of the week is another. */
export const badDayOfWeek = () =>
  raise.format("String was not recognized as a valid DateTime because the day of week was incorrect.");

/** Throws ArgumentException for styles that contradict each other. */
export function checkStyles(styles: number, forOffset: boolean): void {
  const both = DateTimeStyles.AssumeLocal | DateTimeStyles.AssumeUniversal;
  if ((styles & ~0xff) !== 0) throw raise.argument("An undefined DateTimeStyles value is being used.", "styles");
  if ((styles & both) === both)
    throw raise.argument("The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.", "styles");
  if (forOffset) {
    if ((styles & DateTimeStyles.NoCurrentDateDefault) !== 0)
      throw raise.argument(
        "The DateTimeStyles value 'NoCurrentDateDefault' is not allowed when parsing DateTimeOffset.",
        "styles",
      );
  } else if ((styles & DateTimeStyles.RoundtripKind) !== 0 && (styles & (both | DateTimeStyles.AdjustToUniversal)) !== 0)
    throw raise.argument(
      "The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or AdjustToUniversal.",
      "styles",
    );
}

/** Ticks and kind of a DateTime. The local zone is UTC, so that only the kind tells the two apart. */
export function toDateTime(parsed: ParsedMoment, styles: number): { readonly ticks: bigint; readonly kind: number } {
  const { ticks, offset, isUtc } = parsed;
  const adjusts = (styles & DateTimeStyles.AdjustToUniversal) !== 0;
  if (offset === null) {
    if ((styles & DateTimeStyles.AssumeLocal) !== 0) return { ticks, kind: adjusts ? DateTimeKind.Utc : DateTimeKind.Local };
    if ((styles & DateTimeStyles.AssumeUniversal) === 0) return { ticks, kind: DateTimeKind.Unspecified };
    return { ticks, kind: adjusts ? DateTimeKind.Utc : DateTimeKind.Local };
  }
  let utc = ticks - BigInt(offset) * TICKS_PER_MINUTE;
  // At the ends of the calendar .NET keeps the time of day and moves the date back inside.
  if (utc < 0n) utc += TICKS_PER_DAY;
  else if (utc > MAX_TICKS) utc -= TICKS_PER_DAY;
  const keepsUtc = isUtc && (styles & DateTimeStyles.RoundtripKind) !== 0;
  return { ticks: utc, kind: adjusts || keepsUtc ? DateTimeKind.Utc : DateTimeKind.Local };
}

/** Clock ticks and offset of a DateTimeOffset; the exception if they are out of range. */
export function toDateTimeOffset(
  parsed: ParsedMoment,
  styles: number,
): { readonly ticks: bigint; readonly offset: number } | NetException {
  const offset = parsed.offset ?? 0;
  const utc = parsed.ticks - BigInt(offset) * TICKS_PER_MINUTE;
  if (utc < 0n || utc > MAX_TICKS) return raise.format("The UTC representation of the date falls outside the year range 1-9999.");
  return (styles & DateTimeStyles.AdjustToUniversal) !== 0 ? { ticks: utc, offset: 0 } : { ticks: parsed.ticks, offset };
}

/** Two-digit years are those from 1930 to 2029. */
export function fullYear(year: number): number {
  return year >= 100 ? year : year + (year > 29 ? 1900 : 2000);
}

const MOST_OFFSET = 14 * 60;

/** Minutes of an offset, or null if there is no such offset. */
export function offsetMinutes(sign: string, hours: number, minutes: number): number | null {
  const size = hours * 60 + minutes;
  if (minutes > 59 || size > MOST_OFFSET) return null;
  return sign === "-" ? -size || 0 : size;
}
