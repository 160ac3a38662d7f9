import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineEnum, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { NetArray as ArrayOf } from "../../types/values.js";
import { toLower, toUpper } from "./case.js";
import { CharEnumerator, charEnumeratorType } from "./char-enumerator.js";
import { fromCodes } from "./codes.js";
import { StringComparison } from "./compare.js";
import { isAmong, replaceAllText } from "./find.js";
import { type NormalForm, normalizeText } from "./normal-form.js";
import { type ChargeParts, splitByChars, splitByStrings } from "./split.js";
import { compareMembers } from "./string-compare.js";
import { joinMembers } from "./string-join.js";
import { searchMembers } from "./string-search.js";
import { isWhiteSpace } from "./unicode.js";

/** System.String. In raw form a string is a JavaScript string: both are sequences of UTF-16 code units. */

const ALL = 0x7fffffff;
const INDEX = "Index was out of range. Must be non-negative and less than the size of the collection.";
const BELOW_ZERO = "StartIndex cannot be less than zero.";

function repeat(site: CallSite, code: number, count: number): string {
  if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than zero.");
  site.run.allocate(count);
  return String.fromCharCode(code).repeat(count);
}

function fromArray(site: CallSite, value: NetArray | null): string {
  if (value === null) return "";
  site.run.allocate(value.items.length);
  return fromCodes(value.items as number[]);
}

function fromArrayPart(site: CallSite, value: NetArray | null, start: number, length: number): string {
  if (value === null) throw raise.argumentNull("value");
  if (start < 0) throw raise.argumentOutOfRange("startIndex", BELOW_ZERO);
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  if (start > value.items.length - length) throw raise.argumentOutOfRange("startIndex", INDEX);
  site.run.allocate(length);
  return fromCodes(value.items as number[], start, length);
}

function substring(text: string, start: number, length: number): string {
  if (start < 0) throw raise.argumentOutOfRange("startIndex", BELOW_ZERO);
  if (start > text.length) throw raise.argumentOutOfRange("startIndex", "startIndex cannot be larger than length of string.");
  if (length < 0) throw raise.argumentOutOfRange("length", "Length cannot be less than zero.");
  if (start > text.length - length)
    throw raise.argumentOutOfRange("length", "Index and length must refer to a location within the string.");
  return text.slice(start, start + length);
}

function substringFrom(text: string, start: number): string {
  return substring(text, start, Math.max(text.length - start, 0));
}

function remove(text: string, start: number, count: number): string {
  if (start < 0) throw raise.argumentOutOfRange("startIndex", BELOW_ZERO);
  if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than zero.");
  if (count > text.length - start)
    throw raise.argumentOutOfRange("count", "Index and count must refer to a location within the string.");
  return text.slice(0, start) + text.slice(start + count);
}

function removeFrom(text: string, start: number): string {
  if (start < 0) throw raise.argumentOutOfRange("startIndex", BELOW_ZERO);
  if (start >= text.length) throw raise.argumentOutOfRange("startIndex", "startIndex must be less than length of string.");
  return text.slice(0, start);
}

function insert(site: CallSite, text: string, start: number, value: string | null): string {
  if (value === null) throw raise.argumentNull("value");
  if (start < 0 || start > text.length) throw raise.argumentOutOfRange("startIndex");
  site.run.allocate(text.length + value.length);
  return text.slice(0, start) + value + text.slice(start);
}

function pad(site: CallSite, text: string, width: number, code: number, isLeft: boolean): string {
  if (width < 0) throw raise.argumentOutOfRange("totalWidth", "Non-negative number required.");
  if (width <= text.length) return text;
  site.run.allocate(width);
  const filler = String.fromCharCode(code);
  return isLeft ? text.padStart(width, filler) : text.padEnd(width, filler);
}

/** Characters that need no care. */
const FEW = 1_024;

/** Replaces by code units. Charges the length of the result before it is made. */
export function replaceText(site: CallSite, text: string, old: string | null, replacement: string | null): string {
  if (old === null) throw raise.argumentNull("oldValue");
  if (old === "") throw raise.argument("String cannot be of zero length.", "oldValue");
  const by = replacement ?? "";
  const longer = Math.max(by.length - old.length, 0);
  if (text.length <= FEW) return replaceFew(site, text, old, by, longer);
  return replaceLong(site, text, old, by, longer);
}

/** Places that are put together one by one, which is quicker than a list of parts. */
const FEW_PLACES = 4;

/** Replaces in a short text. */
function replaceFew(site: CallSite, text: string, old: string, by: string, longer: number): string {
  let at = text.indexOf(old);
  if (at < 0) return text;
  let result = "";
  let from = 0;
  let places = 0;
  do {
    result += text.slice(from, at) + by;
    from = at + old.length;
    at = text.indexOf(old, from);
  } while (++places < FEW_PLACES && at >= 0);
  const rest = text.slice(from);
  if (at < 0) {
    site.run.allocate(text.length + places * longer + Weight.part);
    return result + rest;
  }
  const parts = rest.split(old);
  site.run.allocate(text.length + (places + parts.length - 1) * longer + Weight.part);
  return result + parts.join(by);
}

