import { defineType, type TypeDeclaration } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { type CollectionProtocol, equalItems, readOnly } from "./protocol.js";

/** What a dictionary's `Keys` and `Values` give: its keys or values as they are at the time. */
export class DictionaryView extends NetEnumerable implements CollectionProtocol {
  readonly isReadOnly = true;

  /**
   * @param types of the dictionary's keys and values
   * @param has tells whether an item is there; without it all items are looked at
   */
  constructor(
    private readonly kind: "keys" | "values",
    private readonly types: readonly [NetType, NetType],
    private readonly counted: { readonly count: number },
    private readonly items: () => Iterable<unknown>,
    private readonly has?: (item: unknown) => boolean,
  ) {
    super();
  }

  override get declaration() {
    return this.kind === "keys" ? keyCollectionType : valueCollectionType;
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  override toText(): string {
    const name = this.kind === "keys" ? "KeyCollection" : "ValueCollection";
    return `System.Collections.Generic.Dictionary\`2+${name}[${this.types.map((type) => type.fullName).join(",")}]`;
  }

  override get elementType(): NetType {
    return this.types[this.kind === "keys" ? 0 : 1];
  }

  get count(): number {
    return this.counted.count;
  }

  override get knownCount(): number {
    return this.counted.count;
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return this.items()[Symbol.iterator]();
  }

  containsItem(item: unknown): boolean {
    if (this.has !== undefined) return this.has(item);
    for (const held of this) if (equalItems(held, item)) return true;
    return false;
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
}

const view = (name: string, item: string): TypeDeclaration =>
  defineType(
    `sealed class System.Collections.Generic.Dictionary.${name}<TKey, TValue> : System.Collections.Generic.ICollection<${item}>, System.Collections.Generic.IReadOnlyCollection<${item}>`,
    { "int Count { get; }": (self: DictionaryView) => self.count },
    { beyond: true },
  );

/** The keys of a dictionary, as a collection. */
export const keyCollectionType = view("KeyCollection", "TKey");
/** The values of a dictionary, as a collection. */
export const valueCollectionType = view("ValueCollection", "TValue");
