import { JArray } from "../../dotnet/newtonsoft/array.js";
import { JToken } from "../../dotnet/newtonsoft/token.js";
import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { CallSite } from "../../types/declare.js";
import { NetArray, type NetEnumerable } from "../../types/values.js";
import { callFunction } from "./functions.js";
import {
  arrayOf,
  compareValues,
  fromNumber,
  isList,
  isTruthy,
  itemsOf,
  plain,
  strictEquals,
  toNumber,
  toText,
  toToken,
} from "./values.js";

/** What scripts treat as an array. */
export type List = JArray | NetArray | NetEnumerable;

type Method = (list: List, args: readonly unknown[], site: CallSite) => unknown;

/** Methods of arrays, as in JavaScript. Those that change an array work on arrays made by a script (or read from JSON). */
export const listMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["at", (list, [index], site) => itemsOf(list, site).at(whole(index, 0)) ?? null],
  ["concat", concat],
  ["every", (list, [test], site) => itemsOf(list, site).every((item, i) => isTruthy(call(test, item, i, list)))],
  ["filter", filter],
  ["find", (list, [test], site) => itemsOf(list, site).find((item, i) => isTruthy(call(test, item, i, list))) ?? null],
  ["findIndex", (list, [test], site) => itemsOf(list, site).findIndex((item, i) => isTruthy(call(test, item, i, list)))],
  ["flat", (list, [depth], site) => makeList(flatten(itemsOf(list, site), Math.min(whole(depth, 1), MOST_FLAT), site), site)],
  ["flatMap", (list, [map], site) => makeList(flatten(mapped(list, map, site), 1, site), site)],
  ["forEach", forEach],
  ["includes", (list, [value], site) => itemsOf(list, site).some((item) => strictEquals(item, value))],
  ["indexOf", (list, [value], site) => itemsOf(list, site).findIndex((item) => strictEquals(item, value))],
  ["join", join],
  ["lastIndexOf", (list, [value], site) => itemsOf(list, site).findLastIndex((item) => strictEquals(item, value))],
  ["map", (list, [map], site) => makeList(mapped(list, map, site), site)],
  ["pop", (list, _args, site) => removeAt(own(list), own(list).count - 1, site)],
  ["push", push],
  ["reduce", (list, args, site) => reduce(itemsOf(list, site), args)],
  ["reduceRight", (list, args, site) => reduce([...itemsOf(list, site)].reverse(), args)],
  ["reverse", (list, _args, site) => refill(own(list), [...own(list).children].reverse(), site)],
  ["shift", (list, _args, site) => removeAt(own(list), 0, site)],
  ["slice", (list, [from, to], site) => makeList(itemsOf(list, site).slice(whole(from, 0), end(to)), site)],
  ["some", (list, [test], site) => itemsOf(list, site).some((item, i) => isTruthy(call(test, item, i, list)))],
  ["sort", (list, [order], site) => refill(own(list), sorted(own(list).children, order, site) as JToken[], site)],
  ["splice", splice],
  ["toReversed", (list, _args, site) => makeList([...itemsOf(list, site)].reverse(), site)],
  ["toSorted", (list, [order], site) => makeList(sorted(itemsOf(list, site), order, site), site)],
  ["toString", (list, _args, site) => toText(list, site)],
  ["unshift", (list, args, site) => insert(own(list), 0, args, site)],
]);

const MOST_FLAT = 64;

function whole(value: unknown, absent: number): number {
  if (plain(value) === null) return absent;
  const number = Math.trunc(toNumber(value));
  return Number.isNaN(number) ? 0 : number;
}

function end(value: unknown): number | undefined {
  return plain(value) === null ? undefined : whole(value, 0);
}

function call(callee: unknown, item: unknown, index: number, list: List): unknown {
  return callFunction(callee, [item, index, list]);
}

/** An array of a script; where an item is no JSON (an object of .NET), an array that cannot be changed. */
export function makeList(items: readonly unknown[], site: CallSite): List {
  if (items.every(isJson)) return arrayOf(items, site);
  site.run.allocate(items.length * Weight.item);
  return new NetArray(site.scope.find("System.Object")!, [...items]);
}

function isJson(value: unknown): boolean {
  const inner = plain(value);
  return inner === null || typeof inner !== "object" ? typeof inner !== "function" : inner instanceof JToken;
}

