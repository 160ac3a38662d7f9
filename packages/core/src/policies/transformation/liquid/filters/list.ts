import { compare, keyOf } from "@turnpike/expressions/values";
import { joinedItem } from "../printing.js";
import type { Rendering } from "../rendering.js";
import { countOf, endOf, flattened, isEnumerable, itemsOf, Keyed, listOf, Pair, Sequence } from "../values.js";
import { any, type Filter, filter1, filter2, items, text } from "./filter.js";

/** Filters on lists. */

/** All items of what is given, nested ones too; a single value is a list of one. */
function all(r: Rendering, input: unknown): unknown[] {
  if (!isEnumerable(input)) return [input];
  const found: unknown[] = [];
  for (const item of flattened(input, r)) {
    r.run.allocate(1);
    found.push(item);
  }
  return found;
}

function join(r: Rendering, input: unknown, glue: string | null): unknown {
  if (input === null) return null;
  const between = glue ?? "";
  let joined = "";
  let isFirst = true;
  for (const item of itemsOf(input, r)) {
    const part = joinedItem(item);
    r.run.allocate(part.length + between.length);
    joined += isFirst ? part : between + part;
    isFirst = false;
  }
  return joined;
}

function memberOfItem(item: unknown, name: string): unknown {
  if (item instanceof Keyed) return item.get(name);
  return null;
}

/** If all items are objects and the first has the member: that of every item. Otherwise nothing of every item. */
function map(r: Rendering, input: unknown, property: string | null): unknown {
  if (input === null) return null;
  const found = [...itemsOf(input, r)];
  r.run.allocate(found.length);
  if (found.length === 0) return found;
  const first = found[0];
  const hasIt =
    property !== null && found.every((item) => item instanceof Keyed) && first instanceof Keyed && first.has(property);
  return Sequence.of(found.map((item) => (hasIt ? memberOfItem(item, property) : null)));
}

/** Characters of two texts that are compared for the price of a step. */
const CHARACTERS_PER_STEP = 64;

function compared(r: Rendering, a: unknown, b: unknown): number {
  r.run.steps(1 + (typeof a === "string" && typeof b === "string" ? Math.min(a.length, b.length) / CHARACTERS_PER_STEP : 0));
  return compare(a, b);
}

/** By .NET's order of the values, or of the members of a list of objects. Values that do not compare fail. */
function sort(r: Rendering, input: unknown, property: string | null): unknown {
  if (input === null) return null;
  const list = listOf(input);
  const isNamed = property !== null && property !== "";
  if (isNamed && list !== null && list.length > 0 && list.every((item) => item instanceof Keyed)) {
    r.run.allocate(list.length);
    return list.toSorted((a, b) => compared(r, memberOfItem(a, property), memberOfItem(b, property)));
  }
  const found = all(r, input);
  return isNamed ? found : found.sort((a, b) => compared(r, a, b));
}

function uniqueKey(item: unknown): unknown {
  if (!(item instanceof Pair)) return keyOf(item);
  const key = keyOf(item.value);
  return typeof key === "object" && key !== null ? item : `Pair:${item.key.length}:${item.key}:${typeof key}:${String(key)}`;
}

function unique(r: Rendering, input: unknown): unknown {
  if (input === null) return null;
  const seen = new Set<unknown>();
  return all(r, input).filter((item) => {
    const key = uniqueKey(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Filters for lists. */
export const listFilters: Readonly<Record<string, Filter>> = {
  Size: filter1(any("input"), (_r, input) => countOf(input)),
  First: filter1(items("array"), (r, input) => (input === null ? null : endOf(input, "first", r))),
  Last: filter1(items("array"), (r, input) => (input === null ? null : endOf(input, "last", r))),
  Join: filter2(items("input"), text("glue", " "), join),
  Map: filter2(items("enumerableInput"), text("property"), map),
  Sort: filter2(any("input"), text("property", ""), sort),
  Uniq: filter1(any("input"), unique),
  Compact: filter1(any("input"), (r, input) => (input === null ? null : all(r, input).filter((item) => item !== null))),
};
