import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { enumerate } from "../object.js";
import { Enumerator } from "./enumerator.js";
import { List, listHeader, ReadOnlyCollection, readOnlyCollectionHeader } from "./list.js";
import { required, searchMembers } from "./list-search.js";
import { type CompareFunction, compareFunction, type OrderProtocol, sortItems } from "./ordering.js";
import { collectionModified, copyItems, knownCountOf } from "./protocol.js";

/** The items of an argument of type `IEnumerable<T>`, charged for. Throws ArgumentNullException. */
export function takeItems(site: CallSite, source: unknown, parameter: string): unknown[] {
  if (source === null) throw raise.argumentNull(parameter);
  const known = knownCountOf(source);
  if (known !== undefined) site.run.allocate(known * Weight.item);
  const items: unknown[] = [];
  for (const item of enumerate(source, site.declaringArguments[0])) {
    site.run.step();
    if (known === undefined) site.run.allocate(Weight.item);
    items.push(item);
  }
  return items;
}

function sort(site: CallSite, self: List, index: number, count: number, order: CompareFunction): void {
  self.checkRange(index, count);
  site.run.steps(count * Math.ceil(Math.log2(count + 2)));
  sortItems(self.items, index, count, order);
  self.version++;
}

function reverse(site: CallSite, self: List, index: number, count: number): void {
  self.checkRange(index, count);
  site.run.steps(count);
  for (let i = index, j = index + count - 1; i < j; i++, j--) [self.items[i], self.items[j]] = [self.items[j], self.items[i]];
  self.version++;
}

function slice(site: CallSite, self: List, start: number, count: number): unknown[] {
  site.run.allocate(count * Weight.item);
  return self.items.slice(start, start + count);
}

/** An array of raw items; bytes are kept as bytes. */
export function arrayOfItems(elementType: NetArray["elementType"], items: unknown[]): NetArray {
  return new NetArray(elementType, elementType.definitionName === "System.Byte" ? Uint8Array.from(items as number[]) : items);
}

