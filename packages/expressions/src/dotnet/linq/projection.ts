import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { enumerate } from "../object.js";
import { type Fn, itemsOf, lazy, notNull } from "./sequence.js";

/** Select, SelectMany, Zip, Concat, Append, Prepend: sequences made of others' items. */

type Source = unknown;

function* select(site: CallSite, source: Source, selector: Fn): Generator<unknown> {
  for (const item of itemsOf(site, source)) yield selector(item);
}

function* selectIndexed(site: CallSite, source: Source, selector: Fn): Generator<unknown> {
  let index = 0;
  for (const item of itemsOf(site, source)) yield selector(item, index++);
}

function* flatten(site: CallSite, source: Source, collection: Fn, isIndexed: boolean, result: Fn | null): Generator<unknown> {
  let index = 0;
  const inner = site.typeArguments[1];
  for (const item of itemsOf(site, source)) {
    const items = isIndexed ? collection(item, index++) : collection(item);
    for (const element of enumerate(items, inner)) {
      if (result === null) {
        site.run.step();
        yield element;
      } else yield result(item, element);
    }
  }
}

const many = (isIndexed: boolean) =>
  withCall((site, source: Source, selector: Fn | null) => {
    const [from, by] = [notNull(source, "source"), notNull(selector, "selector")];
    return lazy(site, 1, () => flatten(site, from, by, isIndexed, null));
  });

const manyWithResult = (isIndexed: boolean) =>
  withCall((site, source: Source, collection: Fn | null, result: Fn | null) => {
    const from = notNull(source, "source");
    const by = notNull(collection, "collectionSelector");
    const make = notNull(result, "resultSelector");
    return lazy(site, 2, () => flatten(site, from, by, isIndexed, make));
  });

function* zip(site: CallSite, first: Source, second: Source, result: Fn): Generator<unknown> {
  const others = itemsOf(site, second, 1)[Symbol.iterator]();
  for (const item of itemsOf(site, first)) {
    const other = others.next();
    if (other.done === true) return;
    yield result(item, other.value);
  }
}

function* concat(site: CallSite, ...sources: Source[]): Generator<unknown> {
  for (const source of sources)
    for (const item of itemsOf(site, source)) {
      site.run.step();
      yield item;
    }
}

/** `Select`, `SelectMany`, `Zip`, `Concat` and their kin. */
export const projectionMembers: Record<string, Implementation> = {
  "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)":
    withCall((site, source: Source, selector: Fn | null) => {
      const [from, by] = [notNull(source, "source"), notNull(selector, "selector")];
      return lazy(site, 1, () => select(site, from, by));
    }),
  "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)":
    withCall((site, source: Source, selector: Fn | null) => {
      const [from, by] = [notNull(source, "source"), notNull(selector, "selector")];
      return lazy(site, 1, () => selectIndexed(site, from, by));
    }),
  "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)":
    many(false),
  "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, IEnumerable<TResult>> selector)":
    many(true),
  "static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, Func<TSource, int, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)":
    manyWithResult(true),
  "static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)":
    manyWithResult(false),
  "static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)":
    withCall((site, first: Source, second: Source, result: Fn | null) => {
      const [from, other] = [notNull(first, "first"), notNull(second, "second")];
      const make = notNull(result, "resultSelector");
      return lazy(site, 2, () => zip(site, from, other, make));
    }),
  "static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)": withCall(
    (site, first: Source, second: Source) => {
      const [from, other] = [notNull(first, "first"), notNull(second, "second")];
      return lazy(site, 0, () => concat(site, from, other));
    },
  ),
  "static IEnumerable<TSource> Append<TSource>(this IEnumerable<TSource> source, TSource element)": withCall(
    (site, source: Source, element: unknown) => {
      const from = notNull(source, "source");
      return lazy(site, 0, function* () {
        yield* concat(site, from);
        yield element;
      });
    },
  ),
  "static IEnumerable<TSource> Prepend<TSource>(this IEnumerable<TSource> source, TSource element)": withCall(
    (site, source: Source, element: unknown) => {
      const from = notNull(source, "source");
      return lazy(site, 0, function* () {
        yield element;
        yield* concat(site, from);
      });
    },
  ),
};
