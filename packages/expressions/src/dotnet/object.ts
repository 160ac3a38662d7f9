import { chargeWork } from "../runtime/current.js";
import { LimitError, NetException, raise } from "../runtime/exceptions.js";
import { defineType } from "../types/declare.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { isSameObject } from "../types/same-object.js";
import { AnonymousObject, Boxed, NetArray, NetEnumerable, NetObject } from "../types/values.js";
import { enumText } from "./enum-text.js";
import { doubleText, singleText } from "./format/number-text.js";
import { orderedMarks } from "./text/normal-form.js";

/**
 * What every value can do, whatever its type: `System.Object`, and the services that generic code is written with.
 * Parameters called `value` are in object form, those called `raw` in raw form (see types/values.ts).
 */

const NUMBER_FORM = new Set([
  "System.Byte",
  "System.SByte",
  "System.Int16",
  "System.UInt16",
  "System.UInt32",
  "System.Char",
  "System.Single",
  "System.Double",
]);

/** Raw form → object form. */
export function box(raw: unknown, type: NetType): unknown {
  if (raw === null || raw === undefined) return null;
  const jsType = typeof raw;
  if (jsType === "bigint") return new Boxed(type.underlying ?? type, raw as bigint);
  if (jsType !== "number") return raw;
  const value = type.underlying ?? type;
  if (value.definitionName === "System.Int32") return raw;
  return value.kind === "enum" || NUMBER_FORM.has(value.definitionName) ? new Boxed(value, raw as number) : raw;
}

/** Object form → raw form, without a check: the caller knows the type. */
export function unbox(value: unknown): unknown {
  return value instanceof Boxed ? value.value : value;
}

/** The type of a value; null for null. `scope` supplies the types that plain JavaScript values stand for. */
export function typeOf(value: unknown, scope: TypeScopeView): NetType | null {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case "string":
      return scope.find("System.String");
    case "number":
      return scope.find("System.Int32");
    case "boolean":
      return scope.find("System.Boolean");
    case "function":
      return (value as { netType?: NetType }).netType ?? scope.find("System.Delegate");
    default:
  }
  if (value instanceof Boxed || value instanceof AnonymousObject) return value.type;
  if (value instanceof NetArray) return scope.arrayOf(value.elementType, value.rank);
  if (value instanceof NetException) return scope.find(value.typeName) ?? scope.find("System.Exception");
  if (value instanceof NetObject) {
    const name = definitionNameOf(value);
    const definition = scope.find(name, value.typeArguments.length);
    return definition !== null && value.typeArguments.length > 0 ? scope.construct(definition, value.typeArguments) : definition;
  }
  return scope.find("System.Object");
}

const names = new WeakMap<object, string>();

function definitionNameOf({ declaration }: NetObject): string {
  let name = names.get(declaration);
  if (name === undefined) {
    name = headerName(declaration.header);
    names.set(declaration, name);
  }
  return name;
}

/** `sealed class System.Collections.Generic.List<T> : …` → `System.Collections.Generic.List`. */
function headerName(header: string): string {
  const match = /^(?:\[Flags\] )?(?:(?:static|abstract|sealed|readonly) )*(?:class|struct|interface|enum)\s+([\w.+]+)/.exec(
    header,
  );
  return match?.[1] ?? header;
}

/** `Convert.ToString(value)` under the invariant culture: what concatenation and interpolation use. Null gives "". */
export function toText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
    case "undefined":
      return "";
    default:
  }
  if (value === null) return "";
  if (value instanceof Boxed) return boxedText(value);
  if (value instanceof NetObject) return value.toText() ?? fullNameOf(value);
  if (value instanceof NetArray) return `${value.elementType.fullName}[${",".repeat(value.rank - 1)}]`;
  if (value instanceof AnonymousObject)
    return composite(
      `{ ${value.names.map((name, i) => `${name} = ${toText(box(value.values[i], value.types[i]!))}`).join(", ")} }`,
    );
  if (value instanceof NetException) return `${value.typeName}: ${value.message}`;
  return (value as { netType?: NetType }).netType?.fullName ?? "System.Object";
}

