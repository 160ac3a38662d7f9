import { checkTime } from "../../runtime/current.js";
import { NetException, raise } from "../../runtime/exceptions.js";
import { trimZeros } from "../format/digits.js";
import { Decimal } from "./decimal.js";
import { NumberStyles } from "./number-styles.js";

/**
 * Reading numbers by `NumberStyles` under the invariant culture, after .NET's own algorithm (its white space, its lenient group
 * separators, its currency sign). The parse functions return the exception where a `TryParse` would say false.
 */

interface NumberText {
  readonly negative: boolean;
  /** Significant digits: no leading zeros; trailing ones only if asked for. */
  readonly digits: string;
  /** Digits before the decimal point; may be negative or beyond the digits. */
  readonly scale: number;
}

const INVALID_STYLES = ~(NumberStyles.Any | NumberStyles.AllowHexSpecifier);

/** Throws ArgumentException for styles that do not exist or do not go together. */
function checkStyles(styles: number, forReal: boolean): void {
  if ((styles & INVALID_STYLES) !== 0) throw raise.argument("An undefined NumberStyles value is being used.", "style");
  if ((styles & NumberStyles.AllowHexSpecifier) === 0) return;
  if (forReal) throw raise.argument("The number style AllowHexSpecifier is not supported on floating point data types.");
  if ((styles & ~NumberStyles.HexNumber) !== 0)
    throw raise.argument(
      "With the AllowHexSpecifier bit set in the enum bit field, the only other valid bits that can be combined into the enum value must be a subset of those in HexNumber.",
    );
}

const isWhite = (code: number) => code === 32 || (code >= 9 && code <= 13);
const isDigit = (code: number) => code >= 48 && code <= 57;

/** More digits than decide how a number is rounded; of further ones it matters only whether one is not 0. */
const MOST_DIGITS = 1_000;
const BETWEEN_LOOKS = 65_536;

function behindWhite(text: string, from: number): number {
  let at = from;
  for (; isWhite(text.charCodeAt(at)); at++) if (at % BETWEEN_LOOKS === 0) checkTime();
  return at;
}

/** Splits a number; null if the text is not one by these styles. `keepZeros`: trailing zeros are digits (decimal). */
function read(text: string, styles: number, keepZeros: boolean): NumberText | null {
  const allows = (style: number) => (styles & style) !== 0;
  let at = 0;
  let negative = false;
  let hasSign = false;
  let inParentheses = false;
  let currency = allows(NumberStyles.AllowCurrencySymbol);
  const takeCurrency = () => {
    if (!currency || text[at] !== "¤") return false;
    currency = false;
    at++;
    return true;
  };
  const takeSign = (style: number) => {
    if (hasSign || !allows(style) || (text[at] !== "+" && text[at] !== "-")) return false;
    hasSign = true;
    negative = text[at] === "-";
    at++;
    return true;
  };

  for (;;) {
    const hadCurrency = allows(NumberStyles.AllowCurrencySymbol) && !currency;
    if (isWhite(text.charCodeAt(at)) && allows(NumberStyles.AllowLeadingWhite) && (!hasSign || hadCurrency))
      at = behindWhite(text, at);
    else if (takeSign(NumberStyles.AllowLeadingSign)) continue;
    else if (text[at] === "(" && allows(NumberStyles.AllowParentheses) && !hasSign) {
      hasSign = inParentheses = negative = true;
      at++;
    } else if (!takeCurrency()) break;
  }

  let digits = "";
  let scale = 0;
  let sawDigit = false;
  let sawPoint = false;
  let isCut = false;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      sawDigit = true;
      let start = at;
      for (; digits === "" && text.charCodeAt(start) === 48; start++) if (sawPoint) scale--;
      let end = start;
      for (; isDigit(text.charCodeAt(end)); end++) if (end % BETWEEN_LOOKS === 0) checkTime();
      const run = text.slice(start, end);
      if (digits.length < MOST_DIGITS) digits += run;
      else isCut ||= /[1-9]/.test(run);
      if (!sawPoint) scale += end - start;
      at = end - 1;
    } else if (code === 46 && allows(NumberStyles.AllowDecimalPoint) && !sawPoint) sawPoint = true;
    else if (!(code === 44 && allows(NumberStyles.AllowThousands) && sawDigit && !sawPoint)) break;
  }
  if (!sawDigit) return null;
  if (isCut) digits += "1";

  if (allows(NumberStyles.AllowExponent) && (text[at] === "e" || text[at] === "E")) {
    const match = /^[eE]([+-]?)(\d+)/.exec(text.slice(at, at + 400));
    if (match !== null) {
      at += match[0].length;
      while (isDigit(text.charCodeAt(at))) at++;
      const size = Math.min(Number(match[2]), 9999);
      scale += match[1] === "-" ? -size : size;
    }
  }
  for (;;) {
    if (isWhite(text.charCodeAt(at)) && allows(NumberStyles.AllowTrailingWhite)) at = behindWhite(text, at);
    else if (takeSign(NumberStyles.AllowTrailingSign)) continue;
    else if (text[at] === ")" && inParentheses) {
      inParentheses = false;
      at++;
    } else if (!takeCurrency()) break;
  }
  if (inParentheses) return null;
  // .NET ends text at a null character: what follows may only be more of them.
  while (text.charCodeAt(at) === 0) at++;
  if (at < text.length) return null;
  if (digits === "") return { negative: negative && sawPoint, digits, scale: keepZeros ? scale : 0 };
  return { negative, digits: keepZeros ? digits : trimZeros(digits), scale };
}

