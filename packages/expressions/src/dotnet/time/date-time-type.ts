import { NetException, raise } from "../../runtime/exceptions.js";
import {
  type CallSite,
  defineType,
  type Implementation,
  type Reference,
  type TypeDeclaration,
  withCall,
} from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { dateOf, daysInMonth, isLeapYear, MAX_TICKS, partsOf, TICKS_PER_DAY, TICKS_PER_MILLISECOND } from "./calendar.js";
import { addedYears, checkKind, DateTime, dateTimeHeader, unixTicks } from "./date-time.js";
import { STANDARD_PATTERNS } from "./date-time-format.js";
import { parseMoment } from "./date-time-parse.js";
import { parseMomentExact } from "./date-time-parse-exact.js";
import { badDate, checkStyles, DateTimeKind, type ParsedMoment, toDateTime } from "./parse-styles.js";
import { TimeSpan } from "./time-span.js";

type Formats = string | NetArray | null;

/** Ticks of the current moment. */
export function nowTicks(site: CallSite): bigint {
  return unixTicks(site.run.host.now());
}

/** One format, or the first of several that fits; for DateTime and DateTimeOffset. */
export function parseByFormats(
  site: CallSite,
  text: string | null,
  formats: Formats,
  styles: number,
  forOffset: boolean,
): ParsedMoment | NetException {
  checkStyles(styles, forOffset);
  const now = () => nowTicks(site);
  if (!(formats instanceof NetArray)) return parseMomentExact(text, formats, styles, now, forOffset);
  for (const format of formats.items as (string | null)[]) {
    site.run.step();
    const parsed = parseMomentExact(text, format, styles, now, forOffset);
    if (!(parsed instanceof NetException)) return parsed;
  }
  return text === null ? raise.argumentNull("s") : badDate();
}

/** `DateTime.Parse` for others in this library; the exception where the text is no date. */
export function parseDateTime(site: CallSite, text: string | null, styles = 0): DateTime | NetException {
  checkStyles(styles, false);
  return fromParsed(
    parseMoment(text, styles, () => nowTicks(site)),
    styles,
  );
}

function fromParsed(parsed: ParsedMoment | NetException, styles: number): DateTime | NetException {
  if (parsed instanceof NetException) return parsed;
  const { ticks, kind } = toDateTime(parsed, styles);
  return new DateTime(ticks, kind);
}

