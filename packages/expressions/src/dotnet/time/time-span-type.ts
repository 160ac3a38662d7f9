import { NetException, raise } from "../../runtime/exceptions.js";
import { constant, defineType, type Implementation, type Reference, type TypeDeclaration } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND } from "./calendar.js";
import { TimeSpan, timeSpanHeader } from "./time-span.js";
import { parseTimeSpan, parseTimeSpanExact } from "./time-span-parse.js";

function orThrow(parsed: TimeSpan | NetException): TimeSpan {
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function tryInto(result: Reference<TimeSpan>, parsed: TimeSpan | NetException): boolean {
  const isParsed = parsed instanceof TimeSpan;
  result.value = isParsed ? parsed : TimeSpan.zero;
  return isParsed;
}

/** One format, or the first of several that fits. */
function exact(text: string | null, formats: string | NetArray | null, styles = 0): TimeSpan | NetException {
  if (formats === null || typeof formats === "string") return parseTimeSpanExact(text, formats, styles === 1);
  let last: TimeSpan | NetException = raise.format("String was not recognized as a valid TimeSpan.");
  for (const format of formats.items as (string | null)[]) {
    last = parseTimeSpanExact(text, format, styles === 1);
    if (last instanceof TimeSpan) return last;
  }
  return last;
}

function exactMembers(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const formats of ["string format", "string[] formats"]) {
    const styles = "System.Globalization.TimeSpanStyles styles";
    members[`static TimeSpan ParseExact(string input, ${formats}, IFormatProvider formatProvider)`] = (
      text: string | null,
      format: string | NetArray | null,
    ) => orThrow(exact(text, format));
    members[`static TimeSpan ParseExact(string input, ${formats}, IFormatProvider formatProvider, ${styles})`] = (
      text: string | null,
      format: string | NetArray | null,
      _provider: unknown,
      style: number,
    ) => orThrow(exact(text, format, style));
    members[`static bool TryParseExact(string input, ${formats}, IFormatProvider formatProvider, out TimeSpan result)`] = (
      text: string | null,
      format: string | NetArray | null,
      _provider: unknown,
      result: Reference<TimeSpan>,
    ) => tryInto(result, exact(text, format));
    members[
      `static bool TryParseExact(string input, ${formats}, IFormatProvider formatProvider, ${styles}, out TimeSpan result)`
    ] = (text: string | null, format: string | NetArray | null, _provider: unknown, style: number, result: Reference<TimeSpan>) =>
      tryInto(result, exact(text, format, style));
  }
  return members;
}

/** `Days`, `Hours` …: the whole part of a component, with the sign of the span. */
const component = (unit: bigint, perNext: bigint | null) => (self: TimeSpan) =>
  Number(perNext === null ? self.ticks / unit : (self.ticks / unit) % perNext);

/** `TotalDays` …: by multiplication, as .NET does. */
const total = (unit: bigint) => {
  const factor = 1 / Number(unit);
  return (self: TimeSpan) => Number(self.ticks) * factor;
};

const totalMilliseconds = total(TICKS_PER_MILLISECOND);
const MOST_MILLISECONDS = 922_337_203_685_477;

const order = (a: TimeSpan, b: TimeSpan) => (a.ticks < b.ticks ? -1 : a.ticks > b.ticks ? 1 : 0);
const same = (a: TimeSpan, b: TimeSpan) => a.ticks === b.ticks;
const add = (a: TimeSpan, b: TimeSpan) => TimeSpan.of(a.ticks + b.ticks);
const subtract = (a: TimeSpan, b: TimeSpan) => TimeSpan.of(a.ticks - b.ticks);
const text = (self: TimeSpan) => self.toText();
const formatted = (self: TimeSpan, format: string | null) => self.toFormat(format ?? "");

function negate(self: TimeSpan): TimeSpan {
  if (self.ticks === TimeSpan.minValue.ticks)
    throw raise.overflow("Negating the minimum value of a twos complement number is invalid.");
  return new TimeSpan(-self.ticks);
}

