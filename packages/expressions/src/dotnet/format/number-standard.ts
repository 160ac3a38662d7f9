import { NetException } from "../../runtime/exceptions.js";
import { type Digits, roundDigits } from "./digits.js";

/** The letters of .NET's standard numeric formats that all numeric types share, under the invariant culture. */

const badSpecifier = () => new NetException("System.FormatException", "Format specifier was invalid.");

/**
 * Formats by `C E F G N P` (either case).
 * @param precision the number after the letter, -1 where there is none
 * @param general digits that `G` without a number keeps; -1: all of them, never an exponent (decimal)
 */
export function formatStandard(value: Digits, letter: string, precision: number, general: number): string {
  switch (letter) {
    case "F":
    case "f": {
      const places = precision < 0 ? 2 : precision;
      const rounded = roundDigits(value, value.scale + places);
      return (rounded.negative ? "-" : "") + fixed(rounded, places, false);
    }
    case "N":
    case "n": {
      const places = precision < 0 ? 2 : precision;
      const rounded = roundDigits(value, value.scale + places);
      return (rounded.negative ? "-" : "") + fixed(rounded, places, true);
    }
    case "C":
    case "c": {
      const places = precision < 0 ? 2 : precision;
      const rounded = roundDigits(value, value.scale + places);
      const text = `¤${fixed(rounded, places, true)}`;
      return rounded.negative ? `(${text})` : text;
    }
    case "P":
    case "p": {
      const places = precision < 0 ? 2 : precision;
      const rounded = roundDigits({ ...value, scale: value.scale + 2 }, value.scale + 2 + places);
      return `${rounded.negative ? "-" : ""}${fixed(rounded, places, true)} %`;
    }
    case "E":
    case "e": {
      const places = precision < 0 ? 6 : precision;
      const rounded = roundDigits(value, places + 1);
      const mantissa = (rounded.digits[0] ?? "0") + (places > 0 ? `.${rounded.digits.slice(1).padEnd(places, "0")}` : "");
      return (rounded.negative ? "-" : "") + mantissa + exponent(exponentOf(rounded), letter, 3, true);
    }
    case "G":
    case "g": {
      const exponentLetter = letter === "G" ? "E" : "e";
      if (precision < 1 && general < 0) return formatGeneral(value, 0, exponentLetter, true);
      const count = precision < 1 ? general : precision;
      return formatGeneral(roundDigits(value, count), count, exponentLetter, false);
    }
    default:
      throw badSpecifier();
  }
}

function exponentOf(value: Digits): number {
  return value.digits === "" ? 0 : value.scale - 1;
}

/** The shape of `G`: plain digits, or an exponent where the number is longer than `count` digits or below 0.0001. */
export function formatGeneral(value: Digits, count: number, letter: "E" | "e", neverExponent: boolean): string {
  const { digits, scale } = value;
  const scientific = !neverExponent && (scale > count || scale < -3);
  const point = scientific ? 1 : scale;
  let text = value.negative && digits !== "" ? "-" : "";
  text += point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  const rest = point > 0 ? digits.slice(point) : digits;
  if (rest !== "" || point < 0) text += `.${"0".repeat(point < 0 ? -point : 0)}${rest}`;
  return scientific ? text + exponent(scale - 1, letter, 2, true) : text;
}

/** `E+005`: at least `width` digits, a plus sign only if asked for. */
export function exponent(value: number, letter: string, width: number, plus: boolean): string {
  const sign = value < 0 ? "-" : plus ? "+" : "";
  return letter + sign + String(Math.abs(value)).padStart(width, "0");
}

function fixed({ digits, scale }: Digits, places: number, grouped: boolean): string {
  let whole = scale > 0 ? digits.slice(0, scale).padEnd(scale, "0") : "0";
  if (grouped && whole.length > 3) whole = group(whole);
  if (places === 0) return whole;
  const fraction = scale >= 0 ? digits.slice(scale) : "0".repeat(Math.min(-scale, places)) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, "0")}`;
}

function group(whole: string): string {
  const first = whole.length % 3;
  let text = whole.slice(0, first);
  for (let i = first; i < whole.length; i += 3) text += (text === "" ? "" : ",") + whole.slice(i, i + 3);
  return text;
}
