import type { NumericType } from "../../bound/tree.js";
import { raise } from "../../runtime/exceptions.js";
import { Decimal } from "./decimal.js";
import { type Integer, integerRanges } from "./integer-ranges.js";

/**
 * Explicit and implicit conversions between raw numbers. Unchecked integers wrap; unchecked real → integer does what real C# does on
 * x64: the processor's conversion to 32 or 64 bits, whose answer for what does not fit is the smallest number, then wrapping.
 */

type Numeric = number | bigint;

/** Whole numbers up to 2^53 or so, and what `|0` can take, to a narrower one. */
const WRAP_NUMBER: Record<Integer, (value: number) => Numeric> = {
  sbyte: (value) => (value << 24) >> 24,
  byte: (value) => value & 0xff,
  short: (value) => (value << 16) >> 16,
  ushort: (value) => value & 0xffff,
  char: (value) => value & 0xffff,
  int: (value) => value | 0,
  uint: (value) => value >>> 0,
  long: (value) => BigInt(value),
  ulong: (value) => BigInt.asUintN(64, BigInt(value)),
};

const WRAP_BIGINT: Record<Integer, (value: bigint) => Numeric> = {
  sbyte: (value) => Number(BigInt.asIntN(8, value)),
  byte: (value) => Number(BigInt.asUintN(8, value)),
  short: (value) => Number(BigInt.asIntN(16, value)),
  ushort: (value) => Number(BigInt.asUintN(16, value)),
  char: (value) => Number(BigInt.asUintN(16, value)),
  int: (value) => Number(BigInt.asIntN(32, value)),
  uint: (value) => Number(BigInt.asUintN(32, value)),
  long: (value) => BigInt.asIntN(64, value),
  ulong: (value) => BigInt.asUintN(64, value),
};

const TWO_31 = 2 ** 31;
const TWO_63 = 2 ** 63;

function realToInt32(value: number): number {
  const whole = Math.trunc(value);
  return whole >= -TWO_31 && whole < TWO_31 ? whole | 0 : -TWO_31;
}

function realToInt64(value: number): bigint {
  const whole = Math.trunc(value);
  return whole >= -TWO_63 && whole < TWO_63 ? BigInt(whole) : -(2n ** 63n);
}

function realToUint64(value: number): bigint {
  if (value < TWO_63) return BigInt.asUintN(64, realToInt64(value));
  return BigInt.asUintN(64, realToInt64(value - TWO_63) ^ (1n << 63n));
}

function uncheckedReal(to: Integer): (value: number) => Numeric {
  if (to === "long") return realToInt64;
  if (to === "ulong") return realToUint64;
  if (to === "uint") return (value) => Number(BigInt.asUintN(32, realToInt64(value)));
  const wrap = WRAP_NUMBER[to];
  return (value) => wrap(realToInt32(value));
}

function checkedReal(to: Integer): (value: number) => Numeric {
  const [low, high] = integerRanges[to];
  const isBig = to === "long" || to === "ulong";
  return (value) => {
    if (!Number.isFinite(value)) throw raise.overflow();
    const whole = BigInt(Math.trunc(value));
    if (whole < low || whole > high) throw raise.overflow();
    return isBig ? whole : Number(whole);
  };
}

function checkedInteger(to: Integer): (value: Numeric) => Numeric {
  const [low, high] = integerRanges[to];
  if (to === "long" || to === "ulong")
    return (value) => {
      const whole = BigInt(value);
      if (whole < low || whole > high) throw raise.overflow();
      return whole;
    };
  const [least, most] = [Number(low), Number(high)];
  return (value) => {
    if (value < least || value > most) throw raise.overflow();
    return Number(value);
  };
}

const isReal = (type: NumericType): type is "float" | "double" => type === "float" || type === "double";
const isBig = (type: NumericType): boolean => type === "long" || type === "ulong";

/** True if every value of `from` stands in `to` as the same JavaScript value. Then nothing has to be done. */
function isIdentity(from: NumericType, to: NumericType): boolean {
  if (from === to) return true;
  if (to === "double") return !isBig(from) && from !== "decimal";
  if (isReal(from) || isReal(to) || from === "decimal" || to === "decimal" || isBig(from) || isBig(to)) return false;
  return integerRanges[from][0] >= integerRanges[to][0] && integerRanges[from][1] <= integerRanges[to][1];
}

/** The conversion between two numeric types; null where the raw value stays as it is. */
export function numberConversion(from: NumericType, to: NumericType, isChecked: boolean): ((value: never) => unknown) | null {
  if (isIdentity(from, to)) return null;
  if (to === "decimal") {
    if (isReal(from))
      return from === "float" ? (value: number) => Decimal.fromSingle(value) : (value: number) => Decimal.fromDouble(value);
    return (value: Numeric) => Decimal.fromInteger(value);
  }
  if (from === "decimal") return fromDecimal(to);
  if (to === "double") return (value: Numeric) => Number(value);
  if (to === "float") return (value: Numeric) => Math.fround(Number(value));
  if (isReal(from)) return isChecked ? checkedReal(to) : uncheckedReal(to);
  if (isChecked) return checkedInteger(to);
  return isBig(from) ? WRAP_BIGINT[to] : WRAP_NUMBER[to];
}

/** decimal → integer truncates and throws OverflowException for what does not fit, checked or not. */
function fromDecimal(to: NumericType): (value: Decimal) => unknown {
  if (to === "double") return (value) => value.toDouble();
  if (to === "float") return (value) => Math.fround(value.toDouble());
  const [low, high] = integerRanges[to as Integer];
  const big = isBig(to);
  return (value) => {
    const whole = value.toBigInt();
    if (whole < low || whole > high) throw raise.overflow(`Value was either too large or too small for ${named(to)}.`);
    return big ? whole : Number(whole);
  };
}

function named(type: NumericType): string {
  const names: Partial<Record<NumericType, string>> = {
    sbyte: "a signed byte",
    byte: "an unsigned byte",
    short: "an Int16",
    ushort: "a UInt16",
    char: "a character",
    int: "an Int32",
    uint: "a UInt32",
    long: "an Int64",
    ulong: "a UInt64",
  };
  return names[type] ?? type;
}
