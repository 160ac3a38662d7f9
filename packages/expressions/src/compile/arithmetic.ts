import type { BoundExpression } from "../bound/tree.js";
import { Decimal } from "../dotnet/numbers/decimal.js";
import { type Binary, binaryOperation, divideInt, remainderInt, unaryOperation } from "../dotnet/numbers/operators.js";
import type { Evaluator } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

type Arithmetic = Extract<BoundExpression, { kind: "Arithmetic" }>;
type Unary = Extract<BoundExpression, { kind: "Unary" }>;

/** The number that a node always gives, if it is a plain number. */
export function constantNumber(node: BoundExpression): number | undefined {
  return node.kind === "Constant" && typeof node.value === "number" ? node.value : undefined;
}

/** The slot that a node reads, if it reads a plain local: such operands are read in place, without a closure of their own. */
export function slotOf(node: BoundExpression, fn: FunctionCompiler): number | undefined {
  if (node.kind !== "Local") return undefined;
  const place = fn.placeOf(node.local);
  return place.kind === "slot" ? place.index : undefined;
}

/** Compiles `left operator right`; the hot forms are closures of their own, so that no operation is called through a variable. */
export function compileArithmetic(node: Arithmetic, left: Evaluator, right: Evaluator, fn: FunctionCompiler): Evaluator {
  const operation = binaryOperation(node.operator, node.numeric, node.checked);
  if (node.lifted) return lifted(left, right, operation);
  if (!node.checked && node.numeric === "int")
    return intOfSlot(node, right, slotOf(node.left, fn)) ?? intArithmetic(node, left, right) ?? general(left, right, operation);
  if (node.numeric === "double") return doubleArithmetic(node, left, right) ?? general(left, right, operation);
  if (node.numeric === "decimal") return decimalArithmetic(node, left, right, fn) ?? general(left, right, operation);
  return general(left, right, operation);
}

function general(left: Evaluator, right: Evaluator, operation: Binary): Evaluator {
  return (frame) => operation(left(frame) as never, right(frame) as never);
}

function lifted(left: Evaluator, right: Evaluator, operation: Binary): Evaluator {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return a === null || b === null ? null : operation(a as never, b as never);
  };
}

/** int arithmetic whose left operand is a plain local. */
function intOfSlot(node: Arithmetic, right: Evaluator, slot: number | undefined): Evaluator | null {
  if (slot === undefined) return null;
  const c = constantNumber(node.right);
  if (c === undefined) {
    switch (node.operator) {
      case "+":
        return (frame) => ((frame.slots[slot] as number) + (right(frame) as number)) | 0;
      case "-":
        return (frame) => ((frame.slots[slot] as number) - (right(frame) as number)) | 0;
      case "*":
        return (frame) => Math.imul(frame.slots[slot] as number, right(frame) as number);
      default:
        return null;
    }
  }
  switch (node.operator) {
    case "+":
      return (frame) => ((frame.slots[slot] as number) + c) | 0;
    case "-":
      return (frame) => ((frame.slots[slot] as number) - c) | 0;
    case "*":
      return (frame) => Math.imul(frame.slots[slot] as number, c);
    case "%":
      return c === 0 || c === -1 ? null : (frame) => ((frame.slots[slot] as number) % c) | 0;
    default:
      return null;
  }
}

function intArithmetic(node: Arithmetic, left: Evaluator, right: Evaluator): Evaluator | null {
  const c = constantNumber(node.right);
  if (c !== undefined) return intByConstant(node, left, c);
  switch (node.operator) {
    case "+":
      return (frame) => ((left(frame) as number) + (right(frame) as number)) | 0;
    case "-":
      return (frame) => ((left(frame) as number) - (right(frame) as number)) | 0;
    case "*":
      return (frame) => Math.imul(left(frame) as number, right(frame) as number);
    case "/":
      return (frame) => divideInt(left(frame) as number, right(frame) as number);
    case "%":
      return (frame) => remainderInt(left(frame) as number, right(frame) as number);
    case "&":
      return (frame) => (left(frame) as number) & (right(frame) as number);
    default:
      return null;
  }
}

function intByConstant(node: Arithmetic, left: Evaluator, c: number): Evaluator | null {
  const safeDivisor = c !== 0 && c !== -1;
  switch (node.operator) {
    case "+":
      return (frame) => ((left(frame) as number) + c) | 0;
    case "-":
      return (frame) => ((left(frame) as number) - c) | 0;
    case "*":
      return (frame) => Math.imul(left(frame) as number, c);
    case "/":
      return safeDivisor ? (frame) => ((left(frame) as number) / c) | 0 : (frame) => divideInt(left(frame) as number, c);
    case "%":
      return safeDivisor ? (frame) => ((left(frame) as number) % c) | 0 : (frame) => remainderInt(left(frame) as number, c);
    case "&":
      return (frame) => (left(frame) as number) & c;
    default:
      return null;
  }
}

function doubleArithmetic(node: Arithmetic, left: Evaluator, right: Evaluator): Evaluator | null {
  switch (node.operator) {
    case "+":
      return (frame) => (left(frame) as number) + (right(frame) as number);
    case "-":
      return (frame) => (left(frame) as number) - (right(frame) as number);
    case "*":
      return (frame) => (left(frame) as number) * (right(frame) as number);
    case "/":
      return (frame) => (left(frame) as number) / (right(frame) as number);
    default:
      return null;
  }
}

/** Sums and products of decimals, with what is added to a plain local, as totals are, in forms of their own. */
function decimalArithmetic(node: Arithmetic, left: Evaluator, right: Evaluator, fn: FunctionCompiler): Evaluator | null {
  const slot = slotOf(node.left, fn);
  switch (node.operator) {
    case "+":
      return slot === undefined
        ? (frame) => Decimal.add(left(frame) as Decimal, right(frame) as Decimal)
        : (frame) => Decimal.add(frame.slots[slot] as Decimal, right(frame) as Decimal);
    case "-":
      return (frame) => Decimal.subtract(left(frame) as Decimal, right(frame) as Decimal);
    case "*":
      return (frame) => Decimal.multiply(left(frame) as Decimal, right(frame) as Decimal);
    case "/":
      return (frame) => Decimal.divide(left(frame) as Decimal, right(frame) as Decimal);
    default:
      return null;
  }
}

/** Compiles `-x`, `+x`, `~x`. */
export function compileUnary(node: Unary, operand: Evaluator): Evaluator {
  if (node.operator === "+") return operand;
  const operation = unaryOperation(node.operator, node.numeric, node.checked);
  if (!node.lifted) return (frame) => operation(operand(frame) as never);
  return (frame) => {
    const value = operand(frame);
    return value === null ? null : operation(value as never);
  };
}
