import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import type { Digits } from "../format/digits.js";
import { formatDecimalDigits } from "../format/number.js";

const MAX_MANTISSA = (1n << 96n) - 1n;
const MAX_SCALE = 28;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** Digits below this are multiplied on a short path. */
const SMALL = 1n << 32n;
const POWERS: readonly bigint[] = Array.from({ length: 120 }, (_, i) => 10n ** BigInt(i));
const DOUBLE_POWERS: readonly number[] = Array.from({ length: 29 }, (_, i) => Number(`1e${i}`));

const tooLarge = () => raise.overflow("Value was either too large or too small for a Decimal.");

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** How `Decimal.round` decides at a half. Values are those of `System.MidpointRounding`. */
export type Midpoint = 0 | 1;

/** Integer quotient rounded to nearest; a half goes to the even neighbour, or away from zero. */
function divideRounded(value: bigint, divisor: bigint, mode: Midpoint = 0): bigint {
  const quotient = value / divisor;
  const twice = absolute(value % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && (mode === 1 || (quotient & 1n) === 1n));
  return up ? quotient + (value < 0n ? -1n : 1n) : quotient;
}

/** The same in doubles, both whole and exact. */
function divideRoundedSmall(value: number, divisor: number, mode: Midpoint): number {
  const rest = value % divisor;
  const quotient = (value - rest) / divisor;
  const twice = Math.abs(rest) * 2;
  const up = twice > divisor || (twice === divisor && (mode === 1 || quotient % 2 !== 0));
  return up ? quotient + (value < 0 ? -1 : 1) : quotient;
}

/** The header of System.Decimal. */
export const decimalHeader: TypeHeader = {
  header: "struct System.Decimal : IComparable, IFormattable, IComparable<decimal>, IEquatable<decimal>",
};

/**
 * `System.Decimal`: a 96-bit integer and a scale of 0 to 28, as .NET computes with it: the scale is kept (`1.10 * 2` is
 * `2.20`), results that do not fit are rounded half to even, beyond ±7.9·10^28 is OverflowException.
 */
export class Decimal extends NetObject {
  /**
   * The digits with their sign where a double holds them exactly, up to 2^53; otherwise NaN, with which every comparison fails. Nearly all
   * amounts are such: they are computed in doubles, each result looked at before it is believed, and the others in big integers.
   */
  private readonly small: number;
  private big: bigint | null;

  /** @param mantissa the digits with their sign: the value is mantissa / 10^scale. Both must be in range: see {@link Decimal.of}. */
  constructor(
    mantissa: bigint | number,
    readonly scale: number,
  ) {
    super();
    if (typeof mantissa === "number") {
      this.small = mantissa;
      this.big = null;
    } else {
      this.small = mantissa <= SAFE && mantissa >= -SAFE ? Number(mantissa) : Number.NaN;
      this.big = mantissa;
    }
  }

  /** The digits with their sign: the value is mantissa / 10^scale. */
  get mantissa(): bigint {
    this.big ??= BigInt(this.small);
    return this.big;
  }

  static readonly zero = new Decimal(0n, 0);
  static readonly one = new Decimal(1n, 0);
  static readonly minusOne = new Decimal(-1n, 0);
  static readonly maxValue = new Decimal(MAX_MANTISSA, 0);
  static readonly minValue = new Decimal(-MAX_MANTISSA, 0);

