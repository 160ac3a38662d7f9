import { raise } from "../../runtime/exceptions.js";
import { compareText } from "../object.js";
import { toLower, toUpper, upperCode } from "./case.js";
import { findLastText, findText } from "./find.js";

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

export const CULTURE = COMPARISONS[0]!;
export const CULTURE_IGNORE_CASE = COMPARISONS[1]!;
export const ORDINAL = COMPARISONS[4]!;
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
  for (let i = 0; i < shared; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  if (shared > 0 && shared % 2 === 0) return a.length - b.length;
  return (a.charCodeAt(shared) || 0) - (b.charCodeAt(shared) || 0);
}

function compareOrdinalIgnoreCase(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = upperCode(a.charCodeAt(i)) - upperCode(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const ignoringCase = new Intl.Collator("en-US", { usage: "sort", sensitivity: "accent" });

/** `string.Compare`: null sorts before every text. */
export function compareStrings(a: string | null, b: string | null, by: Comparison): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (by.ordinal) return by.ignoreCase ? compareOrdinalIgnoreCase(a, b) : compareOrdinal(a, b);
  return by.ignoreCase ? Math.sign(ignoringCase.compare(a, b)) : compareText(a, b);
}

/** `string.Equals`. */
export function equalStrings(a: string | null, b: string | null, by: Comparison): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (!by.ordinal && (NON_ASCII.test(a) || NON_ASCII.test(b))) return compareStrings(a, b, by) === 0;
  return by.ignoreCase && a.length === b.length && toUpper(a) === toUpper(b);
}

/** A text such that two texts are equal under the comparison exactly if theirs are the same: a key for Map and Set. */
export function comparisonKey(text: string, by: Comparison): string {
  const plain = by.ordinal || !NON_ASCII.test(text) ? text : text.normalize("NFC").replace(IGNORABLE, "");
  return by.ignoreCase ? toUpper(plain) : plain;
}

const NON_ASCII = /[^\x20-\x7e\s]/;
const IGNORABLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/** `IndexOf(value)` in `text[from, end)`; -1 if it is not there. */
export function indexOfText(text: string, value: string, from: number, end: number, by: Comparison): number {
  if (value === "") return from;
  if (!by.ordinal && (NON_ASCII.test(value) || NON_ASCII.test(text)))
    return cultureIndex(text, value, from, end, by.ignoreCase, 1);
  const part = end === text.length ? text : text.slice(0, end);
  return by.ignoreCase ? findText(toUpper(part), toUpper(value), from) : findText(part, value, from);
}

/** `LastIndexOf(value)` in `text[from, end)`. */
export function lastIndexOfText(text: string, value: string, from: number, end: number, by: Comparison): number {
  if (!by.ordinal && (NON_ASCII.test(value) || NON_ASCII.test(text)))
    return cultureIndex(text, value, from, end, by.ignoreCase, -1);
  const part = text.slice(from, end);
  const found = by.ignoreCase ? findLastText(toUpper(part), toUpper(value)) : findLastText(part, value);
  return found < 0 ? -1 : found + from;
}

/** `StartsWith`. */
export function startsWith(text: string, value: string, by: Comparison): boolean {
  if (value === "") return true;
  if (!by.ordinal && (NON_ASCII.test(value) || NON_ASCII.test(text))) {
    const [inner, outer] = [elements(value, 0, value.length, by.ignoreCase), elements(text, 0, text.length, by.ignoreCase)];
    return inner.every((one, i) => one.text === outer[i]?.text);
  }
  return by.ignoreCase ? toUpper(text.slice(0, value.length)) === toUpper(value) : text.startsWith(value);
}

/** `EndsWith`. */
export function endsWith(text: string, value: string, by: Comparison): boolean {
  if (value === "") return true;
  if (!by.ordinal && (NON_ASCII.test(value) || NON_ASCII.test(text))) {
    const [inner, outer] = [elements(value, 0, value.length, by.ignoreCase), elements(text, 0, text.length, by.ignoreCase)];
    const shift = outer.length - inner.length;
    return shift >= 0 && inner.every((one, i) => one.text === outer[i + shift]!.text);
  }
  if (value.length > text.length) return false;
  return by.ignoreCase ? toUpper(text.slice(text.length - value.length)) === toUpper(value) : text.endsWith(value);
}

interface Element {
  readonly text: string;
  readonly at: number;
}

/** What a culture compares: a base character with its marks, composed; characters without weight are left out. */
function elements(text: string, from: number, end: number, ignoreCase: boolean): Element[] {
  const found: Element[] = [];
  const pattern = /[^\p{M}]?\p{M}*/gu;
  for (const match of text.slice(from, end).matchAll(pattern)) {
    const plain = match[0].replace(IGNORABLE, "");
    if (plain === "") continue;
    const composed = plain.normalize("NFC");
    found.push({ text: ignoreCase ? toLower(composed) : composed, at: from + match.index });
  }
  return found;
}

/**
 * Elements are searched as a text: each is one private character, the same for the same element. So the search is as quick as
 * one in plain text.
 */
function cultureIndex(text: string, value: string, from: number, end: number, ignoreCase: boolean, direction: 1 | -1): number {
  const inner = elements(value, 0, value.length, ignoreCase);
  if (inner.length === 0) return direction === 1 ? from : Math.max(end - 1, 0);
  const numbers = new Map<string, number>();
  for (const { text: element } of inner) if (!numbers.has(element)) numbers.set(element, numbers.size + 1);
  const outer = elements(text, from, end, ignoreCase);
  const encode = (all: readonly Element[]) =>
    all.map((one) => String.fromCharCode(Math.min(numbers.get(one.text) ?? 0, 0xffff))).join("");
  const found = direction === 1 ? findText(encode(outer), encode(inner)) : findLastText(encode(outer), encode(inner));
  return found < 0 ? -1 : outer[found]!.at;
}
