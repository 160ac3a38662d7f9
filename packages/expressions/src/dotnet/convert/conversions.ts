import { NetException, raise } from "../../runtime/exceptions.js";
import type { CallSite } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { Boxed, NetObject } from "../../types/values.js";
import { booleanOrThrow } from "../boolean.js";
import { roundHalfEven } from "../math.js";
import { Decimal } from "../numbers/decimal.js";
import { parseRealOrThrow, REAL_STYLES } from "../numbers/floating.js";
import { type IntegerKind, integerKinds, parseOrThrow } from "../numbers/integers.js";
import { NumberStyles } from "../numbers/number-styles.js";
import { parseDecimal } from "../numbers/parse.js";
import { toText, typeOf } from "../object.js";
import { parseChar } from "../text/char.js";
import { DateTime } from "../time/date-time.js";
import { parseDateTime } from "../time/date-time-type.js";

/** The rules of System.Convert: any base type into any other. */

/** The types that convert into each other, by their name in System. */
export type BaseType = "Boolean" | "Char" | keyof typeof integerKinds | "Single" | "Double" | "Decimal" | "DateTime" | "String";

/** A value of a base type, in raw form. */
export interface BaseValue {
  readonly type: BaseType;
  readonly raw: unknown;
}

/**
 * What a run-time object that is IConvertible but no base type itself (JValue) has: the value, in object form, that it
 * converts as.
 */
export interface Convertible {
  toConvertible(): unknown;
}

function isConvertible(value: unknown): value is Convertible {
  return typeof (value as Partial<Convertible>).toConvertible === "function";
}

/** The base value that an object stands for; null where it is not IConvertible. */
export function baseValueOf(value: unknown): BaseValue | null {
  switch (typeof value) {
    case "string":
      return { type: "String", raw: value };
    case "number":
      return { type: "Int32", raw: value };
    case "boolean":
      return { type: "Boolean", raw: value };
    default:
  }
  if (value instanceof Boxed) {
    if (value.type.kind === "enum") return { type: "Int32", raw: value.value };
    return { type: value.type.definitionName.slice("System.".length) as BaseType, raw: value.value };
  }
  if (value instanceof Decimal) return { type: "Decimal", raw: value };
  if (value instanceof DateTime) return { type: "DateTime", raw: value };
  if (value instanceof NetObject && isConvertible(value)) {
    const inner = value.toConvertible();
    return inner === null ? null : baseValueOf(inner);
  }
  return null;
}

const badCast = (from: string, to: string) =>
  new NetException("System.InvalidCastException", `Invalid cast from '${from}' to '${to}'.`);

const overflowOf = (described: string) => raise.overflow(`Value was either too large or too small for ${described}.`);

/** To an integer type: reals and decimals are rounded, a half to the even neighbour. */
export function toInteger(of: IntegerKind, { type, raw }: BaseValue): number | bigint {
  let whole: bigint;
  switch (type) {
    case "Boolean":
      return of.bits === 64 ? (raw === true ? 1n : 0n) : raw === true ? 1 : 0;
    case "Single":
    case "Double": {
      const rounded = roundHalfEven(raw as number);
      if (!Number.isFinite(rounded)) throw overflowOf(of.described);
      whole = BigInt(rounded);
      break;
    }
    case "Decimal":
      whole = Decimal.round(raw as Decimal, 0, 0).toBigInt();
      break;
    case "String":
      return raw === null ? (of.bits === 64 ? 0n : 0) : parseOrThrow(of, raw as string, NumberStyles.Integer);
    case "DateTime":
      throw badCast(type, of.name);
    default:
      whole = BigInt(raw as number | bigint);
  }
  if (whole < of.low || whole > of.high) throw overflowOf(of.described);
  return of.bits === 64 ? whole : Number(whole);
}

/** To double or float. */
export function toReal({ type, raw }: BaseValue, isSingle: boolean): number {
  const name = isSingle ? "Single" : "Double";
  let value: number;
  switch (type) {
    case "Boolean":
      return raw === true ? 1 : 0;
    case "Char":
    case "DateTime":
      throw badCast(type, name);
    case "String":
      return raw === null ? 0 : parseRealOrThrow(raw as string, REAL_STYLES, isSingle);
    case "Decimal":
      value = (raw as Decimal).toDouble();
      break;
    default:
      value = Number(raw);
  }
  return isSingle ? Math.fround(value) : value;
}

