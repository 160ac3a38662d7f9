import type { NumericKind } from "../../bound/tree.js";
import { raise } from "../../runtime/exceptions.js";
import { Decimal } from "./decimal.js";

/**
 * Arithmetic on raw numbers of one promoted kind, as C# defines it: int and long wrap, `checked` throws OverflowException,
 * division by zero throws for integers and decimal, float rounds after every operation, shift counts are masked.
 */

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
/** An operation on two raw numbers of one type. */
export type Binary = (left: never, right: never) => unknown;
/** An operation on a raw number. */
export type UnaryOperation = (operand: never) => unknown;

const INT_MIN = -2147483648;
const INT_MAX = 2147483647;
const UINT_MAX = 4294967295;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const ULONG_MAX = 2n ** 64n - 1n;

function inInt(value: number): number {
  if (value < INT_MIN || value > INT_MAX) throw raise.overflow();
  return value | 0;
}

function inUint(value: number): number {
  if (value < 0 || value > UINT_MAX) throw raise.overflow();
  return value >>> 0;
}

function inLong(value: bigint): bigint {
  if (value < LONG_MIN || value > LONG_MAX) throw raise.overflow();
  return value;
}

function inUlong(value: bigint): bigint {
  if (value < 0n || value > ULONG_MAX) throw raise.overflow();
  return value;
}

/** `a / b` of int. */
export function divideInt(a: number, b: number): number {
  if (b === 0) throw raise.divideByZero();
  if (b === -1 && a === INT_MIN) throw raise.overflow();
  return (a / b) | 0;
}

/** `a % b` of int: the dividend's sign. */
export function remainderInt(a: number, b: number): number {
  if (b === 0) throw raise.divideByZero();
  if (b === -1 && a === INT_MIN) throw raise.overflow();
  return (a % b) | 0;
}

const int: Record<BinaryOperator, Binary> = {
  "+": (a: number, b: number) => (a + b) | 0,
  "-": (a: number, b: number) => (a - b) | 0,
  "*": (a: number, b: number) => Math.imul(a, b),
  "/": divideInt,
  "%": remainderInt,
  "&": (a: number, b: number) => a & b,
  "|": (a: number, b: number) => a | b,
  "^": (a: number, b: number) => a ^ b,
  "<<": (a: number, b: number) => a << b,
  ">>": (a: number, b: number) => a >> b,
};

const uint: Record<BinaryOperator, Binary> = {
  "+": (a: number, b: number) => (a + b) >>> 0,
  "-": (a: number, b: number) => (a - b) >>> 0,
  "*": (a: number, b: number) => Math.imul(a, b) >>> 0,
  "/": (a: number, b: number) => {
    if (b === 0) throw raise.divideByZero();
    return (a / b) >>> 0;
  },
  "%": (a: number, b: number) => {
    if (b === 0) throw raise.divideByZero();
    return a % b;
  },
  "&": (a: number, b: number) => (a & b) >>> 0,
  "|": (a: number, b: number) => (a | b) >>> 0,
  "^": (a: number, b: number) => (a ^ b) >>> 0,
  "<<": (a: number, b: number) => (a << b) >>> 0,
  ">>": (a: number, b: number) => a >>> b,
};

const long: Record<BinaryOperator, Binary> = {
  "+": (a: bigint, b: bigint) => BigInt.asIntN(64, a + b),
  "-": (a: bigint, b: bigint) => BigInt.asIntN(64, a - b),
  "*": (a: bigint, b: bigint) => BigInt.asIntN(64, a * b),
  "/": (a: bigint, b: bigint) => {
    if (b === 0n) throw raise.divideByZero();
    return inLong(a / b);
  },
  "%": (a: bigint, b: bigint) => {
    if (b === 0n) throw raise.divideByZero();
    if (b === -1n && a === LONG_MIN) throw raise.overflow();
    return a % b;
  },
  "&": (a: bigint, b: bigint) => a & b,
  "|": (a: bigint, b: bigint) => a | b,
  "^": (a: bigint, b: bigint) => a ^ b,
  "<<": (a: bigint, b: number) => BigInt.asIntN(64, a << BigInt(b & 63)),
  ">>": (a: bigint, b: number) => a >> BigInt(b & 63),
};

