import type { BoundExpression, NumericKind, NumericType } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import { numberConversion } from "../dotnet/numbers/conversion.js";
import { Decimal } from "../dotnet/numbers/decimal.js";
import { type BinaryOperator, binaryOperation, unaryOperation } from "../dotnet/numbers/operators.js";
import { NetException } from "../runtime/exceptions.js";
import type { NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";
import { fits, isIntegral } from "./numeric-types.js";
import { errorNode } from "./operand.js";

type Constant = Extract<BoundExpression, { kind: "Constant" }>;

/** A value known before the program runs. */
export function constantNode(value: unknown, type: NetType, node: Place): Constant {
  return { kind: "Constant", value, type, start: node.start, end: node.end };
}

/** True if the node is a value known before the program runs. */
export function isConstant(node: BoundExpression): node is Constant {
  return node.kind === "Constant";
}

/** True if it is the constant `true` (or `false`). */
export function isConstantBool(node: BoundExpression | null, value: boolean): boolean {
  return node !== null && node.kind === "Constant" && node.value === value;
}

/** A constant converted to another number type, as the compiler does it: what does not fit is CS0221, or wraps under `unchecked`. */
export function foldNumeric(b: Binder, node: Constant, from: NumericType, to: NumericType, type: NetType): BoundExpression {
  const { value } = node;
  if (isIntegral(to) && b.overflow !== "unchecked" && !constantFits(value as number | bigint | Decimal, to)) {
    const text = String(constantText(value));
    if (from === "decimal") b.report(node, bindingErrors.constantOutOfRange(text, type.name));
    else b.report(node, bindingErrors.constantOutOfRangeUnlessUnchecked(text, type.name));
    return errorNode(node);
  }
  const change = numberConversion(from, to, false);
  return constantNode(change === null ? value : change(value as never), type, node);
}

function constantFits(value: number | bigint | Decimal, to: NumericType): boolean {
  if (typeof value === "bigint") return fits(value, to);
  const number = typeof value === "number" ? Math.trunc(value) : value.toBigInt();
  return typeof number === "bigint" || Number.isFinite(number) ? fits(number, to) : false;
}

function constantText(value: unknown): string {
  return value instanceof Decimal ? (value.toText() ?? "") : String(value);
}

/** Arithmetic on constants, done by the same functions as at run time. Null if it must be left to run time. */
export function foldArithmetic(
  b: Binder,
  operator: BinaryOperator,
  kind: NumericKind,
  left: BoundExpression,
  right: BoundExpression,
  type: NetType,
  node: Place,
): BoundExpression | null {
  if ((operator === "/" || operator === "%") && isZero(right) && kind !== "float" && kind !== "double") {
    b.report(node, bindingErrors.divisionByZero());
    return errorNode(node);
  }
  if (left.kind !== "Constant" || right.kind !== "Constant") return null;
  try {
    const operation = binaryOperation(operator, kind, b.overflow !== "unchecked");
    return constantNode(operation(left.value as never, right.value as never), type, node);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    if (kind === "decimal") b.report(node, bindingErrors.decimalConstantFails());
    else b.report(node, bindingErrors.constantOverflows());
    return errorNode(node);
  }
}

function isZero(node: BoundExpression): boolean {
  if (node.kind !== "Constant") return false;
  const { value } = node;
  return value === 0 || value === 0n || (value instanceof Decimal && Decimal.compare(value, Decimal.zero) === 0);
}

/** `-` or `~` on a constant. */
export function foldUnary(
  b: Binder,
  operator: "-" | "+" | "~",
  kind: NumericKind,
  operand: Constant,
  type: NetType,
  node: Place,
): BoundExpression {
  if (operator === "+") return constantNode(operand.value, type, node);
  try {
    return constantNode(unaryOperation(operator, kind, b.overflow !== "unchecked")(operand.value as never), type, node);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    b.report(node, bindingErrors.constantOverflows());
    return errorNode(node);
  }
}

/** A comparison of constants. */
export function foldCompare(operator: string, left: unknown, right: unknown): boolean {
  if (left instanceof Decimal && right instanceof Decimal) {
    const order = Decimal.compare(left, right);
    return foldCompare(operator, order, 0);
  }
  const a = left as number;
  const c = right as number;
  switch (operator) {
    case "==":
      return a === c;
    case "!=":
      return a !== c;
    case "<":
      return a < c;
    case ">":
      return a > c;
    case "<=":
      return a <= c;
    default:
      return a >= c;
  }
}