/** As `Convert.ToDecimal`. */
export function toDecimal({ type, raw }: BaseValue): Decimal {
  switch (type) {
    case "Boolean":
      return raw === true ? Decimal.one : Decimal.zero;
    case "Char":
    case "DateTime":
      throw badCast(type, "Decimal");
    case "String": {
      if (raw === null) return Decimal.zero;
      const parsed = parseDecimal(raw as string, NumberStyles.Number);
      if (parsed instanceof NetException) throw parsed;
      return parsed;
    }
    case "Decimal":
      return raw as Decimal;
    case "Double":
      return Decimal.fromDouble(raw as number);
    case "Single":
      return Decimal.fromSingle(raw as number);
    default:
      return Decimal.fromInteger(raw as number | bigint);
  }
}

/** As `Convert.ToBoolean`. */
export function toBoolean({ type, raw }: BaseValue): boolean {
  switch (type) {
    case "Boolean":
      return raw as boolean;
    case "Char":
    case "DateTime":
      throw badCast(type, "Boolean");
    case "String":
      return raw === null ? false : booleanOrThrow(raw as string);
    case "Decimal":
      return (raw as Decimal).mantissa !== 0n;
    default:
      return Number(raw) !== 0;
  }
}

/** As `Convert.ToChar`. */
export function toChar({ type, raw }: BaseValue): number {
  switch (type) {
    case "Char":
      return raw as number;
    case "Boolean":
    case "Single":
    case "Double":
    case "Decimal":
    case "DateTime":
      throw badCast(type, "Char");
    case "String": {
      if (raw === null) throw raise.argumentNull("value");
      const parsed = parseChar(raw as string);
      if (parsed instanceof NetException) throw parsed;
      return parsed;
    }
    default: {
      const code = Number(raw);
      if (code < 0 || code > 0xffff) throw overflowOf("a character");
      return code;
    }
  }
}

/** As `Convert.ToDateTime`. */
export function toDateTime(site: CallSite, { type, raw }: BaseValue): DateTime {
  if (type === "DateTime") return raw as DateTime;
  if (type !== "String") throw badCast(type, "DateTime");
  if (raw === null) return DateTime.minValue;
  const parsed = parseDateTime(site, raw as string);
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

/** The base value of an object, or InvalidCastException. */
export function convertible(site: CallSite, value: unknown, to: string): BaseValue {
  const base = baseValueOf(value);
  if (base === null) throw raise.invalidCast(typeOf(value, site.scope)?.fullName ?? "null", to);
  return base;
}

/** A base value as a base type, in raw form. */
export function convertTo(site: CallSite, value: BaseValue, to: BaseType): unknown {
  switch (to) {
    case "Boolean":
      return toBoolean(value);
    case "Char":
      return toChar(value);
    case "Single":
      return toReal(value, true);
    case "Double":
      return toReal(value, false);
    case "Decimal":
      return toDecimal(value);
    case "DateTime":
      return toDateTime(site, value);
    case "String":
      return toText(boxBase(site, value));
    default:
      return toInteger(integerKinds[to], value);
  }
}

function boxBase(site: CallSite, { type, raw }: BaseValue): unknown {
  if (typeof raw === "bigint" || (typeof raw === "number" && type !== "Int32"))
    return new Boxed(site.scope.find(`System.${type}`)!, raw);
  return raw;
}

/** True if it is a type that Convert converts to. */
export function baseTypeOf(type: NetType): BaseType | null {
  const name = type.definitionName.slice("System.".length);
  if (type.definitionName !== `System.${name}`) return null;
  return BASE_TYPES.has(name as BaseType) ? (name as BaseType) : null;
}

const BASE_TYPES: ReadonlySet<BaseType> = new Set<BaseType>([
  "Boolean",
  "Char",
  "SByte",
  "Byte",
  "Int16",
  "UInt16",
  "Int32",
  "UInt32",
  "Int64",
  "UInt64",
  "Single",
  "Double",
  "Decimal",
  "DateTime",
  "String",
]);