function fullNameOf(value: NetObject): string {
  const cached = definitionNameOf(value);
  const args = value.typeArguments;
  return args.length === 0 ? cached : `${cached}\`${args.length}[${args.map((argument) => argument.fullName).join(",")}]`;
}

function boxedText({ type, value }: Boxed): string {
  if (type.kind === "enum") return enumText(type, value as number);
  switch (type.definitionName) {
    case "System.Char":
      return String.fromCharCode(value as number);
    case "System.Double":
      return doubleText(value as number);
    case "System.Single":
      return singleText(value as number);
    default:
      return String(value);
  }
}

/** `object.Equals(a, b)`. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a instanceof Boxed)
    return (
      b instanceof Boxed &&
      a.type === b.type &&
      (a.value === b.value || (Number.isNaN(a.value as number) && Number.isNaN(b.value as number)))
    );
  if (a instanceof NetObject) return a.equals(b);
  if (a instanceof AnonymousObject) return b instanceof AnonymousObject && keyOf(a) === keyOf(b);
  return false;
}

/**
 * A key for JavaScript's Map and Set: two objects are `Equals` exactly if their keys are the same. Strings and ints are their
 * own keys, so that dictionaries of them cost nothing.
 */
export function keyOf(value: unknown): unknown {
  if (value instanceof Boxed) return `${value.type.fullName}:${value.value}`;
  if (value instanceof NetObject) return value.key;
  if (value instanceof AnonymousObject)
    return compositeKey(
      `Anonymous${identity(value.type)}`,
      value.values.map((item, i) => box(item, value.types[i]!)),
    );
  return typeof value === "string" && value.includes(":") ? `System.String:${value}` : value;
}

function keyText(value: unknown): string {
  const key = keyOf(value);
  if (typeof key === "object" && key !== null) return `#${identity(key)}`;
  return `${typeof key}:${String(key)}`;
}

const MOST_COMPOSITE = 1_000_000;

/**
 * The text of a value made of other values. As one value may stand in another many times over, a few lines can make a text
 * beyond all bounds: it is refused as soon as it is too long. Throws LimitError.
 */
export function composite(text: string): string {
  if (text.length > MOST_COMPOSITE) throw new LimitError("memory", "The expression made a value that is too large.");
  return text;
}

/**
 * The key of a value that is equal to another if their parts are.
 * @param name tells it from values of other types
 * @param parts in object form
 */
export function compositeKey(name: string, parts: readonly unknown[]): string {
  let key = `${name}:`;
  for (const part of parts) {
    const text = keyText(part);
    key += `${text.length}:${text}`;
  }
  return composite(key);
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identity(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, ++lastIdentity);
  return lastIdentity;
}

const bits = new DataView(new ArrayBuffer(8));

/** The hash of 64 bits: both halves, one over the other. */
export function hashOfLong(value: bigint): number {
  return Number(BigInt.asIntN(32, value)) ^ Number(BigInt.asIntN(32, value >> 32n));
}

/** .NET Framework's hashes of numbers and enumerations. */
function boxedHash({ type, value }: Boxed): number {
  if (typeof value === "bigint") return hashOfLong(value);
  switch (type.definitionName) {
    case "System.SByte":
      return value ^ (value << 8);
    case "System.Int16":
      return (value & 0xffff) | (value << 16);
    case "System.Char":
      return value | (value << 16);
    case "System.Single":
      bits.setFloat32(0, value);
      return value === 0 ? 0 : bits.getInt32(0);
    case "System.Double":
      bits.setFloat64(0, value);
      return value === 0 ? 0 : bits.getInt32(0) ^ bits.getInt32(4);
    default:
      return value | 0;
  }
}

