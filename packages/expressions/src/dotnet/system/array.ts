import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import {
  type CallSite,
  defineType,
  type Implementation,
  type Reference,
  type TypeDeclaration,
  withCall,
} from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { ReadOnlyCollection } from "../collections/index.js";
import { type CompareFunction, compareFunction, type OrderProtocol, sortItems } from "../collections/ordering.js";
import { box } from "../object.js";
import type { NetTypeObject } from "../type.js";
import { copyArray, newItems, storeObject, weightOf } from "./array-copy.js";
import { needed, ofOneDimension, searchMembers } from "./array-search.js";

/** System.Array. */

const BOUNDS =
  "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.";

function checkRange(array: NetArray, index: number, length: number): void {
  if (index < 0 || length < 0) throw raise.argumentOutOfRange(index < 0 ? "index" : "length", "Non-negative number required.");
  if (array.items.length - index < length) throw raise.argument(BOUNDS);
}

function sort(site: CallSite, array: NetArray, index: number, count: number, order: CompareFunction): void {
  checkRange(array, index, count);
  site.run.steps(count * Math.ceil(Math.log2(count + 2)));
  sortItems(array.items, index, count, order);
}

/** Sorts keys and takes the items along. */
function sortPairs(
  site: CallSite,
  keys: NetArray | null,
  items: NetArray | null,
  index: number,
  count: number,
  order: CompareFunction,
): void {
  if (keys === null) throw raise.argumentNull("keys");
  if (items === null) {
    sort(site, keys, index, count, order);
    return;
  }
  checkRange(keys, index, count);
  if (items.items.length - index < count) throw raise.argument(BOUNDS);
  site.run.steps(count * Math.ceil(Math.log2(count + 2)));
  site.run.allocate(count * Weight.object);
  const pairs = Array.from({ length: count }, (_, i) => [keys.items[index + i], items.items[index + i]] as const);
  sortItems(pairs as unknown[], 0, count, (a, b) => order((a as readonly unknown[])[0], (b as readonly unknown[])[0]));
  pairs.forEach(([key, item], i) => {
    keys.items[index + i] = key as number;
    items.items[index + i] = item as number;
  });
}

const COMPARER = "System.Collections.Generic.IComparer";

const sortMembers: Record<string, Implementation> = {
  "static void Sort(Array array)": withCall((site, array: NetArray | null) => {
    const all = ofOneDimension(needed(array));
    sort(site, all, 0, all.items.length, compareFunction(all.elementType, null));
  }),
  "static void Sort(Array array, int index, int length)": withCall(
    (site, array: NetArray | null, index: number, length: number) =>
      sort(site, ofOneDimension(needed(array)), index, length, compareFunction(needed(array).elementType, null)),
  ),
  "static void Sort(Array keys, Array items)": withCall((site, keys: NetArray | null, items: NetArray | null) => {
    const all = ofOneDimension(needed(keys));
    if (items !== null) ofOneDimension(items);
    sortPairs(site, all, items, 0, all.items.length, compareFunction(all.elementType, null));
  }),
  "static void Sort<T>(T[] array)": withCall((site, array: NetArray | null) => {
    const all = needed(array);
    sort(site, all, 0, all.items.length, compareFunction(all.elementType, null));
  }),
  "static void Sort<T>(T[] array, Comparison<T> comparison)": withCall(
    (site, array: NetArray | null, comparison: CompareFunction | null) => {
      if (comparison === null) throw raise.argumentNull("comparison");
      sort(site, needed(array), 0, needed(array).items.length, comparison);
    },
  ),
  [`static void Sort<T>(T[] array, ${COMPARER}<T> comparer)`]: withCall(
    (site, array: NetArray | null, comparer: OrderProtocol | null) => {
      const all = needed(array);
      sort(site, all, 0, all.items.length, compareFunction(all.elementType, comparer));
    },
  ),
  "static void Sort<T>(T[] array, int index, int length)": withCall(
    (site, array: NetArray | null, index: number, length: number) =>
      sort(site, needed(array), index, length, compareFunction(needed(array).elementType, null)),
  ),
  [`static void Sort<T>(T[] array, int index, int length, ${COMPARER}<T> comparer)`]: withCall(
    (site, array: NetArray | null, index: number, length: number, comparer: OrderProtocol | null) =>
      sort(site, needed(array), index, length, compareFunction(needed(array).elementType, comparer)),
  ),
  "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items)": withCall((site, keys: NetArray | null, items: NetArray | null) =>
    sortPairs(site, keys, items, 0, keys?.items.length ?? 0, compareFunction(site.typeArguments[0]!, null)),
  ),
  [`static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, ${COMPARER}<TKey> comparer)`]: withCall(
    (site, keys: NetArray | null, items: NetArray | null, comparer: OrderProtocol | null) =>
      sortPairs(site, keys, items, 0, keys?.items.length ?? 0, compareFunction(site.typeArguments[0]!, comparer)),
  ),
};

