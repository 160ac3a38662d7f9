import { toText } from "@turnpike/expressions";
import {
  type BaseType,
  Boxed,
  baseValueOf,
  box,
  builtinScope,
  type CallSite,
  convertTo,
  DateTime,
  Decimal,
  type NetType,
  raise,
} from "@turnpike/expressions/values";
import { EMPTY, isElement, Pair, Sequence } from "./values.js";

const named = (name: BaseType): NetType => builtinScope.find(`System.${name}`)!;

const LONG = named("Int64");
const DOUBLE = named("Double");
const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

/** Does a .NET long hold it? */
export const isLong = (value: bigint): boolean => value >= LEAST_LONG && value <= MOST_LONG;

/** A `long`, as an object. */
export const longOf = (value: bigint): Boxed => new Boxed(LONG, value);

/** A `double`, as an object. */
export const doubleOf = (value: number): Boxed => new Boxed(DOUBLE, value);

const WHOLE = /^-?\d+$/;
/** No long has more digits; beyond, .NET's BigInteger would begin. */
const LONGEST_WHOLE = 20;

/** A number of a JSON text: whole ones are long, others double. */
export function jsonNumber(text: string): unknown {
  if (text.length <= LONGEST_WHOLE && WHOLE.test(text)) {
    const value = BigInt(text);
    if (isLong(value)) return longOf(value);
  }
  return doubleOf(Number(text));
}

/** The type that a value converts as; null if it does not convert (`IConvertible`). */
export function typeOfValue(value: unknown): BaseType | null {
  return baseValueOf(value)?.type ?? null;
}

const CHARACTERS_PER_STEP = 64;

/** Steps for going through a text once; none for another value. */
export function textSteps(value: unknown): number {
  return typeof value === "string" ? Math.floor(value.length / CHARACTERS_PER_STEP) : 0;
}

/** `Convert.ChangeType`. Throws what .NET throws. */
export function changeType(site: CallSite, value: unknown, to: BaseType): unknown {
  if (typeof value === "string" && to !== "String") site.run.steps(textSteps(value));
  const base = baseValueOf(value);
  if (base === null) throw raise.invalidCast(nameOfType(value), "System.IConvertible");
  return base.type === to ? value : box(convertTo(site, base, to), named(to));
}

/** `Convert.ToInt32` of an object. */
export function toInt(site: CallSite, value: unknown): number {
  if (value === null || value === undefined) return 0;
  const converted = changeType(site, value, "Int32");
  if (typeof converted !== "number") throw raise.invalidCast(nameOfType(value), "System.Int32");
  return converted;
}

const NAMES: readonly (readonly [test: (value: unknown) => boolean, name: string])[] = [
  [(value) => typeof value === "string", "System.String"],
  [(value) => typeof value === "boolean", "System.Boolean"],
  [(value) => typeof value === "number", "System.Int32"],
  [(value) => value instanceof Decimal, "System.Decimal"],
  [(value) => value instanceof DateTime, "System.DateTime"],
  [(value) => value === EMPTY, "DotLiquid.Symbol"],
  [(value) => Array.isArray(value) || isElement(value), "System.Collections.Generic.List`1[System.Object]"],
  [(value) => value instanceof Sequence, "System.Collections.Generic.IEnumerable`1[System.Object]"],
  [(value) => value instanceof Pair, "System.Collections.Generic.KeyValuePair`2[System.String,System.Object]"],
];

/** A value's type as messages of .NET name it. */
export function nameOfType(value: unknown): string {
  if (value instanceof Boxed) return value.type.fullName;
  return NAMES.find(([test]) => test(value))?.[1] ?? "DotLiquid.Hash";
}

/** `ToString()` of a value that is no list or object; of those the name of a class. */
export function plainText(value: unknown): string {
  return baseValueOf(value) === null ? nameOfType(value) : toText(value);
}
