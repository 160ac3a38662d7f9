import { add, type DoubleDouble, dd, divide, multiply, negate, scale, subtract, toDouble } from "./double-double.js";

/**
 * The elementary functions of System.Math. JavaScript engines are free to be off by a unit in the last place and are; C#'s
 * are rounded correctly nearly always, and `ToString("R")` shows the difference. So each result of the engine is corrected in
 * double precision twice over. Arguments where that has no hold (huge angles, the ends of the range) keep the engine's result.
 */

const LN2 = dd(Math.LN2, 2.3190468138462996e-17);
const LN10 = dd(Math.LN10, -2.1707562233822494e-16);
const PI = dd(Math.PI, 1.2246467991473532e-16);
const HALF_PI = scale(PI, 0.5);
const ONE = dd(1);

const HALVINGS = 9;
const FACTORIALS: readonly number[] = (() => {
  const values = [1];
  for (let i = 1; i < 30; i++) values.push(values[i - 1]! * i);
  return values;
})();

/** e^x - 1 for a small x, by its series. */
function expSeries(x: DoubleDouble): DoubleDouble {
  let sum = x;
  let power = x;
  for (let i = 2; i <= 9; i++) {
    power = multiply(power, x);
    sum = add(sum, divide(power, dd(FACTORIALS[i]!)));
  }
  return sum;
}

/** e^x without its power of two: value × 2^exponent. */
function expParts(x: DoubleDouble): { readonly value: DoubleDouble; readonly exponent: number } {
  const exponent = Math.round(x.high / LN2.high);
  const rest = subtract(x, multiply(LN2, dd(exponent)));
  // (1 + p)² - 1 = 2p + p² keeps the digits that 1 + p would lose.
  let part = expSeries(scale(rest, 2 ** -HALVINGS));
  for (let i = 0; i < HALVINGS; i++) part = add(scale(part, 2), multiply(part, part));
  return { value: add(part, ONE), exponent };
}

function expOf(x: DoubleDouble): DoubleDouble {
  const { value, exponent } = expParts(x);
  return scale(value, 2 ** exponent);
}

const isModerate = (x: number) => x > -700 && x < 700;

/** log x for a positive, normal x: one step of Newton's method from the engine's value. */
function logOf(x: number): DoubleDouble {
  const first = Math.log(x);
  const { value, exponent } = expParts(dd(-first));
  const error = subtract(multiply(dd(x * 2 ** exponent), value), ONE);
  return add(dd(first), error);
}

const isNormal = (x: number) => x > 1e-290 && x < 1e290;

/** Sine and cosine of an angle up to π/4, by their series. */
function sineSeries(x: DoubleDouble): { readonly sin: DoubleDouble; readonly cos: DoubleDouble } {
  const square = multiply(x, x);
  let sin = x;
  let cos = ONE;
  let odd = x;
  let even: DoubleDouble = ONE;
  for (let i = 1; i <= 13; i++) {
    const sign = i % 2 === 0 ? 1 : -1;
    even = multiply(even, square);
    odd = multiply(odd, square);
    cos = add(cos, divide(even, dd(sign * FACTORIALS[2 * i]!)));
    sin = add(sin, divide(odd, dd(sign * FACTORIALS[2 * i + 1]!)));
  }
  return { sin, cos };
}

function sineCosine(x: DoubleDouble): { readonly sin: DoubleDouble; readonly cos: DoubleDouble } {
  const quarter = Math.round(x.high / HALF_PI.high);
  const { sin, cos } = sineSeries(subtract(x, multiply(HALF_PI, dd(quarter))));
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { sin, cos };
    case 1:
      return { sin: cos, cos: negate(sin) };
    case 2:
      return { sin: negate(sin), cos: negate(cos) };
    default:
      return { sin: negate(cos), cos: sin };
  }
}

const isAngle = (x: number) => Math.abs(x) < 1e5 && Math.abs(x) > 1e-100;

