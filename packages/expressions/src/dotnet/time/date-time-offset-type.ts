import { NetException, raise } from "../../runtime/exceptions.js";
import {
  type CallSite,
  defineType,
  type Implementation,
  type Reference,
  type TypeDeclaration,
  withCall,
} from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { dateOf, MAX_TICKS, partsOf, TICKS_PER_DAY, TICKS_PER_MILLISECOND, TICKS_PER_SECOND, UNIX_TICKS } from "./calendar.js";
import { addedMonths, addedUnits, addedYears, DateTime, ticksOfParts } from "./date-time.js";
import { DateTimeOffset, dateTimeOffsetHeader, offsetOf, offsetSpan } from "./date-time-offset.js";
import { parseMoment } from "./date-time-parse.js";
import { dateOnly, nowTicks, parseByFormats } from "./date-time-type.js";
import { checkStyles, DateTimeKind, type ParsedMoment, toDateTimeOffset } from "./parse-styles.js";
import { TimeSpan } from "./time-span.js";

type Formats = string | NetArray | null;

function fromParsed(parsed: ParsedMoment | NetException, styles: number): DateTimeOffset | NetException {
  if (parsed instanceof NetException) return parsed;
  const result = toDateTimeOffset(parsed, styles);
  return result instanceof NetException ? result : new DateTimeOffset(result.ticks, result.offset);
}

/** `DateTimeOffset.Parse` for others in this library; the exception where the text is no date. */
export function parseDateTimeOffset(site: CallSite, text: string | null, styles = 0): DateTimeOffset | NetException {
  checkStyles(styles, true);
  return fromParsed(
    parseMoment(text, styles, () => nowTicks(site)),
    styles,
  );
}