/** `GetHashCode()`: stable within a process, equal for equal values, otherwise without promise (as in .NET). */
export function hashCode(value: unknown): number {
  const own = value instanceof Boxed ? boxedHash(value) : value instanceof NetObject ? value.hashCode : undefined;
  if (own !== undefined) return own;
  const key = keyOf(value);
  if (typeof key === "number") return key | 0;
  if (typeof key === "boolean") return key ? 1 : 0;
  if (typeof key === "object" && key !== null) return identity(key);
  let hash = 5381;
  const text = String(key);
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) | 0;
  return hash;
}

/** `Comparer<object>.Default.Compare(a, b)`: null sorts first; values that do not compare throw ArgumentException. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : 1;
  if (typeof a === "boolean" && typeof b === "boolean") return a ? 1 : -1;
  if (a instanceof Boxed && b instanceof Boxed && a.type === b.type) return compareNumbers(a.value, b.value);
  const order = a instanceof NetObject ? a.compareTo(b) : undefined;
  if (order === undefined) throw raise.argument("At least one object must implement IComparable.");
  return order;
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a === b) return 0;
  if (typeof a === "number" && Number.isNaN(a)) return Number.isNaN(b as number) ? 0 : -1;
  if (typeof b === "number" && Number.isNaN(b)) return 1;
  return a < b ? -1 : 1;
}

const collator = new Intl.Collator("en-US", { usage: "sort", sensitivity: "variant", caseFirst: "lower" });

/** Charges for a comparison of long texts by a collator, which runs to its end. */
export function chargeCollation(a: string, b: string): void {
  chargeWork(Math.min(a.length, b.length), 2);
}

/** Characters that cost nothing beside the call. */
const FEW = 64;

function compareLong(a: string, b: string): number {
  chargeCollation(a, b);
  return collator.compare(orderedMarks(a), orderedMarks(b));
}

/** Culture comparison of text under the invariant culture: `string.Compare(a, b)`, sorting, `CompareTo`. */
export function compareText(a: string, b: string): number {
  const order = a.length <= FEW && b.length <= FEW ? collator.compare(a, b) : compareLong(a, b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/**
 * Enumerates a value in raw form; `elementTypeOf` tells which raw form. Throws NullReferenceException for null.
 * @param elementType T where the static type is `IEnumerable<T>`: which of several sequences is meant
 */
export function enumerate(value: unknown, elementType?: NetType): Iterable<unknown> {
  if (value === null || value === undefined) throw raise.nullReference();
  if (typeof value === "string") return charCodes(value);
  if (value instanceof NetArray) return value.items;
  if (value instanceof NetEnumerable) return elementType === undefined ? value : value.itemsAs(elementType);
  throw raise.invalidCast(toText(value), "System.Collections.IEnumerable");
}

function* charCodes(text: string): Iterable<number> {
  for (let i = 0; i < text.length; i++) yield text.charCodeAt(i);
}

/** The element type of an enumerable value. */
export function elementTypeOf(value: unknown, scope: TypeScopeView): NetType {
  if (value instanceof NetArray || value instanceof NetEnumerable) return value.elementType;
  return scope.find(typeof value === "string" ? "System.Char" : "System.Object")!;
}

/** System.Object. `GetType` is left out: it leads to reflection. */
export const objectType = defineType("class System.Object", {
  "new()": () => new PlainObject(),
  "string ToString()": (self: unknown) => toText(self),
  "bool Equals(object obj)": (self: unknown, other: unknown) => equal(self, other),
  "int GetHashCode()": (self: unknown) => hashCode(self),
  "static bool Equals(object objA, object objB)": (a: unknown, b: unknown) => equal(a, b),
  // The compiler knows it: which object a text is, only it can tell. This is for delegates made of it.
  "static bool ReferenceEquals(object objA, object objB)": (a: unknown, b: unknown) => isSameObject(a, undefined, b, undefined),
});

class PlainObject extends NetObject {
  override get declaration() {
    return objectType;
  }
}
