import { NetException, raise } from "../../runtime/exceptions.js";
import type { NetType } from "../../types/net-type.js";
import { box, compare, compareText } from "../object.js";
import { isPlain } from "./equality.js";

/** `IComparer<T>` at run time, on values in object form. */
export interface OrderProtocol {
  compareValues(a: unknown, b: unknown): number;
}

/** Compares raw values of one type. */
export type CompareFunction = (a: unknown, b: unknown) => number;

/** Order of raw values of a type, by a comparer or, with null, by `CompareTo`. */
export function compareFunction(type: NetType, comparer: OrderProtocol | null): CompareFunction {
  if (comparer !== null) {
    if (!type.isValueType) return (a, b) => comparer.compareValues(a, b);
    return (a, b) => comparer.compareValues(box(a, type), box(b, type));
  }
  if (type.definitionName === "System.String") return comparePlainText;
  return isPlain(type) ? comparePlain : compare;
}

function comparePlainText(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null ? 1 : compareText(a as string, b as string);
}

/** Null before all, NaN before all numbers. */
function comparePlain(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if ((a as number) < (b as number)) return -1;
  if ((a as number) > (b as number)) return 1;
  const [isNotA, isNotB] = [Number.isNaN(a), Number.isNaN(b)];
  return isNotA ? (isNotB ? 0 : -1) : isNotB ? 1 : 0;
}

const SMALL = 16;

/**
 * `Array.Sort` and `List.Sort`: .NET's introspective sort, step by step, as its order of equal items can be seen. An exception
 * of the comparison arrives as InvalidOperationException.
 */
export function sortItems(items: unknown[] | Uint8Array, start: number, count: number, order: CompareFunction): void {
  if (count < 2) return;
  const depth = 2 * (Math.floor(Math.log2(count)) + 1);
  comparing(() => introSort(items as unknown[], start, start + count - 1, depth, order));
}

/** Sorts: an exception of the comparison arrives as InvalidOperationException. */
export function comparing(sort: () => void): void {
  try {
    sort();
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    throw new NetException("System.InvalidOperationException", "Failed to compare two elements in the array.", error);
  }
}

function introSort(items: unknown[], first: number, last: number, depth: number, order: CompareFunction): void {
  let [hi, left] = [last, depth];
  while (hi > first) {
    const size = hi - first + 1;
    if (size <= SMALL) {
      if (size === 2) swapIfGreater(items, order, first, hi);
      else if (size === 3) {
        swapIfGreater(items, order, first, hi - 1);
        swapIfGreater(items, order, first, hi);
        swapIfGreater(items, order, hi - 1, hi);
      } else insertionSort(items, first, hi, order);
      return;
    }
    if (left === 0) {
      heapSort(items, first, hi, order);
      return;
    }
    left--;
    const pivot = partition(items, first, hi, order);
    introSort(items, pivot + 1, hi, left, order);
    hi = pivot - 1;
  }
}

function swap(items: unknown[], i: number, j: number): void {
  const item = items[i];
  items[i] = items[j];
  items[j] = item;
}

function swapIfGreater(items: unknown[], order: CompareFunction, a: number, b: number): void {
  if (a !== b && order(items[a], items[b]) > 0) swap(items, a, b);
}

function partition(items: unknown[], lo: number, hi: number, order: CompareFunction): number {
  const middle = lo + ((hi - lo) >> 1);
  swapIfGreater(items, order, lo, middle);
  swapIfGreater(items, order, lo, hi);
  swapIfGreater(items, order, middle, hi);
  const pivot = items[middle];
  swap(items, middle, hi - 1);
  let left = lo;
  let right = hi - 1;
  while (left < right) {
    // A comparison that contradicts itself could run off the end; .NET reports it, too.
    do if (++left > hi) throw inconsistent();
    while (order(items[left], pivot) < 0);
    do if (--right < lo) throw inconsistent();
    while (order(pivot, items[right]) < 0);
    if (left >= right) break;
    swap(items, left, right);
  }
  swap(items, left, hi - 1);
  return left;
}

const inconsistent = () => raise.argument("Unable to sort because the IComparer.Compare() method returns inconsistent results.");

function heapSort(items: unknown[], lo: number, hi: number, order: CompareFunction): void {
  const size = hi - lo + 1;
  for (let i = size >> 1; i >= 1; i--) downHeap(items, i, size, lo, order);
  for (let i = size; i > 1; i--) {
    swap(items, lo, lo + i - 1);
    downHeap(items, 1, i - 1, lo, order);
  }
}

function downHeap(items: unknown[], start: number, size: number, lo: number, order: CompareFunction): void {
  const item = items[lo + start - 1];
  let at = start;
  while (at <= size >> 1) {
    let child = 2 * at;
    if (child < size && order(items[lo + child - 1], items[lo + child]) < 0) child++;
    if (!(order(item, items[lo + child - 1]) < 0)) break;
    items[lo + at - 1] = items[lo + child - 1];
    at = child;
  }
  items[lo + at - 1] = item;
}

function insertionSort(items: unknown[], lo: number, hi: number, order: CompareFunction): void {
  for (let i = lo; i < hi; i++) {
    let j = i;
    const item = items[i + 1];
    while (j >= lo && order(item, items[j]) < 0) {
      items[j + 1] = items[j];
      j--;
    }
    items[j + 1] = item;
  }
}

/** `Array.BinarySearch` and `List.BinarySearch`: the index, or the complement of where it would stand. */
export function binarySearch(
  items: ArrayLike<unknown>,
  start: number,
  count: number,
  item: unknown,
  order: CompareFunction,
): number {
  let lo = start;
  let hi = start + count - 1;
  while (lo <= hi) {
    const middle = lo + ((hi - lo) >> 1);
    const found = order(items[middle], item);
    if (found === 0) return middle;
    if (found < 0) lo = middle + 1;
    else hi = middle - 1;
  }
  return ~lo;
}