const ulong: Record<BinaryOperator, Binary> = {
  "+": (a: bigint, b: bigint) => BigInt.asUintN(64, a + b),
  "-": (a: bigint, b: bigint) => BigInt.asUintN(64, a - b),
  "*": (a: bigint, b: bigint) => BigInt.asUintN(64, a * b),
  "/": (a: bigint, b: bigint) => {
    if (b === 0n) throw raise.divideByZero();
    return a / b;
  },
  "%": (a: bigint, b: bigint) => {
    if (b === 0n) throw raise.divideByZero();
    return a % b;
  },
  "&": (a: bigint, b: bigint) => a & b,
  "|": (a: bigint, b: bigint) => a | b,
  "^": (a: bigint, b: bigint) => a ^ b,
  "<<": (a: bigint, b: number) => BigInt.asUintN(64, a << BigInt(b & 63)),
  ">>": (a: bigint, b: number) => a >> BigInt(b & 63),
};

type Real = Partial<Record<BinaryOperator, Binary>>;

const double: Real = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "%": (a: number, b: number) => a % b,
};

const float: Real = {
  "+": (a: number, b: number) => Math.fround(a + b),
  "-": (a: number, b: number) => Math.fround(a - b),
  "*": (a: number, b: number) => Math.fround(a * b),
  "/": (a: number, b: number) => Math.fround(a / b),
  "%": (a: number, b: number) => Math.fround(a % b),
};

const decimal: Real = {
  "+": (a: Decimal, b: Decimal) => Decimal.add(a, b),
  "-": (a: Decimal, b: Decimal) => Decimal.subtract(a, b),
  "*": (a: Decimal, b: Decimal) => Decimal.multiply(a, b),
  "/": (a: Decimal, b: Decimal) => Decimal.divide(a, b),
  "%": (a: Decimal, b: Decimal) => Decimal.remainder(a, b),
};

const unchecked: Record<NumericKind, Real> = { int, uint, long, ulong, float, double, decimal };

const checked: Partial<Record<NumericKind, Real>> = {
  int: {
    "+": (a: number, b: number) => inInt(a + b),
    "-": (a: number, b: number) => inInt(a - b),
    "*": (a: number, b: number) => inInt(a * b),
  },
  uint: {
    "+": (a: number, b: number) => inUint(a + b),
    "-": (a: number, b: number) => inUint(a - b),
    "*": (a: number, b: number) => inUint(a * b),
  },
  long: {
    "+": (a: bigint, b: bigint) => inLong(a + b),
    "-": (a: bigint, b: bigint) => inLong(a - b),
    "*": (a: bigint, b: bigint) => inLong(a * b),
  },
  ulong: {
    "+": (a: bigint, b: bigint) => inUlong(a + b),
    "-": (a: bigint, b: bigint) => inUlong(a - b),
    "*": (a: bigint, b: bigint) => inUlong(a * b),
  },
};

/** The operation of an operator on two raw numbers of a kind; a shift's right operand is an int. */
export function binaryOperation(operator: BinaryOperator, kind: NumericKind, isChecked: boolean): Binary {
  const operation = (isChecked ? checked[kind]?.[operator] : undefined) ?? unchecked[kind][operator];
  if (operation === undefined) throw new Error(`There is no '${operator}' on ${kind}.`);
  return operation;
}

const unary: Record<"-" | "~", Partial<Record<NumericKind, UnaryOperation>>> = {
  "-": {
    int: (a: number) => -a | 0,
    long: (a: bigint) => BigInt.asIntN(64, -a),
    float: (a: number) => -a,
    double: (a: number) => -a,
    decimal: (a: Decimal) => Decimal.negate(a),
  },
  "~": {
    int: (a: number) => ~a,
    uint: (a: number) => ~a >>> 0,
    long: (a: bigint) => ~a,
    ulong: (a: bigint) => BigInt.asUintN(64, ~a),
  },
};

const uncheckedNegate = unary["-"];
const checkedNegate: Partial<Record<NumericKind, UnaryOperation>> = {
  int: (a: number) => inInt(-a),
  long: (a: bigint) => inLong(-a),
};

/** The operation of `-` or `~` on a raw number of a kind. */
export function unaryOperation(operator: "-" | "~", kind: NumericKind, isChecked: boolean): UnaryOperation {
  const operation =
    operator === "-" ? ((isChecked ? checkedNegate[kind] : undefined) ?? uncheckedNegate[kind]) : unary["~"][kind];
  if (operation === undefined) throw new Error(`There is no '${operator}' on ${kind}.`);
  return operation;
}
