import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { bufferOf, type Fn, itemsOf, lazy, notNull } from "./sequence.js";

/** Where, Skip, Take and the like: some items of a sequence. */

type Source = unknown;

function* where(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  for (const item of itemsOf(site, source)) if (predicate(item) === true) yield item;
}

function* whereIndexed(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  let index = 0;
  for (const item of itemsOf(site, source)) if (predicate(item, index++) === true) yield item;
}

function* take(site: CallSite, source: Source, count: number): Generator<unknown> {
  if (count <= 0) return;
  let left = count;
  for (const item of itemsOf(site, source)) {
    site.run.step();
    yield item;
    if (--left === 0) return;
  }
}

function* skip(site: CallSite, source: Source, count: number): Generator<unknown> {
  if (source instanceof NetArray) {
    const { items } = source;
    for (let i = Math.max(count, 0); i < items.length; i++) {
      site.run.step();
      yield items[i];
    }
    return;
  }
  let left = count;
  for (const item of itemsOf(site, source)) {
    site.run.step();
    if (left > 0) left--;
    else yield item;
  }
}

function* takeWhile(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  for (const item of itemsOf(site, source)) {
    if (predicate(item) !== true) return;
    yield item;
  }
}

function* takeWhileIndexed(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  let index = 0;
  for (const item of itemsOf(site, source)) {
    if (predicate(item, index++) !== true) return;
    yield item;
  }
}

function* skipWhile(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  let isThrough = false;
  for (const item of itemsOf(site, source)) {
    if (isThrough) site.run.step();
    else if (predicate(item) === true) continue;
    isThrough = true;
    yield item;
  }
}

function* skipWhileIndexed(site: CallSite, source: Source, predicate: Fn): Generator<unknown> {
  let isThrough = false;
  let index = 0;
  for (const item of itemsOf(site, source)) {
    if (isThrough) site.run.step();
    else if (predicate(item, index++) === true) continue;
    isThrough = true;
    yield item;
  }
}

function* defaultIfEmpty(site: CallSite, source: Source, value: unknown): Generator<unknown> {
  let isEmpty = true;
  for (const item of itemsOf(site, source)) {
    isEmpty = false;
    site.run.step();
    yield item;
  }
  if (isEmpty) yield value;
}

const byPredicate = (run: (site: CallSite, source: Source, predicate: Fn) => Iterable<unknown>) =>
  withCall((site, source: Source, predicate: Fn | null) => {
    const [from, holds] = [notNull(source, "source"), notNull(predicate, "predicate")];
    return lazy(site, 0, () => run(site, from, holds));
  });

const byCount = (run: (site: CallSite, source: Source, count: number) => Iterable<unknown>) =>
  withCall((site, source: Source, count: number) => {
    const from = notNull(source, "source");
    return lazy(site, 0, () => run(site, from, count));
  });

const signature = (name: string, parameter: string) =>
  `static IEnumerable<TSource> ${name}<TSource>(this IEnumerable<TSource> source, ${parameter})`;
const PREDICATE = "Func<TSource, bool> predicate";
const INDEXED = "Func<TSource, int, bool> predicate";

/** `Where`, `Take`, `Skip` and their kin. */
export const restrictionMembers: Record<string, Implementation> = {
  [signature("Where", PREDICATE)]: byPredicate(where),
  [signature("Where", INDEXED)]: byPredicate(whereIndexed),
  [signature("Take", "int count")]: byCount(take),
  [signature("Skip", "int count")]: byCount(skip),
  [signature("TakeWhile", PREDICATE)]: byPredicate(takeWhile),
  [signature("TakeWhile", INDEXED)]: byPredicate(takeWhileIndexed),
  [signature("SkipWhile", PREDICATE)]: byPredicate(skipWhile),
  [signature("SkipWhile", INDEXED)]: byPredicate(skipWhileIndexed),
  "static IEnumerable<TSource> DefaultIfEmpty<TSource>(this IEnumerable<TSource> source)": withCall((site, source: Source) => {
    const from = notNull(source, "source");
    return lazy(site, 0, () => defaultIfEmpty(site, from, zeroOf(site.typeArguments[0]!)));
  }),
  [signature("DefaultIfEmpty", "TSource defaultValue")]: withCall((site, source: Source, value: unknown) => {
    const from = notNull(source, "source");
    return lazy(site, 0, () => defaultIfEmpty(site, from, value));
  }),
  "static IEnumerable<TSource> Reverse<TSource>(this IEnumerable<TSource> source)": withCall((site, source: Source) => {
    const from = notNull(source, "source");
    return lazy(site, 0, () => bufferOf(site, from).reverse());
  }),
};
