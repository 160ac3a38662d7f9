import { NetException, raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { CallSite } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { box, typeOf, unbox } from "../object.js";

/** Making arrays and copying between them: the parts of System.Array that know how elements are represented. */

/** Items of a new array: zeros, in the form that arrays of the type keep. Charges them first. */
export function newItems(site: CallSite, type: NetType, length: number): unknown[] | Uint8Array {
  site.run.allocate(length * weightOf(type));
  return type.definitionName === "System.Byte" ? new Uint8Array(length) : new Array<unknown>(length).fill(zeroOf(type));
}

/** An array of these items. Charges them. */
export function arrayOfItems(site: CallSite, type: NetType, items: readonly unknown[]): NetArray {
  site.run.allocate(items.length * weightOf(type));
  return new NetArray(type, type.definitionName === "System.Byte" ? Uint8Array.from(items as number[]) : [...items]);
}

/** What an element of an array takes: bytes are kept as bytes. */
export function weightOf(element: NetType): number {
  return element.definitionName === "System.Byte" ? 1 : Weight.item;
}

const REAL = new Set(["System.Single", "System.Double"]);
const LONG = new Set(["System.Int64", "System.UInt64"]);

/** How an element of one type becomes one of another; null if it stays as it is. */
function conversion(site: CallSite, from: NetType, to: NetType): ((raw: unknown) => unknown) | null {
  if (from === to) return null;
  if (from.isValueType && to.isValueType) {
    if (REAL.has(to.definitionName)) return Number;
    if (LONG.has(to.definitionName)) return (raw) => BigInt(raw as number);
    if (LONG.has(from.definitionName) || REAL.has(from.definitionName)) throw mismatch();
    return null;
  }
  if (from.isValueType) {
    if (!from.isAssignableTo(to)) throw mismatch();
    return (raw) => box(raw, from);
  }
  if (to.isValueType)
    return (value) => {
      if (value === null && to.underlying !== null) return null;
      const type = typeOf(value, site.scope);
      if (type !== (to.underlying ?? to)) throw castFailed();
      return unbox(value);
    };
  return (value) => {
    if (value !== null && to.definitionName !== "System.Object" && typeOf(value, site.scope)?.isAssignableTo(to) !== true)
      throw castFailed();
    return value;
  };
}

const castFailed = () =>
  new NetException(
    "System.InvalidCastException",
    "At least one element in the source array could not be cast down to the destination array type.",
  );
const mismatch = () =>
  new NetException("System.ArrayTypeMismatchException", "Source array type cannot be assigned to destination array type.");

/** `Array.Copy`. Overlapping parts of one array are copied as if through a third. */
export function copyArray(
  site: CallSite,
  source: NetArray | null,
  from: number,
  target: NetArray | null,
  to: number,
  length: number,
): void {
  if (source === null) throw raise.argumentNull("sourceArray");
  if (target === null) throw raise.argumentNull("destinationArray");
  if (length < 0) throw raise.argumentOutOfRange("length", "Value has to be >= 0.");
  if (from < 0) throw raise.argumentOutOfRange("sourceIndex", "Value has to be >= 0.");
  if (to < 0) throw raise.argumentOutOfRange("destinationIndex", "Value has to be >= 0.");
  if (source.rank !== target.rank)
    throw new NetException("System.RankException", "Attempted to operate on an array with the incorrect number of dimensions.");
  if (from > source.items.length - length)
    throw raise.argument("Source array was not long enough. Check srcIndex and length, and the array's lower bounds.");
  if (to > target.items.length - length)
    throw raise.argument("Destination array was not long enough. Check destIndex and length, and the array's lower bounds.");
  site.run.steps(length >> 4);
  const convert = conversion(site, source.elementType, target.elementType);
  const part = source.items.slice(from, from + length);
  for (let i = 0; i < length; i++) target.items[to + i] = (convert === null ? part[i] : convert(part[i])) as number;
}

/** Sets an element from an object, as `SetValue` does. */
export function storeObject(site: CallSite, array: NetArray, at: number, value: unknown): void {
  const { elementType } = array;
  if (value === null) {
    array.items[at] = zeroOf(elementType) as number;
    return;
  }
  const type = typeOf(value, site.scope)!;
  const wanted = elementType.underlying ?? elementType;
  if (!type.isAssignableTo(wanted)) {
    if (!(type.isValueType && wanted.isValueType)) throw castFailed();
    array.items[at] = (conversion(site, type, wanted) ?? ((raw: unknown) => raw))(unbox(value)) as number;
    return;
  }
  array.items[at] = (elementType.isValueType ? unbox(value) : value) as number;
}