/** `System.Collections.Generic.List<T>`, as expressions know it. */
export const listType = defineType(listHeader.header, {
  "new()": withCall((site) => new List(site.declaringArguments[0]!)),
  "new(int capacity)": withCall((site, capacity: number) => {
    if (capacity < 0) throw raise.argumentOutOfRange("capacity", "Non-negative number required.");
    return new List(site.declaringArguments[0]!);
  }),
  "new(IEnumerable<T> collection)": withCall(
    (site, source: unknown) => new List(site.declaringArguments[0]!, takeItems(site, source, "collection")),
  ),
  "int Count { get; }": (self: List) => self.items.length,
  "int Capacity { get; set; }": {
    get: (self: List) => Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(self.count, 1)))),
    set: (self: List, capacity: number) => {
      if (capacity < self.count) throw raise.argumentOutOfRange("value", "capacity was less than the current size.");
    },
  },
  "T this[int index] { get; set; }": {
    get: (self: List, index: number) => self.at(index),
    set: (self: List, index: number, item: unknown) => self.setAt(index, item),
  },
  "IEnumerator<T> GetEnumerator()": withCall((site, self: List) => new Enumerator(self.elementType, self, site.run)),

  "void Add(T item)": withCall((site, self: List, item: unknown) => {
    site.run.allocate(Weight.item);
    self.addItem(item);
  }),
  "void AddRange(IEnumerable<T> collection)": withCall((site, self: List, source: unknown) =>
    self.insertAll(self.count, takeItems(site, source, "collection")),
  ),
  "void Insert(int index, T item)": withCall((site, self: List, index: number, item: unknown) => {
    site.run.allocate(Weight.item);
    site.run.steps((self.count - index) >> 4);
    self.insert(index, item);
  }),
  "void InsertRange(int index, IEnumerable<T> collection)": withCall((site, self: List, index: number, source: unknown) => {
    site.run.steps(self.count >> 4);
    self.insertAll(index, takeItems(site, source, "collection"));
  }),
  "bool Remove(T item)": withCall((site, self: List, item: unknown) => {
    site.run.steps(self.count >> 2);
    return self.removeItem(item);
  }),
  "void RemoveAt(int index)": withCall((site, self: List, index: number) => {
    site.run.steps(self.count >> 4);
    self.removeAt(index);
  }),
  "void RemoveRange(int index, int count)": withCall((site, self: List, index: number, count: number) => {
    site.run.steps(self.count >> 4);
    self.removeRange(index, count);
  }),
  "int RemoveAll(Predicate<T> match)": (self: List, match: ((item: unknown) => boolean) | null) => {
    const goes = required(match);
    const before = self.count;
    self.items = self.items.filter((item) => !goes(item));
    if (self.count < before) self.version++;
    return before - self.count;
  },
  "void Clear()": (self: List) => self.clear(),
  "void TrimExcess()": () => undefined,

  ...searchMembers,

  "void ForEach(Action<T> action)": (self: List, action: ((item: unknown) => void) | null) => {
    if (action === null) throw raise.argumentNull("action");
    const { version } = self;
    for (let i = 0; i < self.count; i++) {
      action(self.items[i]);
      if (version !== self.version) throw collectionModified();
    }
  },
  "List<TOutput> ConvertAll<TOutput>(Converter<T, TOutput> converter)": withCall(
    (site, self: List, converter: ((item: unknown) => unknown) | null) => {
      if (converter === null) throw raise.argumentNull("converter");
      site.run.allocate(self.count * Weight.item);
      return new List(
        site.typeArguments[0]!,
        self.items.map((item) => converter(item)),
      );
    },
  ),
  "List<T> GetRange(int index, int count)": withCall((site, self: List, index: number, count: number) => {
    self.checkRange(index, count);
    return new List(self.elementType, slice(site, self, index, count));
  }),
  "T[] ToArray()": withCall((site, self: List) => arrayOfItems(self.elementType, slice(site, self, 0, self.count))),
  "System.Collections.ObjectModel.ReadOnlyCollection<T> AsReadOnly()": (self: List) =>
    new ReadOnlyCollection(self.elementType, self),
  "void CopyTo(T[] array)": withCall((site, self: List, target: NetArray | null) => {
    site.run.steps(self.count);
    copyItems(self.items, self.count, target, 0);
  }),
  "void CopyTo(T[] array, int arrayIndex)": withCall((site, self: List, target: NetArray | null, index: number) => {
    site.run.steps(self.count);
    copyItems(self.items, self.count, target, index);
  }),
  "void CopyTo(int index, T[] array, int arrayIndex, int count)": withCall(
    (site, self: List, start: number, target: NetArray | null, index: number, count: number) => {
      self.checkRange(start, count);
      copyItems(slice(site, self, start, count), count, target, index);
    },
  ),
  "void Reverse()": withCall((site, self: List) => reverse(site, self, 0, self.count)),
  "void Reverse(int index, int count)": withCall(reverse),
  "void Sort()": withCall((site, self: List) => sort(site, self, 0, self.count, compareFunction(self.elementType, null))),
  "void Sort(IComparer<T> comparer)": withCall((site, self: List, comparer: OrderProtocol | null) =>
    sort(site, self, 0, self.count, compareFunction(self.elementType, comparer)),
  ),
  "void Sort(int index, int count, IComparer<T> comparer)": withCall(
    (site, self: List, index: number, count: number, comparer: OrderProtocol | null) =>
      sort(site, self, index, count, compareFunction(self.elementType, comparer)),
  ),
  "void Sort(Comparison<T> comparison)": withCall((site, self: List, comparison: CompareFunction | null) => {
    if (comparison === null) throw raise.argumentNull("match");
    sort(site, self, 0, self.count, comparison);
  }),
});

/** `System.Collections.ObjectModel.ReadOnlyCollection<T>`, as expressions know it. */
export const readOnlyCollectionType = defineType(
  readOnlyCollectionHeader.header,
  {
    "new(IList<T> list)": withCall((site, list: unknown) => {
      if (list === null) throw raise.argumentNull("list");
      return new ReadOnlyCollection(site.declaringArguments[0]!, list);
    }),
    "int Count { get; }": (self: ReadOnlyCollection) => self.count,
    "T this[int index] { get; }": (self: ReadOnlyCollection, index: number) => self.at(index),
    "bool Contains(T value)": (self: ReadOnlyCollection, item: unknown) => self.containsItem(item),
    "int IndexOf(T value)": (self: ReadOnlyCollection, item: unknown) => self.indexOf(item),
    "void CopyTo(T[] array, int index)": (self: ReadOnlyCollection, target: NetArray | null, index: number) =>
      copyItems(self, self.count, target, index),
    "IEnumerator<T> GetEnumerator()": withCall(
      (site, self: ReadOnlyCollection) => new Enumerator(self.elementType, self, site.run),
    ),
  },
  { beyond: true },
);