  /** The decimal nearest to mantissa / 10^scale, for any mantissa and scale. Throws OverflowException. */
  static of(mantissa: bigint, scale: number): Decimal {
    if (scale <= MAX_SCALE && mantissa <= MAX_MANTISSA && mantissa >= -MAX_MANTISSA) {
      if (scale >= 0) return new Decimal(mantissa, scale);
      if (mantissa === 0n) return Decimal.zero;
      if (scale < -MAX_SCALE) throw tooLarge();
      return Decimal.of(mantissa * POWERS[-scale]!, 0);
    }
    const size = absolute(mantissa);
    // Digits beyond the 28 or 29 that fit: an estimate that is never too high, then one more step where needed.
    let drop = Math.max(scale - MAX_SCALE, 0);
    if (size > MAX_MANTISSA) drop = Math.max(drop, size.toString().length - 29);
    if (drop > scale) throw tooLarge();
    if (drop >= POWERS.length) return new Decimal(0n, MAX_SCALE);
    let kept = divideRounded(mantissa, POWERS[drop]!);
    if (absolute(kept) > MAX_MANTISSA) {
      if (++drop > scale) throw tooLarge();
      kept = divideRounded(mantissa, POWERS[drop]!);
    }
    return new Decimal(kept, scale - drop);
  }

  static fromInteger(value: number | bigint): Decimal {
    return new Decimal(Number.isSafeInteger(value) ? (value as number) : BigInt(value), 0);
  }

  /** `(decimal)double`: 15 significant digits. Throws OverflowException for what does not fit, NaN included. */
  static fromDouble(value: number): Decimal {
    return fromReal(value, 15);
  }

  /** `(decimal)float`: 7 significant digits. */
  static fromSingle(value: number): Decimal {
    return fromReal(value, 7);
  }

  static add(a: Decimal, b: Decimal): Decimal {
    const { scale } = a;
    if (scale === b.scale) {
      const sum = a.small + b.small;
      if (isExact(sum)) return new Decimal(sum, scale);
    } else {
      const most = Math.max(scale, b.scale);
      const [x, y] = [scaledUp(a.small, most - scale), scaledUp(b.small, most - b.scale)];
      const sum = x + y;
      if (isExact(x) && isExact(y) && isExact(sum)) return new Decimal(sum, most);
    }
    return Decimal.addBig(a, b);
  }

  private static addBig(a: Decimal, b: Decimal): Decimal {
    if (a.scale === b.scale) return Decimal.of(a.mantissa + b.mantissa, a.scale);
    return a.scale > b.scale
      ? Decimal.of(a.mantissa + b.mantissa * POWERS[a.scale - b.scale]!, a.scale)
      : Decimal.of(a.mantissa * POWERS[b.scale - a.scale]! + b.mantissa, b.scale);
  }

  static subtract(a: Decimal, b: Decimal): Decimal {
    return Decimal.add(a, Decimal.negate(b));
  }

  /** A zero keeps the scale of its factors only where both have small digits: so .NET's algorithm comes out. */
  static multiply(a: Decimal, b: Decimal): Decimal {
    const product = a.small * b.small;
    const scale = a.scale + b.scale;
    if (isExact(product) && product !== 0 && scale <= MAX_SCALE) return new Decimal(product, scale);
    const isSmall = absolute(a.mantissa) < SMALL && absolute(b.mantissa) < SMALL;
    if (isSmall ? scale > 47 : a.mantissa === 0n || b.mantissa === 0n) return Decimal.zero;
    return Decimal.of(a.mantissa * b.mantissa, scale);
  }

  /** As many digits as fit; digits beyond the operands' own scales only as far as they are not zero. */
  static divide(a: Decimal, b: Decimal): Decimal {
    const scale = a.scale - b.scale;
    if (scale >= 0 && b.small !== 0 && a.small % b.small === 0) return new Decimal(a.small / b.small + 0, scale);
    if (b.mantissa === 0n) throw raise.divideByZero();
    const dividend = scale < 0 ? a.mantissa * POWERS[-scale]! : a.mantissa;
    const start = Math.max(scale, 0);
    if (dividend % b.mantissa === 0n) return Decimal.of(dividend / b.mantissa, start);
    const wide = POWERS[MAX_SCALE - start]!;
    const signedDivisor = absolute(b.mantissa);
    const signedDividend = (b.mantissa < 0n ? -dividend : dividend) * wide;
    const size = absolute(signedDividend) / signedDivisor;
    let drop = size > MAX_MANTISSA ? size.toString().length - 29 : 0;
    if (size / POWERS[drop]! > MAX_MANTISSA) drop++;
    if (drop > MAX_SCALE) throw tooLarge();
    let quotient = divideRounded(signedDividend, signedDivisor * POWERS[drop]!);
    if (absolute(quotient) > MAX_MANTISSA) quotient = divideRounded(signedDividend, signedDivisor * POWERS[++drop]!);
    return withoutZeros(quotient, MAX_SCALE - drop);
  }

