import { NetException, NumberStyles, parseDecimal, parseReal, raise } from "@turnpike/expressions/values";
import { isWord } from "./fragments.js";
import { doubleOf, isLong, longOf, plainText, toInt, typeOfValue } from "./numbers.js";
import type { Rendering } from "./rendering.js";
import { countOf, EMPTY, endOf, isDrop, isEnumerable, Keyed, listOf, Pair, Sequence } from "./values.js";

/** Reads a value while rendering. */
export type Reader = (r: Rendering) => unknown;

/** A step of a path: a name, or what stands in square brackets. */
export type PathStep = { readonly name: string } | { readonly key: Reader; readonly source: string };

/** What a fragment means. */
export interface Meaning {
  readonly read: Reader;
  /** The steps if it is a path; null for a literal. */
  readonly path: readonly PathStep[] | null;
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["", null],
  ["nil", null],
  ["null", null],
  ["true", true],
  ["false", false],
  ["blank", EMPTY],
  ["empty", EMPTY],
]);

const INTEGER = /^[+-]?\d+$/;
const NUMERIC = /^[+-]?\d[\d.|,]+$/;
/** A long has no more digits than this, however many zeros it begins with. */
const LONGEST_LONG = 19;

/** What a fragment stands for, decided once. `null` is an absent fragment: nothing. */
export function meaningOf(fragment: string | null): Meaning {
  if (fragment === null) return constant(null);
  if (WORDS.has(fragment)) return constant(WORDS.get(fragment));
  const first = fragment[0]!;
  if ((first === "'" || first === '"') && fragment.length > 1 && fragment.endsWith(first)) return constant(fragment.slice(1, -1));
  if (INTEGER.test(fragment)) return integer(fragment);
  const range = first === "(" ? rangeOf(fragment) : null;
  if (range !== null) return { read: range, path: null };
  if (NUMERIC.test(fragment)) return numeric(fragment);
  const path = pathOf(fragment);
  return { read: pathReader(path), path };
}

function constant(value: unknown): Meaning {
  return { read: () => value, path: null };
}

function failing(error: NetException): Meaning {
  const read = (): never => {
    throw error;
  };
  return { read, path: null };
}

function integer(text: string): Meaning {
  const digits = text.replace(/^[+-]?0*/, "") || "0";
  if (digits.length > LONGEST_LONG) return failing(raise.overflow("Value was either too large or too small for an Int64."));
  const value = BigInt(text.startsWith("-") ? `-${digits}` : digits);
  if (!isLong(value)) return failing(raise.overflow("Value was either too large or too small for an Int64."));
  const small = Number(value);
  return constant(small === (small | 0) ? small : longOf(value));
}

function numeric(text: string): Meaning {
  const decimal = parseDecimal(text, NumberStyles.Number);
  if (!(decimal instanceof NetException)) return constant(decimal);
  const real = parseReal(text, NumberStyles.Number, false);
  return real instanceof NetException ? failing(real) : constant(doubleOf(real));
}

/** `(first..last)`; null if it is none. */
function rangeOf(text: string): Reader | null {
  if (!text.endsWith(")")) return null;
  const dots = text.lastIndexOf("..", text.length - 4);
  if (dots < 2) return null;
  const first = bound(text.slice(1, dots));
  const last = bound(text.slice(dots + 2, -1));
  return (r) => Sequence.range(first(r), last(r));
}

/** A bound of a range. What is no number fails when it is read; a range as a bound is none. */
function bound(text: string): (r: Rendering) => number {
  const read = text.startsWith("(") ? () => Sequence.range(0, 0) : meaningOf(text).read;
  return (r) => toInt(r.site, read(r));
}

const DASH = 45;
const QUESTION = 63;
const OPEN = 91;
const POINT = 46;

const isSegment = (code: number): boolean => isWord(code) || code === DASH;

/** The steps of a path. Characters that are part of no step are passed over. */
function pathOf(text: string): PathStep[] {
  const steps: PathStep[] = [];
  const lastClose = text.lastIndexOf("]");
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === OPEN && at + 1 < lastClose) {
      const close = text.indexOf("]", at + 2);
      if (text[at + 1] !== "]") {
        const source = text.slice(at + 1, close);
        steps.push({ key: keyReader(source), source });
        at = close + 1;
        continue;
      }
    }
    let end = at;
    while (end < text.length && isSegment(text.charCodeAt(end))) end++;
    if (end === at) at++;
    else {
      if (text.charCodeAt(end) === QUESTION) end++;
      steps.push({ name: text.slice(at, end) });
      at = end;
    }
  }
  return steps;
}

/** What stands in brackets holds no closing bracket, and so no brackets of its own. */
function keyReader(source: string): Reader {
  return meaningOf(source).read;
}

function pathReader([first, ...rest]: readonly PathStep[]): Reader {
  if (first === undefined) return failing(raise.argumentNull("input")).read;
  const start: Reader = "name" in first ? (r) => r.find(first.name) : (r) => r.find(textOfKey(first.key(r)));
  if (rest.length === 0) return start;
  return (r) => {
    let value = start(r);
    for (let i = 0; i < rest.length; i++) {
      if (value === null || value === undefined) return null;
      const step = rest[i]!;
      value = "name" in step ? memberOf(value, step.name, false, r) : memberOf(value, step.key(r), true, r);
    }
    return value ?? null;
  };
}

function textOfKey(key: unknown): string {
  if (key === null || key === undefined) throw raise.nullReference();
  return plainText(key);
}

/** What `value.part` or `value[part]` is; null for what is not there. */
function memberOf(value: unknown, part: unknown, isBracket: boolean, r: Rendering): unknown {
  if (value instanceof Pair) return ofPair(value, part);
  if (value instanceof Keyed) {
    if (part === null || part === undefined) throw raise.argumentNull("key");
    if (typeof part === "string" && value.has(part)) return value.get(part);
  }
  const list = listOf(value);
  if (list !== null && isIndex(part)) {
    const index = toInt(r.site, part);
    if (index < 0 || index >= list.length) throw raise.listIndex();
    return list[index];
  }
  if (isDrop(value)) return typeof part === "string" ? (value.member(part) ?? null) : null;
  if (isBracket || !isEnumerable(value)) return null;
  if (part === "size") return countOf(value);
  return part === "first" || part === "last" ? endOf(value, part, r) : null;
}

function ofPair({ key, value }: Pair, part: unknown): unknown {
  if (part === "Key" || part === 0) return key;
  return part === "Value" || part === 1 || part === key ? value : null;
}

function isIndex(part: unknown): boolean {
  const type = typeOfValue(part);
  return type === "Int32" || type === "Int64";
}

/** The first of the characters of a path that are passed over, such as round brackets, exclamation marks, operators; null if there are none. */
export function strayCharacter(fragment: string): string | null {
  const lastClose = fragment.lastIndexOf("]");
  for (let at = 0; at < fragment.length; at++) {
    const code = fragment.charCodeAt(at);
    if (code === OPEN && at + 1 < lastClose) at = fragment.indexOf("]", at + 2);
    else if (!isSegment(code) && code !== POINT && code !== QUESTION) return fragment[at]!;
  }
  return null;
}