const badFormat = () => raise.format();

/**
 * Any integer type.
 * @param low smallest and `high` largest value
 * @param name for the message of OverflowException: `an Int32`
 */
export function parseInteger(
  text: string | null,
  styles: number,
  low: bigint,
  high: bigint,
  name: string,
): bigint | NetException {
  checkStyles(styles, false);
  if (text === null) return raise.argumentNull("s");
  const tooLarge = () => raise.overflow(`Value was either too large or too small for ${name}.`);
  if ((styles & NumberStyles.AllowHexSpecifier) !== 0) {
    const digits = hexadecimal(text, styles);
    if (digits === null) return badFormat();
    const value = digits.length > 16 ? 1n << 64n : BigInt(`0x0${digits}`);
    const span = high - low + 1n;
    if (value >= span) return tooLarge();
    return value > high ? value - span : value;
  }
  const number = read(text, styles, false);
  if (number === null) return badFormat();
  const { digits, scale, negative } = number;
  if (digits === "") return 0n;
  if (scale > 20 || scale < digits.length) return tooLarge();
  const size = BigInt(digits.padEnd(scale, "0"));
  const value = negative ? -size : size;
  return value < low || value > high ? tooLarge() : value;
}

function hexadecimal(text: string, styles: number): string | null {
  const match = /^([ \t-\r]*)([0-9a-fA-F]+)([ \t-\r]*)\0*$/.exec(text);
  if (match === null) return null;
  if (match[1] !== "" && (styles & NumberStyles.AllowLeadingWhite) === 0) return null;
  if (match[3] !== "" && (styles & NumberStyles.AllowTrailingWhite) === 0) return null;
  return match[2]!.replace(/^0+/, "");
}

/** `double` and `float`; beyond their range is OverflowException, as in .NET Framework. */
export function parseReal(text: string | null, styles: number, isSingle: boolean): number | NetException {
  checkStyles(styles, true);
  if (text === null) return raise.argumentNull("s");
  const number = read(text, styles, false);
  if (number === null) {
    switch (text.trim()) {
      case "Infinity":
        return Number.POSITIVE_INFINITY;
      case "-Infinity":
        return Number.NEGATIVE_INFINITY;
      case "NaN":
        return Number.NaN;
      default:
        return badFormat();
    }
  }
  if (number.digits === "") return number.negative ? -0 : 0;
  const size = Number(`0.${number.digits}e${number.scale}`);
  const value = isSingle ? Math.fround(size) : size;
  if (!Number.isFinite(value))
    return raise.overflow(`Value was either too large or too small for a ${isSingle ? "Single" : "Double"}.`);
  return number.negative ? -value : value;
}

/** `decimal`: trailing zeros are kept, digits that do not fit are rounded. */
export function parseDecimal(text: string | null, styles: number): Decimal | NetException {
  checkStyles(styles, true);
  if (text === null) return raise.argumentNull("s");
  const number = read(text, styles, true);
  if (number === null) return badFormat();
  const { digits, scale, negative } = number;
  if (digits === "") return new Decimal(0n, Math.min(Math.max(-scale, 0), 28));
  try {
    // Beyond 31 digits only the question remains whether anything follows: one more digit says so.
    const kept = digits.length > 60 ? `${digits.slice(0, 60)}1` : digits;
    if (scale < -60) return new Decimal(0n, 28);
    if (scale > 29) throw raise.overflow();
    const mantissa = BigInt(kept);
    return Decimal.of(negative ? -mantissa : mantissa, kept.length - scale);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    return raise.overflow("Value was either too large or too small for a Decimal.");
  }
}
