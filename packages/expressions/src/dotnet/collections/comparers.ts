import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetObject } from "../../types/values.js";
import { box, compare, equal, hashCode, keyOf, unbox } from "../object.js";
import type { EqualityProtocol } from "./equality.js";
import type { OrderProtocol } from "./ordering.js";

/** `EqualityComparer<T>.Default`. */
export class EqualityComparer extends NetObject implements EqualityProtocol {
  constructor(private readonly type: NetType) {
    super();
  }

  override get declaration() {
    return equalityComparerType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.type];
  }

  equalValues(a: unknown, b: unknown): boolean {
    return equal(a, b);
  }

  keyOfValue(value: unknown): unknown {
    return keyOf(value);
  }
}

/** `Comparer<T>.Default` and `Comparer<T>.Create`. */
export class Comparer extends NetObject implements OrderProtocol {
  /** @param by compares raw values; null: by `CompareTo` */
  constructor(
    private readonly type: NetType,
    private readonly by: ((a: unknown, b: unknown) => number) | null,
  ) {
    super();
  }

  override get declaration() {
    return comparerType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.type];
  }

  compareValues(a: unknown, b: unknown): number {
    return this.by === null ? compare(a, b) : this.by(unbox(a), unbox(b));
  }
}

const beyond = { beyond: true } as const;
const item = (site: CallSite, raw: unknown) => box(raw, site.declaringArguments[0]!);

const equals = withCall((site: CallSite, self: EqualityProtocol, a: unknown, b: unknown) =>
  self.equalValues(item(site, a), item(site, b)),
);
const hash = withCall((site: CallSite, self: EqualityProtocol, value: unknown) =>
  value === null ? 0 : hashCode(self.keyOfValue(item(site, value))),
);
const order = withCall((site: CallSite, self: OrderProtocol, a: unknown, b: unknown) =>
  self.compareValues(item(site, a), item(site, b)),
);

const equalityComparerType = defineType(
  "abstract class System.Collections.Generic.EqualityComparer<T> : System.Collections.Generic.IEqualityComparer<T>",
  {
    "static EqualityComparer<T> Default { get; }": withCall((site) => new EqualityComparer(site.declaringArguments[0]!)),
    "bool Equals(T x, T y)": equals,
    "int GetHashCode(T obj)": hash,
  },
  beyond,
);

const comparerType = defineType(
  "abstract class System.Collections.Generic.Comparer<T> : System.Collections.Generic.IComparer<T>",
  {
    "static Comparer<T> Default { get; }": withCall((site) => new Comparer(site.declaringArguments[0]!, null)),
    "static Comparer<T> Create(Comparison<T> comparison)": withCall(
      (site, comparison: ((a: unknown, b: unknown) => number) | null) => {
        if (comparison === null) throw raise.argumentNull("comparison");
        return new Comparer(site.declaringArguments[0]!, comparison);
      },
    ),
    "int Compare(T x, T y)": order,
  },
  beyond,
);

/** Interfaces and base classes of comparers. */
export const comparerTypes: readonly TypeDeclaration[] = [
  defineType(
    "interface System.Collections.Generic.IEqualityComparer<in T>",
    { "bool Equals(T x, T y)": equals, "int GetHashCode(T obj)": hash },
    beyond,
  ),
  defineType("interface System.Collections.Generic.IComparer<in T>", { "int Compare(T x, T y)": order }, beyond),
  equalityComparerType,
  comparerType,
];
