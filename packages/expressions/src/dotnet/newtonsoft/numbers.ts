import { JTokenType } from "./token-type.js";
import { JValue, ReadNumber } from "./value.js";

const PLAIN_INTEGER = /^-?\d+$/;
const REAL = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const MOST_DIGITS = 380;
const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);

/**
 * A number as Newtonsoft.Json reads it: a leading 0 means octal, 0x hexadecimal; null if it is no number.
 * @param keepsText whether one with decimals keeps its text
 */
export function numberToken(text: string, keepsText = false): JValue | null {
  const second = text.charAt(1);
  if (text.length > 1 && text.startsWith("0") && second !== "." && second !== "e" && second !== "E") return basedNumber(text);
  if (PLAIN_INTEGER.test(text)) {
    if (text.length <= 15) return JValue.ofLong(Number(text) || 0);
    if (text.length > MOST_DIGITS) return null;
    const value = BigInt(text);
    if (value > MAX_LONG || value < MIN_LONG) return new JValue(JTokenType.Integer, "big", value);
    return JValue.ofLong(value);
  }
  if (!REAL.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  return keepsText ? new ReadNumber(value, text) : JValue.ofDouble(value);
}

function basedNumber(text: string): JValue | null {
  const isHex = second(text) === "x";
  const digits = text.slice(isHex ? 2 : 1);
  if (!(isHex ? /^[\da-fA-F]{1,16}$/ : /^[0-7]{1,22}$/).test(digits)) return null;
  const value = BigInt.asIntN(64, BigInt(`${isHex ? "0x" : "0o"}${digits}`));
  return JValue.ofLong(value >= -0xffffffffffffn && value <= 0xffffffffffffn ? Number(value) : value);
}

const second = (text: string) => text.charAt(1).toLowerCase();
