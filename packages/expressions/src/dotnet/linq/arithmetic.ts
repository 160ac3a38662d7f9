import { raise } from "../../runtime/exceptions.js";
import { Decimal } from "../numbers/decimal.js";

/** How Sum, Average, Min and Max compute in each numeric type: on raw values, with .NET's overflow checks. */
export interface NumericOperations {
  readonly zero: unknown;
  /** One step of Sum. Throws OverflowException. */
  add(sum: unknown, value: unknown): unknown;
  /** One step of Average, whose sum is wider where .NET's is. */
  gather(sum: unknown, value: unknown): unknown;
  /** The sum in the type itself. */
  total(sum: unknown): unknown;
  average(sum: unknown, count: number): unknown;
  isLess(a: unknown, b: unknown): boolean;
}

const isLess = (a: unknown, b: unknown) => (a as number) < (b as number);
const MAX_LONG = (1n << 63n) - 1n;

function checkedLong(value: bigint): bigint {
  if (value > MAX_LONG || value < -MAX_LONG - 1n) throw raise.overflow();
  return value;
}

const addNumbers = (sum: unknown, value: unknown) => (sum as number) + (value as number);
const addLongs = (sum: unknown, value: unknown) => checkedLong((sum as bigint) + (value as bigint));
const addDecimals = (sum: unknown, value: unknown) => Decimal.add(sum as Decimal, value as Decimal);
const itself = (sum: unknown) => sum;

/** Averages of ints stay exact in doubles: 2^31 times 2^22 items is beyond any limit on steps. */
const int: NumericOperations = {
  zero: 0,
  add: (sum, value) => {
    const result = addNumbers(sum, value);
    if (result !== (result | 0)) throw raise.overflow();
    return result;
  },
  gather: addNumbers,
  total: itself,
  average: (sum, count) => (sum as number) / count,
  isLess,
};

const long: NumericOperations = {
  zero: 0n,
  add: addLongs,
  gather: addLongs,
  total: itself,
  average: (sum, count) => Number(sum as bigint) / count,
  isLess,
};

const double: NumericOperations = {
  zero: 0,
  add: addNumbers,
  gather: addNumbers,
  total: itself,
  average: (sum, count) => (sum as number) / count,
  isLess,
};

const float: NumericOperations = {
  ...double,
  total: (sum) => Math.fround(sum as number),
  average: (sum, count) => Math.fround((sum as number) / count),
};

const decimal: NumericOperations = {
  zero: Decimal.zero,
  add: addDecimals,
  gather: addDecimals,
  total: itself,
  average: (sum, count) => Decimal.divide(sum as Decimal, Decimal.fromInteger(count)),
  isLess: (a, b) => Decimal.compare(a as Decimal, b as Decimal) < 0,
};

/** By the C# keyword of the type. */
export const numericOperations: Readonly<Record<"int" | "long" | "float" | "double" | "decimal", NumericOperations>> = {
  int,
  long,
  float,
  double,
  decimal,
};
