import { doubleDigits } from "./digits.js";
import { formatGeneral } from "./number-standard.js";

/**
 * Text of `double` and `float` as .NET Framework writes it without a format: 15 (7) significant digits, `1E+20` from 10^15
 * (10^7) on and `1E-05` below 0.0001, `Infinity`, `NaN`, no negative zero.
 */

/** `double.ToString()`. */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && value < 1e15 && value > -1e15) return String(value);
  return plainText(value, 15, 1e15);
}

/** `float.ToString()`; the value has been rounded by Math.fround. */
export function singleText(value: number): string {
  if (Number.isInteger(value) && value < 1e7 && value > -1e7) return String(value);
  return plainText(value, 7, 1e7);
}

function plainText(value: number, precision: number, limit: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(precision));
  const size = Math.abs(rounded);
  // In this range JavaScript writes no exponent, and never more digits than the rounding left.
  if (size >= 0.0001 && size < limit) return String(rounded);
  return formatGeneral(doubleDigits(value, precision), precision, "E", false);
}

/** `double.ToString("R")`: 15 digits if they read back as the same value, otherwise 17. */
export function doubleRoundTrip(value: number): string {
  if (!Number.isFinite(value) || Number(value.toPrecision(15)) === value) return doubleText(value);
  return formatGeneral(doubleDigits(value, 17), 17, "E", false);
}

/** `float.ToString("R")`: 7 digits if they read back as the same value, otherwise 9. */
export function singleRoundTrip(value: number): string {
  if (!Number.isFinite(value) || Math.fround(Number(value.toPrecision(7))) === value) return singleText(value);
  return formatGeneral(doubleDigits(value, 9), 9, "E", false);
}
