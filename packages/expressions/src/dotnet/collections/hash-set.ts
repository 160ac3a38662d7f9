import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { type EqualityProtocol, type KeyFunction, keyFunction } from "./equality.js";
import { HashTable } from "./hash-table.js";
import type { SetProtocol } from "./protocol.js";

/** The header of System.Collections.Generic.HashSet. */
export const hashSetHeader: TypeHeader = {
  header:
    "class System.Collections.Generic.HashSet<T> : System.Collections.Generic.ISet<T>, System.Collections.Generic.IReadOnlyCollection<T>",
};

/** System.Collections.Generic.HashSet. Items in raw form. */
export class HashSet extends NetEnumerable implements SetProtocol {
  readonly isReadOnly = false;
  private readonly table = new HashTable<{ readonly item: unknown }>();
  readonly keyOfItem: KeyFunction;

  constructor(
    override readonly elementType: NetType,
    readonly comparer: EqualityProtocol | null = null,
  ) {
    super();
    this.keyOfItem = keyFunction(elementType, comparer);
  }

  override get declaration() {
    return hashSetHeader;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  get count(): number {
    return this.table.count;
  }

  override get knownCount(): number {
    return this.table.count;
  }

  override *[Symbol.iterator](): Generator<unknown> {
    for (const { item } of this.table.entries()) yield item;
  }

  addNew(item: unknown): boolean {
    const key = this.keyOfItem(item);
    if (this.table.has(key)) return false;
    this.table.add(key, { item });
    return true;
  }

  addItem(item: unknown): void {
    this.addNew(item);
  }

  containsItem(item: unknown): boolean {
    return this.table.has(this.keyOfItem(item));
  }

  /** The item held for equal; undefined if there is none. */
  held(item: unknown): { readonly item: unknown } | undefined {
    return this.table.get(this.keyOfItem(item));
  }

  removeItem(item: unknown): boolean {
    return this.table.remove(this.keyOfItem(item));
  }

  keepWhere(predicate: (item: unknown) => boolean): number {
    const leaving = [...this].filter((item) => !predicate(item));
    for (const item of leaving) this.removeItem(item);
    return leaving.length;
  }

  clear(): void {
    this.table.clear();
  }
}
