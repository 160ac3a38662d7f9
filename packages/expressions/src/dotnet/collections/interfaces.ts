import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { box, elementTypeOf, enumerate } from "../object.js";
import { changeMembers, containsKey, tryGetValue, valueAt } from "./dictionary-type.js";
import { Enumerator } from "./enumerator.js";
import {
  collectionOf,
  copyItems,
  countOf,
  type DictionaryProtocol,
  listOf,
  type ReadOnlyDictionaryProtocol,
} from "./protocol.js";
import { setMembers } from "./set-members.js";

const enumeratorOf = withCall((site: CallSite, self: unknown) => {
  const type = site.declaringArguments[0]!;
  return new Enumerator(type, enumerate(self, type), site.run);
});

function* boxed(site: CallSite, self: unknown): Generator<unknown> {
  const type = elementTypeOf(self, site.scope);
  for (const item of enumerate(self)) yield box(item, type);
}

const add = withCall((site: CallSite, self: unknown, item: unknown) => {
  site.run.allocate(Weight.entry);
  collectionOf(self).addItem(item);
});

/** A member that may look at all items. */
const searching = (act: (self: unknown, item: unknown) => unknown) =>
  withCall((site: CallSite, self: unknown, item: unknown) => {
    site.run.steps(countOf(self) >> 2);
    return act(self, item);
  });

const beyond = { beyond: true } as const;
const generic = (name: string) => `interface System.Collections.Generic.${name}`;
const GENERIC = "System.Collections.Generic";

/** The interfaces of System.Collections and System.Collections.Generic. */
export const interfaceTypes: readonly TypeDeclaration[] = [
  defineType(
    "interface System.Collections.IEnumerable",
    {
      "System.Collections.IEnumerator GetEnumerator()": withCall(
        (site, self: unknown) => new Enumerator(site.scope.find("System.Object")!, boxed(site, self), site.run),
      ),
    },
    beyond,
  ),
  defineType(
    "interface System.Collections.IEnumerator",
    {
      "object Current { get; }": (self: Enumerator) => self.currentObject,
      "bool MoveNext()": (self: Enumerator) => self.moveNext(),
      "void Reset()": () => {
        throw raise.notSupported();
      },
    },
    beyond,
  ),
  defineType(
    "interface System.Collections.ICollection : System.Collections.IEnumerable",
    { "int Count { get; }": (self: unknown) => countOf(self) },
    beyond,
  ),
  defineType(
    "interface System.Collections.IList : System.Collections.ICollection",
    {
      "object this[int index] { get; }": withCall((site, self: unknown, index: number) =>
        box(listOf(self).at(index), elementTypeOf(self, site.scope)),
      ),
    },
    beyond,
  ),
  defineType("interface System.Collections.IDictionary : System.Collections.ICollection", {}, beyond),

  defineType(`${generic("IEnumerable<out T>")} : System.Collections.IEnumerable`, {
    "IEnumerator<T> GetEnumerator()": enumeratorOf,
  }),
  defineType(`${generic("IEnumerator<out T>")} : System.Collections.IEnumerator, System.IDisposable`, {
    "T Current { get; }": (self: Enumerator) => self.current,
    "void Dispose()": (self: Enumerator) => self.dispose(),
  }),
  defineType(`${generic("ICollection<T>")} : ${GENERIC}.IEnumerable<T>`, {
    "int Count { get; }": (self: unknown) => collectionOf(self).count,
    "bool IsReadOnly { get; }": (self: unknown) => collectionOf(self).isReadOnly,
    "void Add(T item)": add,
    "void Clear()": (self: unknown) => collectionOf(self).clear(),
    "bool Contains(T item)": searching((self, item) => collectionOf(self).containsItem(item)),
    "bool Remove(T item)": searching((self, item) => collectionOf(self).removeItem(item)),
    "void CopyTo(T[] array, int arrayIndex)": withCall((site, self: unknown, target: NetArray | null, index: number) => {
      site.run.steps(countOf(self));
      copyItems(enumerate(self, site.declaringArguments[0]), countOf(self), target, index);
    }),
  }),
  defineType(`${generic("IList<T>")} : ${GENERIC}.ICollection<T>`, {
    "T this[int index] { get; set; }": {
      get: (self: unknown, index: number) => listOf(self).at(index),
      set: (self: unknown, index: number, item: unknown) => listOf(self).setAt(index, item),
    },
    "int IndexOf(T item)": searching((self, item) => listOf(self).indexOf(item)),
    "void Insert(int index, T item)": withCall((site, self: unknown, index: number, item: unknown) => {
      site.run.allocate(Weight.item);
      site.run.steps(countOf(self) >> 4);
      listOf(self).insert(index, item);
    }),
    "void RemoveAt(int index)": searching((self, index) => listOf(self).removeAt(index as number)),
  }),
  defineType(`${generic("IReadOnlyCollection<out T>")} : ${GENERIC}.IEnumerable<T>`, {
    "int Count { get; }": (self: unknown) => countOf(self),
  }),
  defineType(
    `${generic("IReadOnlyList<out T>")} : ${GENERIC}.IReadOnlyCollection<T>`,
    { "T this[int index] { get; }": (self: unknown, index: number) => listOf(self).at(index) },
    beyond,
  ),
  defineType(`${generic("ISet<T>")} : ${GENERIC}.ICollection<T>`, {
    "bool Add(T item)": withCall((site, self: { addNew(item: unknown): boolean }, item: unknown) => {
      site.run.allocate(Weight.entry);
      return self.addNew(item);
    }),
    ...setMembers,
  }),
  defineType(`${generic("IDictionary<TKey, TValue>")} : ${GENERIC}.ICollection<${GENERIC}.KeyValuePair<TKey, TValue>>`, {
    ...changeMembers,
    "ICollection<TKey> Keys { get; }": (self: DictionaryProtocol) => self.keys,
    "ICollection<TValue> Values { get; }": (self: DictionaryProtocol) => self.values,
  }),
  defineType(
    `${generic("IReadOnlyDictionary<TKey, TValue>")} : ${GENERIC}.IReadOnlyCollection<${GENERIC}.KeyValuePair<TKey, TValue>>`,
    {
      "TValue this[TKey key] { get; }": valueAt,
      "bool ContainsKey(TKey key)": containsKey,
      "bool TryGetValue(TKey key, out TValue value)": tryGetValue,
      "IEnumerable<TKey> Keys { get; }": (self: ReadOnlyDictionaryProtocol) => self.keys,
      "IEnumerable<TValue> Values { get; }": (self: ReadOnlyDictionaryProtocol) => self.values,
    },
  ),
];
