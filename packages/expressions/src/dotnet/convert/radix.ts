import { raise } from "../../runtime/exceptions.js";
import type { IntegerKind } from "../numbers/integers.js";
import { parseOrThrow } from "../numbers/integers.js";
import { NumberStyles } from "../numbers/number-styles.js";

/** Integers as text in base 2, 8, 10 and 16, as System.Convert reads and writes them. */

function checkBase(base: number): void {
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16) throw raise.argument("Invalid Base.");
}

/** `Convert.ToInt32(text, base)` and its kin. In bases other than ten a number may fill all bits, the sign bit included. */
export function parseInBase(of: IntegerKind, text: string | null, base: number): number | bigint {
  checkBase(base);
  const raw = (value: bigint) => (of.bits === 64 ? value : Number(value));
  if (text === null) return raw(0n);
  if (text === "")
    throw raise.argumentOutOfRange(
      "startIndex",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  if (base === 10) {
    if (of.low === 0n && text.startsWith("-"))
      throw raise.overflow("The string was being parsed as an unsigned number and could not have a negative sign.");
    if (!/^[+-]?\d+$/.test(text)) throw notDigits(/^[+-]?\d/.test(text));
    return parseOrThrow(of, text, NumberStyles.Integer);
  }
  if (text.startsWith("-")) throw raise.argument("String cannot contain a minus sign if the base is not 10.");
  const plain = text.replace(/^\+/, "");
  const digits = base === 16 ? plain.replace(/^0x/i, "") : plain;
  const pattern = base === 16 ? /^[\da-f]+$/i : base === 8 ? /^[0-7]+$/ : /^[01]+$/;
  if (!pattern.test(digits)) throw notDigits(pattern.test(digits.slice(0, 1)));
  const significant = digits.replace(/^0+/, "");
  const value = significant.length > 64 ? -1n : BigInt(`${PREFIX[base]}0${significant}`);
  const span = of.high - of.low + 1n;
  if (value < 0n || value >= span) throw raise.overflow(`Value was either too large or too small for ${of.described}.`);
  return raw(value > of.high ? value - span : value);
}

const PREFIX: Readonly<Record<number, string>> = { 2: "0b", 8: "0o", 16: "0x" };

const notDigits = (some: boolean) =>
  raise.format(
    some ? "Additional non-parsable characters are at the end of the string." : "Could not find any recognizable digits.",
  );

/** `Convert.ToString(value, base)`: negative numbers in two's complement, but for base ten. */
export function textInBase(value: number | bigint, bits: number, base: number): string {
  checkBase(base);
  if (value >= 0 || base === 10) return value.toString(base);
  return BigInt.asUintN(bits, BigInt(value)).toString(base);
}