function orThrow(parsed: DateTimeOffset | NetException): DateTimeOffset {
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function tryInto(result: Reference<DateTimeOffset>, parsed: DateTimeOffset | NetException): boolean {
  const isParsed = parsed instanceof DateTimeOffset;
  result.value = isParsed ? parsed : DateTimeOffset.minValue;
  return isParsed;
}

const exactly = (site: CallSite, text: string | null, formats: Formats, styles: number) =>
  fromParsed(parseByFormats(site, text, formats, styles, true), styles);

const STYLES = "System.Globalization.DateTimeStyles";

const parseMembers: Record<string, Implementation> = {
  "static DateTimeOffset Parse(string input)": withCall((site, text: string | null) => orThrow(parseDateTimeOffset(site, text))),
  "static DateTimeOffset Parse(string input, IFormatProvider formatProvider)": withCall((site, text: string | null) =>
    orThrow(parseDateTimeOffset(site, text)),
  ),
  [`static DateTimeOffset Parse(string input, IFormatProvider formatProvider, ${STYLES} styles)`]: withCall(
    (site, text: string | null, _provider: unknown, styles: number) => orThrow(parseDateTimeOffset(site, text, styles)),
  ),
  "static bool TryParse(string input, out DateTimeOffset result)": withCall(
    (site, text: string | null, result: Reference<DateTimeOffset>) => tryInto(result, parseDateTimeOffset(site, text)),
  ),
  [`static bool TryParse(string input, IFormatProvider formatProvider, ${STYLES} styles, out DateTimeOffset result)`]: withCall(
    (site, text: string | null, _provider: unknown, styles: number, result: Reference<DateTimeOffset>) =>
      tryInto(result, parseDateTimeOffset(site, text, styles)),
  ),
  "static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider)": withCall(
    (site, text: string | null, format: Formats) => orThrow(exactly(site, text, format, 0)),
  ),
  [`static DateTimeOffset ParseExact(string input, string format, IFormatProvider formatProvider, ${STYLES} styles)`]: withCall(
    (site, text: string | null, format: Formats, _provider: unknown, styles: number) =>
      orThrow(exactly(site, text, format, styles)),
  ),
  [`static DateTimeOffset ParseExact(string input, string[] formats, IFormatProvider formatProvider, ${STYLES} styles)`]:
    withCall((site, text: string | null, formats: Formats, _provider: unknown, styles: number) =>
      orThrow(exactly(site, text, formats, styles)),
    ),
  [`static bool TryParseExact(string input, string format, IFormatProvider formatProvider, ${STYLES} styles, out DateTimeOffset result)`]:
    withCall(
      (site, text: string | null, format: Formats, _provider: unknown, styles: number, result: Reference<DateTimeOffset>) =>
        tryInto(result, exactly(site, text, format, styles)),
    ),
  [`static bool TryParseExact(string input, string[] formats, IFormatProvider formatProvider, ${STYLES} styles, out DateTimeOffset result)`]:
    withCall(
      (site, text: string | null, formats: Formats, _provider: unknown, styles: number, result: Reference<DateTimeOffset>) =>
        tryInto(result, exactly(site, text, formats, styles)),
    ),
};

const order = (a: DateTimeOffset, b: DateTimeOffset) => (a.utcTicks < b.utcTicks ? -1 : a.utcTicks > b.utcTicks ? 1 : 0);
const same = (a: DateTimeOffset, b: DateTimeOffset) => a.utcTicks === b.utcTicks;
const add = (self: DateTimeOffset, span: TimeSpan) => DateTimeOffset.of(self.ticks + span.ticks, self.offset);
const subtractSpan = (self: DateTimeOffset, span: TimeSpan) => DateTimeOffset.of(self.ticks - span.ticks, self.offset);
const difference = (a: DateTimeOffset, b: DateTimeOffset) => new TimeSpan(a.utcTicks - b.utcTicks);
const atOffset = (self: DateTimeOffset, offset: number) => DateTimeOffset.ofUtc(self.utcTicks, offset);
const toUtc = (self: DateTimeOffset) => (self.offset === 0 ? self : atOffset(self, 0));
const addUnits = (unit: number) => (self: DateTimeOffset, value: number) =>
  DateTimeOffset.of(addedUnits(self.ticks, value, unit), self.offset);
const text = (self: DateTimeOffset) => self.toText();
const formatted = (self: DateTimeOffset, format: string | null) => self.toFormat(format ?? "");
const component = (name: "hour" | "minute" | "second") => (self: DateTimeOffset) => partsOf(self.ticks)[name];
const calendar = (name: "year" | "month" | "day" | "dayOfYear") => (self: DateTimeOffset) =>
  dateOf(Number(self.ticks / TICKS_PER_DAY))[name];

function ofDateTime(value: DateTime, span: TimeSpan): DateTimeOffset {
  if (value.kind === DateTimeKind.Utc && span.ticks !== 0n)
    throw raise.argument("The UTC Offset for Utc DateTime instances must be 0.", "offset");
  if (value.kind === DateTimeKind.Local && span.ticks !== 0n)
    throw raise.argument("The UTC Offset of the local dateTime parameter does not match the offset argument.", "offset");
  return DateTimeOffset.of(value.ticks, offsetOf(span));
}

/** Whole units since 1970, rounded down. */
const sinceUnix = (unit: bigint) => (self: DateTimeOffset) => {
  const ticks = self.utcTicks - UNIX_TICKS;
  const whole = ticks / unit;
  return ticks < 0n && whole * unit !== ticks ? whole - 1n : whole;
};

function fromUnix(value: bigint, unit: bigint, name: string): DateTimeOffset {
  const least = -UNIX_TICKS / unit;
  const most = (MAX_TICKS - UNIX_TICKS) / unit;
  if (value < least || value > most)
    throw raise.argumentOutOfRange(name, `Valid values are between ${least} and ${most}, inclusive.`);
  return new DateTimeOffset(UNIX_TICKS + value * unit, 0);
}

/** System.DateTimeOffset. */
export const dateTimeOffsetType: TypeDeclaration = defineType(
  dateTimeOffsetHeader.header,
  {
    "new(DateTime dateTime)": (value: DateTime) => DateTimeOffset.ofDateTime(value),
    "new(DateTime dateTime, TimeSpan offset)": ofDateTime,
    "new(long ticks, TimeSpan offset)": (ticks: bigint, span: TimeSpan) => {
      if (ticks < 0n || ticks > MAX_TICKS)
        throw raise.argumentOutOfRange("ticks", "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.");
      return DateTimeOffset.of(ticks, offsetOf(span));
    },
    "new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      span: TimeSpan,
    ) => DateTimeOffset.of(ticksOfParts(year, month, day, hour, minute, second, 0), offsetOf(span)),
    "new(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      millisecond: number,
      span: TimeSpan,
    ) => DateTimeOffset.of(ticksOfParts(year, month, day, hour, minute, second, millisecond), offsetOf(span)),
    "static DateTimeOffset MinValue { get; }": () => DateTimeOffset.minValue,
    "static DateTimeOffset MaxValue { get; }": () => DateTimeOffset.maxValue,
    "static DateTimeOffset Now { get; }": withCall((site) => new DateTimeOffset(nowTicks(site), 0)),
    "static DateTimeOffset UtcNow { get; }": withCall((site) => new DateTimeOffset(nowTicks(site), 0)),
    "int Year { get; }": calendar("year"),
    "int Month { get; }": calendar("month"),
    "int Day { get; }": calendar("day"),
    "int DayOfYear { get; }": calendar("dayOfYear"),
    "DayOfWeek DayOfWeek { get; }": (self: DateTimeOffset) => Number((self.ticks / TICKS_PER_DAY + 1n) % 7n),
    "int Hour { get; }": component("hour"),
    "int Minute { get; }": component("minute"),
    "int Second { get; }": component("second"),
    "int Millisecond { get; }": (self: DateTimeOffset) => Number((self.ticks / TICKS_PER_MILLISECOND) % 1000n),
    "long Ticks { get; }": (self: DateTimeOffset) => self.ticks,
    "long UtcTicks { get; }": (self: DateTimeOffset) => self.utcTicks,
    "TimeSpan Offset { get; }": (self: DateTimeOffset) => offsetSpan(self.offset),
    "DateTime DateTime { get; }": (self: DateTimeOffset) => self.toDateTime(DateTimeKind.Unspecified),
    "DateTime UtcDateTime { get; }": (self: DateTimeOffset) => self.toDateTime(DateTimeKind.Utc),
    "DateTime LocalDateTime { get; }": (self: DateTimeOffset) => self.toDateTime(DateTimeKind.Local),
    "DateTime Date { get; }": (self: DateTimeOffset) => new DateTime(dateOnly(self.ticks)),
    "TimeSpan TimeOfDay { get; }": (self: DateTimeOffset) => new TimeSpan(self.ticks % TICKS_PER_DAY),
    "DateTimeOffset Add(TimeSpan timeSpan)": add,
    "DateTimeOffset AddDays(double days)": addUnits(86_400_000),
    "DateTimeOffset AddHours(double hours)": addUnits(3_600_000),
    "DateTimeOffset AddMinutes(double minutes)": addUnits(60_000),
    "DateTimeOffset AddSeconds(double seconds)": addUnits(1000),
    "DateTimeOffset AddMilliseconds(double milliseconds)": addUnits(1),
    "DateTimeOffset AddTicks(long ticks)": (self: DateTimeOffset, ticks: bigint) =>
      DateTimeOffset.of(self.ticks + ticks, self.offset),
    "DateTimeOffset AddMonths(int months)": (self: DateTimeOffset, months: number) =>
      DateTimeOffset.of(addedMonths(self.ticks, months), self.offset),
    "DateTimeOffset AddYears(int years)": (self: DateTimeOffset, years: number) =>
      DateTimeOffset.of(addedYears(self.ticks, years), self.offset),
    "TimeSpan Subtract(DateTimeOffset value)": difference,
    "DateTimeOffset Subtract(TimeSpan value)": subtractSpan,
    "DateTimeOffset ToOffset(TimeSpan offset)": (self: DateTimeOffset, span: TimeSpan) => atOffset(self, offsetOf(span)),
    "DateTimeOffset ToUniversalTime()": toUtc,
    "DateTimeOffset ToLocalTime()": toUtc,
    "long ToFileTime()": (self: DateTimeOffset) => {
      const fileTime = self.utcTicks - 504_911_232_000_000_000n;
      if (fileTime < 0n) throw raise.argumentOutOfRange("", "Not a valid Win32 FileTime.");
      return fileTime;
    },
    "long ToUnixTimeSeconds()": sinceUnix(TICKS_PER_SECOND),
    "long ToUnixTimeMilliseconds()": sinceUnix(TICKS_PER_MILLISECOND),
    "static DateTimeOffset FromUnixTimeSeconds(long seconds)": (value: bigint) => fromUnix(value, TICKS_PER_SECOND, "seconds"),
    "static DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)": (value: bigint) =>
      fromUnix(value, TICKS_PER_MILLISECOND, "milliseconds"),
    "static DateTimeOffset FromFileTime(long fileTime)": (fileTime: bigint) => {
      const ticks = fileTime + 504_911_232_000_000_000n;
      if (fileTime < 0n || ticks > MAX_TICKS) throw raise.argumentOutOfRange("fileTime", "Not a valid Win32 FileTime.");
      return new DateTimeOffset(ticks, 0);
    },
    "string ToString()": text,
    "string ToString(string format)": formatted,
    "string ToString(IFormatProvider formatProvider)": text,
    "string ToString(string format, IFormatProvider formatProvider)": formatted,
    "int CompareTo(DateTimeOffset other)": order,
    "bool Equals(DateTimeOffset other)": same,
    "bool EqualsExact(DateTimeOffset other)": (self: DateTimeOffset, other: DateTimeOffset) =>
      self.ticks === other.ticks && self.offset === other.offset,
    "static int Compare(DateTimeOffset first, DateTimeOffset second)": order,
    "static bool Equals(DateTimeOffset first, DateTimeOffset second)": same,
    ...parseMembers,
    "static implicit operator DateTimeOffset(DateTime dateTime)": (value: DateTime) => DateTimeOffset.ofDateTime(value),
    "static DateTimeOffset operator +(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)": add,
    "static DateTimeOffset operator -(DateTimeOffset dateTimeOffset, TimeSpan timeSpan)": subtractSpan,
    "static TimeSpan operator -(DateTimeOffset left, DateTimeOffset right)": difference,
    "static bool operator ==(DateTimeOffset left, DateTimeOffset right)": same,
    "static bool operator !=(DateTimeOffset left, DateTimeOffset right)": (a: DateTimeOffset, b: DateTimeOffset) => !same(a, b),
    "static bool operator <(DateTimeOffset left, DateTimeOffset right)": (a: DateTimeOffset, b: DateTimeOffset) =>
      order(a, b) < 0,
    "static bool operator >(DateTimeOffset left, DateTimeOffset right)": (a: DateTimeOffset, b: DateTimeOffset) =>
      order(a, b) > 0,
    "static bool operator <=(DateTimeOffset left, DateTimeOffset right)": (a: DateTimeOffset, b: DateTimeOffset) =>
      order(a, b) <= 0,
    "static bool operator >=(DateTimeOffset left, DateTimeOffset right)": (a: DateTimeOffset, b: DateTimeOffset) =>
      order(a, b) >= 0,
  },
  {
    get zero() {
      return DateTimeOffset.minValue;
    },
  },
);
