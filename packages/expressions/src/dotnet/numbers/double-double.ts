/**
 * Numbers of twice the precision of a double, as an unevaluated sum: what the elementary functions are computed in, so that
 * their results round correctly. After Dekker and Knuth.
 */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

const SPLIT = 134_217_729;

/** The sum of two doubles, exactly. */
function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

function quickSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  return { high, low: b - (high - a) };
}

/** The product of two doubles, exactly. */
function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const a1 = SPLIT * a;
  const aHigh = a1 - (a1 - a);
  const aLow = a - aHigh;
  const b1 = SPLIT * b;
  const bHigh = b1 - (b1 - b);
  const bLow = b - bHigh;
  return { high, low: aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow };
}

/** A number of two doubles: the second holds what the first cannot. */
export const dd = (high: number, low = 0): DoubleDouble => ({ high, low });

/** `a + b`. */
export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const sum = twoSum(a.high, b.high);
  const rest = twoSum(a.low, b.low);
  const middle = quickSum(sum.high, sum.low + rest.high);
  return quickSum(middle.high, middle.low + rest.low);
}

/** `-a`. */
export function negate(a: DoubleDouble): DoubleDouble {
  return { high: -a.high, low: -a.low };
}

/** `a - b`. */
export function subtract(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return add(a, negate(b));
}

/** `a * b`. */
export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const product = twoProduct(a.high, b.high);
  return quickSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/** By a power of two: exact. */
export function scale(a: DoubleDouble, factor: number): DoubleDouble {
  return { high: a.high * factor, low: a.low * factor };
}

/** `a / b`. */
export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const first = a.high / b.high;
  const rest = subtract(a, multiply(b, dd(first)));
  const second = rest.high / b.high;
  const last = subtract(rest, multiply(b, dd(second))).high / b.high;
  return add(quickSum(first, second), dd(last));
}

/** The nearest double. */
export function toDouble(a: DoubleDouble): number {
  return a.high + a.low;
}
