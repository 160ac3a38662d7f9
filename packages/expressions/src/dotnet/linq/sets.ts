import { Weight } from "../../runtime/weights.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { type EqualityProtocol, type KeyFunction, keyFunction } from "../collections/equality.js";
import { itemsOf, lazy, notNull } from "./sequence.js";

/** Distinct, Union, Except, Intersect. */

type Source = unknown;
type Comparer = EqualityProtocol | null;

function keys(site: CallSite, comparer: Comparer): KeyFunction {
  return keyFunction(site.typeArguments[0]!, comparer);
}

function* distinct(site: CallSite, comparer: Comparer, ...sources: Source[]): Generator<unknown> {
  const keyOf = keys(site, comparer);
  const seen = new Set<unknown>();
  for (const source of sources)
    for (const item of itemsOf(site, source)) {
      site.run.step();
      const key = keyOf(item);
      if (seen.has(key)) continue;
      site.run.allocate(Weight.entry);
      seen.add(key);
      yield item;
    }
}

function keySet(site: CallSite, source: Source, keyOf: KeyFunction): Set<unknown> {
  const found = new Set<unknown>();
  for (const item of itemsOf(site, source)) {
    site.run.step();
    site.run.allocate(Weight.entry);
    found.add(keyOf(item));
  }
  return found;
}

function* except(site: CallSite, comparer: Comparer, first: Source, second: Source): Generator<unknown> {
  const keyOf = keys(site, comparer);
  const seen = keySet(site, second, keyOf);
  for (const item of itemsOf(site, first)) {
    site.run.step();
    const key = keyOf(item);
    if (seen.has(key)) continue;
    site.run.allocate(Weight.entry);
    seen.add(key);
    yield item;
  }
}

function* intersect(site: CallSite, comparer: Comparer, first: Source, second: Source): Generator<unknown> {
  const keyOf = keys(site, comparer);
  const left = keySet(site, second, keyOf);
  for (const item of itemsOf(site, first)) {
    site.run.step();
    if (left.delete(keyOf(item))) yield item;
  }
}

type Combine = (site: CallSite, comparer: Comparer, first: Source, second: Source) => Iterable<unknown>;

function forms(name: string, combine: Combine): Record<string, Implementation> {
  const head = `static IEnumerable<TSource> ${name}<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second`;
  const implementation = withCall((site, first: Source, second: Source, comparer: Comparer = null) => {
    const [from, other] = [notNull(first, "first"), notNull(second, "second")];
    return lazy(site, 0, () => combine(site, comparer, from, other));
  });
  return { [`${head})`]: implementation, [`${head}, IEqualityComparer<TSource> comparer)`]: implementation };
}

const distinctOf = withCall((site, source: Source, comparer: Comparer = null) => {
  const from = notNull(source, "source");
  return lazy(site, 0, () => distinct(site, comparer, from));
});

/** `Distinct`, `Union`, `Intersect`, `Except`. */
export const setOperationMembers: Record<string, Implementation> = {
  "static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source)": distinctOf,
  "static IEnumerable<TSource> Distinct<TSource>(this IEnumerable<TSource> source, IEqualityComparer<TSource> comparer)":
    distinctOf,
  ...forms("Union", distinct),
  ...forms("Except", except),
  ...forms("Intersect", intersect),
};