  static remainder(a: Decimal, b: Decimal): Decimal {
    if (a.scale === b.scale && b.small !== 0) {
      const rest = a.small % b.small;
      if (isExact(rest)) return new Decimal(rest + 0, a.scale);
    }
    if (b.mantissa === 0n) throw raise.divideByZero();
    const [x, y, scale] = aligned(a, b);
    return absolute(x) < absolute(y) ? a : Decimal.of(x % y, scale);
  }

  static negate(a: Decimal): Decimal {
    return new Decimal(isExact(a.small) ? 0 - a.small : -a.mantissa, a.scale);
  }

  /** -1, 0 or 1. */
  static compare(a: Decimal, b: Decimal): number {
    const most = Math.max(a.scale, b.scale);
    const [small, other] = [scaledUp(a.small, most - a.scale), scaledUp(b.small, most - b.scale)];
    if (isExact(small) && isExact(other)) return small < other ? -1 : small > other ? 1 : 0;
    if (a.scale === b.scale) return a.mantissa < b.mantissa ? -1 : a.mantissa > b.mantissa ? 1 : 0;
    const [x, y] = aligned(a, b);
    return x < y ? -1 : x > y ? 1 : 0;
  }

  /** To at most `decimals` places (0 to 28). */
  static round(value: Decimal, decimals: number, mode: Midpoint): Decimal {
    if (value.scale <= decimals) return value;
    const drop = value.scale - decimals;
    if (isExact(value.small) && drop <= MOST_DIGITS)
      return new Decimal(divideRoundedSmall(value.small, DOUBLE_POWERS[drop]!, mode), decimals);
    return new Decimal(divideRounded(value.mantissa, POWERS[drop]!, mode), decimals);
  }

  static truncate(value: Decimal): Decimal {
    return value.scale === 0 ? value : new Decimal(value.toBigInt(), 0);
  }

  static floor(value: Decimal): Decimal {
    const whole = value.toBigInt();
    const isLower = value.mantissa < 0n && whole * POWERS[value.scale]! !== value.mantissa;
    return value.scale === 0 ? value : new Decimal(isLower ? whole - 1n : whole, 0);
  }

  static ceiling(value: Decimal): Decimal {
    return Decimal.negate(Decimal.floor(Decimal.negate(value)));
  }

  /** `(double)decimal`, in the steps of .NET: digits as a double, divided by a power of ten. */
  toDouble(): number {
    if (isExact(this.small)) return this.small / DOUBLE_POWERS[this.scale]!;
    const size = absolute(this.mantissa);
    const digits = size < 1n << 64n ? Number(size) : Number(size & 0xffffffffffffffffn) + Number(size >> 64n) * 2 ** 64;
    const value = digits / DOUBLE_POWERS[this.scale]!;
    return this.mantissa < 0n ? -value : value;
  }

  /** The whole part, towards zero. */
  toBigInt(): bigint {
    const { small, scale } = this;
    if (isExact(small) && scale <= MOST_DIGITS) return BigInt((small - (small % DOUBLE_POWERS[scale]!)) / DOUBLE_POWERS[scale]!);
    return scale === 0 ? this.mantissa : this.mantissa / POWERS[scale]!;
  }

  /** For formatting: all digits, trailing zeros included. */
  toDigits(): Digits {
    if (this.mantissa === 0n) return { negative: false, digits: "", scale: -this.scale };
    const digits = absolute(this.mantissa).toString();
    return { negative: this.mantissa < 0n, digits, scale: digits.length - this.scale };
  }

