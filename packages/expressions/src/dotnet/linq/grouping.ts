import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetType, TypeScopeView } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { type EqualityProtocol, type KeyFunction, keyFunction } from "../collections/equality.js";
import { arrayOfItems } from "../collections/list-type.js";
import { indexOfItem, type ListProtocol, readOnly } from "../collections/protocol.js";
import { type Fn, LazySequence } from "./sequence.js";

/** `IGrouping<K, E>`: a key and the items that have it, both in raw form. */
export class Grouping extends NetEnumerable implements ListProtocol {
  readonly isReadOnly = true;
  readonly items: unknown[] = [];

  constructor(
    readonly groupKey: unknown,
    private readonly types: readonly [key: NetType, element: NetType],
  ) {
    super();
  }

  override get declaration() {
    return groupingType;
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  override get elementType(): NetType {
    return this.types[1];
  }

  get count(): number {
    return this.items.length;
  }

  override get knownCount(): number {
    return this.items.length;
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return this.items[Symbol.iterator]();
  }

  at(index: number): unknown {
    if (index < 0 || index >= this.items.length) throw raise.argumentOutOfRange("index");
    return this.items[index];
  }

  indexOf(item: unknown): number {
    return indexOfItem(this.items, item);
  }

  containsItem(item: unknown): boolean {
    return this.indexOf(item) >= 0;
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

/** System.Linq.Lookup: groups by key, in the order in which the keys first came. Null is a key like others. */
export class Lookup extends NetEnumerable {
  private readonly groups = new Map<unknown, Grouping>();
  private readonly keyOf: KeyFunction;

  constructor(
    readonly types: readonly [key: NetType, element: NetType],
    private readonly scope: TypeScopeView,
    comparer: EqualityProtocol | null,
  ) {
    super();
    this.keyOf = keyFunction(types[0], comparer);
  }

  override get declaration() {
    return lookupType;
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  override get elementType(): NetType {
    return groupingTypeOf(this.scope, this.types);
  }

  get count(): number {
    return this.groups.size;
  }

  override get knownCount(): number {
    return this.groups.size;
  }

  override [Symbol.iterator](): Iterator<Grouping> {
    return this.groups.values();
  }

  group(key: unknown): Grouping | undefined {
    return this.groups.get(key === null ? null : this.keyOf(key));
  }

  put(key: unknown, item: unknown): void {
    const mapKey = key === null ? null : this.keyOf(key);
    let group = this.groups.get(mapKey);
    if (group === undefined) {
      group = new Grouping(key, this.types);
      this.groups.set(mapKey, group);
    }
    group.items.push(item);
  }

  /** `lookup[key]`: the items of a key; an empty array for a key that is not there. */
  itemsOf(key: unknown): unknown {
    return this.group(key) ?? arrayOfItems(this.types[1], []);
  }
}

/** `IGrouping<K, E>`. */
export function groupingTypeOf(scope: TypeScopeView, types: readonly NetType[]): NetType {
  return scope.construct(scope.find("System.Linq.IGrouping", 2)!, types);
}

const NAMES = "System.Collections.Generic";

/** `System.Linq.Grouping<TKey, TElement>`, as expressions know it. */
export const groupingType = defineType(
  `sealed class System.Linq.Grouping<TKey, TElement> : System.Linq.IGrouping<TKey, TElement>, ${NAMES}.IList<TElement>`,
  {},
  { unnamed: true },
);

/** `System.Linq.Lookup<TKey, TElement>`, as expressions know it. */
export const lookupType = defineType(
  "class System.Linq.Lookup<TKey, TElement> : System.Linq.ILookup<TKey, TElement>",
  {
    "int Count { get; }": (self: Lookup) => self.count,
    "IEnumerable<TElement> this[TKey key] { get; }": (self: Lookup, key: unknown) => self.itemsOf(key),
    "bool Contains(TKey key)": (self: Lookup, key: unknown) => self.group(key) !== undefined,
    "IEnumerable<TResult> ApplyResultSelector<TResult>(Func<TKey, IEnumerable<TElement>, TResult> resultSelector)": withCall(
      (site: CallSite, self: Lookup, result: Fn | null) => {
        if (result === null) throw raise.argumentNull("resultSelector");
        return new LazySequence(site.typeArguments[0]!, function* () {
          for (const group of { [Symbol.iterator]: () => self[Symbol.iterator]() }) yield result(group.groupKey, group);
        });
      },
    ),
  },
  { beyond: true },
);

/** IGrouping, ILookup and the classes behind them. */
export const groupingTypes: readonly TypeDeclaration[] = [
  defineType(
    `interface System.Linq.IGrouping<out TKey, out TElement> : ${NAMES}.IEnumerable<TElement>`,
    { "TKey Key { get; }": (self: Grouping) => self.groupKey },
    { beyond: true },
  ),
  defineType(
    `interface System.Linq.ILookup<TKey, TElement> : ${NAMES}.IEnumerable<System.Linq.IGrouping<TKey, TElement>>`,
    {
      "int Count { get; }": (self: Lookup) => self.count,
      "IEnumerable<TElement> this[TKey key] { get; }": (self: Lookup, key: unknown) => self.itemsOf(key),
      "bool Contains(TKey key)": (self: Lookup, key: unknown) => self.group(key) !== undefined,
    },
    { beyond: true },
  ),
  groupingType,
  lookupType,
];
