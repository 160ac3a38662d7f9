import { NetException, raise } from "../runtime/exceptions.js";
import { constant, defineEnum, defineType, type Implementation, type Reference, type TypeDeclaration } from "../types/declare.js";
import { Decimal, type Midpoint } from "./numbers/decimal.js";
import { acos, asin, atan, atan2, cos, cosh, exp, log, log10, pow, sin, sinh, tan, tanh } from "./numbers/elementary.js";

/** System.Math. */

/** Rounds to an integer, a half to the even neighbour: `Math.Round(double)`. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function roundTo(value: number, digits: number, mode: Midpoint): number {
  if (digits < 0 || digits > 15) throw raise.argumentOutOfRange("digits", "Rounding digits must be between 0 and 15, inclusive.");
  if (mode !== 0 && mode !== 1)
    throw raise.argument(`The value '${String(mode)}' is not valid for this usage of the type MidpointRounding.`, "mode");
  if (!(Math.abs(value) < 1e16)) return value;
  const power = 10 ** digits;
  const scaled = value * power;
  if (mode === 0) return roundHalfEven(scaled) / power;
  const whole = Math.trunc(scaled);
  return (Math.abs(scaled - whole) >= 0.5 ? whole + Math.sign(scaled) : whole) / power;
}

function checkDecimals(decimals: number): number {
  if (decimals < 0 || decimals > 28)
    throw raise.argumentOutOfRange("decimals", "Decimal can only round to between 0 and 28 digits of precision.");
  return decimals;
}

function logBase(a: number, newBase: number): number {
  if (Number.isNaN(a)) return a;
  if (Number.isNaN(newBase)) return newBase;
  if (newBase === 1) return Number.NaN;
  if (a !== 1 && (newBase === 0 || newBase === Number.POSITIVE_INFINITY)) return Number.NaN;
  return log(a) / log(newBase);
}

function ieeeRemainder(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const regular = x % y;
  if (Number.isNaN(regular)) return regular;
  if (regular === 0 && (x < 0 || Object.is(x, -0))) return -0;
  const alternative = regular - Math.abs(y) * Math.sign(x);
  if (Math.abs(alternative) !== Math.abs(regular)) return Math.abs(alternative) < Math.abs(regular) ? alternative : regular;
  const quotient = x / y;
  return Math.abs(roundHalfEven(quotient)) > Math.abs(quotient) ? alternative : regular;
}

function sign(value: number): number {
  if (Number.isNaN(value)) throw raiseArithmetic();
  return Math.sign(value) || 0;
}

const raiseArithmetic = () =>
  new NetException("System.ArithmeticException", "Function does not accept floating point Not-a-Number values.");

function divRem(a: number, b: number, rest: Reference<number>): number {
  if (b === 0) throw raise.divideByZero();
  if (a === -2147483648 && b === -1) throw raise.overflow();
  rest.value = (a % b) | 0;
  return (a / b) | 0;
}

function divRemLong(a: bigint, b: bigint, rest: Reference<bigint>): bigint {
  if (b === 0n) throw raise.divideByZero();
  if (a === -(2n ** 63n) && b === -1n) throw raise.overflow();
  rest.value = a % b;
  return a / b;
}

/** `Abs` of an integer type whose smallest value has no counterpart. */
const absolute = (least: number) => (value: number) => {
  if (value === least) throw raise.overflow("Negating the minimum value of a twos complement number is invalid.");
  return Math.abs(value);
};

/** Of numbers or of bigints, for which Math.max does not do. */
function larger(a: number | bigint, b: number | bigint): number | bigint {
  if (a < b) return b;
  return a;
}

function smaller(a: number | bigint, b: number | bigint): number | bigint {
  if (b < a) return b;
  return a;
}

function comparisons(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const keyword of ["sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong"]) {
    members[`static ${keyword} Max(${keyword} val1, ${keyword} val2)`] = larger;
    members[`static ${keyword} Min(${keyword} val1, ${keyword} val2)`] = smaller;
  }
  for (const keyword of ["float", "double"]) {
    members[`static ${keyword} Max(${keyword} val1, ${keyword} val2)`] = (a: number, b: number) => Math.max(a, b);
    members[`static ${keyword} Min(${keyword} val1, ${keyword} val2)`] = (a: number, b: number) => Math.min(a, b);
  }
  for (const keyword of ["sbyte", "short", "int"])
    members[`static int Sign(${keyword} value)`] = (value: number) => Math.sign(value);
  for (const keyword of ["float", "double"]) members[`static int Sign(${keyword} value)`] = sign;
  return members;
}

