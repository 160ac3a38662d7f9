import { type NetException, raise } from "../../runtime/exceptions.js";
import { NetArray, NetEnumerable } from "../../types/values.js";
import { equal } from "../object.js";
import { sameRaw } from "./equality.js";

/**
 * What the members of .NET's collection interfaces call: a run-time object that implements an interface has the methods of
 * the protocol of the same name. Items and keys are in raw form. Arrays take part through {@link listOf}.
 */

/** `ICollection<T>`. An object with several element types (JObject) tells them apart by the item. */
export interface CollectionProtocol {
  readonly count: number;
  readonly isReadOnly: boolean;
  addItem(item: unknown): void;
  clear(): void;
  containsItem(item: unknown): boolean;
  removeItem(item: unknown): boolean;
}

/** `IList<T>` and `IReadOnlyList<T>`. */
export interface ListProtocol extends CollectionProtocol {
  /** Throws ArgumentOutOfRangeException. */
  at(index: number): unknown;
  setAt(index: number, item: unknown): void;
  indexOf(item: unknown): number;
  insert(index: number, item: unknown): void;
  removeAt(index: number): void;
}

/** `IReadOnlyDictionary<K, V>`. */
export interface ReadOnlyDictionaryProtocol {
  readonly count: number;
  /** The value, or undefined where the key is absent. Throws ArgumentNullException for null. */
  lookup(key: unknown): unknown;
  readonly keys: NetEnumerable & CollectionProtocol;
  readonly values: NetEnumerable & CollectionProtocol;
}

/** True if a value is an `IReadOnlyDictionary<K, V>`. */
export function isReadOnlyDictionary(value: unknown): value is ReadOnlyDictionaryProtocol {
  return value instanceof NetEnumerable && "lookup" in value;
}

/** `IDictionary<K, V>`. */
export interface DictionaryProtocol extends ReadOnlyDictionaryProtocol {
  readonly isReadOnly: boolean;
  /** Adds or replaces. */
  set(key: unknown, value: unknown): void;
  /** Throws ArgumentException if the key is there. */
  add(key: unknown, value: unknown): void;
  removeKey(key: unknown): boolean;
}

/** `ISet<T>`, beyond `ICollection<T>`. */
export interface SetProtocol extends CollectionProtocol {
  /** True if the item was not there. */
  addNew(item: unknown): boolean;
  /** A value that two items share exactly if the set holds them for equal. */
  keyOfItem(item: unknown): unknown;
  /** Keeps the items for which the predicate holds; returns how many went. */
  keepWhere(predicate: (item: unknown) => boolean): number;
}

const fixedSize = () => raise.notSupported("Collection was of a fixed size.");

/** An array seen as `IList<T>`. */
class ArrayView implements ListProtocol {
  readonly isReadOnly = true;

  constructor(private readonly array: NetArray) {}

  get count(): number {
    return this.array.items.length;
  }

  at(index: number): unknown {
    if (index < 0 || index >= this.count) throw raise.listIndex();
    return this.array.items[index];
  }

  setAt(index: number, item: unknown): void {
    if (index < 0 || index >= this.count) throw raise.listIndex();
    (this.array.items as unknown[])[index] = item;
  }

  indexOf(item: unknown): number {
    return indexOfItem(this.array.items, item);
  }

  containsItem(item: unknown): boolean {
    return this.indexOf(item) >= 0;
  }

  addItem(): never {
    throw fixedSize();
  }

  clear(): never {
    throw raise.notSupported("Collection is read-only.");
  }

  removeItem(): never {
    throw fixedSize();
  }

  insert(): never {
    throw fixedSize();
  }

  removeAt(): never {
    throw fixedSize();
  }
}

/** Raw values of one type are equal if they are the same primitive, or `Equals` as objects. */
export function equalItems(a: unknown, b: unknown): boolean {
  return typeof a === "object" ? equal(a, b) : sameRaw(a, b);
}

/** The first index of an item among raw values of its type; -1 if it is not there. */
export function indexOfItem(items: ArrayLike<unknown>, item: unknown, start = 0, end = items.length): number {
  for (let i = start; i < end; i++) if (equalItems(items[i], item)) return i;
  return -1;
}

/** The protocol of a value whose static type is `ICollection<T>`. */
export function collectionOf(value: unknown): CollectionProtocol {
  return value instanceof NetArray ? new ArrayView(value) : (value as CollectionProtocol);
}

/** The protocol of a value whose static type is `IList<T>` or `IReadOnlyList<T>`. */
export function listOf(value: unknown): ListProtocol {
  return value instanceof NetArray ? new ArrayView(value) : (value as ListProtocol);
}

/** The number of items of a value whose static type is a collection's. */
export function countOf(value: unknown): number {
  if (value instanceof NetArray) return value.items.length;
  return (value as NetEnumerable).knownCount ?? [...(value as NetEnumerable)].length;
}

/** The number of items where it is known without enumerating. */
export function knownCountOf(value: unknown): number | undefined {
  if (value instanceof NetArray) return value.items.length;
  return value instanceof NetEnumerable ? value.knownCount : undefined;
}

/** `CopyTo(array, index)` of `count` items. */
export function copyItems(items: Iterable<unknown>, count: number, target: NetArray | null, index: number): void {
  if (target === null) throw raise.argumentNull("array");
  if (index < 0) throw raise.argumentOutOfRange("arrayIndex", "Non-negative number required.");
  if (target.items.length - index < count)
    throw raise.argument(
      "Destination array was not long enough. Check destIndex and length, and the array's lower bounds.",
      "destinationArray",
    );
  const to = target.items as unknown[];
  let at = index;
  for (const item of items) to[at++] = item;
}

/** Raised by an enumerator that finds its collection changed. */
export function collectionModified(): NetException {
  return raise.invalidOperation("Collection was modified; enumeration operation may not execute.");
}

/** Raised by read-only views of collections. */
export function readOnly(): NetException {
  return raise.notSupported("Collection is read-only.");
}
