import { NetException } from "../../runtime/exceptions.js";
import { type Digits, doubleDigits, integerDigits } from "./digits.js";
import { formatCustom } from "./number-custom.js";
import { formatStandard } from "./number-standard.js";
import { doubleRoundTrip, doubleText, singleRoundTrip, singleText } from "./number-text.js";

/** `ToString(format)` of the numeric types, under the invariant culture. Bad formats throw FormatException, as in .NET. */

interface Specifier {
  readonly letter: string;
  /** -1: none given. */
  readonly precision: number;
}

/** A letter and up to two digits is a standard format; anything else is a custom one. */
function standardSpecifier(format: string): Specifier | null {
  const code = format.charCodeAt(0) | 32;
  if (code < 97 || code > 122 || format.length > 3) return null;
  for (let i = 1; i < format.length; i++) if (format.charCodeAt(i) < 48 || format.charCodeAt(i) > 57) return null;
  return { letter: format[0]!, precision: format.length === 1 ? -1 : Number(format.slice(1)) };
}

/** An integer of `bits` bits. */
export function formatInteger(value: number | bigint, bits: 8 | 16 | 32 | 64, format: string | null): string {
  if (format === null || format === "") return String(value);
  const standard = standardSpecifier(format);
  if (standard === null) return formatCustom(integerDigits(value), format);
  const { letter, precision } = standard;
  switch (letter) {
    case "D":
    case "d":
      return padded(String(value), precision);
    case "X":
    case "x": {
      const text = hexadecimal(value, bits).padStart(precision, "0");
      return letter === "X" ? text.toUpperCase() : text;
    }
    case "G":
    case "g":
      if (precision < 1) return String(value);
      break;
    case "R":
    case "r":
      throw new NetException("System.FormatException", "Format specifier was invalid.");
    default:
  }
  return formatStandard(integerDigits(value), letter, precision, bits === 64 ? 20 : 10);
}

function padded(text: string, width: number): string {
  return text.startsWith("-") ? `-${text.slice(1).padStart(width, "0")}` : text.padStart(width, "0");
}

function hexadecimal(value: number | bigint, bits: number): string {
  if (value >= 0) return value.toString(16);
  return (BigInt(value) & ((1n << BigInt(bits)) - 1n)).toString(16);
}

/** `double.ToString(format)`. */
export function formatDouble(value: number, format: string | null): string {
  return formatReal(value, format, 15, doubleText, doubleRoundTrip);
}

/** `float.ToString(format)`. */
export function formatSingle(value: number, format: string | null): string {
  return formatReal(value, format, 7, singleText, singleRoundTrip);
}

function formatReal(
  value: number,
  format: string | null,
  digits: number,
  plain: (value: number) => string,
  roundTrip: (value: number) => string,
): string {
  if (format === null || format === "") return plain(value);
  const standard = standardSpecifier(format);
  if (!Number.isFinite(value)) return String(value);
  if (standard === null) return formatCustom(doubleDigits(value, digits), format);
  const { letter, precision } = standard;
  const upper = letter.toUpperCase();
  if (upper === "R") return roundTrip(value);
  if (upper === "G" && precision < 1 && letter === "G") return plain(value);
  const wanted = upper === "E" ? precision + 1 : upper === "G" ? precision : 0;
  return formatStandard(doubleDigits(value, wanted > digits ? digits + 2 : digits), letter, precision, digits);
}

/** `decimal.ToString(format)`, from its digits (trailing zeros kept). */
export function formatDecimalDigits(value: Digits, format: string): string {
  const standard = standardSpecifier(format);
  return standard === null ? formatCustom(value, format) : formatStandard(value, standard.letter, standard.precision, -1);
}
