import { NetException, raise } from "../../runtime/exceptions.js";
import { constant, defineEnum, defineType, type Implementation, type Reference } from "../../types/declare.js";
import { Boxed } from "../../types/values.js";
import { lowerCode, upperCode } from "./case.js";
import { categoryOf, isWhiteSpace, numericValue, unicodeCategories } from "./unicode.js";

/** System.Char: a char in raw form is its UTF-16 code. */

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;
const isLetter = (code: number) => (code < 128 ? (code | 32) >= 97 && (code | 32) <= 122 : categoryOf(code) <= 4);
const isDigit = (code: number) => (code < 128 ? code >= 48 && code <= 57 : categoryOf(code) === 8);

function between(low: number, high: number): (code: number) => boolean {
  return (code) => {
    const category = categoryOf(code);
    return category >= low && category <= high;
  };
}

/** Tests that exist for a char and for a position in a string. */
const TESTS: Readonly<Record<string, (code: number) => boolean>> = {
  IsControl: (code) => categoryOf(code) === 14,
  IsDigit: isDigit,
  IsLetter: isLetter,
  IsLetterOrDigit: (code) => isLetter(code) || isDigit(code),
  IsLower: (code) => (code < 128 ? code >= 97 && code <= 122 : categoryOf(code) === 1),
  IsNumber: between(8, 10),
  IsPunctuation: between(18, 24),
  IsSeparator: between(11, 13),
  IsSymbol: between(25, 28),
  IsUpper: (code) => (code < 128 ? code >= 65 && code <= 90 : categoryOf(code) === 0),
  IsWhiteSpace: isWhiteSpace,
};

const SURROGATE_TESTS: Readonly<Record<string, (code: number) => boolean>> = {
  IsHighSurrogate: isHighSurrogate,
  IsLowSurrogate: isLowSurrogate,
  IsSurrogate: (code) => code >= 0xd800 && code <= 0xdfff,
};

function checkPosition(text: string | null, index: number): asserts text is string {
  if (text === null) throw raise.argumentNull("s");
  if (index < 0 || index >= text.length) throw raise.argumentOutOfRange("index");
}

function codeUnitAt(text: string | null, index: number): number {
  checkPosition(text, index);
  return text.charCodeAt(index);
}

/** A surrogate pair counts as one character. */
function codePointAt(text: string | null, index: number): number {
  checkPosition(text, index);
  return text.codePointAt(index)!;
}

function testMembers(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const [name, test] of Object.entries(TESTS)) {
    members[`static bool ${name}(char c)`] = test;
    members[`static bool ${name}(string s, int index)`] = (text: string | null, index: number) => test(codePointAt(text, index));
  }
  for (const [name, test] of Object.entries(SURROGATE_TESTS)) {
    members[`static bool ${name}(char c)`] = test;
    members[`static bool ${name}(string s, int index)`] = (text: string | null, index: number) => test(codeUnitAt(text, index));
  }
  return members;
}

function isPairAt(text: string | null, index: number): boolean {
  checkPosition(text, index);
  return isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1));
}

function fromCodePoint(code: number): string {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw raise.argumentOutOfRange(
      "utf32",
      "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).",
    );
  return String.fromCodePoint(code);
}

function toCodePoint(text: string | null, index: number): number {
  const code = codePointAt(text, index);
  if (isHighSurrogate(code))
    throw raise.argument(
      `Found a high surrogate char without a following low surrogate at index: ${index}. The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.`,
      "s",
    );
  if (isLowSurrogate(code))
    throw raise.argument(
      `Found a low surrogate char without a preceding high surrogate at index: ${index}. The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.`,
      "s",
    );
  return code;
}

function pairToCodePoint(high: number, low: number): number {
  if (!isHighSurrogate(high))
    throw raise.argumentOutOfRange("highSurrogate", "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.");
  if (!isLowSurrogate(low))
    throw raise.argumentOutOfRange("lowSurrogate", "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.");
  return (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
}

/** `char.Parse`: exactly one UTF-16 code unit. */
export function parseChar(text: string | null): number | NetException {
  if (text === null) return raise.argumentNull("s");
  return text.length === 1 ? text.charCodeAt(0) : raise.format("String must be exactly one character long.");
}

const toText = (self: number) => String.fromCharCode(self);

/** `System.Char` and what belongs to it. */
export const charTypes = [
  defineType("struct System.Char : IComparable, IComparable<char>, IEquatable<char>", {
    ...testMembers(),
    "const char MaxValue": constant(0xffff),
    "const char MinValue": constant(0),
    "string ToString()": toText,
    "string ToString(IFormatProvider provider)": toText,
    "static string ToString(char c)": toText,
    "bool Equals(char obj)": (self: number, other: number) => self === other,
    "int CompareTo(char value)": (self: number, other: number) => self - other,
    "int CompareTo(object value)": (self: number, other: unknown) => {
      if (other === null) return 1;
      if (other instanceof Boxed && other.type.definitionName === "System.Char") return self - (other.value as number);
      throw raise.argument("Object must be of type Char.");
    },
    "static char Parse(string s)": (text: string | null) => {
      const parsed = parseChar(text);
      if (parsed instanceof NetException) throw parsed;
      return parsed;
    },
    "static bool TryParse(string s, out char result)": (text: string | null, result: Reference<number>) => {
      const parsed = parseChar(text);
      result.value = parsed instanceof NetException ? 0 : parsed;
      return !(parsed instanceof NetException);
    },
    "static char ToUpper(char c)": upperCode,
    "static char ToUpper(char c, System.Globalization.CultureInfo culture)": (code: number) => upperCode(code),
    "static char ToUpperInvariant(char c)": upperCode,
    "static char ToLower(char c)": lowerCode,
    "static char ToLower(char c, System.Globalization.CultureInfo culture)": (code: number) => lowerCode(code),
    "static char ToLowerInvariant(char c)": lowerCode,
    "static double GetNumericValue(char c)": numericValue,
    "static double GetNumericValue(string s, int index)": (text: string | null, index: number) =>
      numericValue(codePointAt(text, index)),
    "static System.Globalization.UnicodeCategory GetUnicodeCategory(char c)": categoryOf,
    "static System.Globalization.UnicodeCategory GetUnicodeCategory(string s, int index)": (text: string | null, index: number) =>
      categoryOf(codePointAt(text, index)),
    "static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)": (high: number, low: number) =>
      isHighSurrogate(high) && isLowSurrogate(low),
    "static bool IsSurrogatePair(string s, int index)": isPairAt,
    "static string ConvertFromUtf32(int utf32)": fromCodePoint,
    "static int ConvertToUtf32(char highSurrogate, char lowSurrogate)": pairToCodePoint,
    "static int ConvertToUtf32(string s, int index)": toCodePoint,
  }),
  defineEnum(
    "System.Globalization.UnicodeCategory",
    Object.fromEntries(unicodeCategories.map(([name], value) => [name, value])),
    { beyond: true },
  ),
];
