import type { Run } from "../../runtime/run.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type Implementation, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetEnumerable } from "../../types/values.js";
import { type CompareFunction, compareFunction, comparing, type OrderProtocol } from "../collections/ordering.js";
import { enumerate } from "../object.js";
import { type Fn, notNull } from "./sequence.js";

interface SortKey {
  readonly of: Fn;
  readonly order: CompareFunction;
  readonly descending: boolean;
}

/** What OrderBy and ThenBy give: sorted anew, and stably, each time it is enumerated. */
export class OrderedSequence extends NetEnumerable {
  constructor(
    private readonly run: Run,
    override readonly elementType: NetType,
    private readonly source: unknown,
    private readonly sortKeys: readonly SortKey[],
  ) {
    super();
  }

  override get declaration() {
    return orderedSequenceType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  thenBy(key: SortKey): OrderedSequence {
    return new OrderedSequence(this.run, this.elementType, this.source, [...this.sortKeys, key]);
  }

  override *[Symbol.iterator](): Generator<unknown> {
    const { run } = this;
    const items: unknown[] = [];
    for (const item of enumerate(this.source, this.elementType)) {
      run.allocate((2 + this.sortKeys.length) * Weight.item);
      items.push(item);
    }
    const keys = this.sortKeys.map((key) => items.map((item) => key.of(item)));
    run.steps(items.length * Math.ceil(Math.log2(items.length + 2)));
    const order = items.map((_, i) => i);
    comparing(() => order.sort(comparison(this.sortKeys, keys)));
    for (const index of order) yield items[index];
  }
}

function comparison(sortKeys: readonly SortKey[], keys: readonly unknown[][]): (a: number, b: number) => number {
  return (a, b) => {
    for (let i = 0; i < sortKeys.length; i++) {
      const { order, descending } = sortKeys[i]!;
      const values = keys[i]!;
      const result = descending ? order(values[b], values[a]) : order(values[a], values[b]);
      if (result !== 0) return result;
    }
    return a - b;
  };
}

/** `System.Linq.OrderedEnumerable<TElement>`, as expressions know it. */
export const orderedSequenceType = defineType(
  "sealed class System.Linq.OrderedEnumerable<TElement> : System.Linq.IOrderedEnumerable<TElement>",
  {},
  { unnamed: true },
);

/** `System.Linq.IOrderedEnumerable<out TElement>`, as expressions know it. */
export const orderedInterfaceType = defineType(
  "interface System.Linq.IOrderedEnumerable<out TElement> : System.Collections.Generic.IEnumerable<TElement>",
  {
    "IOrderedEnumerable<TElement> CreateOrderedEnumerable<TKey>(Func<TElement, TKey> keySelector, IComparer<TKey> comparer, bool descending)":
      withCall((site, self: OrderedSequence, selector: Fn | null, comparer: OrderProtocol | null, descending: boolean) =>
        self.thenBy({
          of: notNull(selector, "keySelector"),
          order: compareFunction(site.typeArguments[0]!, comparer),
          descending,
        }),
      ),
  },
  { beyond: true },
);

function keyOf(site: CallSite, selector: Fn | null, comparer: OrderProtocol | null, descending: boolean): SortKey {
  return { of: notNull(selector, "keySelector"), order: compareFunction(site.typeArguments[1]!, comparer), descending };
}

function forms(name: string, descending: boolean): Record<string, Implementation> {
  const isFirst = name === "OrderBy";
  const suffix = descending ? "Descending" : "";
  const head = `static IOrderedEnumerable<TSource> ${name}${suffix}<TSource, TKey>(this ${
    isFirst ? "IEnumerable" : "IOrderedEnumerable"
  }<TSource> source, Func<TSource, TKey> keySelector`;
  const order = (site: CallSite, source: unknown, selector: Fn | null, comparer: OrderProtocol | null = null) => {
    const from = notNull(source, "source");
    const key = keyOf(site, selector, comparer, descending);
    if (!isFirst) return (from as OrderedSequence).thenBy(key);
    return new OrderedSequence(site.run, site.typeArguments[0]!, from, [key]);
  };
  return {
    [`${head})`]: withCall((site, source: unknown, selector: Fn | null) => order(site, source, selector)),
    [`${head}, IComparer<TKey> comparer)`]: withCall(order),
  };
}

/** `OrderBy`, `ThenBy` and their kin. */
export const orderMembers: Record<string, Implementation> = {
  ...forms("OrderBy", false),
  ...forms("OrderBy", true),
  ...forms("ThenBy", false),
  ...forms("ThenBy", true),
};
