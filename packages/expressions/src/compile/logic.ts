import type { BoundExpression } from "../bound/tree.js";
import { Decimal } from "../dotnet/numbers/decimal.js";
import { constantNumber, slotOf } from "./arithmetic.js";
import type { Evaluator } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

type Compare = Extract<BoundExpression, { kind: "Compare" }>;
type Logic = Extract<BoundExpression, { kind: "Logic" }>;
type Same = Extract<BoundExpression, { kind: "Same" }>;
type Test = (left: never, right: never) => boolean;

const native: Record<Compare["operator"], Test> = {
  "==": (a: number, b: number) => a === b,
  "!=": (a: number, b: number) => a !== b,
  "<": (a: number, b: number) => a < b,
  ">": (a: number, b: number) => a > b,
  "<=": (a: number, b: number) => a <= b,
  ">=": (a: number, b: number) => a >= b,
};

const decimal: Record<Compare["operator"], Test> = {
  "==": (a: Decimal, b: Decimal) => Decimal.compare(a, b) === 0,
  "!=": (a: Decimal, b: Decimal) => Decimal.compare(a, b) !== 0,
  "<": (a: Decimal, b: Decimal) => Decimal.compare(a, b) < 0,
  ">": (a: Decimal, b: Decimal) => Decimal.compare(a, b) > 0,
  "<=": (a: Decimal, b: Decimal) => Decimal.compare(a, b) <= 0,
  ">=": (a: Decimal, b: Decimal) => Decimal.compare(a, b) >= 0,
};

/** Compiles a comparison of promoted numbers. JavaScript compares numbers and bigints as .NET does, NaN included. */
export function compileCompare(node: Compare, left: Evaluator, right: Evaluator, fn: FunctionCompiler): Evaluator {
  const test = (node.numeric === "decimal" ? decimal : native)[node.operator];
  if (node.lifted) return liftedCompare(node.operator, test, left, right);
  if (node.numeric === "decimal") return (frame) => test(left(frame) as never, right(frame) as never);
  const c = constantNumber(node.right);
  const slot = slotOf(node.left, fn);
  if (c === undefined)
    return (slot === undefined ? null : slotToAny(node.operator, slot, right)) ?? compareTwo(node.operator, left, right);
  return (slot === undefined ? null : slotToConstant(node.operator, slot, c)) ?? compareToConstant(node.operator, left, c);
}

function liftedCompare(operator: Compare["operator"], test: Test, left: Evaluator, right: Evaluator): Evaluator {
  const bothNull = operator === "==";
  const oneNull = operator === "!=";
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    if (a === null || b === null) return a === b ? bothNull : oneNull;
    return test(a as never, b as never);
  };
}

function compareTwo(operator: Compare["operator"], left: Evaluator, right: Evaluator): Evaluator {
  switch (operator) {
    case "==":
      return (frame) => left(frame) === right(frame);
    case "!=":
      return (frame) => left(frame) !== right(frame);
    case "<":
      return (frame) => (left(frame) as number) < (right(frame) as number);
    case ">":
      return (frame) => (left(frame) as number) > (right(frame) as number);
    case "<=":
      return (frame) => (left(frame) as number) <= (right(frame) as number);
    case ">=":
      return (frame) => (left(frame) as number) >= (right(frame) as number);
  }
}

/** The conditions of counting loops. */
function slotToConstant(operator: Compare["operator"], slot: number, c: number): Evaluator | null {
  switch (operator) {
    case "==":
      return (frame) => frame.slots[slot] === c;
    case "<":
      return (frame) => (frame.slots[slot] as number) < c;
    case "<=":
      return (frame) => (frame.slots[slot] as number) <= c;
    case ">":
      return (frame) => (frame.slots[slot] as number) > c;
    default:
      return null;
  }
}

function slotToAny(operator: Compare["operator"], slot: number, right: Evaluator): Evaluator | null {
  switch (operator) {
    case "<":
      return (frame) => (frame.slots[slot] as number) < (right(frame) as number);
    case "<=":
      return (frame) => (frame.slots[slot] as number) <= (right(frame) as number);
    default:
      return null;
  }
}

function compareToConstant(operator: Compare["operator"], left: Evaluator, c: number): Evaluator {
  switch (operator) {
    case "==":
      return (frame) => left(frame) === c;
    case "!=":
      return (frame) => left(frame) !== c;
    case "<":
      return (frame) => (left(frame) as number) < c;
    case ">":
      return (frame) => (left(frame) as number) > c;
    case "<=":
      return (frame) => (left(frame) as number) <= c;
    case ">=":
      return (frame) => (left(frame) as number) >= c;
  }
}

/** Compiles `==`/`!=` on strings, bools, references and null. */
export function compileSame(node: Same, left: Evaluator, right: Evaluator): Evaluator {
  if (node.right.kind === "Constant") {
    const c = node.right.value;
    return node.negated ? (frame) => left(frame) !== c : (frame) => left(frame) === c;
  }
  return node.negated ? (frame) => left(frame) !== right(frame) : (frame) => left(frame) === right(frame);
}

/** Compiles `&`, `|`, `^` on bool: both sides run. On `bool?` null is "unknown". */
export function compileLogic(node: Logic, left: Evaluator, right: Evaluator): Evaluator {
  const { operator } = node;
  return (frame) => {
    const a = left(frame) as boolean | null;
    const b = right(frame) as boolean | null;
    if (operator === "&") return a === false || b === false ? false : a === null || b === null ? null : true;
    if (operator === "|") return a === true || b === true ? true : a === null || b === null ? null : false;
    return a === null || b === null ? null : a !== b;
  };
}

/** Compiles `!x`. */
export function compileNot(operand: Evaluator, isLifted: boolean): Evaluator {
  if (!isLifted) return (frame) => !operand(frame);
  return (frame) => {
    const value = operand(frame);
    return value === null ? null : !value;
  };
}

/** Compiles a chain of `&&` or `||`: the operands in order, at least two. */
export function compileChain(kind: "AndAlso" | "OrElse", [a, b, c, d, ...rest]: readonly Evaluator[]): Evaluator {
  if (kind === "AndAlso") {
    if (c === undefined) return (frame) => a!(frame) === true && b!(frame) === true;
    if (d === undefined) return (frame) => a!(frame) === true && b!(frame) === true && c(frame) === true;
    const tail = rest.length === 0 ? d : compileChain(kind, [d, ...rest]);
    return (frame) => a!(frame) === true && b!(frame) === true && c(frame) === true && tail(frame) === true;
  }
  if (c === undefined) return (frame) => a!(frame) === true || b!(frame) === true;
  if (d === undefined) return (frame) => a!(frame) === true || b!(frame) === true || c(frame) === true;
  const tail = rest.length === 0 ? d : compileChain(kind, [d, ...rest]);
  return (frame) => a!(frame) === true || b!(frame) === true || c(frame) === true || tail(frame) === true;
}
