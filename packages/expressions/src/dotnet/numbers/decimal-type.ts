import { raise } from "../../runtime/exceptions.js";
import { defineType, type Implementation, type Reference, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { Decimal, decimalHeader, type Midpoint } from "./decimal.js";
import { NumberStyles } from "./number-styles.js";
import { parseDecimal } from "./parse.js";

/** A constant whose value is made on first use: this table and the class refer to each other. */
function lazyConstant(get: () => Decimal): Implementation {
  return {
    get constant() {
      return get();
    },
  };
}

function checkedMode(mode: Midpoint): Midpoint {
  if (mode !== 0 && mode !== 1)
    throw raise.argument(`The value '${String(mode)}' is not valid for this usage of the type MidpointRounding.`, "mode");
  return mode;
}

function checkedDecimals(decimals: number, most = 28): number {
  if (decimals < 0 || decimals > most)
    throw raise.argumentOutOfRange("decimals", "Decimal can only round to between 0 and 28 digits of precision.");
  return decimals;
}

/** `decimal.ToXxx` and the explicit conversions: towards zero, OverflowException out of range. */
export function decimalToInteger(value: Decimal, low: bigint, high: bigint, name: string): bigint {
  const whole = value.toBigInt();
  if (whole < low || whole > high) throw raise.overflow(`Value was either too large or too small for ${name}.`);
  return whole;
}

const toNumber = (low: bigint, high: bigint, name: string) => (value: Decimal) =>
  Number(decimalToInteger(value, low, high, name));
const toLong = (low: bigint, high: bigint, name: string) => (value: Decimal) => decimalToInteger(value, low, high, name);

const toByte = toNumber(0n, 255n, "an unsigned byte");
const toSByte = toNumber(-128n, 127n, "a signed byte");
const toInt16 = toNumber(-32768n, 32767n, "an Int16");
const toUInt16 = toNumber(0n, 65535n, "a UInt16");
const toInt32 = toNumber(-2147483648n, 2147483647n, "an Int32");
const toUInt32 = toNumber(0n, 4294967295n, "a UInt32");
const toInt64 = toLong(-(2n ** 63n), 2n ** 63n - 1n, "an Int64");
const toUInt64 = toLong(0n, 2n ** 64n - 1n, "a UInt64");

function fromParts(lo: number, mid: number, hi: number, isNegative: boolean, scale: number): Decimal {
  if (scale > 28) throw raise.argumentOutOfRange("scale", "Decimal's scale value must be between 0 and 28, inclusive.");
  const mantissa = (BigInt(hi >>> 0) << 64n) | (BigInt(mid >>> 0) << 32n) | BigInt(lo >>> 0);
  return new Decimal(isNegative ? -mantissa : mantissa, scale);
}

function fromBits(bits: NetArray | null): Decimal {
  if (bits === null) throw raise.argumentNull("bits");
  const parts = bits.items as number[];
  const flags = parts[3] ?? 0;
  const scale = (flags >> 16) & 0xff;
  if (parts.length !== 4 || (flags & 0x7f00ffff) !== 0 || scale > 28)
    throw raise.argument("Decimal byte array constructor requires an array of length four containing valid decimal bytes.");
  return fromParts(parts[0]!, parts[1]!, parts[2]!, flags < 0, scale);
}

function toBits(value: Decimal): number[] {
  const size = value.mantissa < 0n ? -value.mantissa : value.mantissa;
  const word = (shift: bigint) => Number(BigInt.asIntN(32, size >> shift));
  return [word(0n), word(32n), word(64n), (value.scale << 16) | (value.mantissa < 0n ? 0x80000000 : 0)];
}

function tryParse(text: string | null, styles: number, result: Reference<Decimal>): boolean {
  const parsed = parseDecimal(text, styles);
  result.value = parsed instanceof Decimal ? parsed : Decimal.zero;
  return parsed instanceof Decimal;
}

function parse(text: string | null, styles: number): Decimal {
  const parsed = parseDecimal(text, styles);
  if (parsed instanceof Decimal) return parsed;
  throw parsed;
}

const text = (self: Decimal) => self.toText();
const formatted = (self: Decimal, format: string | null) =>
  format === null || format === "" ? self.toText() : self.toFormat(format);
const fromInteger = (value: number | bigint) => Decimal.fromInteger(value);

/** System.Decimal. Arithmetic operators and numeric conversions are the binder's own; the methods are here. */
export const decimalType: TypeDeclaration = defineType(
  decimalHeader.header,
  {
    "const decimal Zero": lazyConstant(() => Decimal.zero),
    "const decimal One": lazyConstant(() => Decimal.one),
    "const decimal MinusOne": lazyConstant(() => Decimal.minusOne),
    "const decimal MaxValue": lazyConstant(() => Decimal.maxValue),
    "const decimal MinValue": lazyConstant(() => Decimal.minValue),
    "new(int value)": fromInteger,
    "new(uint value)": fromInteger,
    "new(long value)": fromInteger,
    "new(ulong value)": fromInteger,
    "new(float value)": (value: number) => Decimal.fromSingle(value),
    "new(double value)": (value: number) => Decimal.fromDouble(value),
    "new(int[] bits)": fromBits,
    "new(int lo, int mid, int hi, bool isNegative, byte scale)": fromParts,
    "string ToString()": text,
    "string ToString(string format)": formatted,
    "string ToString(IFormatProvider provider)": text,
    "string ToString(string format, IFormatProvider provider)": formatted,
    "int CompareTo(object value)": (self: Decimal, value: unknown) => {
      if (value === null) return 1;
      if (value instanceof Decimal) return Decimal.compare(self, value);
      throw raise.argument("Object must be of type Decimal.");
    },
    "int CompareTo(decimal value)": (self: Decimal, value: Decimal) => Decimal.compare(self, value),
    "bool Equals(decimal value)": (self: Decimal, value: Decimal) => self.equals(value),
    "static bool Equals(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => a.equals(b),
    "static int Compare(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.compare(a, b),
    "static decimal Add(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.add(a, b),
    "static decimal Subtract(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.subtract(a, b),
    "static decimal Multiply(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.multiply(a, b),
    "static decimal Divide(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.divide(a, b),
    "static decimal Remainder(decimal d1, decimal d2)": (a: Decimal, b: Decimal) => Decimal.remainder(a, b),
    "static decimal Negate(decimal d)": (value: Decimal) => Decimal.negate(value),
    "static decimal Floor(decimal d)": (value: Decimal) => Decimal.floor(value),
    "static decimal Ceiling(decimal d)": (value: Decimal) => Decimal.ceiling(value),
    "static decimal Truncate(decimal d)": (value: Decimal) => Decimal.truncate(value),
    "static decimal Round(decimal d)": (value: Decimal) => Decimal.round(value, 0, 0),
    "static decimal Round(decimal d, int decimals)": (value: Decimal, decimals: number) =>
      Decimal.round(value, checkedDecimals(decimals), 0),
    "static decimal Round(decimal d, MidpointRounding mode)": (value: Decimal, mode: Midpoint) =>
      Decimal.round(value, 0, checkedMode(mode)),
    "static decimal Round(decimal d, int decimals, MidpointRounding mode)": (value: Decimal, decimals: number, mode: Midpoint) =>
      Decimal.round(value, checkedDecimals(decimals), checkedMode(mode)),
    "static decimal Parse(string s)": (s: string) => parse(s, NumberStyles.Number),
    "static decimal Parse(string s, System.Globalization.NumberStyles style)": parse,
    "static decimal Parse(string s, IFormatProvider provider)": (s: string) => parse(s, NumberStyles.Number),
    "static decimal Parse(string s, System.Globalization.NumberStyles style, IFormatProvider provider)": parse,
    "static bool TryParse(string s, out decimal result)": (s: string, result: Reference<Decimal>) =>
      tryParse(s, NumberStyles.Number, result),
    "static bool TryParse(string s, System.Globalization.NumberStyles style, IFormatProvider provider, out decimal result)": (
      s: string,
      style: number,
      _provider: unknown,
      result: Reference<Decimal>,
    ) => tryParse(s, style, result),
    "static byte ToByte(decimal value)": toByte,
    "static sbyte ToSByte(decimal value)": toSByte,
    "static short ToInt16(decimal value)": toInt16,
    "static ushort ToUInt16(decimal value)": toUInt16,
    "static int ToInt32(decimal d)": toInt32,
    "static uint ToUInt32(decimal d)": toUInt32,
    "static long ToInt64(decimal d)": toInt64,
    "static ulong ToUInt64(decimal d)": toUInt64,
    "static double ToDouble(decimal d)": (value: Decimal) => value.toDouble(),
    "static float ToSingle(decimal d)": (value: Decimal) => Math.fround(value.toDouble()),
    "static int[] GetBits(decimal d)": withCall(
      (site, value: Decimal) => new NetArray(site.scope.find("System.Int32")!, toBits(value)),
    ),
    "static decimal FromOACurrency(long cy)": (value: bigint) => {
      let scale = 4;
      let mantissa = value;
      while (scale > 0 && mantissa % 10n === 0n) {
        mantissa /= 10n;
        scale--;
      }
      return new Decimal(mantissa, scale);
    },
    "static long ToOACurrency(decimal value)": (value: Decimal) => {
      const scaled = Decimal.round(Decimal.multiply(value, new Decimal(10000n, 0)), 0, 0);
      return decimalToInteger(scaled, -(2n ** 63n), 2n ** 63n - 1n, "a Currency");
    },
  },
  {
    get zero() {
      return Decimal.zero;
    },
    whole: (value) => Decimal.fromInteger(value),
  },
);

/** The types of this file, for the list of built-in types. */
export const decimalTypes: readonly TypeDeclaration[] = [decimalType];
