import { NetException } from "@turnpike/expressions";
import { type BaseType, Boxed, baseValueOf, Decimal, NumberStyles, parseReal, raise } from "@turnpike/expressions/values";
import { changeType, doubleOf, isLong, longOf, nameOfType, plainText, toInt } from "../numbers.js";
import type { Rendering } from "../rendering.js";
import { Sequence } from "../values.js";
import { any, type Filter, filter1, filter2 } from "./filter.js";

/** Arithmetic. */

interface Operation {
  /** As messages of .NET name it. */
  readonly name: string;
  onWhole(a: bigint, b: bigint): bigint;
  onDecimal(a: Decimal, b: Decimal): Decimal;
  onDouble(a: number, b: number): number;
}

const notZero = (value: bigint): bigint => {
  if (value === 0n) throw raise.divideByZero();
  return value;
};

const add: Operation = {
  name: "Add",
  onWhole: (a, b) => a + b,
  onDecimal: (a, b) => Decimal.add(a, b),
  onDouble: (a, b) => a + b,
};
const subtract: Operation = {
  name: "Subtract",
  onWhole: (a, b) => a - b,
  onDecimal: (a, b) => Decimal.subtract(a, b),
  onDouble: (a, b) => a - b,
};
const multiply: Operation = {
  name: "Multiply",
  onWhole: (a, b) => a * b,
  onDecimal: (a, b) => Decimal.multiply(a, b),
  onDouble: (a, b) => a * b,
};
const divide: Operation = {
  name: "Divide",
  onWhole: (a, b) => a / notZero(b),
  onDecimal: (a, b) => Decimal.divide(a, b),
  onDouble: (a, b) => a / b,
};
const modulo: Operation = {
  name: "Modulo",
  onWhole: (a, b) => a % notZero(b),
  onDecimal: (a, b) => Decimal.remainder(a, b),
  onDouble: (a, b) => a % b,
};

const REAL: ReadonlySet<BaseType | undefined> = new Set<BaseType | undefined>(["Double", "Single", "Decimal"]);
const WHOLE: ReadonlySet<BaseType | undefined> = new Set<BaseType | undefined>([
  "SByte",
  "Byte",
  "Int16",
  "UInt16",
  "Int32",
  "UInt32",
  "Int64",
  "UInt64",
]);

/** Where a side is decimal or double, both become decimal, and double where decimal cannot hold the result. Whole numbers stay whole. */
function arithmetic(operation: Operation, a: unknown, b: unknown, r: Rendering): unknown {
  if (a === null || b === null) return null;
  const [left, right] = [baseValueOf(a)?.type, baseValueOf(b)?.type];
  if (REAL.has(left) || REAL.has(right)) return ofReals(operation, a, b, r);
  if (!WHOLE.has(left) || !WHOLE.has(right)) throw undefinedFor(operation, a, b);
  const result = onWhole(operation, a, b);
  if (left !== "Int32" || right !== "Int32") {
    if (!isLong(result)) throw raise.overflow();
    return longOf(result);
  }
  const small = Number(result);
  if (small !== (small | 0)) throw raise.overflow();
  return small;
}

function onWhole(operation: Operation, a: unknown, b: unknown): bigint {
  try {
    return operation.onWhole(bigOf(a), bigOf(b));
  } catch (error) {
    // The engine computes whole numbers by a delegate that it makes on the spot, which hides what went wrong.
    if (error instanceof NetException)
      throw new NetException(
        "System.Reflection.TargetInvocationException",
        "Exception has been thrown by the target of an invocation.",
        error,
      );
    throw error;
  }
}

function bigOf(value: unknown): bigint {
  return BigInt(value instanceof Boxed ? value.value : Number(value));
}

const OUTSIDE_DECIMAL = new Set(["System.OverflowException", "System.DivideByZeroException"]);

function ofReals(operation: Operation, a: unknown, b: unknown, r: Rendering): unknown {
  try {
    return operation.onDecimal(decimalOf(a, r), decimalOf(b, r));
  } catch (error) {
    if (!(error instanceof NetException) || !OUTSIDE_DECIMAL.has(error.typeName)) throw error;
    return doubleOf(operation.onDouble(numberOf(a, r), numberOf(b, r)));
  }
}

function decimalOf(value: unknown, r: Rendering): Decimal {
  const converted = changeType(r.site, value, "Decimal");
  if (converted instanceof Decimal) return converted;
  throw raise.invalidCast(nameOfType(value), "System.Decimal");
}

function numberOf(value: unknown, r: Rendering): number {
  const converted = changeType(r.site, value, "Double");
  return converted instanceof Boxed ? Number(converted.value) : Number.NaN;
}

function undefinedFor(operation: Operation, a: unknown, b: unknown): NetException {
  return raise.invalidOperation(
    `The binary operator ${operation.name} is not defined for the types '${nameOfType(a)}' and '${nameOfType(b)}'.`,
  );
}

/** On text it joins. */
function plus(r: Rendering, input: unknown, operand: unknown): unknown {
  if (typeof input !== "string") return arithmetic(add, input, operand, r);
  const end = operand === null ? "" : plainText(operand);
  r.run.allocate(input.length + end.length);
  return input + end;
}

/** A text by a whole number is repeated: a list of it. */
function times(r: Rendering, input: unknown, operand: unknown): unknown {
  const type = baseValueOf(operand)?.type;
  if (typeof input !== "string" || (type !== "Int32" && type !== "Int64")) return arithmetic(multiply, input, operand, r);
  const count = toInt(r.site, operand);
  if (count < 0) throw raise.argumentOutOfRange("count");
  return new Sequence(count, () => input);
}

/** Halves to even. What is no number, or cannot be rounded so, is nothing. */
function round(r: Rendering, input: unknown, places: unknown): unknown {
  try {
    const digits = toInt(r.site, places);
    const value = input === null ? Decimal.zero : decimalOf(input, r);
    return digits < 0 || digits > 28 ? null : Decimal.round(value, digits, 0);
  } catch (error) {
    if (error instanceof NetException) return null;
    throw error;
  }
}

/** A number or its text, with sign, point, thousands' commas and blanks; null for what is none. Nothing fails. */
function readNumber(value: unknown): number | null {
  if (value === null) throw raise.nullReference();
  const parsed = parseReal(plainText(value), NumberStyles.Number, false);
  return parsed instanceof NetException ? null : parsed;
}

const limited = (name: string, choose: (value: number, limit: number) => number): Filter =>
  filter2(any("input"), any(name), (_r, input, limit) => {
    const [value, bound] = [readNumber(input), readNumber(limit)];
    return value === null || bound === null ? input : doubleOf(choose(value, bound));
  });

const computed = (operation: Operation): Filter =>
  filter2(any("input"), any("operand"), (r, input, operand) => arithmetic(operation, input, operand, r));

/** Filters for numbers. */
export const numberFilters: Readonly<Record<string, Filter>> = {
  Plus: filter2(any("input"), any("operand"), plus),
  Minus: computed(subtract),
  Times: filter2(any("input"), any("operand"), times),
  DividedBy: computed(divide),
  Modulo: computed(modulo),
  Round: filter2(any("input"), any("places", null), round),
  Abs: filter1(any("input"), (_r, input) => doubleOf(Math.abs(readNumber(input) ?? 0))),
  AtLeast: limited("atLeast", Math.max),
  AtMost: limited("atMost", Math.min),
};
