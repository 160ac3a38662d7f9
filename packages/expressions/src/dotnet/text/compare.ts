import { chargeWork, checkTime } from "../../runtime/current.js";
import { raise } from "../../runtime/exceptions.js";
import { chargeCollation, compareText } from "../object.js";
import { toUpper, upperCode } from "./case.js";
import { fromCodes } from "./codes.js";
import { CultureElements, IGNORABLE } from "./culture-elements.js";
import { findLastText, findText, PatternSearch } from "./find.js";
import { normalizeText, orderedMarks } from "./normal-form.js";

/** Characters that are looked at between two looks at the clock. */
const WINDOW = 65_536;
const NON_ASCII = /[^\x20-\x7e\s]/;

/** The values of System.StringComparison. */
export const StringComparison = {
  CurrentCulture: 0,
  CurrentCultureIgnoreCase: 1,
  InvariantCulture: 2,
  InvariantCultureIgnoreCase: 3,
  Ordinal: 4,
  OrdinalIgnoreCase: 5,
} as const;

/** How two texts are compared: by code units or by the invariant culture, with or without regard to case. */
export interface Comparison {
  readonly ordinal: boolean;
  readonly ignoreCase: boolean;
}

const COMPARISONS: readonly Comparison[] = [
  { ordinal: false, ignoreCase: false },
  { ordinal: false, ignoreCase: true },
  { ordinal: false, ignoreCase: false },
  { ordinal: false, ignoreCase: true },
  { ordinal: true, ignoreCase: false },
  { ordinal: true, ignoreCase: true },
];

/** Comparison by the rules of the invariant culture. */
export const CULTURE = COMPARISONS[0]!;
/** Comparison by the rules of the invariant culture, without regard to case. */
export const CULTURE_IGNORE_CASE = COMPARISONS[1]!;
/** Comparison by UTF-16 codes. */
export const ORDINAL = COMPARISONS[4]!;
/** Comparison by UTF-16 codes of capitals. */
export const ORDINAL_IGNORE_CASE = COMPARISONS[5]!;

/** By the value of the enum. Throws ArgumentException for a value that does not exist. */
export function comparisonOf(value: number): Comparison {
  const found = COMPARISONS[value];
  if (found === undefined)
    throw raise.argument("The string comparison type passed in is currently not supported.", "comparisonType");
  return found;
}

const COMPARE_IGNORE_CASE = 1;
const COMPARE_ORDINAL_IGNORE_CASE = 0x10000000;
const COMPARE_ORDINAL = 0x40000000;

/** By the bits of System.Globalization.CompareOptions; options for kana, width and symbols change nothing here. */
export function comparisonOfOptions(options: number): Comparison {
  if (options === COMPARE_ORDINAL) return ORDINAL;
  if (options === COMPARE_ORDINAL_IGNORE_CASE) return ORDINAL_IGNORE_CASE;
  return (options & COMPARE_IGNORE_CASE) === 0 ? CULTURE : CULTURE_IGNORE_CASE;
}

/**
 * `CompareOrdinal`: the difference of the first code units that differ. Where one text is the other's beginning it is the
 * difference of the lengths, or, as .NET compares in pairs, that of the next code unit to the null that ends the shorter.
 */
export function compareOrdinal(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = sameWindows(a, b); i < shared; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  if (shared > 0 && shared % 2 === 0) return a.length - b.length;
  return (a.charCodeAt(shared) || 0) - (b.charCodeAt(shared) || 0);
}

/** How many characters at the beginning are known to be the same: whole windows, which the engine compares faster than codes. */
function sameWindows(a: string, b: string): number {
  let at = 0;
  for (; at + WINDOW <= Math.min(a.length, b.length); at += WINDOW) {
    if (a.slice(at, at + WINDOW) !== b.slice(at, at + WINDOW)) break;
    checkTime();
  }
  return at;
}

function compareOrdinalIgnoreCase(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = upperCode(a.charCodeAt(i)) - upperCode(b.charCodeAt(i));
    if (difference !== 0) return difference;
    if (i % WINDOW === WINDOW - 1) checkTime();
  }
  return a.length - b.length;
}

const ignoringCase = new Intl.Collator("en-US", { usage: "sort", sensitivity: "accent" });

/** `string.Compare`: null sorts before every text. */
export function compareStrings(a: string | null, b: string | null, by: Comparison): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (!by.ordinal && !by.ignoreCase) return compareText(a, b);
  chargeWork(Math.min(a.length, b.length));
  if (by.ordinal) return by.ignoreCase ? compareOrdinalIgnoreCase(a, b) : compareOrdinal(a, b);
  chargeCollation(a, b);
  return Math.sign(ignoringCase.compare(orderedMarks(a), orderedMarks(b)));
}

