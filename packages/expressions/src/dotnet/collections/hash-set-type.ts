import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type Reference, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { comparerOf } from "./dictionary-type.js";
import { Enumerator } from "./enumerator.js";
import type { EqualityProtocol } from "./equality.js";
import { HashSet, hashSetHeader } from "./hash-set.js";
import { takeItems } from "./list-type.js";
import { copyItems } from "./protocol.js";
import { setMembers } from "./set-members.js";

type Comparer = EqualityProtocol | null;

function create(site: CallSite, source: unknown, comparer: Comparer): HashSet {
  const made = new HashSet(site.declaringArguments[0]!, comparer);
  for (const item of takeItems(site, source, "collection")) {
    site.run.allocate(Weight.entry);
    made.addNew(item);
  }
  return made;
}

function copy(site: CallSite, self: HashSet, target: NetArray | null, index: number, count: number): void {
  if (count < 0) throw raise.argumentOutOfRange("count", "Non-negative number required.");
  site.run.steps(self.count);
  const items = [...self].slice(0, count);
  copyItems(items, items.length, target, index);
}

/** `System.Collections.Generic.HashSet<T>`, as expressions know it. */
export const hashSetType = defineType(hashSetHeader.header, {
  "new()": withCall((site) => new HashSet(site.declaringArguments[0]!)),
  "new(int capacity)": withCall((site, capacity: number) => {
    if (capacity < 0) throw raise.argumentOutOfRange("capacity");
    return new HashSet(site.declaringArguments[0]!);
  }),
  "new(IEqualityComparer<T> comparer)": withCall(
    (site, comparer: Comparer) => new HashSet(site.declaringArguments[0]!, comparer),
  ),
  "new(IEnumerable<T> collection)": withCall((site, source: unknown) => create(site, source, null)),
  "new(IEnumerable<T> collection, IEqualityComparer<T> comparer)": withCall(create),
  "int Count { get; }": (self: HashSet) => self.count,
  "IEqualityComparer<T> Comparer { get; }": withCall((site, self: HashSet) => comparerOf(site, self.comparer)),
  "bool Add(T item)": withCall((site, self: HashSet, item: unknown) => {
    site.run.allocate(Weight.entry);
    return self.addNew(item);
  }),
  "bool Contains(T item)": (self: HashSet, item: unknown) => self.containsItem(item),
  "bool Remove(T item)": (self: HashSet, item: unknown) => self.removeItem(item),
  "void Clear()": (self: HashSet) => self.clear(),
  "int RemoveWhere(Predicate<T> match)": (self: HashSet, match: ((item: unknown) => boolean) | null) => {
    if (match === null) throw raise.argumentNull("match");
    return self.keepWhere((item) => !match(item));
  },
  "bool TryGetValue(T equalValue, out T actualValue)": (self: HashSet, item: unknown, result: Reference) => {
    const held = self.held(item);
    result.value = held === undefined ? zeroOf(self.elementType) : held.item;
    return held !== undefined;
  },
  "void CopyTo(T[] array)": withCall((site, self: HashSet, target: NetArray | null) => copy(site, self, target, 0, self.count)),
  "void CopyTo(T[] array, int arrayIndex)": withCall((site, self: HashSet, target: NetArray | null, index: number) =>
    copy(site, self, target, index, self.count),
  ),
  "void CopyTo(T[] array, int arrayIndex, int count)": withCall(copy),
  "void TrimExcess()": () => undefined,
  "IEnumerator<T> GetEnumerator()": withCall((site, self: HashSet) => new Enumerator(self.elementType, self, site.run)),
  ...setMembers,
});
