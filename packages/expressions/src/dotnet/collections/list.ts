import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { enumerate } from "../object.js";
import { collectionModified, indexOfItem, type ListProtocol, listOf, readOnly } from "./protocol.js";

/** The header of System.Collections.Generic.List. */
export const listHeader: TypeHeader = {
  header:
    "class System.Collections.Generic.List<T> : System.Collections.Generic.IList<T>, System.Collections.Generic.IReadOnlyList<T>, System.Collections.IList",
};

/** System.Collections.Generic.List. Items are raw values of the element type. */
export class List extends NetEnumerable implements ListProtocol {
  /** Changed by every change of the list; enumerators look at it. */
  version = 0;
  readonly isReadOnly = false;

  constructor(
    override readonly elementType: NetType,
    public items: unknown[] = [],
  ) {
    super();
  }

  override get declaration() {
    return listHeader;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  get count(): number {
    return this.items.length;
  }

  override get knownCount(): number {
    return this.items.length;
  }

  override *[Symbol.iterator](): Generator<unknown> {
    const { version } = this;
    for (let i = 0; i < this.items.length; i++) {
      yield this.items[i];
      if (version !== this.version) throw collectionModified();
    }
  }

  at(index: number): unknown {
    if (index < 0 || index >= this.items.length) throw raise.listIndex();
    return this.items[index];
  }

  setAt(index: number, item: unknown): void {
    if (index < 0 || index >= this.items.length) throw raise.listIndex();
    this.items[index] = item;
    this.version++;
  }

  addItem(item: unknown): void {
    this.items.push(item);
    this.version++;
  }

  clear(): void {
    this.items = [];
    this.version++;
  }

  indexOf(item: unknown): number {
    return indexOfItem(this.items, item);
  }

  containsItem(item: unknown): boolean {
    return this.indexOf(item) >= 0;
  }

  insert(index: number, item: unknown): void {
    this.checkInsertion(index);
    this.items.splice(index, 0, item);
    this.version++;
  }

  insertAll(index: number, items: readonly unknown[]): void {
    this.checkInsertion(index);
    if (index === this.items.length) for (const item of items) this.items.push(item);
    else this.items = this.items.slice(0, index).concat(items, this.items.slice(index));
    this.version++;
  }

  removeAt(index: number): void {
    if (index < 0 || index >= this.items.length) throw raise.listIndex();
    this.items.splice(index, 1);
    this.version++;
  }

  removeItem(item: unknown): boolean {
    const index = this.indexOf(item);
    if (index < 0) return false;
    this.removeAt(index);
    return true;
  }

  removeRange(index: number, count: number): void {
    this.checkRange(index, count);
    if (count === 0) return;
    this.items.splice(index, count);
    this.version++;
  }

  /** Throws as the members that take an index and a count do. */
  checkRange(index: number, count: number): void {
    if (index < 0) throw raise.argumentOutOfRange("index", "Non-negative number required.");
    if (count < 0) throw raise.argumentOutOfRange("count", "Non-negative number required.");
    if (this.items.length - index < count)
      throw raise.argument(
        "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
      );
  }

  private checkInsertion(index: number): void {
    if (index < 0 || index > this.items.length)
      throw raise.argumentOutOfRange("index", "Index must be within the bounds of the List.");
  }
}

/** The header of System.Collections.ObjectModel.ReadOnlyCollection. */
export const readOnlyCollectionHeader: TypeHeader = {
  header:
    "class System.Collections.ObjectModel.ReadOnlyCollection<T> : System.Collections.Generic.IList<T>, System.Collections.Generic.IReadOnlyList<T>",
};

/** System.Collections.ObjectModel.ReadOnlyCollection: a list that shows another's items. */
export class ReadOnlyCollection extends NetEnumerable implements ListProtocol {
  readonly isReadOnly = true;

  constructor(
    override readonly elementType: NetType,
    /** A list or an array. */
    private readonly list: unknown,
  ) {
    super();
  }

  private get source(): ListProtocol {
    return listOf(this.list);
  }

  override get declaration() {
    return readOnlyCollectionHeader;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  get count(): number {
    return this.source.count;
  }

  override get knownCount(): number {
    return this.source.count;
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return enumerate(this.list)[Symbol.iterator]();
  }

  at(index: number): unknown {
    return this.source.at(index);
  }

  indexOf(item: unknown): number {
    return this.source.indexOf(item);
  }

  containsItem(item: unknown): boolean {
    return this.source.containsItem(item);
  }

  setAt(): never {
    throw readOnly();
  }

  addItem(): never {
    throw readOnly();
  }

  clear(): never {
    throw readOnly();
  }

  removeItem(): never {
    throw readOnly();
  }

  insert(): never {
    throw readOnly();
  }

  removeAt(): never {
    throw readOnly();
  }
}