function orThrow(parsed: DateTime | NetException): DateTime {
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function tryInto(result: Reference<DateTime>, parsed: DateTime | NetException): boolean {
  const isParsed = parsed instanceof DateTime;
  result.value = isParsed ? parsed : DateTime.minValue;
  return isParsed;
}

const exactly = (site: CallSite, text: string | null, formats: Formats, styles: number) =>
  fromParsed(parseByFormats(site, text, formats, styles, false), styles);

const STYLES = "System.Globalization.DateTimeStyles";

const parseMembers: Record<string, Implementation> = {
  "static DateTime Parse(string s)": withCall((site, text: string | null) => orThrow(parseDateTime(site, text))),
  "static DateTime Parse(string s, IFormatProvider provider)": withCall((site, text: string | null) =>
    orThrow(parseDateTime(site, text)),
  ),
  [`static DateTime Parse(string s, IFormatProvider provider, ${STYLES} styles)`]: withCall(
    (site, text: string | null, _provider: unknown, styles: number) => orThrow(parseDateTime(site, text, styles)),
  ),
  "static bool TryParse(string s, out DateTime result)": withCall((site, text: string | null, result: Reference<DateTime>) =>
    tryInto(result, parseDateTime(site, text)),
  ),
  [`static bool TryParse(string s, IFormatProvider provider, ${STYLES} styles, out DateTime result)`]: withCall(
    (site, text: string | null, _provider: unknown, styles: number, result: Reference<DateTime>) =>
      tryInto(result, parseDateTime(site, text, styles)),
  ),
  "static DateTime ParseExact(string s, string format, IFormatProvider provider)": withCall(
    (site, text: string | null, format: Formats) => orThrow(exactly(site, text, format, 0)),
  ),
  [`static DateTime ParseExact(string s, string format, IFormatProvider provider, ${STYLES} style)`]: withCall(
    (site, text: string | null, format: Formats, _provider: unknown, styles: number) =>
      orThrow(exactly(site, text, format, styles)),
  ),
  [`static DateTime ParseExact(string s, string[] formats, IFormatProvider provider, ${STYLES} style)`]: withCall(
    (site, text: string | null, formats: Formats, _provider: unknown, styles: number) =>
      orThrow(exactly(site, text, formats, styles)),
  ),
  [`static bool TryParseExact(string s, string format, IFormatProvider provider, ${STYLES} style, out DateTime result)`]:
    withCall((site, text: string | null, format: Formats, _provider: unknown, styles: number, result: Reference<DateTime>) =>
      tryInto(result, exactly(site, text, format, styles)),
    ),
  [`static bool TryParseExact(string s, string[] formats, IFormatProvider provider, ${STYLES} style, out DateTime result)`]:
    withCall((site, text: string | null, formats: Formats, _provider: unknown, styles: number, result: Reference<DateTime>) =>
      tryInto(result, exactly(site, text, formats, styles)),
    ),
};

const order = (a: DateTime, b: DateTime) => (a.ticks < b.ticks ? -1 : a.ticks > b.ticks ? 1 : 0);
const same = (a: DateTime, b: DateTime) => a.ticks === b.ticks;
const add = (self: DateTime, span: TimeSpan) => DateTime.of(self.ticks + span.ticks, self.kind);
const subtractSpan = (self: DateTime, span: TimeSpan) => DateTime.of(self.ticks - span.ticks, self.kind);
const difference = (a: DateTime, b: DateTime) => new TimeSpan(a.ticks - b.ticks);
const ofKind = (self: DateTime, kind: number) => (self.kind === kind ? self : new DateTime(self.ticks, kind));
const text = (self: DateTime) => self.toText();
const formatted = (self: DateTime, format: string | null) => self.toFormat(format ?? "");

/** `DateTime.Date`. */
export function dateOnly(ticks: bigint): bigint {
  return ticks - (ticks % TICKS_PER_DAY);
}

function checkMonth(year: number, month: number): void {
  if (month < 1 || month > 12) throw raise.argumentOutOfRange("month", "Month must be between one and twelve.");
  checkYear(year);
}

function checkYear(year: number): void {
  if (year < 1 || year > 9999) throw raise.argumentOutOfRange("year", "Year must be between 1 and 9999.");
}

function fromTicks(ticks: bigint, kind: number): DateTime {
  if (ticks < 0n || ticks > MAX_TICKS)
    throw raise.argumentOutOfRange("ticks", "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.");
  checkKind(kind);
  return new DateTime(ticks, kind);
}

const FILE_TIME_TICKS = 504_911_232_000_000_000n;

function fromFileTime(fileTime: bigint, kind: number): DateTime {
  if (fileTime < 0n || fileTime > MAX_TICKS - FILE_TIME_TICKS)
    throw raise.argumentOutOfRange("fileTime", "Not a valid Win32 FileTime.");
  return new DateTime(fileTime + FILE_TIME_TICKS, kind);
}

function toFileTime(self: DateTime): bigint {
  const fileTime = self.ticks - FILE_TIME_TICKS;
  if (fileTime < 0n) throw raise.argumentOutOfRange("", "Not a valid Win32 FileTime.");
  return fileTime;
}

const OLE_EPOCH = 599_264_352_000_000_000n;
const OLE_MINIMUM = 31_241_376_000_000_000n;
const MILLISECONDS_PER_DAY = 86_400_000;

/** `ToOADate`: days since 1899-12-30; before it the fraction counts forwards. */
function toOleDate(self: DateTime): number {
  let { ticks } = self;
  if (ticks === 0n) return 0;
  if (ticks < TICKS_PER_DAY) ticks += OLE_EPOCH;
  if (ticks < OLE_MINIMUM) throw raise.overflow("Not a legal OleAut date.");
  let milliseconds = Number((ticks - OLE_EPOCH) / TICKS_PER_MILLISECOND);
  if (milliseconds < 0) {
    const rest = milliseconds % MILLISECONDS_PER_DAY;
    if (rest !== 0) milliseconds -= (MILLISECONDS_PER_DAY + rest) * 2;
  }
  return milliseconds / MILLISECONDS_PER_DAY;
}

function fromOleDate(value: number): DateTime {
  if (!(value > -657_435 && value < 2_958_466)) throw raise.argument("Not a legal OleAut date.");
  let milliseconds = Math.trunc(value * MILLISECONDS_PER_DAY + (value >= 0 ? 0.5 : -0.5));
  if (milliseconds < 0) milliseconds -= (milliseconds % MILLISECONDS_PER_DAY) * 2;
  return new DateTime(OLE_EPOCH + BigInt(milliseconds) * TICKS_PER_MILLISECOND);
}

const KIND_SHIFT = 62n;

function fromBinary(data: bigint): DateTime {
  const bits = BigInt.asUintN(64, data);
  const ticks = bits & ((1n << KIND_SHIFT) - 1n);
  const kind = Math.min(Number(bits >> KIND_SHIFT), DateTimeKind.Local);
  if (ticks > MAX_TICKS)
    throw raise.argument(
      "The binary data must result in a DateTime with ticks between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.",
      "dateData",
    );
  return new DateTime(ticks, kind);
}

const component = (name: "hour" | "minute" | "second") => (self: DateTime) => partsOf(self.ticks)[name];
const calendar = (name: "year" | "month" | "day" | "dayOfYear") => (self: DateTime) =>
  dateOf(Number(self.ticks / TICKS_PER_DAY))[name];

/** All texts that the standard formats give. */
function allFormats(site: CallSite, self: DateTime, letters: string): NetArray {
  return new NetArray(
    site.scope.find("System.String")!,
    [...letters].map((letter) => self.toFormat(letter)),
  );
}

/** System.DateTime. */
export const dateTimeType: TypeDeclaration = defineType(
  dateTimeHeader.header,
  {
    "new(long ticks)": (ticks: bigint) => fromTicks(ticks, 0),
    "new(long ticks, DateTimeKind kind)": fromTicks,
    "new(int year, int month, int day)": (year: number, month: number, day: number) =>
      DateTime.ofParts(year, month, day, 0, 0, 0, 0, 0),
    "new(int year, int month, int day, int hour, int minute, int second)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    ) => DateTime.ofParts(year, month, day, hour, minute, second, 0, 0),
    "new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      kind: number,
    ) => DateTime.ofParts(year, month, day, hour, minute, second, 0, kind),
    "new(int year, int month, int day, int hour, int minute, int second, int millisecond)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      millisecond: number,
    ) => DateTime.ofParts(year, month, day, hour, minute, second, millisecond, 0),
    "new(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)": (
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
      millisecond: number,
      kind: number,
    ) => DateTime.ofParts(year, month, day, hour, minute, second, millisecond, kind),
    "static DateTime MinValue { get; }": () => DateTime.minValue,
    "static DateTime MaxValue { get; }": () => DateTime.maxValue,
    "static DateTime UtcNow { get; }": withCall((site) => new DateTime(nowTicks(site), DateTimeKind.Utc)),
    "static DateTime Now { get; }": withCall((site) => new DateTime(nowTicks(site), DateTimeKind.Local)),
    "static DateTime Today { get; }": withCall((site) => new DateTime(dateOnly(nowTicks(site)), DateTimeKind.Local)),
    "int Year { get; }": calendar("year"),
    "int Month { get; }": calendar("month"),
    "int Day { get; }": calendar("day"),
    "int DayOfYear { get; }": calendar("dayOfYear"),
    "DayOfWeek DayOfWeek { get; }": (self: DateTime) => Number((self.ticks / TICKS_PER_DAY + 1n) % 7n),
    "int Hour { get; }": component("hour"),
    "int Minute { get; }": component("minute"),
    "int Second { get; }": component("second"),
    "int Millisecond { get; }": (self: DateTime) => Number((self.ticks / TICKS_PER_MILLISECOND) % 1000n),
    "long Ticks { get; }": (self: DateTime) => self.ticks,
    "DateTimeKind Kind { get; }": (self: DateTime) => self.kind,
    "DateTime Date { get; }": (self: DateTime) => new DateTime(dateOnly(self.ticks), self.kind),
    "TimeSpan TimeOfDay { get; }": (self: DateTime) => new TimeSpan(self.ticks % TICKS_PER_DAY),
    "DateTime Add(TimeSpan value)": add,
    "DateTime AddDays(double value)": (self: DateTime, value: number) => self.addUnits(value, 86_400_000),
    "DateTime AddHours(double value)": (self: DateTime, value: number) => self.addUnits(value, 3_600_000),
    "DateTime AddMinutes(double value)": (self: DateTime, value: number) => self.addUnits(value, 60_000),
    "DateTime AddSeconds(double value)": (self: DateTime, value: number) => self.addUnits(value, 1000),
    "DateTime AddMilliseconds(double value)": (self: DateTime, value: number) => self.addUnits(value, 1),
    "DateTime AddTicks(long value)": (self: DateTime, value: bigint) => DateTime.of(self.ticks + value, self.kind),
    "DateTime AddMonths(int months)": (self: DateTime, months: number) => self.addMonths(months),
    "DateTime AddYears(int value)": (self: DateTime, years: number) => new DateTime(addedYears(self.ticks, years), self.kind),
    "TimeSpan Subtract(DateTime value)": difference,
    "DateTime Subtract(TimeSpan value)": subtractSpan,
    "DateTime ToUniversalTime()": (self: DateTime) => ofKind(self, DateTimeKind.Utc),
    "DateTime ToLocalTime()": (self: DateTime) => ofKind(self, DateTimeKind.Local),
    "bool IsDaylightSavingTime()": () => false,
    "long ToBinary()": (self: DateTime) => BigInt.asIntN(64, self.ticks | (BigInt(self.kind) << KIND_SHIFT)),
    "long ToFileTime()": toFileTime,
    "long ToFileTimeUtc()": toFileTime,
    "double ToOADate()": toOleDate,
    "string ToString()": text,
    "string ToString(string format)": formatted,
    "string ToString(IFormatProvider provider)": text,
    "string ToString(string format, IFormatProvider provider)": formatted,
    "string ToLongDateString()": (self: DateTime) => self.toFormat("D"),
    "string ToLongTimeString()": (self: DateTime) => self.toFormat("T"),
    "string ToShortDateString()": (self: DateTime) => self.toFormat("d"),
    "string ToShortTimeString()": (self: DateTime) => self.toFormat("t"),
    "string[] GetDateTimeFormats()": withCall((site, self: DateTime) =>
      allFormats(site, self, Object.keys(STANDARD_PATTERNS).join("")),
    ),
    "string[] GetDateTimeFormats(char format)": withCall((site, self: DateTime, letter: number) =>
      allFormats(site, self, String.fromCharCode(letter)),
    ),
    "int CompareTo(DateTime value)": order,
    "int CompareTo(object value)": (self: DateTime, other: unknown) => {
      if (other === null) return 1;
      if (other instanceof DateTime) return order(self, other);
      throw raise.argument("Object must be of type DateTime.");
    },
    "bool Equals(DateTime value)": same,
    "static int Compare(DateTime t1, DateTime t2)": order,
    "static bool Equals(DateTime t1, DateTime t2)": same,
    "static int DaysInMonth(int year, int month)": (year: number, month: number) => {
      checkMonth(year, month);
      return daysInMonth(year, month);
    },
    "static bool IsLeapYear(int year)": (year: number) => {
      checkYear(year);
      return isLeapYear(year);
    },
    "static DateTime SpecifyKind(DateTime value, DateTimeKind kind)": (value: DateTime, kind: number) => {
      checkKind(kind);
      return ofKind(value, kind);
    },
    "static DateTime FromBinary(long dateData)": fromBinary,
    "static DateTime FromFileTime(long fileTime)": (fileTime: bigint) => fromFileTime(fileTime, DateTimeKind.Local),
    "static DateTime FromFileTimeUtc(long fileTime)": (fileTime: bigint) => fromFileTime(fileTime, DateTimeKind.Utc),
    "static DateTime FromOADate(double d)": fromOleDate,
    ...parseMembers,
    "static DateTime operator +(DateTime d, TimeSpan t)": add,
    "static DateTime operator -(DateTime d, TimeSpan t)": subtractSpan,
    "static TimeSpan operator -(DateTime d1, DateTime d2)": difference,
    "static bool operator ==(DateTime d1, DateTime d2)": same,
    "static bool operator !=(DateTime d1, DateTime d2)": (a: DateTime, b: DateTime) => a.ticks !== b.ticks,
    "static bool operator <(DateTime t1, DateTime t2)": (a: DateTime, b: DateTime) => a.ticks < b.ticks,
    "static bool operator >(DateTime t1, DateTime t2)": (a: DateTime, b: DateTime) => a.ticks > b.ticks,
    "static bool operator <=(DateTime t1, DateTime t2)": (a: DateTime, b: DateTime) => a.ticks <= b.ticks,
    "static bool operator >=(DateTime t1, DateTime t2)": (a: DateTime, b: DateTime) => a.ticks >= b.ticks,
  },
  {
    get zero() {
      return DateTime.minValue;
    },
  },
);