function reverse(site: CallSite, given: NetArray | null, index?: number, length?: number): void {
  const array = ofOneDimension(needed(given));
  const from = index ?? 0;
  const count = length ?? array.items.length;
  checkRange(array, from, count);
  site.run.steps(count >> 4);
  for (let lo = from, hi = from + count - 1; lo < hi; lo++, hi--) {
    const item = array.items[lo]!;
    array.items[lo] = array.items[hi] as number;
    array.items[hi] = item as number;
  }
}

function clear(site: CallSite, given: NetArray | null, index: number, length: number): void {
  const array = needed(given);
  if (index < 0 || length < 0 || array.items.length - index < length) throw raise.indexOutOfRange();
  site.run.steps(length >> 4);
  array.items.fill(zeroOf(array.elementType) as number, index, index + length);
}

function resize(site: CallSite, array: Reference<NetArray | null>, size: number): void {
  if (size < 0) throw raise.argumentOutOfRange("newSize", "Non-negative number required.");
  const type = site.typeArguments[0]!;
  const old = array.value;
  if (old !== null && old.items.length === size) return;
  const items = newItems(site, type, size);
  const count = Math.min(size, old?.items.length ?? 0);
  for (let i = 0; i < count; i++) items[i] = old!.items[i] as number;
  array.value = new NetArray(type, items);
}

function convertAll(site: CallSite, given: NetArray | null, converter: ((item: unknown) => unknown) | null): NetArray {
  const array = needed(given);
  if (converter === null) throw raise.argumentNull("converter");
  const type = site.typeArguments[1]!;
  const items = newItems(site, type, array.items.length);
  for (let i = 0; i < items.length; i++) items[i] = converter(array.items[i]) as number;
  return new NetArray(type, items);
}

function forEach(site: CallSite, given: NetArray | null, action: ((item: unknown) => unknown) | null): void {
  const array = needed(given);
  if (action === null) throw raise.argumentNull("action");
  for (const item of array.items) {
    site.run.step();
    action(item);
  }
}

function create(site: CallSite, type: NetTypeObject | null, lengths: readonly number[]): NetArray {
  if (type === null) throw raise.argumentNull("elementType");
  let total = 1;
  for (const length of lengths) {
    if (length < 0) throw raise.argumentOutOfRange("length", "Non-negative number required.");
    total *= length;
  }
  return new NetArray(type.type, newItems(site, type.type, total), lengths.length > 1 ? [...lengths] : null);
}

function dimension(array: NetArray, at: number): number {
  const length = (array.lengths ?? [array.items.length])[at];
  if (length === undefined) throw raise.indexOutOfRange();
  return length;
}

/** Where the element at these indices stands among the items. */
function indicesOf(indices: NetArray | null): readonly number[] {
  if (indices === null) throw raise.argumentNull("indices");
  return indices.items as readonly number[];
}

function offset(array: NetArray, indices: readonly number[]): number {
  const lengths = array.lengths ?? [array.items.length];
  if (indices.length !== lengths.length)
    throw raise.argument(
      indices.length === 1 ? "Array was not a one-dimensional array." : "Array was not the right number of dimensions.",
    );
  let at = 0;
  indices.forEach((index, i) => {
    if (index < 0 || index >= lengths[i]!) throw raise.indexOutOfRange();
    at = at * lengths[i]! + index;
  });
  return at;
}

const getAt = (array: NetArray, ...indices: number[]) => box(array.items[offset(array, indices)], array.elementType);
const setAt = withCall((site, array: NetArray, value: unknown, ...indices: number[]) =>
  storeObject(site, array, offset(array, indices), value),
);

function clone(site: CallSite, array: NetArray): NetArray {
  site.run.allocate(array.items.length * weightOf(array.elementType));
  return new NetArray(array.elementType, array.items.slice(), array.lengths);
}

