import { raise } from "../../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { zeroOf } from "../../types/zero.js";
import { List } from "../collections/index.js";
import { type Fn, itemsOf, noElements, noMatch, notNull, severalElements, severalMatches } from "./sequence.js";

/** First, Last, Single, ElementAt: one item of a sequence. */

type Source = unknown;

/** An item found; undefined if there was none. */
type Found = { readonly item: unknown } | undefined;

function first(site: CallSite, source: Source, predicate: Fn | null): Found {
  for (const item of itemsOf(site, source)) {
    if (predicate === null || predicate(item) === true) return { item };
  }
  return undefined;
}

function last(site: CallSite, source: Source, predicate: Fn | null): Found {
  if (predicate === null && (source instanceof NetArray || source instanceof List)) {
    const { items } = source;
    return items.length === 0 ? undefined : { item: items[items.length - 1] };
  }
  let found: Found;
  for (const item of itemsOf(site, source)) {
    if (predicate === null) site.run.step();
    if (predicate === null || predicate(item) === true) found = { item };
  }
  return found;
}

function single(site: CallSite, source: Source, predicate: Fn | null): Found {
  let found: Found;
  for (const item of itemsOf(site, source)) {
    if (predicate !== null && predicate(item) !== true) continue;
    if (found !== undefined) throw predicate === null ? severalElements() : severalMatches();
    found = { item };
  }
  return found;
}

function elementAt(site: CallSite, source: Source, index: number): Found {
  if (index < 0) return undefined;
  if (source instanceof NetArray || source instanceof List)
    return index < source.items.length ? { item: source.items[index] } : undefined;
  let left = index;
  for (const item of itemsOf(site, source)) {
    site.run.step();
    if (left-- === 0) return { item };
  }
  return undefined;
}

type Search = (site: CallSite, source: Source, predicate: Fn | null) => Found;

/** The four forms of a search: with and without predicate, with and without a default. */
function forms(name: string, search: Search): Record<string, Implementation> {
  const PREDICATE = "Func<TSource, bool> predicate";
  const all = (site: CallSite, source: Source) => search(site, notNull(source, "source"), null);
  const matching = (site: CallSite, source: Source, predicate: Fn | null) =>
    search(site, notNull(source, "source"), notNull(predicate, "predicate"));
  const orDefault = (site: CallSite, found: Found) => (found === undefined ? zeroOf(site.typeArguments[0]!) : found.item);
  return {
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source)`]: withCall((site, source: Source) => {
      const found = all(site, source);
      if (found === undefined) throw noElements();
      return found.item;
    }),
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source, ${PREDICATE})`]: withCall(
      (site, source: Source, predicate: Fn | null) => {
        const found = matching(site, source, predicate);
        if (found === undefined) throw noMatch();
        return found.item;
      },
    ),
    [`static TSource ${name}OrDefault<TSource>(this IEnumerable<TSource> source)`]: withCall((site, source: Source) =>
      orDefault(site, all(site, source)),
    ),
    [`static TSource ${name}OrDefault<TSource>(this IEnumerable<TSource> source, ${PREDICATE})`]: withCall(
      (site, source: Source, predicate: Fn | null) => orDefault(site, matching(site, source, predicate)),
    ),
  };
}

/** `First`, `Last`, `Single`, `ElementAt` and their kin. */
export const elementMembers: Record<string, Implementation> = {
  ...forms("First", first),
  ...forms("Last", last),
  ...forms("Single", single),
  "static TSource ElementAt<TSource>(this IEnumerable<TSource> source, int index)": withCall(
    (site, source: Source, index: number) => {
      const found = elementAt(site, notNull(source, "source"), index);
      if (found === undefined) throw raise.listIndex();
      return found.item;
    },
  ),
  "static TSource ElementAtOrDefault<TSource>(this IEnumerable<TSource> source, int index)": withCall(
    (site, source: Source, index: number) => {
      const found = elementAt(site, notNull(source, "source"), index);
      return found === undefined ? zeroOf(site.typeArguments[0]!) : found.item;
    },
  ),
};
