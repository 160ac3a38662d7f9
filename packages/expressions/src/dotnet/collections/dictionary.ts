import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { type EqualityProtocol, type KeyFunction, keyFunction } from "./equality.js";
import { HashTable } from "./hash-table.js";
import { KeyValuePair } from "./key-value-pair.js";
import type { DictionaryProtocol } from "./protocol.js";
import { ReadOnlyDictionaryObject } from "./read-only-dictionary.js";

interface Entry {
  readonly key: unknown;
  value: unknown;
}

/** The header of System.Collections.Generic.Dictionary. */
export const dictionaryHeader: TypeHeader = {
  header:
    "class System.Collections.Generic.Dictionary<TKey, TValue> : System.Collections.Generic.IDictionary<TKey, TValue>, System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>, System.Collections.IDictionary",
};

/** System.Collections.Generic.Dictionary. Keys and values in raw form. */
export class Dictionary extends ReadOnlyDictionaryObject implements DictionaryProtocol {
  override readonly isReadOnly = false;
  private readonly table = new HashTable<Entry>();
  private readonly keyOf: KeyFunction;

  constructor(
    types: readonly [key: NetType, value: NetType],
    readonly comparer: EqualityProtocol | null = null,
  ) {
    super(types);
    this.keyOf = keyFunction(types[0], comparer);
  }

  override get declaration() {
    return dictionaryHeader;
  }

  override get count(): number {
    return this.table.count;
  }

  protected override find(key: unknown): unknown {
    return this.table.get(this.keyOf(key))?.value;
  }

  override *entries(): Generator<readonly [unknown, unknown]> {
    for (const { key, value } of this.table.entries()) yield [key, value];
  }

  set(key: unknown, value: unknown): void {
    if (key === null) throw raise.argumentNull("key");
    const mapKey = this.keyOf(key);
    const entry = this.table.get(mapKey);
    if (entry === undefined) this.table.add(mapKey, { key, value });
    else {
      entry.value = value;
      this.table.version++;
    }
  }

  add(key: unknown, value: unknown): void {
    if (key === null) throw raise.argumentNull("key");
    const mapKey = this.keyOf(key);
    if (this.table.has(mapKey)) throw raise.argument("An item with the same key has already been added.");
    this.table.add(mapKey, { key, value });
  }

  removeKey(key: unknown): boolean {
    if (key === null) throw raise.argumentNull("key");
    return this.table.remove(this.keyOf(key));
  }

  override addItem(item: unknown): void {
    const { name, value } = item as KeyValuePair;
    this.add(name, value);
  }

  override removeItem(item: unknown): boolean {
    return item instanceof KeyValuePair && this.containsItem(item) && this.removeKey(item.name);
  }

  override clear(): void {
    this.table.clear();
  }
}
