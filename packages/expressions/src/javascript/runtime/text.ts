import { findLastText, findText, splitText } from "../../dotnet/text/find.js";
import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { CallSite } from "../../types/declare.js";
import { callFunction } from "./functions.js";
import { matchText, replaceText, ScriptRegex, searchText, splitByRegex } from "./regex.js";
import { arrayOf, fromNumber, plain, toNumber, toText } from "./values.js";

type Method = (text: string, args: readonly unknown[], site: CallSite) => unknown;

/** A position argument: a whole number, `absent` where none is given. */
function position(value: unknown, absent: number): number {
  if (plain(value) === null) return absent;
  const number = Math.trunc(toNumber(value));
  return Number.isNaN(number) ? 0 : number;
}

function simple(make: (text: string) => unknown): Method {
  return (text, _args, site) => {
    site.run.allocate(text.length);
    site.run.steps(text.length >> 2);
    return make(text);
  };
}

/** What goes through a text, which is charged first: from then on long searches look at the clock. */
function searching(method: Method): Method {
  return (text, args, site) => {
    site.run.steps(text.length >> 6);
    return method(text, args, site);
  };
}

function padded(atEnd: boolean): Method {
  return (text, [length, fill], site) => {
    const wanted = position(length, 0);
    const filler = plain(fill) === null ? " " : toText(fill, site);
    if (wanted <= text.length || filler === "") return text;
    site.run.allocate(wanted);
    return atEnd ? text.padEnd(wanted, filler) : text.padStart(wanted, filler);
  };
}

/** Methods of texts, as in JavaScript. Replacements for text patterns are taken as they stand, without `$` marks. */
export const textMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["at", (text, [index]) => text.at(position(index, 0)) ?? null],
  ["charAt", (text, [index]) => text.charAt(position(index, 0))],
  ["charCodeAt", (text, [index], site) => fromNumber(text.charCodeAt(position(index, 0)), site.scope)],
  ["codePointAt", (text, [index]) => text.codePointAt(position(index, 0)) ?? null],
  ["concat", (text, args, site) => joined([text, ...args.map((argument) => toText(argument, site))], site)],
  ["endsWith", (text, [part, end], site) => text.endsWith(toText(part, site), position(end, text.length))],
  ["includes", searching((text, [part, from], site) => findText(text, toText(part, site), position(from, 0)) >= 0)],
  ["indexOf", searching((text, [part, from], site) => findText(text, toText(part, site), position(from, 0)))],
  ["lastIndexOf", searching((text, [part, from], site) => findLastText(text, toText(part, site), position(from, text.length)))],
  ["localeCompare", (text, [other], site) => compare(text, toText(other, site))],
  ["match", (text, [pattern], site) => matchText(text, regexOf(pattern, "match"), site)],
  ["padEnd", padded(true)],
  ["padStart", padded(false)],
  ["repeat", repeat],
  ["replace", searching((text, [pattern, by], site) => replace(text, pattern, by, false, site))],
  ["replaceAll", searching((text, [pattern, by], site) => replace(text, pattern, by, true, site))],
  ["search", (text, [pattern], site) => searchText(text, regexOf(pattern, "search"), site)],
  ["slice", (text, [from, to]) => text.slice(position(from, 0), position(to, text.length))],
  ["split", searching(split)],
  ["startsWith", (text, [part, from], site) => text.startsWith(toText(part, site), position(from, 0))],
  ["substr", (text, [from, length]) => substr(text, position(from, 0), position(length, text.length))],
  ["substring", (text, [from, to]) => text.substring(position(from, 0), position(to, text.length))],
  ["toLowerCase", simple((text) => text.toLowerCase())],
  ["toString", (text) => text],
  ["toUpperCase", simple((text) => text.toUpperCase())],
  ["trim", simple((text) => text.trim())],
  ["trimEnd", simple((text) => text.trimEnd())],
  ["trimStart", simple((text) => text.trimStart())],
]);

function joined(parts: readonly string[], site: CallSite): string {
  for (const part of parts) site.run.allocate(part.length);
  return parts.join("");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function substr(text: string, from: number, length: number): string {
  const start = from < 0 ? Math.max(text.length + from, 0) : from;
  return text.slice(start, start + Math.max(length, 0));
}

function regexOf(pattern: unknown, method: string): ScriptRegex {
  if (pattern instanceof ScriptRegex) return pattern;
  throw raise.argument(`${method} needs a regular expression, such as /[a-z]+/.`);
}

function repeat(text: string, [count]: readonly unknown[], site: CallSite): string {
  const times = position(count, 0);
  if (times < 0 || !Number.isFinite(times)) throw raise.argumentOutOfRange("count");
  site.run.allocate(text.length * times);
  return text.repeat(times);
}

function split(text: string, [separator, limit]: readonly unknown[], site: CallSite): unknown {
  if (separator instanceof ScriptRegex) return splitByRegex(text, separator, site);
  if (plain(separator) === null) return arrayOf([text], site);
  site.run.allocate(text.length);
  const by = toText(separator, site);
  if (by === "") site.run.allocate(text.length * Weight.item);
  const parts = by === "" ? text.split(by) : splitText(text, by);
  return arrayOf(plain(limit) === null ? parts : parts.slice(0, Math.max(position(limit, 0), 0)), site);
}

function replace(text: string, pattern: unknown, by: unknown, isAll: boolean, site: CallSite): string {
  if (pattern instanceof ScriptRegex) return replaceText(text, pattern, by, isAll, site);
  const part = toText(pattern, site);
  const replacement = (index: number): string =>
    typeof by === "function" ? toText(callFunction(by, [part, index]), site) : toText(by, site);
  if (!isAll) {
    const index = findText(text, part);
    return index < 0 ? text : joined([text.slice(0, index), replacement(index), text.slice(index + part.length)], site);
  }
  const pieces: string[] = [];
  let from = 0;
  for (let index = findText(text, part); index >= 0; index = next(text, part, index)) {
    site.run.step();
    site.run.allocate(Weight.part);
    pieces.push(text.slice(from, index), replacement(index));
    from = index + part.length;
  }
  pieces.push(text.slice(from));
  return joined(pieces, site);
}

/** The next place of a part; an empty part stands between all characters and at both ends. */
function next(text: string, part: string, index: number): number {
  if (part !== "") return findText(text, part, index + part.length);
  return index < text.length ? index + 1 : -1;
}
