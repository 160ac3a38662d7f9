/**
 * How .NET values are represented.
 *
 * | .NET type | raw form (static type known) | as `object` |
 * |---|---|---|
 * | string, bool | JavaScript string, boolean | the same |
 * | int | number | the same: a bare number as an object is always an int |
 * | byte, sbyte, short, ushort, uint, char, float, double, enums | number (char: its UTF-16 code; float: rounded by Math.fround) | `Boxed` |
 * | long, ulong | bigint | `Boxed` |
 * | decimal, DateTime, DateTimeOffset, TimeSpan, Guid … | an immutable `NetObject` of its own class | the same |
 * | `T?` | null or the raw form of T | null or T as object |
 * | classes (List, JObject, XElement …) | a `NetObject` | the same |
 * | arrays | `NetArray` | the same |
 * | delegates | a JavaScript function on raw values | the same |
 * | null | null, never undefined | null |
 *
 * Inside generic code values have the raw form of the type argument: a `List<char>` holds numbers. Code that needs an
 * object from such a value calls `box(value, type)`; the other way is `unbox(object)`.
 */

import type { TypeHeader } from "./header.js";
import type { NetType } from "./net-type.js";

/** A .NET object that knows its own type. Subclasses override what their .NET type overrides. */
export abstract class NetObject {
  /** The declaration of the object's own (most derived) type, or its header alone. */
  abstract get declaration(): TypeHeader;

  /** Type arguments where the type is generic: what `T` of this list is. */
  get typeArguments(): readonly NetType[] {
    return [];
  }

  /** `ToString()`. Null here means: the type's full name, as `System.Object` gives it. */
  toText(): string | null {
    return null;
  }

  /** `IFormattable.ToString(format, invariant)`; only consulted when a format is given. */
  toFormat(_format: string): string {
    return this.toText() ?? "";
  }

  /** `Equals(object)` for a non-null other. */
  equals(other: unknown): boolean {
    return this === other;
  }

  /**
   * A key for JavaScript's Map and Set such that two values are `Equals` exactly if their keys are the same value.
   * Value-like objects return a string that starts with their type's name and a colon; reference objects themselves.
   */
  get key(): unknown {
    return this;
  }

  /** True where .NET keeps one object for each value, as for names of XML: equal ones are the same object. */
  get isInterned(): boolean {
    return false;
  }

  /** `GetHashCode()` where .NET's own is known and shows; undefined for any number that is equal for equal values. */
  get hashCode(): number | undefined {
    return undefined;
  }

  /** `IComparable.CompareTo`, or undefined where the type does not compare. */
  compareTo(_other: unknown): number | undefined {
    return undefined;
  }
}

/** A value type without a class of its own, as `object`: long, double, char, enums … Equality is by type and value. */
export class Boxed {
  constructor(
    readonly type: NetType,
    readonly value: number | bigint,
  ) {}
}

/** A .NET array. Items are raw values of the element type; `byte[]` keeps a Uint8Array. Several dimensions are stored row by row. */
export class NetArray {
  constructor(
    readonly elementType: NetType,
    readonly items: unknown[] | Uint8Array,
    /** Lengths of the dimensions, for rank 2 and more. */
    readonly lengths: readonly number[] | null = null,
  ) {}

  get rank(): number {
    return this.lengths?.length ?? 1;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.items[Symbol.iterator]();
  }
}

/** An object of an anonymous type. `type.members` are its properties, in order. */
export class AnonymousObject {
  constructor(
    readonly type: NetType,
    readonly names: readonly string[],
    /** Raw values, with the types that `type`'s properties declare. */
    readonly values: readonly unknown[],
    readonly types: readonly NetType[],
  ) {}
}

/**
 * Whatever can be enumerated at run time: a string (its char codes), a NetArray, or a NetObject of this shape.
 * `elementType` tells in which raw form the items come.
 */
export abstract class NetEnumerable extends NetObject {
  abstract get elementType(): NetType;
  abstract [Symbol.iterator](): Iterator<unknown>;
  /** The items as `IEnumerable<elementType>` gives them: something else only for a type that implements several (JObject). */
  itemsAs(_elementType: NetType): Iterable<unknown> {
    return this;
  }
  /** The number of elements where it is known without enumerating. */
  get knownCount(): number | undefined {
    return undefined;
  }
}

/** A delegate's run-time form. The compiler sets `netType` when a lambda is converted to a delegate type. */
export type NetDelegate = ((...args: unknown[]) => unknown) & { netType?: NetType };