/** System.TimeSpan. */
export const timeSpanType: TypeDeclaration = defineType(
  timeSpanHeader.header,
  {
    "const long TicksPerDay": constant(TICKS_PER_DAY),
    "const long TicksPerHour": constant(TICKS_PER_HOUR),
    "const long TicksPerMinute": constant(TICKS_PER_MINUTE),
    "const long TicksPerSecond": constant(TICKS_PER_SECOND),
    "const long TicksPerMillisecond": constant(TICKS_PER_MILLISECOND),
    "static TimeSpan Zero { get; }": () => TimeSpan.zero,
    "static TimeSpan MaxValue { get; }": () => TimeSpan.maxValue,
    "static TimeSpan MinValue { get; }": () => TimeSpan.minValue,
    "new(long ticks)": (ticks: bigint) => new TimeSpan(ticks),
    "new(int hours, int minutes, int seconds)": (hours: number, minutes: number, seconds: number) =>
      TimeSpan.ofParts(0, hours, minutes, seconds),
    "new(int days, int hours, int minutes, int seconds)": (days: number, hours: number, minutes: number, seconds: number) =>
      TimeSpan.ofParts(days, hours, minutes, seconds),
    "new(int days, int hours, int minutes, int seconds, int milliseconds)": (
      days: number,
      hours: number,
      minutes: number,
      seconds: number,
      milliseconds: number,
    ) => TimeSpan.ofParts(days, hours, minutes, seconds, milliseconds),
    "static TimeSpan FromDays(double value)": (value: number) => TimeSpan.from(value, 86_400_000),
    "static TimeSpan FromHours(double value)": (value: number) => TimeSpan.from(value, 3_600_000),
    "static TimeSpan FromMinutes(double value)": (value: number) => TimeSpan.from(value, 60_000),
    "static TimeSpan FromSeconds(double value)": (value: number) => TimeSpan.from(value, 1000),
    "static TimeSpan FromMilliseconds(double value)": (value: number) => TimeSpan.from(value, 1),
    "static TimeSpan FromTicks(long value)": (ticks: bigint) => new TimeSpan(ticks),
    "long Ticks { get; }": (self: TimeSpan) => self.ticks,
    "int Days { get; }": component(TICKS_PER_DAY, null),
    "int Hours { get; }": component(TICKS_PER_HOUR, 24n),
    "int Minutes { get; }": component(TICKS_PER_MINUTE, 60n),
    "int Seconds { get; }": component(TICKS_PER_SECOND, 60n),
    "int Milliseconds { get; }": component(TICKS_PER_MILLISECOND, 1000n),
    "double TotalDays { get; }": total(TICKS_PER_DAY),
    "double TotalHours { get; }": total(TICKS_PER_HOUR),
    "double TotalMinutes { get; }": total(TICKS_PER_MINUTE),
    "double TotalSeconds { get; }": total(TICKS_PER_SECOND),
    "double TotalMilliseconds { get; }": (self: TimeSpan) =>
      Math.max(Math.min(totalMilliseconds(self), MOST_MILLISECONDS), -MOST_MILLISECONDS),
    "TimeSpan Add(TimeSpan ts)": add,
    "TimeSpan Subtract(TimeSpan ts)": subtract,
    "TimeSpan Negate()": negate,
    "TimeSpan Duration()": (self: TimeSpan) => (self.ticks < 0n ? negate(self) : self),
    "string ToString()": text,
    "string ToString(string format)": formatted,
    "string ToString(string format, IFormatProvider formatProvider)": formatted,
    "static int Compare(TimeSpan t1, TimeSpan t2)": order,
    "int CompareTo(TimeSpan value)": order,
    "int CompareTo(object value)": (self: TimeSpan, other: unknown) => {
      if (other === null) return 1;
      if (other instanceof TimeSpan) return order(self, other);
      throw raise.argument("Object must be of type TimeSpan.");
    },
    "bool Equals(TimeSpan obj)": same,
    "static bool Equals(TimeSpan t1, TimeSpan t2)": same,
    "static TimeSpan Parse(string s)": (s: string | null) => orThrow(parseTimeSpan(s)),
    "static TimeSpan Parse(string input, IFormatProvider formatProvider)": (s: string | null) => orThrow(parseTimeSpan(s)),
    "static bool TryParse(string s, out TimeSpan result)": (s: string | null, result: Reference<TimeSpan>) =>
      tryInto(result, parseTimeSpan(s)),
    "static bool TryParse(string input, IFormatProvider formatProvider, out TimeSpan result)": (
      s: string | null,
      _provider: unknown,
      result: Reference<TimeSpan>,
    ) => tryInto(result, parseTimeSpan(s)),
    ...exactMembers(),
    "static TimeSpan operator +(TimeSpan t1, TimeSpan t2)": add,
    "static TimeSpan operator -(TimeSpan t1, TimeSpan t2)": subtract,
    "static TimeSpan operator -(TimeSpan t)": negate,
    "static TimeSpan operator +(TimeSpan t)": (self: TimeSpan) => self,
    "static bool operator ==(TimeSpan t1, TimeSpan t2)": same,
    "static bool operator !=(TimeSpan t1, TimeSpan t2)": (a: TimeSpan, b: TimeSpan) => a.ticks !== b.ticks,
    "static bool operator <(TimeSpan t1, TimeSpan t2)": (a: TimeSpan, b: TimeSpan) => a.ticks < b.ticks,
    "static bool operator >(TimeSpan t1, TimeSpan t2)": (a: TimeSpan, b: TimeSpan) => a.ticks > b.ticks,
    "static bool operator <=(TimeSpan t1, TimeSpan t2)": (a: TimeSpan, b: TimeSpan) => a.ticks <= b.ticks,
    "static bool operator >=(TimeSpan t1, TimeSpan t2)": (a: TimeSpan, b: TimeSpan) => a.ticks >= b.ticks,
  },
  {
    get zero() {
      return TimeSpan.zero;
    },
  },
);
