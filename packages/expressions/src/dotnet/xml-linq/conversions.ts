import { NetException, raise } from "../../runtime/exceptions.js";
import type { Implementation } from "../../types/declare.js";
import { integerKinds, parseOrThrow } from "../numbers/integers.js";
import { NumberStyles } from "../numbers/number-styles.js";
import { parseDecimal, parseReal } from "../numbers/parse.js";

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

/** How the text of an element or attribute becomes a value of each type. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  bool: toBoolean,
  int: (text) => parseOrThrow(integerKinds.Int32, text, NumberStyles.Integer),
  uint: (text) => parseOrThrow(integerKinds.UInt32, text, NumberStyles.Integer),
  long: (text) => parseOrThrow(integerKinds.Int64, text, NumberStyles.Integer),
  ulong: (text) => parseOrThrow(integerKinds.UInt64, text, NumberStyles.Integer),
  float: (text) => toReal(text, true),
  double: (text) => toReal(text, false),
  decimal: (text) => orThrow(parseDecimal(text, DECIMAL)),
};

/** The explicit conversions of XElement and XAttribute: to string, to values and to nullable values. */
export function conversionsFrom(type: string, parameter: string): Record<string, Implementation> {
  const members: Record<string, Implementation> = {
    [`static explicit operator string(${type} ${parameter})`]: (self: { readonly value: string } | null) => self?.value ?? null,
  };
  for (const [target, read] of Object.entries(READERS)) {
    members[`static explicit operator ${target}(${type} ${parameter})`] = (self: { readonly value: string } | null) => {
      if (self === null) throw raise.argumentNull(parameter);
      return read(self.value);
    };
    members[`static explicit operator ${target}?(${type} ${parameter})`] = (self: { readonly value: string } | null) =>
      self === null ? null : read(self.value);
  }
  return members;
}
