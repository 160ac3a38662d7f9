import { raise } from "../../runtime/exceptions.js";
import { Boxed, NetArray } from "../../types/values.js";
import { doubleText, singleText } from "../format/number-text.js";
import { Decimal } from "../numbers/decimal.js";
import { integerKinds } from "../numbers/integers.js";
import { toText } from "../object.js";
import { compareOrdinal } from "../text/compare.js";
import { DateTime } from "../time/date-time.js";
import { DateTimeOffset } from "../time/date-time-offset.js";
import { JTokenType, tokenTypeName } from "./token-type.js";
import { type Held, toBoolean, toDecimal, toReal, toWhole } from "./value-convert.js";

const EPSILON = 2.2204460492503131e-16;

/** `JValue.Compare`: two values as those of one token type. Throws what .NET's conversions throw. */
export function compareStored(type: number, a: Held, b: Held): number {
  if (a.value === b.value && a.kind === b.kind) return 0;
  if (b.kind === "null") return a.kind === "null" ? 0 : 1;
  if (a.kind === "null") return -1;
  switch (type) {
    case JTokenType.Integer:
      if (isReal(a) || isReal(b)) return compareReals(toReal(a, false), toReal(b, false));
      if (isDecimal(a) || isDecimal(b)) return Decimal.compare(toDecimal(a), toDecimal(b));
      return order(toWhole(a, integerKinds.Int64), toWhole(b, integerKinds.Int64));
    case JTokenType.Float:
      if (isDecimal(a) && isDecimal(b)) return Decimal.compare(toDecimal(a), toDecimal(b));
      return compareReals(toReal(a, false), toReal(b, false));
    case JTokenType.String:
    case JTokenType.Comment:
    case JTokenType.Raw:
      return Math.sign(compareOrdinal(textOf(a), textOf(b)));
    case JTokenType.Boolean:
      return order(Number(toBoolean(a)), Number(toBoolean(b)));
    case JTokenType.Date:
      return order(momentOf(a, a.value), momentOf(b, a.value));
    case JTokenType.Bytes:
      return compareBytes(a.value, b.value);
    case JTokenType.Guid:
    case JTokenType.TimeSpan:
    case JTokenType.Uri:
      return compareObjects(type, a.value, b.value);
    default:
      throw raise.argumentOutOfRange("valueType", `Unexpected value type: ${tokenTypeName(type)}`);
  }
}

function order<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const isReal = (held: Held) => held.kind === "double" || held.kind === "float";
const isDecimal = (held: Held) => held.value instanceof Decimal;

/** Doubles that differ by no more than rounding are equal. */
function compareReals(a: number, b: number): number {
  const tolerance = (Math.abs(a) + Math.abs(b) + 10) * EPSILON;
  const difference = a - b;
  if (a === b || (-tolerance < difference && tolerance > difference)) return 0;
  return order(a, b);
}

/** The text of a stored value, as `Convert.ToString(value, invariant)`. */
export function textOf({ kind, value }: Held): string {
  switch (kind) {
    case "other":
      return toText(value);
    case "bool":
      return value === true ? "True" : "False";
    case "double":
      return doubleText(value as number);
    case "float":
      return singleText(value as number);
    default:
      return String(value);
  }
}

/** Against a DateTime clocks are compared, against a DateTimeOffset moments. */
function momentOf(held: Held, left: unknown): bigint {
  if (held.value instanceof DateTimeOffset) return left instanceof DateTime ? held.value.ticks : held.value.utcTicks;
  if (held.value instanceof DateTime) return held.value.ticks;
  throw raise.argument("Object must be of type DateTime.");
}

function compareBytes(a: unknown, b: unknown): number {
  if (!(b instanceof NetArray) || !(b.items instanceof Uint8Array)) throw raise.argument("Object must be of type byte[].");
  const [left, right] = [(a as NetArray).items as Uint8Array, b.items];
  if (left.length !== right.length) return order(left.length, right.length);
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return order(left[i]!, right[i]!);
  return 0;
}

function compareObjects(type: number, a: unknown, b: unknown): number {
  if (typeof b !== "object" || b === null || b instanceof Boxed || (a as object).constructor !== b.constructor)
    throw raise.argument(`Object must be of type ${tokenTypeName(type)}.`);
  return (a as Decimal).compareTo(b) ?? compareOrdinal(toText(a), toText(b));
}
