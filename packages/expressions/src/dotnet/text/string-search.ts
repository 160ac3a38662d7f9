import { raise } from "../../runtime/exceptions.js";
import type { Implementation } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import {
  type Comparison,
  CULTURE,
  CULTURE_IGNORE_CASE,
  comparisonOf,
  endsWith,
  indexOfText,
  lastIndexOfText,
  startsWith,
} from "./compare.js";
import { findText, isAmong } from "./find.js";

/** The searching members of System.String, with .NET's checks of start and count. */

const INDEX = "Index was out of range. Must be non-negative and less than the size of the collection.";
const COUNT = "Count must be positive and count must refer to a location within the string/array/collection.";

function checkForward(text: string, start: number, count: number): void {
  if (start < 0 || start > text.length) throw raise.argumentOutOfRange("startIndex", INDEX);
  if (count < 0 || start > text.length - count) throw raise.argumentOutOfRange("count", COUNT);
}

function needed(value: string | null): asserts value is string {
  if (value === null) throw raise.argumentNull("value");
}

function indexOf(text: string, value: string | null, start: number, count: number, by: Comparison): number {
  needed(value);
  checkForward(text, start, count);
  return indexOfText(text, value, start, start + count, by);
}

/** Searches backwards from `start`, over `count` characters. */
function lastIndexOf(text: string, value: string | null, start: number, count: number, by: Comparison): number {
  needed(value);
  if (text === "" && (start === -1 || start === 0)) return value === "" ? 0 : -1;
  if (start < 0 || start > text.length) throw raise.argumentOutOfRange("startIndex", INDEX);
  let from = start;
  let span = count;
  if (start === text.length) {
    from--;
    if (span > 0) span--;
  }
  if (span < 0 || from - span + 1 < 0) throw raise.argumentOutOfRange("count", COUNT);
  return value === "" ? from : lastIndexOfText(text, value, from - span + 1, from + 1, by);
}

function indexOfCode(text: string, code: number, start: number, count: number): number {
  checkForward(text, start, count);
  const found = text.indexOf(String.fromCharCode(code), start);
  return found < start + count ? found : -1;
}

function checkBackward(text: string, start: number, count: number): void {
  if (start < 0 || start >= text.length) throw raise.argumentOutOfRange("startIndex", INDEX);
  if (count < 0 || count - 1 > start) throw raise.argumentOutOfRange("count", COUNT);
}

function lastIndexOfCode(text: string, code: number, start: number, count: number): number {
  if (text === "") return -1;
  checkBackward(text, start, count);
  const found = text.lastIndexOf(String.fromCharCode(code), start);
  return found > start - count ? found : -1;
}

function codes(anyOf: NetArray | null): readonly number[] {
  if (anyOf === null) throw raise.argumentNull("anyOf");
  return anyOf.items as number[];
}

function indexOfAny(text: string, anyOf: NetArray | null, start: number, count: number): number {
  const isWanted = isAmong(codes(anyOf));
  checkForward(text, start, count);
  for (let i = start; i < start + count; i++) if (isWanted(text.charCodeAt(i))) return i;
  return -1;
}

function lastIndexOfAny(text: string, anyOf: NetArray | null, start: number, count: number): number {
  const isWanted = isAmong(codes(anyOf));
  if (text === "") return -1;
  checkBackward(text, start, count);
  for (let i = start; i > start - count; i--) if (isWanted(text.charCodeAt(i))) return i;
  return -1;
}

type Search<V> = (text: string, value: V, start: number, count: number) => number;

/** The three overloads that every search has: all, from a start, from a start over a count. */
function overloads<V>(name: string, parameter: string, isLast: boolean, search: Search<V>): Record<string, Implementation> {
  return {
    [`int ${name}(${parameter})`]: isLast
      ? (text: string, value: V) => search(text, value, text.length - 1, text.length)
      : (text: string, value: V) => search(text, value, 0, text.length),
    [`int ${name}(${parameter}, int startIndex)`]: isLast
      ? (text: string, value: V, start: number) => search(text, value, start, start + 1)
      : (text: string, value: V, start: number) => search(text, value, start, text.length - start),
    [`int ${name}(${parameter}, int startIndex, int count)`]: search,
  };
}

/** The overloads with a StringComparison behind. */
function comparedOverloads(
  name: string,
  isLast: boolean,
  search: (text: string, value: string | null, start: number, count: number, by: Comparison) => number,
): Record<string, Implementation> {
  return {
    [`int ${name}(string value, StringComparison comparisonType)`]: (text: string, value: string | null, comparison: number) =>
      search(text, value, isLast ? text.length - 1 : 0, text.length, comparisonOf(comparison)),
    [`int ${name}(string value, int startIndex, StringComparison comparisonType)`]: (
      text: string,
      value: string | null,
      start: number,
      comparison: number,
    ) => search(text, value, start, isLast ? start + 1 : text.length - start, comparisonOf(comparison)),
    [`int ${name}(string value, int startIndex, int count, StringComparison comparisonType)`]: (
      text: string,
      value: string | null,
      start: number,
      count: number,
      comparison: number,
    ) => search(text, value, start, count, comparisonOf(comparison)),
  };
}

function edge(test: (text: string, value: string, by: Comparison) => boolean) {
  return (text: string, value: string | null, by: Comparison): boolean => {
    needed(value);
    return test(text, value, by);
  };
}

const starts = edge(startsWith);
const ends = edge(endsWith);

/** Members of System.String that search. */
export const searchMembers: Record<string, Implementation> = {
  "bool Contains(string value)": (text: string, value: string | null) => {
    needed(value);
    return findText(text, value) >= 0;
  },
  "bool StartsWith(string value)": (text: string, value: string | null) => starts(text, value, CULTURE),
  "bool StartsWith(string value, StringComparison comparisonType)": (text: string, value: string | null, comparison: number) =>
    starts(text, value, comparisonOf(comparison)),
  "bool StartsWith(string value, bool ignoreCase, System.Globalization.CultureInfo culture)": (
    text: string,
    value: string | null,
    ignoreCase: boolean,
  ) => starts(text, value, ignoreCase ? CULTURE_IGNORE_CASE : CULTURE),
  "bool EndsWith(string value)": (text: string, value: string | null) => ends(text, value, CULTURE),
  "bool EndsWith(string value, StringComparison comparisonType)": (text: string, value: string | null, comparison: number) =>
    ends(text, value, comparisonOf(comparison)),
  "bool EndsWith(string value, bool ignoreCase, System.Globalization.CultureInfo culture)": (
    text: string,
    value: string | null,
    ignoreCase: boolean,
  ) => ends(text, value, ignoreCase ? CULTURE_IGNORE_CASE : CULTURE),
  ...overloads<number>("IndexOf", "char value", false, indexOfCode),
  ...overloads<number>("LastIndexOf", "char value", true, lastIndexOfCode),
  ...overloads<NetArray | null>("IndexOfAny", "char[] anyOf", false, indexOfAny),
  ...overloads<NetArray | null>("LastIndexOfAny", "char[] anyOf", true, lastIndexOfAny),
  ...overloads<string | null>("IndexOf", "string value", false, (text, value, start, count) =>
    indexOf(text, value, start, count, CULTURE),
  ),
  ...overloads<string | null>("LastIndexOf", "string value", true, (text, value, start, count) =>
    lastIndexOf(text, value, start, count, CULTURE),
  ),
  ...comparedOverloads("IndexOf", false, indexOf),
  ...comparedOverloads("LastIndexOf", true, lastIndexOf),
};