/** Charges as it goes. @param longer characters that each place adds */
function replaceLong(site: CallSite, text: string, old: string, by: string, longer: number): string {
  let charged = 0;
  return replaceAllText(text, old, by, (places) => {
    const total = text.length + places * longer;
    site.run.allocate(total - charged);
    charged = total;
  });
}

/** `Replace(char, char)`. */
export function replaceCode(site: CallSite, text: string, old: number, replacement: number): string {
  return replaceText(site, text, String.fromCharCode(old), String.fromCharCode(replacement));
}

const LEFT = 1;
const RIGHT = 2;

/** `Trim` and its kin; no characters: white space. */
function trim(text: string, characters: NetArray | null, sides: number): string {
  const codes = characters === null || characters.items.length === 0 ? null : (characters.items as number[]);
  const isTrimmed = codes === null ? isWhiteSpace : isAmong(codes);
  let from = 0;
  let end = text.length;
  if ((sides & LEFT) !== 0) while (from < end && isTrimmed(text.charCodeAt(from))) from++;
  if ((sides & RIGHT) !== 0) while (end > from && isTrimmed(text.charCodeAt(end - 1))) end--;
  return text.slice(from, end);
}

function copyTo(text: string, from: number, target: NetArray | null, to: number, count: number): void {
  if (target === null) throw raise.argumentNull("destination");
  if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than zero.");
  if (from < 0) throw raise.argumentOutOfRange("sourceIndex", INDEX);
  const where = "Index and count must refer to a location within the string.";
  if (count > text.length - from) throw raise.argumentOutOfRange("sourceIndex", where);
  if (to < 0 || to > target.items.length - count) throw raise.argumentOutOfRange("destinationIndex", where);
  for (let i = 0; i < count; i++) target.items[to + i] = text.charCodeAt(from + i);
}

function toCharArray(site: CallSite, text: string, start: number, length: number): NetArray {
  if (start < 0 || start > text.length || start > text.length - length) throw raise.argumentOutOfRange("startIndex", INDEX);
  if (length < 0) throw raise.argumentOutOfRange("length", INDEX);
  site.run.allocate(length * Weight.item);
  const codes = new Array<number>(length);
  for (let i = 0; i < length; i++) codes[i] = text.charCodeAt(start + i);
  return new ArrayOf(site.scope.find("System.Char")!, codes);
}

function charAt(text: string, index: number): number {
  if (index < 0 || index >= text.length) throw raise.indexOutOfRange();
  return text.charCodeAt(index);
}

type Split = (charge: ChargeParts) => string[];

/** An array of the parts; charges what they hold. */
function parts(site: CallSite, text: string, split: Split): NetArray {
  site.run.allocate(text.length);
  return new ArrayOf(site.scope.find("System.String")!, text.length <= FEW ? fewParts(site, split) : manyParts(site, split));
}

function fewParts(site: CallSite, split: Split): string[] {
  const found = split(NO_CHARGE);
  site.run.allocate(found.length * Weight.part);
  return found;
}

const NO_CHARGE = () => {};

/** Charges while it splits. */
function manyParts(site: CallSite, split: Split): string[] {
  let charged = 0;
  const found = split((count) => {
    site.run.allocate(count * Weight.part);
    charged += count;
  });
  site.run.allocate(Math.max(found.length - charged, 0) * Weight.part);
  return found;
}

const codesOf = (array: NetArray | null) => (array === null ? null : (array.items as number[]));
const textsOf = (array: NetArray | null) => (array === null ? null : (array.items as (string | null)[]));

const byChars = (site: CallSite, text: string, separators: NetArray | null, count: number, options: number) =>
  parts(site, text, (charge) => splitByChars(text, codesOf(separators), count, options, charge));
const byStrings = (site: CallSite, text: string, separators: NetArray | null, count: number, options: number) =>
  parts(site, text, (charge) => splitByStrings(site.run, text, textsOf(separators), count, options, charge));

const FORMS = new Map<number, NormalForm>([
  [1, "NFC"],
  [2, "NFD"],
  [5, "NFKC"],
  [6, "NFKD"],
]);

function normalize(text: string, form: number): string {
  const name = FORMS.get(form);
  if (name === undefined) throw raise.argument("Invalid or unsupported normalization form.", "normalizationForm");
  return normalizeText(text, name);
}

const toUpperCase = (text: string) => toUpper(text);
const toLowerCase = (text: string) => toLower(text);

