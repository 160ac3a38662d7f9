import { NetException, raise } from "../../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { equalFunction } from "../collections/equality.js";
import { binarySearch, compareFunction, type OrderProtocol } from "../collections/ordering.js";
import { box, equal } from "../object.js";
import { arrayOfItems } from "./array-copy.js";

/** The members of System.Array that look for elements. */

type Predicate = ((item: unknown) => boolean) | null;
type Test = (item: unknown) => boolean;

const START = "Index was out of range. Must be non-negative and less than the size of the collection.";
const COUNT = "Count must be positive and count must refer to a location within the string/array/collection.";

/** The array. Throws RankException for one of several dimensions. */
export function ofOneDimension(array: NetArray): NetArray {
  if (array.rank > 1) throw new NetException("System.RankException", "Only single dimension arrays are supported here.");
  return array;
}

/** The array, or ArgumentNullException. */
export function needed(array: NetArray | null): NetArray {
  if (array === null) throw raise.argumentNull("array");
  return array;
}

function predicate(match: Predicate): Test {
  if (match === null) throw raise.argumentNull("match");
  return match;
}

function first(site: CallSite, array: NetArray, start: number, count: number, test: Test): number {
  if (start < 0 || start > array.items.length) throw raise.argumentOutOfRange("startIndex", START);
  if (count < 0 || count > array.items.length - start) throw raise.argumentOutOfRange("count", COUNT);
  for (let i = start; i < start + count; i++) {
    site.run.step();
    if (test(array.items[i])) return i;
  }
  return -1;
}

/** Backwards from `start`. */
function last(site: CallSite, array: NetArray, start: number, count: number, test: Test): number {
  const { length } = array.items;
  if (length === 0) return -1;
  if (start < 0 || start >= length) throw raise.argumentOutOfRange("startIndex", START);
  if (count < 0 || start - count + 1 < 0) throw raise.argumentOutOfRange("count", COUNT);
  for (let i = start; i > start - count; i--) {
    site.run.step();
    if (test(array.items[i])) return i;
  }
  return -1;
}

/** `IndexOf` and `LastIndexOf` for elements of a type, and for any array with an object. */
function indexMembers(name: "IndexOf" | "LastIndexOf"): Record<string, Implementation> {
  const isLast = name === "LastIndexOf";
  const search = (site: CallSite, given: NetArray | null, test: Test, start?: number, count?: number): number => {
    const array = needed(given);
    const { length } = array.items;
    if (isLast) {
      const from = start ?? length - 1;
      return last(site, array, from, count ?? from + 1, test);
    }
    const from = start ?? 0;
    return first(site, array, from, count ?? length - from, test);
  };
  const typed = withCall((site, array: NetArray | null, value: unknown, start?: number, count?: number) => {
    const same = equalFunction(site.typeArguments[0]!, null);
    return search(site, array, (item) => same(item, value), start, count);
  });
  const untyped = withCall((site, array: NetArray | null, value: unknown, start?: number, count?: number) => {
    const { elementType } = needed(array);
    return search(site, array, (item) => equal(box(item, elementType), value), start, count);
  });
  return {
    [`static int ${name}<T>(T[] array, T value)`]: typed,
    [`static int ${name}<T>(T[] array, T value, int startIndex)`]: typed,
    [`static int ${name}<T>(T[] array, T value, int startIndex, int count)`]: typed,
    [`static int ${name}(Array array, object value)`]: untyped,
    [`static int ${name}(Array array, object value, int startIndex)`]: untyped,
    [`static int ${name}(Array array, object value, int startIndex, int count)`]: untyped,
  };
}

function all(site: CallSite, array: NetArray, test: Test): unknown[] {
  const found: unknown[] = [];
  for (const item of array.items) {
    site.run.step();
    if (test(item)) found.push(item);
  }
  return found;
}

function search(
  site: CallSite,
  array: NetArray | null,
  start: number,
  count: number,
  value: unknown,
  comparer: OrderProtocol | null,
): number {
  const { items } = needed(array);
  if (start < 0 || count < 0) throw raise.argumentOutOfRange(start < 0 ? "index" : "length", "Non-negative number required.");
  if (items.length - start < count)
    throw raise.argument(
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
    );
  return binarySearch(items, start, count, value, compareFunction(site.typeArguments[0]!, comparer));
}

/** Members of System.Array that search. */
export const searchMembers: Record<string, Implementation> = {
  ...indexMembers("IndexOf"),
  ...indexMembers("LastIndexOf"),
  "static bool Exists<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) => {
    const items = needed(array);
    return first(site, items, 0, items.items.length, predicate(match)) >= 0;
  }),
  "static bool TrueForAll<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) => {
    const items = needed(array);
    const test = predicate(match);
    return first(site, items, 0, items.items.length, (item) => !test(item)) < 0;
  }),
  "static T Find<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) => {
    const items = needed(array);
    const at = first(site, items, 0, items.items.length, predicate(match));
    return at < 0 ? zeroOf(site.typeArguments[0]!) : items.items[at];
  }),
  "static T FindLast<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) => {
    const items = needed(array);
    const { length } = items.items;
    const at = last(site, items, length - 1, length, predicate(match));
    return at < 0 ? zeroOf(site.typeArguments[0]!) : items.items[at];
  }),
  "static T[] FindAll<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) =>
    arrayOfItems(site, site.typeArguments[0]!, all(site, needed(array), predicate(match))),
  ),
  "static int FindIndex<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) =>
    first(site, needed(array), 0, needed(array).items.length, predicate(match)),
  ),
  "static int FindIndex<T>(T[] array, int startIndex, Predicate<T> match)": withCall(
    (site, array: NetArray | null, start: number, match: Predicate) =>
      first(site, needed(array), start, needed(array).items.length - start, predicate(match)),
  ),
  "static int FindIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)": withCall(
    (site, array: NetArray | null, start: number, count: number, match: Predicate) =>
      first(site, needed(array), start, count, predicate(match)),
  ),
  "static int FindLastIndex<T>(T[] array, Predicate<T> match)": withCall((site, array: NetArray | null, match: Predicate) => {
    const { length } = needed(array).items;
    return last(site, needed(array), length - 1, length, predicate(match));
  }),
  "static int FindLastIndex<T>(T[] array, int startIndex, Predicate<T> match)": withCall(
    (site, array: NetArray | null, start: number, match: Predicate) =>
      last(site, needed(array), start, start + 1, predicate(match)),
  ),
  "static int FindLastIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)": withCall(
    (site, array: NetArray | null, start: number, count: number, match: Predicate) =>
      last(site, needed(array), start, count, predicate(match)),
  ),
  "static int BinarySearch<T>(T[] array, T value)": withCall((site, array: NetArray | null, value: unknown) =>
    search(site, array, 0, needed(array).items.length, value, null),
  ),
  "static int BinarySearch<T>(T[] array, T value, System.Collections.Generic.IComparer<T> comparer)": withCall(
    (site, array: NetArray | null, value: unknown, comparer: OrderProtocol | null) =>
      search(site, array, 0, needed(array).items.length, value, comparer),
  ),
  "static int BinarySearch<T>(T[] array, int index, int length, T value)": withCall(
    (site, array: NetArray | null, start: number, count: number, value: unknown) =>
      search(site, array, start, count, value, null),
  ),
  "static int BinarySearch<T>(T[] array, int index, int length, T value, System.Collections.Generic.IComparer<T> comparer)":
    withCall((site, array: NetArray | null, start: number, count: number, value: unknown, comparer: OrderProtocol | null) =>
      search(site, array, start, count, value, comparer),
    ),
};
