import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { zeroOf } from "../../types/zero.js";
import { List } from "./list.js";
import { binarySearch, compareFunction, type OrderProtocol } from "./ordering.js";
import { equalItems, indexOfItem } from "./protocol.js";

type Predicate = ((item: unknown) => boolean) | null;

/** A predicate that must be there. */
export function required(match: Predicate): (item: unknown) => boolean {
  if (match === null) throw raise.argumentNull("match");
  return match;
}

function findIndex(self: List, start: number, count: number, match: Predicate): number {
  if (start < 0 || start > self.count) throw raise.argumentOutOfRange("startIndex", INDEX_RANGE);
  if (count < 0 || start > self.count - count) throw raise.argumentOutOfRange("count", COUNT_RANGE);
  const holds = required(match);
  for (let i = start; i < start + count; i++) if (holds(self.items[i])) return i;
  return -1;
}

function findLastIndex(self: List, start: number, count: number, match: Predicate): number {
  const holds = required(match);
  if (self.count === 0) {
    if (start !== -1) throw raise.argumentOutOfRange("startIndex", INDEX_RANGE);
  } else if (start < 0 || start >= self.count) throw raise.argumentOutOfRange("startIndex", INDEX_RANGE);
  if (count < 0 || start - count + 1 < 0) throw raise.argumentOutOfRange("count", COUNT_RANGE);
  for (let i = start; i > start - count; i--) if (holds(self.items[i])) return i;
  return -1;
}

const INDEX_RANGE = "Index was out of range. Must be non-negative and less than the size of the collection.";
const COUNT_RANGE = "Count must be positive and count must refer to a location within the string/array/collection.";

function indexOf(site: CallSite, self: List, item: unknown, index: number, count: number): number {
  if (index < 0 || index > self.count) throw raise.argumentOutOfRange("index", INDEX_RANGE);
  if (count < 0 || index > self.count - count) throw raise.argumentOutOfRange("count", COUNT_RANGE);
  site.run.steps(count);
  return indexOfItem(self.items, item, index, index + count);
}

function lastIndexOf(site: CallSite, self: List, item: unknown, index: number, count: number): number {
  if (self.count === 0) return -1;
  if (index < 0 || index >= self.count) throw raise.argumentOutOfRange("index", INDEX_RANGE);
  if (count < 0 || count > index + 1) throw raise.argumentOutOfRange("count", COUNT_RANGE);
  site.run.steps(count);
  for (let i = index; i > index - count; i--) if (equalItems(self.items[i], item)) return i;
  return -1;
}

function binary(self: List, index: number, count: number, item: unknown, comparer: OrderProtocol | null): number {
  self.checkRange(index, count);
  return binarySearch(self.items, index, count, item, compareFunction(self.elementType, comparer));
}

const notFound = (self: List) => zeroOf(self.elementType);

/** The members of List that look for items. */
export const searchMembers: Record<string, Implementation> = {
  "bool Contains(T item)": withCall((site, self: List, item: unknown) => {
    site.run.steps(self.count);
    return self.containsItem(item);
  }),
  "bool Exists(Predicate<T> match)": (self: List, match: Predicate) => findIndex(self, 0, self.count, match) >= 0,
  "bool TrueForAll(Predicate<T> match)": (self: List, match: Predicate) => self.items.every(required(match)),
  "T Find(Predicate<T> match)": (self: List, match: Predicate) => {
    const index = findIndex(self, 0, self.count, match);
    return index < 0 ? notFound(self) : self.items[index];
  },
  "T FindLast(Predicate<T> match)": (self: List, match: Predicate) => {
    const index = findLastIndex(self, self.count - 1, self.count, match);
    return index < 0 ? notFound(self) : self.items[index];
  },
  "List<T> FindAll(Predicate<T> match)": withCall((site: CallSite, self: List, match: Predicate) => {
    const holds = required(match);
    const found = self.items.filter((item) => holds(item));
    site.run.allocate(found.length * Weight.item);
    return new List(self.elementType, found);
  }),
  "int FindIndex(Predicate<T> match)": (self: List, match: Predicate) => findIndex(self, 0, self.count, match),
  "int FindIndex(int startIndex, Predicate<T> match)": (self: List, start: number, match: Predicate) =>
    findIndex(self, start, self.count - start, match),
  "int FindIndex(int startIndex, int count, Predicate<T> match)": findIndex,
  "int FindLastIndex(Predicate<T> match)": (self: List, match: Predicate) =>
    findLastIndex(self, self.count - 1, self.count, match),
  "int FindLastIndex(int startIndex, Predicate<T> match)": (self: List, start: number, match: Predicate) =>
    findLastIndex(self, start, start + 1, match),
  "int FindLastIndex(int startIndex, int count, Predicate<T> match)": findLastIndex,
  "int IndexOf(T item)": withCall((site, self: List, item: unknown) => {
    site.run.steps(self.count);
    return self.indexOf(item);
  }),
  "int IndexOf(T item, int index)": withCall((site, self: List, item: unknown, index: number) =>
    indexOf(site, self, item, index, self.count - index),
  ),
  "int IndexOf(T item, int index, int count)": withCall(indexOf),
  "int LastIndexOf(T item)": withCall((site, self: List, item: unknown) =>
    lastIndexOf(site, self, item, self.count - 1, self.count),
  ),
  "int LastIndexOf(T item, int index)": withCall((site, self: List, item: unknown, index: number) =>
    lastIndexOf(site, self, item, index, index + 1),
  ),
  "int LastIndexOf(T item, int index, int count)": withCall(lastIndexOf),
  "int BinarySearch(T item)": (self: List, item: unknown) => binary(self, 0, self.count, item, null),
  "int BinarySearch(T item, IComparer<T> comparer)": (self: List, item: unknown, comparer: OrderProtocol | null) =>
    binary(self, 0, self.count, item, comparer),
  "int BinarySearch(int index, int count, T item, IComparer<T> comparer)": binary,
};