const FUNCTIONS = {
  Acos: acos,
  Asin: asin,
  Atan: atan,
  Cos: cos,
  Cosh: cosh,
  Exp: exp,
  Sin: sin,
  Sinh: sinh,
  Tan: tan,
  Tanh: tanh,
};

function functions(): Record<string, Implementation> {
  return Object.fromEntries(Object.entries(FUNCTIONS).map(([name, call]) => [`static double ${name}(double d)`, call]));
}

const half = (value: Decimal, decimals: number, mode: Midpoint) => Decimal.round(value, checkDecimals(decimals), mode);

/** System.Math and System.MidpointRounding. */
export const mathTypes: readonly TypeDeclaration[] = [
  defineType("static class System.Math", {
    "const double PI": constant(Math.PI),
    "const double E": constant(Math.E),
    ...functions(),
    ...comparisons(),
    "static sbyte Abs(sbyte value)": absolute(-128),
    "static short Abs(short value)": absolute(-32768),
    "static int Abs(int value)": absolute(-2147483648),
    "static long Abs(long value)": (value: bigint) => {
      if (value === -(2n ** 63n)) throw raise.overflow("Negating the minimum value of a twos complement number is invalid.");
      return value < 0n ? -value : value;
    },
    "static float Abs(float value)": (value: number) => Math.abs(value),
    "static double Abs(double value)": (value: number) => Math.abs(value),
    "static decimal Abs(decimal value)": (value: Decimal) => (value.mantissa < 0n ? Decimal.negate(value) : value),
    "static decimal Max(decimal val1, decimal val2)": (a: Decimal, b: Decimal) => (Decimal.compare(a, b) >= 0 ? a : b),
    "static decimal Min(decimal val1, decimal val2)": (a: Decimal, b: Decimal) => (Decimal.compare(a, b) < 0 ? a : b),
    "static int Sign(long value)": (value: bigint) => (value > 0n ? 1 : value < 0n ? -1 : 0),
    "static int Sign(decimal value)": (value: Decimal) => Decimal.compare(value, Decimal.zero),
    "static double Atan2(double y, double x)": atan2,
    "static double Sqrt(double d)": (value: number) => Math.sqrt(value),
    "static long BigMul(int a, int b)": (a: number, b: number) => BigInt(a) * BigInt(b),
    "static int DivRem(int a, int b, out int result)": divRem,
    "static long DivRem(long a, long b, out long result)": divRemLong,
    "static double Ceiling(double a)": (value: number) => Math.ceil(value),
    "static decimal Ceiling(decimal d)": (value: Decimal) => Decimal.ceiling(value),
    "static double Floor(double d)": (value: number) => Math.floor(value),
    "static decimal Floor(decimal d)": (value: Decimal) => Decimal.floor(value),
    "static double Truncate(double d)": (value: number) => Math.trunc(value),
    "static decimal Truncate(decimal d)": (value: Decimal) => Decimal.truncate(value),
    "static double IEEERemainder(double x, double y)": ieeeRemainder,
    "static double Log(double d)": log,
    "static double Log(double a, double newBase)": logBase,
    "static double Log10(double d)": log10,
    "static double Pow(double x, double y)": pow,
    "static double Round(double a)": roundHalfEven,
    "static double Round(double value, int digits)": (value: number, digits: number) => roundTo(value, digits, 0),
    "static double Round(double value, MidpointRounding mode)": (value: number, mode: Midpoint) => roundTo(value, 0, mode),
    "static double Round(double value, int digits, MidpointRounding mode)": roundTo,
    "static decimal Round(decimal d)": (value: Decimal) => Decimal.round(value, 0, 0),
    "static decimal Round(decimal d, int decimals)": (value: Decimal, decimals: number) => half(value, decimals, 0),
    "static decimal Round(decimal d, MidpointRounding mode)": (value: Decimal, mode: Midpoint) => Decimal.round(value, 0, mode),
    "static decimal Round(decimal d, int decimals, MidpointRounding mode)": half,
  }),
  defineEnum("System.MidpointRounding", { ToEven: 0, AwayFromZero: 1 }),
];
