import type { NetType } from "../../types/net-type.js";
import { box, equal, keyOf } from "../object.js";

/**
 * How sets, dictionaries and LINQ tell equal values apart: each value gets a key for JavaScript's Map, equal values the same.
 */

/** `IEqualityComparer<T>` at run time, on values in object form. */
export interface EqualityProtocol {
  equalValues(a: unknown, b: unknown): boolean;
  /** The same for two values exactly if they are equal here. */
  keyOfValue(value: unknown): unknown;
}

/** Makes the Map key of a raw value. */
export type KeyFunction = (raw: unknown) => unknown;
/** Tells whether two raw values are equal. */
export type EqualFunction = (a: unknown, b: unknown) => boolean;

const PLAIN = new Set(
  ["String", "Boolean", "Char", "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double"].map(
    (name) => `System.${name}`,
  ),
);

const itself: KeyFunction = (raw) => raw;

/** True if raw values of the type are JavaScript primitives that Map compares as .NET does. */
export function isPlain(type: NetType): boolean {
  const value = type.underlying ?? type;
  return value.kind === "enum" || PLAIN.has(value.definitionName);
}

/** The Map key of raw values of a type, by a comparer or, with null, by `Equals`. */
export function keyFunction(type: NetType, comparer: EqualityProtocol | null): KeyFunction {
  if (comparer !== null) {
    if (isPlainReference(type)) return (raw) => comparer.keyOfValue(raw);
    return (raw) => comparer.keyOfValue(box(raw, type));
  }
  return isPlain(type) ? itself : keyOf;
}

/** Equality of raw values of a type, by a comparer or, with null, by `Equals`. */
export function equalFunction(type: NetType, comparer: EqualityProtocol | null): EqualFunction {
  if (comparer !== null) return (a, b) => comparer.equalValues(box(a, type), box(b, type));
  return isPlain(type) ? sameRaw : equal;
}

function isPlainReference(type: NetType): boolean {
  return !type.isValueType;
}

/** Equality of primitives as .NET has it: NaN equals itself. */
export function sameRaw(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