const elementOf = (site: CallSite): NetType => site.typeArguments[0]!;

/** System.Array. */
export const arrayTypes: readonly TypeDeclaration[] = [
  defineType("abstract class System.Array : ICloneable, System.Collections.IList", {
    "int Length { get; }": (array: NetArray) => array.items.length,
    "long LongLength { get; }": (array: NetArray) => BigInt(array.items.length),
    "int Rank { get; }": (array: NetArray) => array.rank,
    "bool IsFixedSize { get; }": () => true,
    "bool IsReadOnly { get; }": () => false,
    "bool IsSynchronized { get; }": () => false,
    "object SyncRoot { get; }": (array: NetArray) => array,
    "int GetLength(int dimension)": dimension,
    "long GetLongLength(int dimension)": (array: NetArray, at: number) => BigInt(dimension(array, at)),
    "int GetLowerBound(int dimension)": (array: NetArray, at: number) => dimension(array, at) * 0,
    "int GetUpperBound(int dimension)": (array: NetArray, at: number) => dimension(array, at) - 1,
    "object GetValue(int index)": getAt,
    "object GetValue(int index1, int index2)": getAt,
    "object GetValue(int index1, int index2, int index3)": getAt,
    "object GetValue(params int[] indices)": (array: NetArray, indices: NetArray | null) => getAt(array, ...indicesOf(indices)),
    "object GetValue(long index)": (array: NetArray, index: bigint) => getAt(array, Number(index)),
    "void SetValue(object value, int index)": setAt,
    "void SetValue(object value, int index1, int index2)": setAt,
    "void SetValue(object value, int index1, int index2, int index3)": setAt,
    "void SetValue(object value, params int[] indices)": withCall(
      (site, array: NetArray, value: unknown, indices: NetArray | null) =>
        storeObject(site, array, offset(array, indicesOf(indices)), value),
    ),
    "object Clone()": withCall(clone),
    "void CopyTo(Array array, int index)": withCall((site, self: NetArray, target: NetArray | null, index: number) =>
      copyArray(site, self, 0, target, index, self.items.length),
    ),
    "void CopyTo(Array array, long index)": withCall((site, self: NetArray, target: NetArray | null, index: bigint) =>
      copyArray(site, self, 0, target, Number(index), self.items.length),
    ),
    "void Initialize()": () => undefined,
    "static System.Collections.ObjectModel.ReadOnlyCollection<T> AsReadOnly<T>(T[] array)": withCall(
      (site, array: NetArray | null) => new ReadOnlyCollection(elementOf(site), needed(array)),
    ),
    "static T[] Empty<T>()": withCall((site) => new NetArray(elementOf(site), newItems(site, elementOf(site), 0))),
    "static Array CreateInstance(Type elementType, int length)": withCall((site, type: NetTypeObject | null, length: number) =>
      create(site, type, [length]),
    ),
    "static Array CreateInstance(Type elementType, int length1, int length2)": withCall(
      (site, type: NetTypeObject | null, first: number, second: number) => create(site, type, [first, second]),
    ),
    "static void Copy(Array sourceArray, Array destinationArray, int length)": withCall(
      (site, source: NetArray | null, target: NetArray | null, length: number) => copyArray(site, source, 0, target, 0, length),
    ),
    "static void Copy(Array sourceArray, Array destinationArray, long length)": withCall(
      (site, source: NetArray | null, target: NetArray | null, length: bigint) =>
        copyArray(site, source, 0, target, 0, Number(length)),
    ),
    "static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)":
      withCall(copyArray),
    "static void Copy(Array sourceArray, long sourceIndex, Array destinationArray, long destinationIndex, long length)": withCall(
      (site, source: NetArray | null, from: bigint, target: NetArray | null, to: bigint, length: bigint) =>
        copyArray(site, source, Number(from), target, Number(to), Number(length)),
    ),
    "static void ConstrainedCopy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)":
      withCall(copyArray),
    "static void Clear(Array array, int index, int length)": withCall(clear),
    "static void Resize<T>(ref T[] array, int newSize)": withCall(resize),
    "static void Reverse(Array array)": withCall(reverse),
    "static void Reverse(Array array, int index, int length)": withCall(reverse),
    "static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Converter<TInput, TOutput> converter)": withCall(convertAll),
    "static void ForEach<T>(T[] array, Action<T> action)": withCall(forEach),
    ...searchMembers,
    ...sortMembers,
  }),
];
