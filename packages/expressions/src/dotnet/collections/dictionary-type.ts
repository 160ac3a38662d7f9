import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type Implementation, type Reference, withCall } from "../../types/declare.js";
import { zeroOf } from "../../types/zero.js";
import { enumerate } from "../object.js";
import { EqualityComparer } from "./comparers.js";
import { Dictionary, dictionaryHeader } from "./dictionary.js";
import type { DictionaryView } from "./dictionary-view.js";
import { Enumerator } from "./enumerator.js";
import type { EqualityProtocol } from "./equality.js";
import { pairTypes } from "./key-value-pair.js";
import { type DictionaryProtocol, equalItems, type ReadOnlyDictionaryProtocol } from "./protocol.js";

type Comparer = EqualityProtocol | null;

/** `dictionary[key]`. */
export function valueAt(self: ReadOnlyDictionaryProtocol, key: unknown): unknown {
  const value = self.lookup(key);
  if (value === undefined) throw raise.keyNotFound();
  return value;
}

/** `TryGetValue`, for a dictionary of any kind. */
export const tryGetValue = withCall(
  (site: CallSite, self: ReadOnlyDictionaryProtocol, key: unknown, result: Reference): boolean => {
    const value = self.lookup(key);
    result.value = value === undefined ? zeroOf(site.declaringArguments[1]!) : value;
    return value !== undefined;
  },
);

/** `ContainsKey`. */
export const containsKey = (self: ReadOnlyDictionaryProtocol, key: unknown): boolean => self.lookup(key) !== undefined;

/** The indexer and `Add` of a dictionary that can change. */
export const changeMembers: Record<string, Implementation> = {
  "TValue this[TKey key] { get; set; }": {
    get: valueAt,
    set: withCall((site, self: DictionaryProtocol, key: unknown, value: unknown) => {
      site.run.allocate(Weight.entry);
      self.set(key, value);
    }),
  },
  "void Add(TKey key, TValue value)": withCall((site, self: DictionaryProtocol, key: unknown, value: unknown) => {
    site.run.allocate(Weight.entry);
    self.add(key, value);
  }),
  "bool Remove(TKey key)": (self: DictionaryProtocol, key: unknown) => self.removeKey(key),
  "bool ContainsKey(TKey key)": containsKey,
  "bool TryGetValue(TKey key, out TValue value)": tryGetValue,
};

function create(site: CallSite, capacity: number, comparer: Comparer): Dictionary {
  if (capacity < 0) throw raise.argumentOutOfRange("capacity");
  return new Dictionary(pairTypes(site.declaringArguments), comparer);
}

function copy(site: CallSite, source: unknown, comparer: Comparer): Dictionary {
  if (source === null) throw raise.argumentNull("dictionary");
  const made = create(site, 0, comparer);
  for (const pair of enumerate(source, made.elementType)) {
    site.run.step();
    site.run.allocate(Weight.entry);
    made.addItem(pair);
  }
  return made;
}

/** The comparer of a dictionary or set as an object. */
export function comparerOf(site: CallSite, comparer: Comparer): unknown {
  return comparer ?? new EqualityComparer(site.declaringArguments[0]!);
}

/** `System.Collections.Generic.Dictionary<TKey, TValue>`, as expressions know it. */
export const dictionaryType = defineType(dictionaryHeader.header, {
  "new()": withCall((site) => create(site, 0, null)),
  "new(int capacity)": withCall((site, capacity: number) => create(site, capacity, null)),
  "new(IEqualityComparer<TKey> comparer)": withCall((site, comparer: Comparer) => create(site, 0, comparer)),
  "new(int capacity, IEqualityComparer<TKey> comparer)": withCall(create),
  "new(IDictionary<TKey, TValue> dictionary)": withCall((site, source: unknown) => copy(site, source, null)),
  "new(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)": withCall(copy),
  "int Count { get; }": (self: Dictionary) => self.count,
  "IEqualityComparer<TKey> Comparer { get; }": withCall((site, self: Dictionary) => comparerOf(site, self.comparer)),
  "Dictionary.KeyCollection<TKey, TValue> Keys { get; }": (self: Dictionary): DictionaryView => self.keys,
  "Dictionary.ValueCollection<TKey, TValue> Values { get; }": (self: Dictionary): DictionaryView => self.values,
  ...changeMembers,
  "bool ContainsValue(TValue value)": withCall((site, self: Dictionary, value: unknown) => {
    site.run.steps(self.count);
    for (const [, held] of self.entries()) if (equalItems(held, value)) return true;
    return false;
  }),
  "void Clear()": (self: Dictionary) => self.clear(),
  "IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()": withCall(
    (site, self: Dictionary) => new Enumerator(self.elementType, self, site.run),
  ),
});
