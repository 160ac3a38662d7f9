import { NetException, raise } from "../../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { parseGuid } from "../guid.js";
import { integerKinds, parseOrThrow } from "../numbers/integers.js";
import { NumberStyles } from "../numbers/number-styles.js";
import { parseDecimal, parseReal } from "../numbers/parse.js";
import { parseDateTimeOffset } from "../time/date-time-offset-type.js";
import { parseDateTime } from "../time/date-time-type.js";
import { TimeSpan } from "../time/time-span.js";

const REAL =
  NumberStyles.AllowLeadingSign |
  NumberStyles.AllowDecimalPoint |
  NumberStyles.AllowExponent |
  NumberStyles.AllowLeadingWhite |
  NumberStyles.AllowTrailingWhite;
const DECIMAL =
  NumberStyles.AllowLeadingSign |
  NumberStyles.AllowDecimalPoint |
  NumberStyles.AllowLeadingWhite |
  NumberStyles.AllowTrailingWhite;

function orThrow<T>(value: T | NetException): T {
  if (value instanceof NetException) throw value;
  return value;
}

/** `XmlConvert.ToBoolean`, with letter case ignored as LINQ to XML does. */
function toBoolean(text: string): boolean {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "true" || trimmed === "1") return true;
  if (trimmed === "false" || trimmed === "0") return false;
  throw raise.format(`The string '${text.toLowerCase()}' is not a valid Boolean value.`);
}

function toReal(text: string, isSingle: boolean): number {
  const trimmed = text.trim();
  if (trimmed === "INF") return Number.POSITIVE_INFINITY;
  if (trimmed === "-INF") return Number.NEGATIVE_INFINITY;
  return orThrow(parseReal(trimmed, REAL, isSingle));
}

const DURATION = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9}))?S)?)?$/;

/** `XmlConvert.ToTimeSpan`: a year counts 365 days, a month 30. */
function toTimeSpan(text: string): TimeSpan {
  const match = DURATION.exec(text.trim());
  const parts = match?.slice(2) ?? [];
  if (match === null || parts.every((part) => part === undefined) || /T$/.test(match[0]))
    throw raise.format(`The string '${text}' is not a valid TimeSpan value.`);
  const [years, months, days, hours, minutes, seconds] = parts.map((part) => BigInt(part ?? 0));
  const wholeDays = years! * 365n + months! * 30n + days!;
  const wholeSeconds = ((wholeDays * 24n + hours!) * 60n + minutes!) * 60n + seconds!;
  const ticks = wholeSeconds * 10_000_000n + BigInt((match[8] ?? "").padEnd(7, "0").slice(0, 7));
  return TimeSpan.of(match[1] === "-" ? -ticks : ticks);
}

/** `DateTimeStyles.RoundtripKind`. */
const ROUNDTRIP = 128;

/** How the text of an element or attribute becomes a value of each type. */
const READERS: Readonly<Record<string, (text: string, site: CallSite) => unknown>> = {
  bool: toBoolean,
  int: (text) => parseOrThrow(integerKinds.Int32, text, NumberStyles.Integer),
  uint: (text) => parseOrThrow(integerKinds.UInt32, text, NumberStyles.Integer),
  long: (text) => parseOrThrow(integerKinds.Int64, text, NumberStyles.Integer),
  ulong: (text) => parseOrThrow(integerKinds.UInt64, text, NumberStyles.Integer),
  float: (text) => toReal(text, true),
  double: (text) => toReal(text, false),
  decimal: (text) => orThrow(parseDecimal(text, DECIMAL)),
  "System.DateTime": (text, site) => orThrow(parseDateTime(site, text, ROUNDTRIP)),
  "System.DateTimeOffset": (text, site) => orThrow(parseDateTimeOffset(site, text)),
  "System.TimeSpan": toTimeSpan,
  "System.Guid": (text) => orThrow(parseGuid(text.trim())),
};

type Valued = { readonly value: string } | null;

/** The explicit conversions of XElement and XAttribute: to string, to values and to nullable values. */
export function conversionsFrom(type: string, parameter: string): Record<string, Implementation> {
  const members: Record<string, Implementation> = {
    [`static explicit operator string(${type} ${parameter})`]: (self: Valued) => self?.value ?? null,
  };
  for (const [target, read] of Object.entries(READERS)) {
    members[`static explicit operator ${target}(${type} ${parameter})`] = withCall((site: CallSite, self: Valued) => {
      if (self === null) throw raise.argumentNull(parameter);
      return read(self.value, site);
    });
    members[`static explicit operator ${target}?(${type} ${parameter})`] = withCall((site: CallSite, self: Valued) =>
      self === null ? null : read(self.value, site),
    );
  }
  return members;
}
