import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { enumerate } from "../object.js";
import { Comparer } from "./comparers.js";
import { changeMembers } from "./dictionary-type.js";
import { Enumerator } from "./enumerator.js";
import { type KeyValuePair, pairTypes } from "./key-value-pair.js";
import { List, ReadOnlyCollection } from "./list.js";
import { binarySearch, type CompareFunction, compareFunction, type OrderProtocol } from "./ordering.js";
import { collectionModified, type DictionaryProtocol, indexOfItem } from "./protocol.js";
import { ReadOnlyDictionaryObject } from "./read-only-dictionary.js";

/** System.Collections.Generic.SortedDictionary and SortedList: both an array of keys in order, with their values beside. */
export class SortedDictionary extends ReadOnlyDictionaryObject implements DictionaryProtocol {
  override readonly isReadOnly = false;
  readonly sortedKeys: unknown[] = [];
  readonly sortedValues: unknown[] = [];
  private readonly order: CompareFunction;
  private version = 0;

  constructor(
    types: readonly [key: NetType, value: NetType],
    readonly comparer: OrderProtocol | null,
    private readonly isList: boolean,
  ) {
    super(types);
    this.order = compareFunction(types[0], comparer);
  }

  override get declaration() {
    return this.isList ? sortedListType : sortedDictionaryType;
  }

  override get count(): number {
    return this.sortedKeys.length;
  }

  /** The index of a key, or the complement of where it would stand. */
  indexOfKey(key: unknown): number {
    if (key === null) throw raise.argumentNull("key");
    return binarySearch(this.sortedKeys, 0, this.count, key, this.order);
  }

  protected override find(key: unknown): unknown {
    const index = this.indexOfKey(key);
    return index < 0 ? undefined : this.sortedValues[index];
  }

  override *entries(): Generator<readonly [unknown, unknown]> {
    const { version } = this;
    for (let i = 0; i < this.count; i++) {
      yield [this.sortedKeys[i], this.sortedValues[i]];
      if (version !== this.version) throw collectionModified();
    }
  }

  set(key: unknown, value: unknown): void {
    const index = this.indexOfKey(key);
    if (index >= 0) {
      this.sortedValues[index] = value;
      this.version++;
    } else this.insert(~index, key, value);
  }

  add(key: unknown, value: unknown): void {
    const index = this.indexOfKey(key);
    if (index >= 0) throw raise.argument("An entry with the same key already exists.");
    this.insert(~index, key, value);
  }

  private insert(index: number, key: unknown, value: unknown): void {
    this.sortedKeys.splice(index, 0, key);
    this.sortedValues.splice(index, 0, value);
    this.version++;
  }

  removeAt(index: number): void {
    if (index < 0 || index >= this.count) throw raise.listIndex();
    this.sortedKeys.splice(index, 1);
    this.sortedValues.splice(index, 1);
    this.version++;
  }

  removeKey(key: unknown): boolean {
    const index = this.indexOfKey(key);
    if (index >= 0) this.removeAt(index);
    return index >= 0;
  }

  override addItem(item: unknown): void {
    const { name, value } = item as KeyValuePair;
    this.add(name, value);
  }

  override removeItem(item: unknown): boolean {
    return this.containsItem(item) && this.removeKey((item as KeyValuePair).name);
  }

  override clear(): void {
    this.sortedKeys.length = 0;
    this.sortedValues.length = 0;
    this.version++;
  }
}

const GENERIC = "System.Collections.Generic";

function members(isList: boolean): Record<string, Implementation> {
  const make = (site: CallSite, source: unknown, comparer: OrderProtocol | null): SortedDictionary => {
    const made = new SortedDictionary(pairTypes(site.declaringArguments), comparer, isList);
    if (source === undefined) return made;
    if (source === null) throw raise.argumentNull("dictionary");
    for (const pair of enumerate(source, made.elementType)) {
      site.run.step();
      site.run.allocate(2 * Weight.item);
      made.addItem(pair);
    }
    return made;
  };
  const all: Record<string, Implementation> = {
    "new()": withCall((site) => make(site, undefined, null)),
    "new(IComparer<TKey> comparer)": withCall((site, comparer: OrderProtocol | null) => make(site, undefined, comparer)),
    "new(IDictionary<TKey, TValue> dictionary)": withCall((site, source: unknown) => make(site, source, null)),
    "new(IDictionary<TKey, TValue> dictionary, IComparer<TKey> comparer)": withCall(make),
    "int Count { get; }": (self: SortedDictionary) => self.count,
    "IComparer<TKey> Comparer { get; }": withCall(
      (site, self: SortedDictionary) => self.comparer ?? new Comparer(site.declaringArguments[0]!, null),
    ),
    ...changeMembers,
    "bool ContainsValue(TValue value)": withCall((site, self: SortedDictionary, value: unknown) => {
      site.run.steps(self.count);
      return indexOfItem(self.sortedValues, value) >= 0;
    }),
    "void Clear()": (self: SortedDictionary) => self.clear(),
    [`IEnumerator<${GENERIC}.KeyValuePair<TKey, TValue>> GetEnumerator()`]: withCall(
      (site, self: SortedDictionary) => new Enumerator(self.elementType, self, site.run),
    ),
  };
  if (!isList)
    return {
      ...all,
      "ICollection<TKey> Keys { get; }": (self: SortedDictionary) => self.keys,
      "ICollection<TValue> Values { get; }": (self: SortedDictionary) => self.values,
    };
  return {
    ...all,
    "new(int capacity)": withCall((site, capacity: number) => {
      if (capacity < 0) throw raise.argumentOutOfRange("capacity", "Non-negative number required.");
      return make(site, undefined, null);
    }),
    "IList<TKey> Keys { get; }": (self: SortedDictionary) => new ReadOnlyCollection(self.types[0], viewOf(self, 0)),
    "IList<TValue> Values { get; }": (self: SortedDictionary) => new ReadOnlyCollection(self.types[1], viewOf(self, 1)),
    "int IndexOfKey(TKey key)": (self: SortedDictionary, key: unknown) => Math.max(self.indexOfKey(key), -1),
    "int IndexOfValue(TValue value)": withCall((site, self: SortedDictionary, value: unknown) => {
      site.run.steps(self.count);
      return indexOfItem(self.sortedValues, value);
    }),
    "void RemoveAt(int index)": (self: SortedDictionary, index: number) => self.removeAt(index),
  };
}

/** Keys or values as a list that follows the dictionary. */
function viewOf(self: SortedDictionary, part: 0 | 1): List {
  return new List(self.types[part], part === 0 ? self.sortedKeys : self.sortedValues);
}

const BASES = `${GENERIC}.IDictionary<TKey, TValue>, ${GENERIC}.IReadOnlyDictionary<TKey, TValue>`;

/** `System.Collections.Generic.SortedDictionary<TKey, TValue>`, as expressions know it. */
export const sortedDictionaryType: TypeDeclaration = defineType(
  `class ${GENERIC}.SortedDictionary<TKey, TValue> : ${BASES}`,
  members(false),
  { beyond: true },
);
/** `System.Collections.Generic.SortedList<TKey, TValue>`, as expressions know it. */
export const sortedListType: TypeDeclaration = defineType(`class ${GENERIC}.SortedList<TKey, TValue> : ${BASES}`, members(true), {
  beyond: true,
});
