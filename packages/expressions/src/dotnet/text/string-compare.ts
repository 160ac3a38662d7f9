import { raise } from "../../runtime/exceptions.js";
import type { Implementation } from "../../types/declare.js";
import {
  type Comparison,
  CULTURE,
  CULTURE_IGNORE_CASE,
  compareStrings,
  comparisonOf,
  comparisonOfOptions,
  equalStrings,
  ORDINAL,
} from "./compare.js";

/** The comparing members of System.String. */

type Text = string | null;

const caseRule = (ignoreCase: boolean) => (ignoreCase ? CULTURE_IGNORE_CASE : CULTURE);

/**
 * The same for the overloads that take no StringComparison: null is a text without characters, which no length but 0 lies within.
 */
function compareCultureParts(a: Text, startA: number, b: Text, startB: number, length: number, by: Comparison): number {
  const lengthOf = (text: Text, start: number) => (text === null ? length : Math.min(length, text.length - start));
  for (const [text, start, name] of [
    [a, startA, "string1"],
    [b, startB, "string2"],
  ] as const) {
    const taken = lengthOf(text, start);
    if (taken < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
    if (start < 0 || start > (text?.length ?? 0) - taken) throw raise.argumentOutOfRange(name, POSITION);
  }
  return compareStrings(a?.slice(startA, startA + length) ?? null, b?.slice(startB, startB + length) ?? null, by);
}

const POSITION = "Offset and length must refer to a position in the string.";

/** Compares at most `length` characters from a place in each text. */
function compareParts(a: Text, startA: number, b: Text, startB: number, length: number, by: Comparison): number {
  if (a === null || b === null) return compareStrings(a, b, by);
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  if (startA < 0 || startA > a.length) throw raise.argumentOutOfRange("indexA", INDEX);
  if (startB < 0 || startB > b.length) throw raise.argumentOutOfRange("indexB", INDEX);
  return compareStrings(a.slice(startA, startA + length), b.slice(startB, startB + length), by);
}

const INDEX = "Index was out of range. Must be non-negative and less than the size of the collection.";

/** Members of System.String that compare. */
export const compareMembers: Record<string, Implementation> = {
  "int CompareTo(string strB)": (self: string, other: Text) => compareStrings(self, other, CULTURE),
  "int CompareTo(object value)": (self: string, other: unknown) => {
    if (other === null || typeof other === "string") return compareStrings(self, other, CULTURE);
    throw raise.argument("Object must be of type String.");
  },
  "bool Equals(string value)": (self: string, other: Text) => self === other,
  "bool Equals(string value, StringComparison comparisonType)": (self: string, other: Text, comparison: number) =>
    equalStrings(self, other, comparisonOf(comparison)),
  "static bool Equals(string a, string b)": (a: Text, b: Text) => a === b,
  "static bool Equals(string a, string b, StringComparison comparisonType)": (a: Text, b: Text, comparison: number) =>
    equalStrings(a, b, comparisonOf(comparison)),
  "static int Compare(string strA, string strB)": (a: Text, b: Text) => compareStrings(a, b, CULTURE),
  "static int Compare(string strA, string strB, bool ignoreCase)": (a: Text, b: Text, ignoreCase: boolean) =>
    compareStrings(a, b, caseRule(ignoreCase)),
  "static int Compare(string strA, string strB, StringComparison comparisonType)": (a: Text, b: Text, comparison: number) =>
    compareStrings(a, b, comparisonOf(comparison)),
  "static int Compare(string strA, string strB, bool ignoreCase, System.Globalization.CultureInfo culture)": (
    a: Text,
    b: Text,
    ignoreCase: boolean,
  ) => compareStrings(a, b, caseRule(ignoreCase)),
  "static int Compare(string strA, string strB, System.Globalization.CultureInfo culture, System.Globalization.CompareOptions options)":
    (a: Text, b: Text, _culture: unknown, options: number) => compareStrings(a, b, comparisonOfOptions(options)),
  "static int Compare(string strA, int indexA, string strB, int indexB, int length)": (
    a: Text,
    startA: number,
    b: Text,
    startB: number,
    length: number,
  ) => compareCultureParts(a, startA, b, startB, length, CULTURE),
  "static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase)": (
    a: Text,
    startA: number,
    b: Text,
    startB: number,
    length: number,
    ignoreCase: boolean,
  ) => compareCultureParts(a, startA, b, startB, length, caseRule(ignoreCase)),
  "static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase, System.Globalization.CultureInfo culture)":
    (a: Text, startA: number, b: Text, startB: number, length: number, ignoreCase: boolean) =>
      compareCultureParts(a, startA, b, startB, length, caseRule(ignoreCase)),
  "static int Compare(string strA, int indexA, string strB, int indexB, int length, System.Globalization.CultureInfo culture, System.Globalization.CompareOptions options)":
    (a: Text, startA: number, b: Text, startB: number, length: number, _culture: unknown, options: number) =>
      compareCultureParts(a, startA, b, startB, length, comparisonOfOptions(options)),
  "static int Compare(string strA, int indexA, string strB, int indexB, int length, StringComparison comparisonType)": (
    a: Text,
    startA: number,
    b: Text,
    startB: number,
    length: number,
    comparison: number,
  ) => compareParts(a, startA, b, startB, length, comparisonOf(comparison)),
  "static int CompareOrdinal(string strA, string strB)": (a: Text, b: Text) => compareStrings(a, b, ORDINAL),
  "static int CompareOrdinal(string strA, int indexA, string strB, int indexB, int length)": (
    a: Text,
    startA: number,
    b: Text,
    startB: number,
    length: number,
  ) => compareParts(a, startA, b, startB, length, ORDINAL),
};
