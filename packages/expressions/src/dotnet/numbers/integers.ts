import { NetException, raise } from "../../runtime/exceptions.js";
import { constant, defineType, type Reference, type TypeDeclaration } from "../../types/declare.js";
import { Boxed } from "../../types/values.js";
import { formatInteger } from "../format/number.js";
import { NumberStyles } from "./number-styles.js";
import { parseInteger } from "./parse.js";

/** One of the eight integer types: what differs between them. */
export interface IntegerKind {
  /** `System.Int32` without the namespace. */
  readonly name: string;
  readonly keyword: string;
  readonly bits: 8 | 16 | 32 | 64;
  readonly low: bigint;
  readonly high: bigint;
  /** In messages: "an Int32". */
  readonly described: string;
}

function kind(name: string, keyword: string, bits: 8 | 16 | 32 | 64, isSigned: boolean, described: string): IntegerKind {
  const span = 1n << BigInt(bits);
  return { name, keyword, bits, low: isSigned ? -span / 2n : 0n, high: isSigned ? span / 2n - 1n : span - 1n, described };
}

/** The integer types by their .NET name. */
export const integerKinds = {
  SByte: kind("SByte", "sbyte", 8, true, "a signed byte"),
  Byte: kind("Byte", "byte", 8, false, "an unsigned byte"),
  Int16: kind("Int16", "short", 16, true, "an Int16"),
  UInt16: kind("UInt16", "ushort", 16, false, "a UInt16"),
  Int32: kind("Int32", "int", 32, true, "an Int32"),
  UInt32: kind("UInt32", "uint", 32, false, "a UInt32"),
  Int64: kind("Int64", "long", 64, true, "an Int64"),
  UInt64: kind("UInt64", "ulong", 64, false, "a UInt64"),
} as const;

type Raw = number | bigint;

/** Reads an integer of a kind in raw form; the exception where the text is none. */
export function readInteger(of: IntegerKind, text: string | null, styles: number): Raw | NetException {
  if (text !== null && of.bits < 64 && styles === NumberStyles.Integer && text.length < 10) {
    const quick = plainInteger(text);
    if (quick >= 0 && quick <= Number(of.high)) return quick;
  }
  const parsed = parseInteger(text, styles, of.low, of.high, of.described);
  return typeof parsed === "bigint" && of.bits < 64 ? Number(parsed) : parsed;
}

/** The value of a text of digits only; -1 for any other. */
function plainInteger(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return text === "" ? -1 : value;
}

/** `Parse` of a kind. */
export function parseOrThrow(of: IntegerKind, text: string | null, styles: number): Raw {
  const parsed = readInteger(of, text, styles);
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function integerType(of: IntegerKind): TypeDeclaration {
  const { name, keyword, bits } = of;
  const raw = (value: bigint): Raw => (bits === 64 ? value : Number(value));
  const zero = raw(0n);
  // The small types subtract; the others compare.
  const order = bits < 32 ? (a: Raw, b: Raw) => (a as number) - (b as number) : (a: Raw, b: Raw) => (a < b ? -1 : a > b ? 1 : 0);
  const text = (self: Raw) => String(self);
  const formatted = (self: Raw, format: string | null) => formatInteger(self, bits, format);
  const parse = (s: string | null, styles: number) => parseOrThrow(of, s, styles);
  const parseDefault = (s: string | null) => parseOrThrow(of, s, NumberStyles.Integer);
  const tryParse = (s: string | null, styles: number, result: Reference<Raw>) => {
    const parsed = readInteger(of, s, styles);
    const isNumber = !(parsed instanceof NetException);
    result.value = isNumber ? parsed : zero;
    return isNumber;
  };
  const isOfType =
    keyword === "int"
      ? (value: unknown) => typeof value === "number"
      : (value: unknown) => value instanceof Boxed && value.type.definitionName === `System.${name}`;
  return defineType(
    `struct System.${name} : IComparable, IFormattable, IComparable<${keyword}>, IEquatable<${keyword}>`,
    {
      [`const ${keyword} MaxValue`]: constant(raw(of.high)),
      [`const ${keyword} MinValue`]: constant(raw(of.low)),
      "string ToString()": text,
      "string ToString(string format)": formatted,
      "string ToString(IFormatProvider provider)": text,
      "string ToString(string format, IFormatProvider provider)": formatted,
      "int CompareTo(object value)": (self: Raw, value: unknown) => {
        if (value === null) return 1;
        if (!isOfType(value)) throw raise.argument(`Object must be of type ${name}.`);
        return order(self, value instanceof Boxed ? value.value : (value as number));
      },
      [`int CompareTo(${keyword} value)`]: order,
      [`bool Equals(${keyword} obj)`]: (self: Raw, other: Raw) => self === other,
      [`static ${keyword} Parse(string s)`]: parseDefault,
      [`static ${keyword} Parse(string s, System.Globalization.NumberStyles style)`]: parse,
      [`static ${keyword} Parse(string s, IFormatProvider provider)`]: parseDefault,
      [`static ${keyword} Parse(string s, System.Globalization.NumberStyles style, IFormatProvider provider)`]: parse,
      [`static bool TryParse(string s, out ${keyword} result)`]: (s: string | null, result: Reference<Raw>) =>
        tryParse(s, NumberStyles.Integer, result),
      [`static bool TryParse(string s, System.Globalization.NumberStyles style, IFormatProvider provider, out ${keyword} result)`]:
        (s: string | null, styles: number, _provider: unknown, result: Reference<Raw>) => tryParse(s, styles, result),
    },
    { zero },
  );
}

/** System.SByte, Byte, Int16, UInt16, Int32, UInt32, Int64 and UInt64. Their operators are the binder's own. */
export const integerTypes: readonly TypeDeclaration[] = Object.values(integerKinds).map(integerType);