/** arctan of a quotient: the engine's value, corrected by the (small) angle that is left. */
function arcTangent(y: DoubleDouble, x: DoubleDouble, first: number): DoubleDouble {
  const { sin, cos } = sineCosine(dd(first));
  const across = subtract(multiply(y, cos), multiply(x, sin));
  const along = add(multiply(x, cos), multiply(y, sin));
  return add(dd(first), divide(across, along));
}

/** As `Math.Exp`. */
export function exp(x: number): number {
  return isModerate(x) && x !== 0 ? toDouble(expOf(dd(x))) : Math.exp(x);
}

/** As `Math.Log`. */
export function log(x: number): number {
  return isNormal(x) && x !== 1 ? toDouble(logOf(x)) : Math.log(x);
}

/** As `Math.Log10`. */
export function log10(x: number): number {
  return isNormal(x) && x !== 1 ? toDouble(divide(logOf(x), LN10)) : Math.log10(x);
}

/** As `Math.Pow`. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  const size = Math.abs(x);
  const rough = x ** y;
  if (!isNormal(size) || !isNormal(Math.abs(rough)) || y === 1) return rough;
  const result = toDouble(expOf(multiply(logOf(size), dd(y))));
  return rough < 0 ? -result : result;
}

/** As `Math.Sin`. */
export function sin(x: number): number {
  return isAngle(x) ? toDouble(sineCosine(dd(x)).sin) : Math.sin(x);
}

/** As `Math.Cos`. */
export function cos(x: number): number {
  return isAngle(x) ? toDouble(sineCosine(dd(x)).cos) : Math.cos(x);
}

/** As `Math.Tan`. */
export function tan(x: number): number {
  if (!isAngle(x)) return Math.tan(x);
  const both = sineCosine(dd(x));
  return toDouble(divide(both.sin, both.cos));
}

/** As `Math.Atan2`. */
export function atan2(y: number, x: number): number {
  const first = Math.atan2(y, x);
  const isUsual = isNormal(Math.abs(y)) && isNormal(Math.abs(x)) && isNormal(Math.abs(y / x)) && Math.abs(first) > 1e-100;
  return isUsual ? toDouble(arcTangent(dd(y), dd(x), first)) : first;
}

/** As `Math.Atan`. */
export function atan(x: number): number {
  return isNormal(Math.abs(x)) && Math.abs(x) > 1e-100 ? toDouble(arcTangent(dd(x), ONE, Math.atan(x))) : Math.atan(x);
}

/** As `Math.Asin`. */
export function asin(x: number): number {
  const first = Math.asin(x);
  if (!(Math.abs(x) < 0.999_999) || Math.abs(x) < 1e-100) return first;
  const both = sineCosine(dd(first));
  return toDouble(add(dd(first), divide(subtract(dd(x), both.sin), both.cos)));
}

/** As `Math.Acos`. */
export function acos(x: number): number {
  const first = Math.acos(x);
  if (!(Math.abs(x) < 0.999_999)) return first;
  const both = sineCosine(dd(first));
  return toDouble(add(dd(first), divide(subtract(both.cos, dd(x)), both.sin)));
}

/** e^x and e^-x, for arguments where neither drowns the other's digits. */
function exponentials(x: number): { readonly up: DoubleDouble; readonly down: DoubleDouble } {
  const up = expOf(dd(x));
  return { up, down: divide(ONE, up) };
}

const isHyperbolic = (x: number) => Math.abs(x) > 1e-5 && isModerate(x);

/** As `Math.Sinh`. */
export function sinh(x: number): number {
  if (!isHyperbolic(x)) return Math.sinh(x);
  const { up, down } = exponentials(x);
  return toDouble(scale(subtract(up, down), 0.5));
}

/** As `Math.Cosh`. */
export function cosh(x: number): number {
  if (!isHyperbolic(x)) return Math.cosh(x);
  const { up, down } = exponentials(x);
  return toDouble(scale(add(up, down), 0.5));
}

/** As `Math.Tanh`. */
export function tanh(x: number): number {
  if (!isHyperbolic(x) || Math.abs(x) > 20) return Math.tanh(x);
  const { up, down } = exponentials(x);
  return toDouble(divide(subtract(up, down), add(up, down)));
}