function own(list: List): JArray {
  if (list instanceof JArray) return list;
  throw raise.invalidOperation("Only arrays made by a script can be changed: copy it with slice() first.");
}

function mapped(list: List, map: unknown, site: CallSite): unknown[] {
  return itemsOf(list, site).map((item, i) => call(map, item, i, list));
}

function filter(list: List, [test]: readonly unknown[], site: CallSite): unknown {
  const kept = itemsOf(list, site).filter((item, i) => isTruthy(call(test, item, i, list)));
  return list instanceof JArray || kept.every(isJson) ? makeList(kept, site) : typed(list, kept);
}

/** Items of a .NET sequence keep their type. */
function typed(list: NetArray | NetEnumerable, items: unknown[]): NetArray {
  return new NetArray(list.elementType, items);
}

function forEach(list: List, [action]: readonly unknown[], site: CallSite): null {
  itemsOf(list, site).forEach((item, i) => {
    call(action, item, i, list);
  });
  return null;
}

function concat(list: List, args: readonly unknown[], site: CallSite): unknown {
  const items = [...itemsOf(list, site)];
  for (const argument of args) {
    if (!isList(argument)) items.push(argument);
    else for (const item of itemsOf(argument, site)) items.push(item);
  }
  return makeList(items, site);
}

function flatten(items: readonly unknown[], depth: number, site: CallSite): unknown[] {
  const result: unknown[] = [];
  for (const item of items) {
    site.run.step();
    if (depth > 0 && isList(item)) for (const inner of flatten(itemsOf(item, site), depth - 1, site)) result.push(inner);
    else result.push(item);
  }
  return result;
}

function join(list: List, [separator]: readonly unknown[], site: CallSite): string {
  const between = plain(separator) === null ? "," : toText(separator, site);
  const parts = itemsOf(list, site).map((item) => (plain(item) === null ? "" : toText(item, site)));
  for (const part of parts) site.run.allocate(part.length + between.length);
  return parts.join(between);
}

function reduce(items: readonly unknown[], args: readonly unknown[]): unknown {
  const hasStart = args.length > 1;
  if (!hasStart && items.length === 0) throw raise.invalidOperation("An empty array cannot be reduced without a start value.");
  let value = hasStart ? args[1] : items[0];
  for (let i = hasStart ? 0 : 1; i < items.length; i++) value = callFunction(args[0], [value, items[i], i]);
  return value;
}

function sorted(items: readonly unknown[], order: unknown, site: CallSite): unknown[] {
  site.run.steps(items.length * Math.ceil(Math.log2(items.length + 2)));
  site.run.allocate(items.length * Weight.item);
  if (typeof order === "function") {
    return [...items].sort((a, b) => {
      const result = toNumber(callFunction(order, [a, b]));
      return Number.isNaN(result) ? 0 : result;
    });
  }
  const keyed = items.map((item) => ({ item, text: toText(item, site) }));
  return keyed.sort((a, b) => compareValues(a.text, b.text)).map(({ item }) => item);
}

/** Puts tokens that have left an array back into it, in a new order. */
function refill(array: JArray, tokens: readonly JToken[], site: CallSite): JArray {
  array.removeAll();
  for (const token of tokens) array.append(token, site.run);
  return array;
}

function insert(array: JArray, at: number, values: readonly unknown[], site: CallSite): unknown {
  values.forEach((value, i) => {
    array.insertAt(at + i, toToken(value, site), site.run);
  });
  return fromNumber(array.count, site.scope);
}

function push(list: List, args: readonly unknown[], site: CallSite): unknown {
  return insert(own(list), own(list).count, args, site);
}

function removeAt(array: JArray, index: number, site: CallSite): unknown {
  if (array.count === 0) return null;
  const token = array.children[index]!;
  site.run.steps(array.count - index);
  array.removeAt(index);
  return token;
}

function splice(list: List, args: readonly unknown[], site: CallSite): unknown {
  const array = own(list);
  const from = whole(args[0], 0);
  const start = from < 0 ? Math.max(array.count + from, 0) : Math.min(from, array.count);
  const rest = array.count - start;
  const count = args.length < 2 ? rest : Math.min(Math.max(whole(args[1], 0), 0), rest);
  const removed: unknown[] = [];
  for (let i = 0; i < count; i++) removed.push(removeAt(array, start, site));
  insert(array, start, args.slice(2), site);
  return makeList(removed, site);
}
