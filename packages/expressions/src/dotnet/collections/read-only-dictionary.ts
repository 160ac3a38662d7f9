import { raise } from "../../runtime/exceptions.js";
import type { Identity } from "../../runtime/identity.js";
import { defineType } from "../../types/declare.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { DictionaryView } from "./dictionary-view.js";
import { KeyValuePair } from "./key-value-pair.js";
import { equalItems, type ReadOnlyDictionaryProtocol, readOnly } from "./protocol.js";

/**
 * Base of run-time objects that implement `IReadOnlyDictionary<K, V>`: what a subclass has to give is how a key is looked up and
 * all entries in order. It shows itself as `ReadOnlyDictionary<K, V>` unless it has a declaration of its own.
 */
export abstract class ReadOnlyDictionaryObject extends NetEnumerable implements ReadOnlyDictionaryProtocol {
  readonly isReadOnly: boolean = true;
  private pairType: NetType | null = null;

  constructor(readonly types: readonly [key: NetType, value: NetType]) {
    super();
  }

  /** The value in raw form, or undefined where the key (raw, never null) is absent. */
  protected abstract find(key: unknown): unknown;

  /** All keys and values, in raw form and in order. */
  abstract entries(): Iterable<readonly [unknown, unknown]>;

  abstract get count(): number;

  override get declaration(): TypeHeader {
    return readOnlyDictionaryType;
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  override get elementType(): NetType {
    if (this.pairType === null) {
      const { scope } = this.types[0];
      const definition = scope.find("System.Collections.Generic.KeyValuePair", 2)!;
      this.pairType = scope.construct(definition, this.types);
    }
    return this.pairType;
  }

  override get knownCount(): number {
    return this.count;
  }

  override *[Symbol.iterator](): Generator<KeyValuePair> {
    for (const [key, value] of this.entries()) yield new KeyValuePair(key, value, this.types);
  }

  lookup(key: unknown): unknown {
    if (key === null) throw raise.argumentNull("key");
    return this.find(key);
  }

  /** Which object the value of a key is, where the dictionary knows: undefined makes it one of its own. */
  identityOf(_key: unknown): Identity {
    return undefined;
  }

  get keys(): DictionaryView {
    return new DictionaryView(
      "keys",
      this.types,
      this,
      () => part(this.entries(), 0),
      (key) => this.lookup(key) !== undefined,
    );
  }

  get values(): DictionaryView {
    return new DictionaryView("values", this.types, this, () => part(this.entries(), 1));
  }

  /** `ICollection<KeyValuePair<K, V>>.Contains`. */
  containsItem(item: unknown): boolean {
    if (!(item instanceof KeyValuePair)) return false;
    const value = this.lookup(item.name);
    return value !== undefined && equalItems(value, item.value);
  }

  addItem(_item: unknown): void {
    throw readOnly();
  }

  clear(): void {
    throw readOnly();
  }

  removeItem(_item: unknown): boolean {
    throw readOnly();
  }
}

function* part(entries: Iterable<readonly [unknown, unknown]>, index: 0 | 1): Generator<unknown> {
  for (const entry of entries) yield entry[index];
}

/** `System.Collections.ObjectModel.ReadOnlyDictionary<TKey, TValue>`, as expressions know it. */
export const readOnlyDictionaryType = defineType(
  "class System.Collections.ObjectModel.ReadOnlyDictionary<TKey, TValue> : System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>",
  {},
  { beyond: true },
);
