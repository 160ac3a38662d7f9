import { raise } from "../../runtime/exceptions.js";
import { Boxed } from "../../types/values.js";
import {
  type BaseType,
  type BaseValue,
  baseValueOf,
  toBoolean as convertToBoolean,
  toDecimal as convertToDecimal,
  toInteger as convertToInteger,
  toReal as convertToReal,
} from "../convert/conversions.js";
import { Decimal } from "../numbers/decimal.js";
import { type IntegerKind, integerKinds } from "../numbers/integers.js";

/** What a JValue holds: see `Stored` in value.ts. */
export interface Held {
  readonly kind: string;
  readonly value: unknown;
}

const BASE_TYPES: Readonly<Record<string, BaseType>> = {
  string: "String",
  bool: "Boolean",
  int: "Int32",
  long: "Int64",
  ulong: "UInt64",
  double: "Double",
  float: "Single",
};

/** A stored value as one that System.Convert takes; null where it is none. */
export function baseOf({ kind, value }: Held): BaseValue | null {
  const type = BASE_TYPES[kind];
  if (type !== undefined) return { type, raw: type === "Int64" ? BigInt(value as number | bigint) : value };
  return kind === "null" || kind === "big" ? null : baseValueOf(value);
}

function needed(held: Held, to: string): BaseValue {
  const base = baseOf(held);
  if (base === null) throw raise.invalidCast(typeName(held.value), to);
  return base;
}

function typeName(value: unknown): string {
  return value instanceof Boxed ? value.type.fullName : "System.Object";
}

/** To an integer type, in its raw form. */
export function toInteger(held: Held, kind: IntegerKind): number | bigint {
  if (held.kind !== "big") return convertToInteger(kind, needed(held, `System.${kind.name}`));
  const value = held.value as bigint;
  if (value < kind.low || value > kind.high)
    throw raise.overflow(`Value was either too large or too small for ${kind.described}.`);
  return kind.bits === 64 ? value : Number(value);
}

/** To an integer of any size, for comparing. */
export function toWhole(held: Held, kind: IntegerKind): bigint {
  return held.kind === "big" ? (held.value as bigint) : BigInt(toInteger(held, kind));
}

/** A held value as a double, or as a float. */
export function toReal(held: Held, isSingle: boolean): number {
  if (held.kind !== "big") return convertToReal(needed(held, isSingle ? "System.Single" : "System.Double"), isSingle);
  const value = Number(held.value as bigint);
  return isSingle ? Math.fround(value) : value;
}

/** A held value as a decimal. */
export function toDecimal(held: Held): Decimal {
  return held.kind === "big" ? Decimal.fromInteger(held.value as bigint) : convertToDecimal(needed(held, "System.Decimal"));
}

/** A held value as a truth value. */
export function toBoolean(held: Held): boolean {
  return held.kind === "big" ? toInteger(held, integerKinds.Int32) !== 0 : convertToBoolean(needed(held, "System.Boolean"));
}
