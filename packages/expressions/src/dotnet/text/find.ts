import { chargeMemory, checkTime } from "../../runtime/current.js";
import { Weight } from "../../runtime/weights.js";

/**
 * Searching for a text in a text, in time that is linear whatever the texts are. Engines' own searches are quick but, for a long
 * pattern made for the purpose, quadratic (minutes for a megabyte): they do only where that cannot matter. Long texts are gone
 * through a window at a time, so that an evaluation whose time is up ends in between.
 */

/** Characters of a window. */
const WINDOW = 65_536;
/** Up to so many comparisons of characters a search by the engine takes two milliseconds at most. */
const HARMLESS = 1e7;
/** Patterns up to so long are harmless in a window. */
const SHORT = Math.floor(HARMLESS / WINDOW);

/** Searching one text for the other needs no care. */
const isHarmless = (text: string, value: string) => text.length <= WINDOW && value.length <= SHORT;

/** For each beginning of the pattern the length of its longest proper border (Knuth, Morris, Pratt). */
function borders(value: string): Int32Array {
  chargeMemory(value.length * 2);
  const table = new Int32Array(value.length);
  let length = 0;
  for (let i = 1; i < value.length; i++) {
    if (i % WINDOW === 0) checkTime();
    while (length > 0 && value.charCodeAt(i) !== value.charCodeAt(length)) length = table[length - 1]!;
    if (value.charCodeAt(i) === value.charCodeAt(length)) length++;
    table[i] = length;
  }
  return table;
}

/** A search for a pattern in codes that come one after the other. */
export class PatternSearch {
  private readonly table: Int32Array;
  /** So many codes of the pattern are matched by what came last. */
  private length = 0;

  constructor(private readonly pattern: string) {
    this.table = borders(pattern);
  }

  /** Takes the next code. True if the pattern ends with it. */
  accept(code: number): boolean {
    const { pattern, table } = this;
    while (this.length > 0 && code !== pattern.charCodeAt(this.length)) this.length = table[this.length - 1]!;
    if (code === pattern.charCodeAt(this.length)) this.length++;
    if (this.length < pattern.length) return false;
    this.length = table[this.length - 1]!;
    return true;
  }
}

/** All places where a long pattern starts, overlapping ones too, from an index on. */
function* places(text: string, value: string, from: number): Generator<number> {
  if (value.length > text.length - from) return;
  const search = new PatternSearch(value);
  for (let i = from; i < text.length; i++) {
    if (i % WINDOW === 0) checkTime();
    if (search.accept(text.charCodeAt(i))) yield i + 1 - value.length;
  }
}

/** `text.indexOf(value, from)`. */
export function findText(text: string, value: string, from = 0): number {
  return isHarmless(text, value) ? text.indexOf(value, from) : findLong(text, value, from);
}

function findLong(text: string, value: string, from: number): number {
  if (value === "") return text.indexOf(value, from);
  const start = Math.max(from, 0);
  if (value.length > SHORT) {
    for (const at of places(text, value, start)) return at;
    return -1;
  }
  for (let at = start; at + value.length <= text.length; at += WINDOW) {
    const found = text.slice(at, at + WINDOW + value.length - 1).indexOf(value);
    if (found >= 0) return at + found;
    checkTime();
  }
  return -1;
}

/** `text.lastIndexOf(value, from)`. */
export function findLastText(text: string, value: string, from = text.length): number {
  return isHarmless(text, value) ? text.lastIndexOf(value, from) : findLastLong(text, value, from);
}

function findLastLong(text: string, value: string, from: number): number {
  if (value === "") return text.lastIndexOf(value, from);
  const last = Math.min(Math.max(from, 0), text.length - value.length);
  if (value.length > SHORT) {
    let found = -1;
    for (const at of places(text.slice(0, last + value.length), value, 0)) found = at;
    return found;
  }
  for (let end = last + 1; end > 0; end -= WINDOW) {
    const start = Math.max(end - WINDOW, 0);
    const found = text.slice(start, end + value.length - 1).lastIndexOf(value);
    if (found >= 0) return start + found;
    checkTime();
  }
  return -1;
}

/**
 * Hands on the parts between the places of a value that is not empty, left to right, the first `count` of some at a time. Returns the
 * last part of all.
 */
function walkParts(text: string, value: string, visit: (parts: readonly string[], count: number) => void): string {
  let from = 0;
  if (value.length > SHORT) {
    const part = [""];
    for (const at of places(text, value, 0)) {
      if (at < from) continue;
      part[0] = text.slice(from, at);
      visit(part, 1);
      from = at + value.length;
    }
    return text.slice(from);
  }
  // `from` is where the part under way begins, `at` where its places are sought: a window may hold none.
  for (let at = 0; at < text.length; ) {
    const window = text.slice(at, at + WINDOW + value.length - 1);
    const parts = window.split(value);
    const tail = parts[parts.length - 1]!.length;
    if (parts.length > 1) {
      parts[0] = text.slice(from, at + parts[0]!.length);
      visit(parts, parts.length - 1);
      from = at + window.length - tail;
    }
    at = at + window.length - Math.min(tail, value.length - 1);
    if (at + value.length > text.length) break;
    checkTime();
  }
  return text.slice(from);
}

/**
 * `text.split(value)` for a value that is not empty.
 * @param charge told how many parts of a long text were found since it was told last; without it the evaluation under way is charged
 */
export function splitText(text: string, value: string, charge = chargeParts): string[] {
  return isHarmless(text, value) ? text.split(value) : splitLong(text, value, charge);
}

const chargeParts = (count: number): void => chargeMemory(count * Weight.part);

function splitLong(text: string, value: string, charge: (parts: number) => void): string[] {
  const all: string[] = [];
  const rest = walkParts(text, value, (parts, count) => {
    charge(count);
    for (let i = 0; i < count; i++) all.push(parts[i]!);
  });
  all.push(rest);
  return all;
}

/**
 * `text.replaceAll(value, by)` for a value that is not empty; `by` is taken as it stands.
 * @param before told how many places there are up to here before that much of the result is made: throws where it would be too long
 */
export function replaceAllText(text: string, value: string, by: string, before: (places: number) => void): string {
  if (isHarmless(text, value)) {
    const parts = text.split(value);
    if (parts.length === 1) return text;
    before(parts.length - 1);
    return parts.join(by);
  }
  let places = 0;
  let result = "";
  const rest = walkParts(text, value, (parts, count) => {
    places += count;
    before(places);
    result += parts.slice(0, count).join(by) + by;
  });
  return places === 0 ? text : result + rest;
}

/** A test whether a UTF-16 code is among these, quick for many of them. */
export function isAmong(codes: readonly number[]): (code: number) => boolean {
  if (codes.length <= 8) return (code) => codes.includes(code);
  const set = new Set(codes);
  return (code) => set.has(code);
}