  override get declaration() {
    return decimalHeader;
  }

  override toText(): string {
    const { scale } = this;
    const mantissa = isExact(this.small) ? this.small : this.mantissa;
    const written = mantissa.toString();
    if (scale === 0) return written;
    const digits = (mantissa < 0 ? written.slice(1) : written).padStart(scale + 1, "0");
    const split = digits.length - scale;
    return `${mantissa < 0 ? "-" : ""}${digits.slice(0, split)}.${digits.slice(split)}`;
  }

  override toFormat(format: string): string {
    return formatDecimalDigits(this.toDigits(), format);
  }

  override equals(other: unknown): boolean {
    return other instanceof Decimal && Decimal.compare(this, other) === 0;
  }

  override get key(): string {
    const { mantissa, scale } = withoutZeros(this.mantissa, this.scale);
    return `System.Decimal:${mantissa}e-${scale}`;
  }

  override compareTo(other: unknown): number | undefined {
    return other instanceof Decimal ? Decimal.compare(this, other) : undefined;
  }
}

/** True for a result of whole numbers in doubles that is the exact one; false for NaN. */
function isExact(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
}

/** Digits that a double always holds. */
const MOST_DIGITS = 15;

/** As many tens more; NaN where that cannot be done exactly, and beyond 2^53 where it is not exact. */
function scaledUp(value: number, tens: number): number {
  return tens <= MOST_DIGITS ? value * DOUBLE_POWERS[tens]! : Number.NaN;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.mantissa, b.mantissa, a.scale];
  return a.scale > b.scale
    ? [a.mantissa, b.mantissa * POWERS[a.scale - b.scale]!, a.scale]
    : [a.mantissa * POWERS[b.scale - a.scale]!, b.mantissa, b.scale];
}

function withoutZerosSmall(mantissa: number, scale: number): Decimal {
  let digits = mantissa;
  let left = digits === 0 ? 0 : scale;
  while (left > 0 && digits % 10 === 0) {
    digits /= 10;
    left--;
  }
  return new Decimal(digits, left);
}

function withoutZeros(mantissa: bigint, scale: number): Decimal {
  let digits = mantissa;
  let left = digits === 0n ? 0 : scale;
  while (left > 0 && digits % 10n === 0n) {
    digits /= 10n;
    left--;
  }
  return new Decimal(digits, left);
}

const exponentView = new DataView(new ArrayBuffer(8));

/** .NET's conversion: scaled by a power of ten in double arithmetic to an integer of 15 (7) digits, rounded half to even. */
function fromReal(value: number, digits: 15 | 7): Decimal {
  if (value === 0) return Decimal.zero;
  exponentView.setFloat64(0, value);
  const exponent = ((exponentView.getUint16(0) >> 4) & 0x7ff) - 1022;
  if (exponent < -94) return Decimal.zero;
  if (exponent > 96 || Number.isNaN(value)) throw tooLarge();
  let scaled = Math.abs(value);
  let power = digits - 1 - ((exponent * 19728) >> 16);
  if (power >= 0) {
    power = Math.min(power, MAX_SCALE);
    scaled *= DOUBLE_POWERS[power]!;
  } else if (power !== -1 || scaled >= DOUBLE_POWERS[digits]!) scaled /= DOUBLE_POWERS[-power]!;
  else power = 0;
  if (scaled < DOUBLE_POWERS[digits - 1]! && power < MAX_SCALE) {
    scaled *= 10;
    power++;
  }
  let whole = Math.floor(scaled);
  const rest = scaled - whole;
  if (rest > 0.5 || (rest === 0.5 && whole % 2 === 1)) whole++;
  const mantissa = value < 0 ? 0 - whole : whole;
  return power < 0 ? Decimal.of(BigInt(mantissa), power) : withoutZerosSmall(mantissa, power);
}
