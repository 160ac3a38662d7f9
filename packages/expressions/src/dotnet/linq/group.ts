import { Weight } from "../../runtime/weights.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import type { EqualityProtocol } from "../collections/equality.js";
import { groupingTypeOf, Lookup } from "./grouping.js";
import { type Fn, itemsOf, LazySequence, lazy, notNull } from "./sequence.js";

/** GroupBy, ToLookup, Join, GroupJoin. */

type Source = unknown;
type Comparer = EqualityProtocol | null;

interface Grouped {
  readonly source: Source;
  readonly key: Fn;
  /** Null: the items themselves. */
  readonly element: Fn | null;
  readonly comparer: Comparer;
}

function lookup(site: CallSite, types: readonly [NetType, NetType], by: Grouped): Lookup {
  const made = new Lookup(types, site.scope, by.comparer);
  for (const item of itemsOf(site, by.source)) {
    site.run.allocate(Weight.group);
    made.put(by.key(item), by.element === null ? item : by.element(item));
  }
  return made;
}

/** The type arguments of the key and the element, by their positions. */
function typesAt(site: CallSite, element: number): readonly [NetType, NetType] {
  return [site.typeArguments[1]!, site.typeArguments[element]!];
}

function checked(source: Source, key: Fn | null, element: Fn | null | undefined, comparer: Comparer): Grouped {
  return {
    source: notNull(source, "source"),
    key: notNull(key, "keySelector"),
    element: element === undefined ? null : notNull(element, "elementSelector"),
    comparer,
  };
}

function groups(site: CallSite, element: number, by: Grouped): LazySequence {
  const types = typesAt(site, element);
  return new LazySequence(groupingTypeOf(site.scope, types), () => lookup(site, types, by));
}

function results(site: CallSite, element: number, result: number, by: Grouped, selector: Fn | null): LazySequence {
  const make = notNull(selector, "resultSelector");
  const types = typesAt(site, element);
  return lazy(site, result, function* () {
    const groups = lookup(site, types, by);
    for (const group of { [Symbol.iterator]: () => groups[Symbol.iterator]() }) yield make(group.groupKey, group);
  });
}

interface Joined {
  readonly outer: Source;
  readonly inner: Source;
  readonly outerKey: Fn;
  readonly innerKey: Fn;
  readonly result: Fn;
  readonly comparer: Comparer;
}

/** The inner side by key; items whose key is null match nothing. */
function innerLookup(site: CallSite, by: Joined): Lookup {
  const made = new Lookup([site.typeArguments[2]!, site.typeArguments[1]!], site.scope, by.comparer);
  for (const item of itemsOf(site, by.inner, 1)) {
    const key = by.innerKey(item);
    if (key === null) continue;
    site.run.allocate(Weight.group);
    made.put(key, item);
  }
  return made;
}

function* join(site: CallSite, by: Joined): Generator<unknown> {
  const inner = innerLookup(site, by);
  for (const item of itemsOf(site, by.outer)) {
    const group = inner.group(by.outerKey(item));
    if (group !== undefined) for (const member of group.items) yield by.result(item, member);
  }
}

function* groupJoin(site: CallSite, by: Joined): Generator<unknown> {
  const inner = innerLookup(site, by);
  for (const item of itemsOf(site, by.outer)) yield by.result(item, inner.itemsOf(by.outerKey(item)));
}

const joining = (run: (site: CallSite, by: Joined) => Iterable<unknown>) =>
  withCall(
    (
      site,
      outer: Source,
      inner: Source,
      outerKey: Fn | null,
      innerKey: Fn | null,
      result: Fn | null,
      comparer: Comparer = null,
    ) => {
      const by: Joined = {
        outer: notNull(outer, "outer"),
        inner: notNull(inner, "inner"),
        outerKey: notNull(outerKey, "outerKeySelector"),
        innerKey: notNull(innerKey, "innerKeySelector"),
        result: notNull(result, "resultSelector"),
        comparer,
      };
      return lazy(site, 3, () => run(site, by));
    },
  );

const COMPARER = "IEqualityComparer<TKey> comparer";
const BY = "this IEnumerable<TSource> source, Func<TSource, TKey> keySelector";
const ELEMENT = "Func<TSource, TElement> elementSelector";
const OF_SOURCES = "Func<TKey, IEnumerable<TSource>, TResult> resultSelector";
const OF_ELEMENTS = "Func<TKey, IEnumerable<TElement>, TResult> resultSelector";
const JOIN =
  "this IEnumerable<TOuter> outer, IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector";

/** A member without and with a comparer as its last argument. */
function pair(head: string, implementation: Implementation): Record<string, Implementation> {
  return { [`${head})`]: implementation, [`${head}, ${COMPARER})`]: implementation };
}

/** `GroupBy`, `GroupJoin`, `Join`, `ToLookup`. */
export const groupMembers: Record<string, Implementation> = {
  ...pair(
    `static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(${BY}`,
    withCall((site, source: Source, key: Fn | null, comparer: Comparer = null) =>
      groups(site, 0, checked(source, key, undefined, comparer)),
    ),
  ),
  ...pair(
    `static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(${BY}, ${ELEMENT}`,
    withCall((site, source: Source, key: Fn | null, element: Fn | null, comparer: Comparer = null) =>
      groups(site, 2, checked(source, key, element, comparer)),
    ),
  ),
  ...pair(
    `static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(${BY}, ${OF_SOURCES}`,
    withCall((site, source: Source, key: Fn | null, result: Fn | null, comparer: Comparer = null) =>
      results(site, 0, 2, checked(source, key, undefined, comparer), result),
    ),
  ),
  ...pair(
    `static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(${BY}, ${ELEMENT}, ${OF_ELEMENTS}`,
    withCall((site, source: Source, key: Fn | null, element: Fn | null, result: Fn | null, comparer: Comparer = null) =>
      results(site, 2, 3, checked(source, key, element, comparer), result),
    ),
  ),
  ...pair(
    `static ILookup<TKey, TSource> ToLookup<TSource, TKey>(${BY}`,
    withCall((site, source: Source, key: Fn | null, comparer: Comparer = null) =>
      lookup(site, typesAt(site, 0), checked(source, key, undefined, comparer)),
    ),
  ),
  ...pair(
    `static ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>(${BY}, ${ELEMENT}`,
    withCall((site, source: Source, key: Fn | null, element: Fn | null, comparer: Comparer = null) =>
      lookup(site, typesAt(site, 2), checked(source, key, element, comparer)),
    ),
  ),
  ...pair(
    `static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(${JOIN}, Func<TOuter, TInner, TResult> resultSelector`,
    joining(join),
  ),
  ...pair(
    `static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(${JOIN}, Func<TOuter, IEnumerable<TInner>, TResult> resultSelector`,
    joining(groupJoin),
  ),
};