/** `string.Equals`. */
export function equalStrings(a: string | null, b: string | null, by: Comparison): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  chargeWork(a.length + b.length);
  if (!by.ordinal && !(isPlain(a) && isPlain(b))) return compareStrings(a, b, by) === 0;
  return by.ignoreCase && a.length === b.length && toUpper(a) === toUpper(b);
}

/** A text such that two texts are equal under the comparison exactly if theirs are the same: a key for Map and Set. */
export function comparisonKey(text: string, by: Comparison): string {
  chargeWork(text.length);
  const plain = by.ordinal || isPlain(text) ? text : normalizeText(text, "NFC").replace(IGNORABLE, "");
  return by.ignoreCase ? toUpper(plain) : plain;
}

/** For so few characters the engine's own test takes longer to begin than to do. */
const FEW = 24;

const isPrintable = (code: number) => code >= 32 && code < 127;

/** Printable ASCII and white space alone: a culture compares it code by code. */
function isPlain(text: string): boolean {
  if (text.length <= FEW) {
    let at = 0;
    while (at < text.length && isPrintable(text.charCodeAt(at))) at++;
    if (at === text.length) return true;
  }
  if (text.length <= WINDOW) return !NON_ASCII.test(text);
  for (let from = 0; from < text.length; from += WINDOW) {
    if (NON_ASCII.test(text.slice(from, from + WINDOW))) return false;
    checkTime();
  }
  return true;
}

/** `IndexOf(value)` in `text[from, end)`; -1 if it is not there. */
export function indexOfText(text: string, value: string, from: number, end: number, by: Comparison): number {
  if (value === "") return from;
  if (!by.ordinal && !(isPlain(value) && isPlain(text))) return cultureIndex(text, value, from, end, by.ignoreCase, 1);
  const part = end === text.length ? text : text.slice(0, end);
  return by.ignoreCase ? findText(toUpper(part), toUpper(value), from) : findText(part, value, from);
}

/** `LastIndexOf(value)` in `text[from, end)`. */
export function lastIndexOfText(text: string, value: string, from: number, end: number, by: Comparison): number {
  if (!by.ordinal && !(isPlain(value) && isPlain(text))) return cultureIndex(text, value, from, end, by.ignoreCase, -1);
  const part = text.slice(from, end);
  const found = by.ignoreCase ? findLastText(toUpper(part), toUpper(value)) : findLastText(part, value);
  return found < 0 ? -1 : found + from;
}

/** `StartsWith`. */
export function startsWith(text: string, value: string, by: Comparison): boolean {
  if (value === "") return true;
  // A mark behind the beginning would belong to its last character.
  if (!by.ordinal && !(isPlain(value) && isPlain(text.slice(0, value.length + 1))))
    return matches(new CultureElements(text, by.ignoreCase), new CultureElements(value, by.ignoreCase));
  return by.ignoreCase ? toUpper(text.slice(0, value.length)) === toUpper(value) : text.startsWith(value);
}

/** `EndsWith`. */
export function endsWith(text: string, value: string, by: Comparison): boolean {
  if (value === "") return true;
  const end = text.slice(Math.max(text.length - value.length, 0));
  if (!by.ordinal && !(isPlain(value) && isPlain(end)))
    return matches(new CultureElements(text, by.ignoreCase, true), new CultureElements(value, by.ignoreCase, true));
  return value.length <= text.length && (by.ignoreCase ? toUpper(end) === toUpper(value) : end === value);
}

/** True if the outer elements begin with all of the inner ones. */
function matches(outer: CultureElements, inner: CultureElements): boolean {
  while (inner.next()) if (!outer.next() || outer.value !== inner.value) return false;
  return true;
}

/**
 * Elements are searched as codes are: each is a number, the same for the same element, and 0 where the value has none like it.
 */
function cultureIndex(text: string, value: string, from: number, end: number, ignoreCase: boolean, direction: 1 | -1): number {
  const numbers = new Map<string, number>();
  const pattern: number[] = [];
  for (const inner = new CultureElements(value, ignoreCase); inner.next(); ) {
    if (!numbers.has(inner.value)) numbers.set(inner.value, Math.min(numbers.size + 1, 0xffff));
    pattern.push(numbers.get(inner.value)!);
  }
  const { length } = pattern;
  if (length === 0) return direction === 1 ? from : Math.max(end - 1, 0);
  const search = new PatternSearch(fromCodes(pattern));
  // Where the last elements begin, as many as the value has.
  const starts = new Int32Array(length);
  let found = -1;
  let count = 0;
  for (const outer = new CultureElements(text.slice(from, end), ignoreCase); outer.next(); count++) {
    starts[count % length] = outer.at;
    if (!search.accept(numbers.get(outer.value) ?? 0)) continue;
    found = starts[(count + 1) % length]! + from;
    if (direction === 1) break;
  }
  return found;
}