const stringType = defineType(
  "sealed class System.String : IComparable, System.Collections.Generic.IEnumerable<char>, IComparable<string>, IEquatable<string>",
  {
    "new(char c, int count)": withCall(repeat),
    "new(char[] value)": withCall(fromArray),
    "new(char[] value, int startIndex, int length)": withCall(fromArrayPart),
    "static string Empty { get; }": () => "",
    "int Length { get; }": (text: string) => text.length,
    "char this[int index] { get; }": charAt,
    "string Substring(int startIndex)": substringFrom,
    "string Substring(int startIndex, int length)": substring,
    "string Remove(int startIndex)": removeFrom,
    "string Remove(int startIndex, int count)": remove,
    "string Insert(int startIndex, string value)": withCall(insert),
    "string PadLeft(int totalWidth)": withCall((site, text: string, width: number) => pad(site, text, width, 32, true)),
    "string PadLeft(int totalWidth, char paddingChar)": withCall((site, text: string, width: number, code: number) =>
      pad(site, text, width, code, true),
    ),
    "string PadRight(int totalWidth)": withCall((site, text: string, width: number) => pad(site, text, width, 32, false)),
    "string PadRight(int totalWidth, char paddingChar)": withCall((site, text: string, width: number, code: number) =>
      pad(site, text, width, code, false),
    ),
    "string Replace(char oldChar, char newChar)": withCall(replaceCode),
    "string Replace(string oldValue, string newValue)": withCall(replaceText),
    "string Trim()": (text: string) => trim(text, null, LEFT | RIGHT),
    "string Trim(params char[] trimChars)": (text: string, characters: NetArray | null) => trim(text, characters, LEFT | RIGHT),
    "string TrimStart(params char[] trimChars)": (text: string, characters: NetArray | null) => trim(text, characters, LEFT),
    "string TrimEnd(params char[] trimChars)": (text: string, characters: NetArray | null) => trim(text, characters, RIGHT),
    "string ToUpper()": toUpperCase,
    "string ToUpper(System.Globalization.CultureInfo culture)": toUpperCase,
    "string ToUpperInvariant()": toUpperCase,
    "string ToLower()": toLowerCase,
    "string ToLower(System.Globalization.CultureInfo culture)": toLowerCase,
    "string ToLowerInvariant()": toLowerCase,
    "string[] Split(params char[] separator)": withCall((site, text: string, separators: NetArray | null) =>
      byChars(site, text, separators, ALL, 0),
    ),
    "string[] Split(char[] separator, int count)": withCall((site, text: string, separators: NetArray | null, count: number) =>
      byChars(site, text, separators, count, 0),
    ),
    "string[] Split(char[] separator, StringSplitOptions options)": withCall(
      (site, text: string, separators: NetArray | null, options: number) => byChars(site, text, separators, ALL, options),
    ),
    "string[] Split(char[] separator, int count, StringSplitOptions options)": withCall(byChars),
    "string[] Split(string[] separator, StringSplitOptions options)": withCall(
      (site, text: string, separators: NetArray | null, options: number) => byStrings(site, text, separators, ALL, options),
    ),
    "string[] Split(string[] separator, int count, StringSplitOptions options)": withCall(byStrings),
    "char[] ToCharArray()": withCall((site, text: string) => toCharArray(site, text, 0, text.length)),
    "char[] ToCharArray(int startIndex, int length)": withCall(toCharArray),
    "void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)": copyTo,
    "static string Copy(string str)": (text: string | null) => {
      if (text === null) throw raise.argumentNull("str");
      return text;
    },
    "CharEnumerator GetEnumerator()": (text: string) => new CharEnumerator(text),
    "object Clone()": (text: string) => text,
    "string ToString()": (text: string) => text,
    "string ToString(IFormatProvider provider)": (text: string) => text,
    "string Normalize()": (text: string) => normalizeText(text, "NFC"),
    "string Normalize(NormalizationForm normalizationForm)": withCall((site, text: string, form: number) => {
      // A compatibility form can be 18 times as long.
      site.run.allocate(text.length * (form > 4 ? 18 : 4));
      return normalize(text, form);
    }),
    "bool IsNormalized()": (text: string) => normalizeText(text, "NFC") === text,
    "bool IsNormalized(NormalizationForm normalizationForm)": (text: string, form: number) => normalize(text, form) === text,
    "static string Intern(string str)": (text: string | null) => {
      if (text === null) throw raise.argumentNull("str");
      return text;
    },
    "static string IsInterned(string str)": (text: string | null) => {
      if (text === null) throw raise.argumentNull("str");
      return text;
    },
    "static bool IsNullOrEmpty(string value)": (text: string | null) => text === null || text === "",
    "static bool IsNullOrWhiteSpace(string value)": (text: string | null) => text === null || trim(text, null, LEFT) === "",
    ...searchMembers,
    ...compareMembers,
    ...joinMembers,
  },
);

/** System.String and the enums of its members. */
export const stringTypes: readonly TypeDeclaration[] = [
  stringType,
  charEnumeratorType,
  defineEnum("System.StringComparison", StringComparison),
  defineEnum("System.StringSplitOptions", { None: 0, RemoveEmptyEntries: 1 }, { flags: true }),
  defineEnum("System.Text.NormalizationForm", { FormC: 1, FormD: 2, FormKC: 5, FormKD: 6 }, { beyond: true }),
];
