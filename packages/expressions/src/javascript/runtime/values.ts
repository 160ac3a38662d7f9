import { JArray } from "../../dotnet/newtonsoft/array.js";
import { JContainer } from "../../dotnet/newtonsoft/container.js";
import { JObject } from "../../dotnet/newtonsoft/object.js";
import { JToken } from "../../dotnet/newtonsoft/token.js";
import { JValue } from "../../dotnet/newtonsoft/value.js";
import { dateText, writeJson } from "../../dotnet/newtonsoft/writer.js";
import { Decimal } from "../../dotnet/numbers/decimal.js";
import { equal, toText as netText } from "../../dotnet/object.js";
import { DateTime } from "../../dotnet/time/date-time.js";
import { DateTimeOffset } from "../../dotnet/time/date-time-offset.js";
import { NetException, raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { CallSite } from "../../types/declare.js";
import type { NetType, TypeScopeView } from "../../types/net-type.js";
import { Boxed, NetArray, NetEnumerable } from "../../types/values.js";

/**
 * What values mean to scripts. Objects and arrays of scripts are JObject and JArray; .NET values keep their classes. `null` and
 * `undefined` are one value. Values are in object form; numbers, whatever their .NET type, act as doubles.
 */

const doubles = new WeakMap<TypeScopeView, NetType>();

function doubleOf(scope: TypeScopeView): NetType {
  let type = doubles.get(scope);
  if (type === undefined) {
    type = scope.find("System.Double")!;
    doubles.set(scope, type);
  }
  return type;
}

/** A number in object form: an int where it is one, otherwise a boxed double. */
export function fromNumber(value: number, scope: TypeScopeView): unknown {
  return (value | 0) === value && !Object.is(value, -0) ? value : new Boxed(doubleOf(scope), value);
}

/** A value without its box: null, string, boolean, number, or an object. Takes raw forms too. */
export function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return value;
  if (value instanceof JValue) return plainToken(value);
  if (value instanceof Boxed) return plainBoxed(value);
  return value instanceof Decimal ? Number(value.toText()) : value;
}

function plainBoxed(boxed: Boxed): unknown {
  const { type, value } = boxed;
  if (type.kind === "enum") return netText(boxed);
  return type.definitionName === "System.Char" ? String.fromCharCode(value as number) : Number(value);
}

function plainToken({ kind, value }: JValue): unknown {
  if (kind !== "other") return plain(value);
  return value instanceof DateTime || value instanceof DateTimeOffset ? dateText(value) : netText(value);
}

/** `Number(value)`; nothing is no number. */
export function toNumber(value: unknown): number {
  const own = plain(value);
  switch (typeof own) {
    case "number":
      return own;
    case "boolean":
      return own ? 1 : 0;
    case "string":
      return Number(own);
    default:
      return own instanceof DateTime ? Number(own.ticks / 10_000n) - 62_135_596_800_000 : Number.NaN;
  }
}

/** Text for concatenation and templates: objects and arrays as JSON, nothing as no text. */
export function toText(value: unknown, site: CallSite): string {
  const own = plain(value);
  if (own === null) return "";
  if (typeof own !== "object") return typeof own === "function" ? "function" : String(own);
  return own instanceof JToken ? writeJson(own, false, site.run) : netText(own);
}

/** Text where .NET wants a string: as {@link toText}, but nothing stays nothing. */
export function toTextOrNull(value: unknown, site: CallSite): string | null {
  return plain(value) === null ? null : toText(value, site);
}

/** True if the value counts as true where a condition is asked for. */
export function isTruthy(value: unknown): boolean {
  const own = plain(value);
  return own !== null && own !== false && own !== "" && own !== 0 && !Number.isNaN(own);
}

/** What `typeof` gives. */
export function typeName(value: unknown): string {
  const own = plain(value);
  return own === null ? "undefined" : typeof own;
}

/** `a === b`. */
export function strictEquals(a: unknown, b: unknown): boolean {
  const left = plain(a);
  const right = plain(b);
  if (left === right) return true;
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false;
  return !(left instanceof JContainer) && !(right instanceof JContainer) && equal(left, right);
}

/** `==`: numbers, texts and booleans by their number. */
export function looseEquals(a: unknown, b: unknown): boolean {
  const left = plain(a);
  const right = plain(b);
  if (left === null || right === null) return left === right;
  const isSimple = typeof left !== "object" && typeof right !== "object";
  return isSimple && typeof left !== typeof right ? toNumber(left) === toNumber(right) : strictEquals(left, right);
}

/** `<` as -1, `>` as 1, equality as 0; NaN where the values do not compare. */
export function compareValues(a: unknown, b: unknown): number {
  const left = plain(a);
  const right = plain(b);
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  const first = toNumber(left);
  const second = toNumber(right);
  return first < second ? -1 : first > second ? 1 : first === second ? 0 : Number.NaN;
}

/** `+`: texts are joined, numbers added. */
export function add(a: unknown, b: unknown, site: CallSite): unknown {
  const left = plain(a);
  const right = plain(b);
  const isNumeric = (value: unknown) => value === null || typeof value === "number" || typeof value === "boolean";
  if (isNumeric(left) && isNumeric(right)) return fromNumber(toNumber(left) + toNumber(right), site.scope);
  const first = toText(left, site);
  const second = toText(right, site);
  site.run.allocate(first.length + second.length);
  return first + second;
}

/** A value as part of an object or array. Throws InvalidOperationException for what JSON has no form for. */
export function toToken(value: unknown, site: CallSite): JToken {
  if (value instanceof JContainer) return value;
  const own = plain(value);
  switch (typeof own) {
    case "string":
      return JValue.ofString(own);
    case "boolean":
      return JValue.ofBoolean(own);
    case "number":
      return Number.isSafeInteger(own) && !Object.is(own, -0) ? JValue.ofLong(own) : JValue.ofDouble(own);
    default:
  }
  if (own === null) return JValue.ofNull();
  if (own instanceof NetException) return JValue.ofString(own.message);
  if (own instanceof NetArray || (own instanceof NetEnumerable && !("lookup" in own))) return arrayOf(itemsOf(own, site), site);
  if (typeof own === "function") throw raise.invalidOperation("A function cannot be part of an object.");
  return JValue.of(own);
}

/** The items of an array or sequence, in object form. */
export function itemsOf(value: unknown, site: CallSite): readonly unknown[] {
  if (value instanceof JArray) return value.children;
  const items: unknown[] = [];
  for (const item of value as Iterable<unknown>) {
    site.run.steps(1);
    site.run.allocate(Weight.item);
    items.push(typeof item === "number" ? fromNumber(item, site.scope) : item);
  }
  return items;
}

/** A script's array of some values. */
export function arrayOf(items: readonly unknown[], site: CallSite): JArray {
  const array = new JArray();
  for (const item of items) array.append(toToken(item, site), site.run);
  return array;
}

/** True if it is an array to scripts: something with items by number. */
export function isList(value: unknown): value is JArray | NetArray | NetEnumerable {
  if (value instanceof JToken) return value instanceof JArray;
  return value instanceof NetArray || (value instanceof NetEnumerable && !isKeyed(value));
}

/** Objects and dictionaries: values by key. */
export function isKeyed(value: unknown): boolean {
  return (
    value instanceof JObject || (value instanceof NetEnumerable && typeof (value as { lookup?: unknown }).lookup === "function")
  );
}
