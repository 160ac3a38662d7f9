import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { type EqualityProtocol, equalFunction } from "../collections/equality.js";
import { type CollectionProtocol, knownCountOf } from "../collections/protocol.js";
import { type Fn, itemsOf, noElements, notNull } from "./sequence.js";

/** Any, All, Count, Contains, SequenceEqual, Aggregate: one answer about a whole sequence. */

type Source = unknown;

function count(site: CallSite, source: Source): number {
  const from = notNull(source, "source");
  const known = knownCountOf(from);
  if (known !== undefined) return known;
  let counted = 0;
  for (const _ of itemsOf(site, from)) {
    site.run.step();
    counted++;
  }
  return counted;
}

function countWhere(site: CallSite, source: Source, predicate: Fn | null): number {
  const [from, holds] = [notNull(source, "source"), notNull(predicate, "predicate")];
  let counted = 0;
  for (const item of itemsOf(site, from)) if (holds(item) === true) counted++;
  return counted;
}

function some(site: CallSite, source: Source, predicate: Fn | null, wanted: boolean): boolean {
  const [from, holds] = [notNull(source, "source"), notNull(predicate, "predicate")];
  for (const item of itemsOf(site, from)) if ((holds(item) === true) === wanted) return true;
  return false;
}

function contains(site: CallSite, source: Source, value: unknown, comparer: EqualityProtocol | null): boolean {
  const from = notNull(source, "source");
  if (comparer === null && from instanceof Object && "containsItem" in from) {
    site.run.steps(knownCountOf(from) ?? 0);
    return (from as CollectionProtocol).containsItem(value);
  }
  const isEqual = equalFunction(site.typeArguments[0]!, comparer);
  for (const item of itemsOf(site, from)) {
    site.run.step();
    if (isEqual(item, value)) return true;
  }
  return false;
}

function sequenceEqual(site: CallSite, first: Source, second: Source, comparer: EqualityProtocol | null): boolean {
  const [from, other] = [notNull(first, "first"), notNull(second, "second")];
  const isEqual = equalFunction(site.typeArguments[0]!, comparer);
  const others = itemsOf(site, other)[Symbol.iterator]();
  for (const item of itemsOf(site, from)) {
    site.run.step();
    const next = others.next();
    if (next.done === true || !isEqual(item, next.value)) return false;
  }
  return others.next().done === true;
}

function fold(site: CallSite, source: Source, seed: unknown, step: Fn | null): unknown {
  const [from, by] = [notNull(source, "source"), notNull(step, "func")];
  let result = seed;
  for (const item of itemsOf(site, from)) result = by(result, item);
  return result;
}

function reduce(site: CallSite, source: Source, step: Fn | null): unknown {
  const [from, by] = [notNull(source, "source"), notNull(step, "func")];
  let result: unknown;
  let isFirst = true;
  for (const item of itemsOf(site, from)) {
    result = isFirst ? item : by(result, item);
    isFirst = false;
  }
  if (isFirst) throw noElements();
  return result;
}

const PREDICATE = "Func<TSource, bool> predicate";
const on = (result: string, name: string, ...rest: string[]) =>
  `static ${result} ${name}<TSource>(${["this IEnumerable<TSource> source", ...rest].join(", ")})`;

/** `Any`, `All`, `Count`, `Contains`, `SequenceEqual`, `Aggregate`. */
export const quantifyMembers: Record<string, Implementation> = {
  [on("bool", "Any")]: withCall((site, source: Source) => {
    for (const _ of itemsOf(site, notNull(source, "source"))) return true;
    return false;
  }),
  [on("bool", "Any", PREDICATE)]: withCall((site, source: Source, predicate: Fn | null) => some(site, source, predicate, true)),
  [on("bool", "All", PREDICATE)]: withCall((site, source: Source, predicate: Fn | null) => !some(site, source, predicate, false)),
  [on("int", "Count")]: withCall(count),
  [on("int", "Count", PREDICATE)]: withCall(countWhere),
  [on("long", "LongCount")]: withCall((site, source: Source) => BigInt(count(site, source))),
  [on("long", "LongCount", PREDICATE)]: withCall((site, source: Source, predicate: Fn | null) =>
    BigInt(countWhere(site, source, predicate)),
  ),
  [on("bool", "Contains", "TSource value")]: withCall((site, source: Source, value: unknown) =>
    contains(site, source, value, null),
  ),
  [on("bool", "Contains", "TSource value", "IEqualityComparer<TSource> comparer")]: withCall(contains),
  "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)": withCall(
    (site, first: Source, second: Source) => sequenceEqual(site, first, second, null),
  ),
  "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second, IEqualityComparer<TSource> comparer)":
    withCall(sequenceEqual),
  [on("TSource", "Aggregate", "Func<TSource, TSource, TSource> func")]: withCall(reduce),
  "static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)":
    withCall(fold),
  "static TResult Aggregate<TSource, TAccumulate, TResult>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)":
    withCall((site, source: Source, seed: unknown, step: Fn | null, result: Fn | null) => {
      const make = notNull(result, "resultSelector");
      return make(fold(site, source, seed, step));
    }),
};
