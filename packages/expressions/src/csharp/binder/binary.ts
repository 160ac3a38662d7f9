import type { Binder } from "../../binding/binder.js";
import { constantNode, foldArithmetic, foldCompare } from "../../binding/constants.js";
import { implicitChange } from "../../binding/conversions.js";
import { convert, convertExplicitly, converts } from "../../binding/convert.js";
import {
  isIntegral,
  nullableForm,
  numericOf,
  promoteBinary,
  promoteUnary,
  stripNullable,
  typeOfKind,
} from "../../binding/numeric-types.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression, NumericKind } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { nullType } from "../../types/special-types.js";
import type { BinaryOperator, Expression, Node } from "../syntax.js";
import { concatenate } from "./concatenation.js";
import { bindCoalesce, foldLogic } from "./conditional.js";
import { enumArithmetic } from "./enum-operators.js";
import { bindEquality } from "./equality.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { userBinary } from "./user-operators.js";

type BinaryNode = Extract<Expression, { kind: "Binary" }>;

/** `a op b`. Chains that lean left are bound in a loop, so that long ones need no deep stack. */
export function bindBinary(b: Binder, node: BinaryNode): Operand {
  if (node.operator === "??") return bindCoalesce(b, node.left, node.right, node);
  const spine: BinaryNode[] = [node];
  let first = node.left;
  while (first.kind === "Binary" && first.operator !== "??") {
    spine.push(first);
    first = first.left;
  }
  let left = bindExpression(b, first);
  for (let i = spine.length - 1; i >= 0; i--) {
    const link = spine[i]!;
    left = binaryOf(b, link.operator, left, bindExpression(b, link.right), link);
  }
  return left;
}

/** The place of an operation, and of its operator where that was written. */
type OperatorNode = Node & { readonly operatorStart?: number };

/** An operator on operands already bound. */
export function binaryOf(
  b: Binder,
  operator: BinaryOperator,
  left: Operand,
  right: Operand,
  node: OperatorNode,
): BoundExpression {
  if (isError(left) || isError(right)) return errorNode(node);
  if (operator === "==" || operator === "!=") return bindEquality(b, operator, left, right, node);
  if (!isValue(left) || !isValue(right)) {
    if (isValue(left) && right.kind === "DefaultLiteral") return binaryOf(b, operator, left, convert(b, right, left.type), node);
    return refuseOperands(b, operator, left, right, node);
  }
  const first = asValue(b, left);
  const other = asValue(b, right);
  if (isError(first) || isError(other)) return errorNode(node);
  switch (operator) {
    case "&&":
    case "||":
      return logical(b, operator, first, other, node);
    case "<<":
    case ">>":
      return shift(b, operator, first, other, node);
    default:
      return arithmeticOf(b, operator as Arithmetic, first, other, node);
  }
}

type Arithmetic = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<" | ">" | "<=" | ">=";

/** Says that an operator does not take these operands. */
export function refuseOperands(b: Binder, operator: string, left: Operand, right: Operand, node: Node): BoundExpression {
  const name = (operand: Operand) =>
    isValue(operand)
      ? operand.type.name
      : operand.kind === "Methods"
        ? "method group"
        : operand.kind === "UnboundLambda"
          ? "lambda expression"
          : operand.kind === "TypeName"
            ? operand.type.name
            : "default";
  if (left.kind === "TypeName" || right.kind === "TypeName" || left.kind === "Namespace" || right.kind === "Namespace") {
    for (const operand of [left, right]) if (!isValue(operand)) asValue(b, operand);
    return errorNode(node);
  }
  const isUntyped = [left, right].some((operand) => isValue(operand) && operand.type === b.core.object);
  b.report(node, errors.badOperands(operator, name(left), name(right), isUntyped));
  return errorNode(node);
}

function logical(
  b: Binder,
  operator: "&&" | "||",
  left: BoundExpression,
  right: BoundExpression,
  node: OperatorNode,
): BoundExpression {
  const { bool } = b.core;
  if (implicitChange(left.type, bool) === null || implicitChange(right.type, bool) === null)
    return refuseOperands(b, operator, left, right, node);
  const first = convert(b, left, bool);
  const other = convert(b, right, bool);
  const known = foldLogic(first, other, operator === "&&");
  if (known !== null) return constantNode(known, bool, node);
  return {
    kind: operator === "&&" ? "AndAlso" : "OrElse",
    left: first,
    right: other,
    branch: node.operatorStart === undefined ? undefined : { operator, at: node.operatorStart },
    type: bool,
    start: node.start,
    end: node.end,
  };
}

function shift(b: Binder, operator: "<<" | ">>", left: BoundExpression, right: BoundExpression, node: Node): BoundExpression {
  const user = userBinary(b, operator, left, right, node);
  if (user !== null) return user;
  const type = numericOf(stripNullable(left.type));
  const lifted = left.type.underlying !== null || right.type.underlying !== null;
  const count = lifted ? nullableForm(b, b.core.int) : b.core.int;
  if (type === null || !isIntegral(type) || !converts(b, right, count)) return refuseOperands(b, operator, left, right, node);
  const kind = promoteUnary(type);
  const result = lifted ? nullableForm(b, typeOfKind(b.core, kind)) : typeOfKind(b.core, kind);
  return numericNode(b, operator, kind, convert(b, left, result), convert(b, right, count), result, lifted, node);
}

function numericNode(
  b: Binder,
  operator: "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>",
  kind: NumericKind,
  left: BoundExpression,
  right: BoundExpression,
  type: NetType,
  lifted: boolean,
  node: Node,
): BoundExpression {
  if (!lifted) {
    const folded = foldArithmetic(b, operator, kind, left, right, type, node);
    if (folded !== null) return folded;
  }
  const { start, end } = node;
  return { kind: "Arithmetic", operator, numeric: kind, left, right, checked: b.isChecked, lifted, type, start, end };
}

function arithmeticOf(
  b: Binder,
  operator: Arithmetic,
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  const a = stripNullable(left.type);
  const c = stripNullable(right.type);
  const first = numericOf(a);
  const second = numericOf(c);
  if (first !== null && second !== null) return promoted(b, operator, left, right, node);
  const user = userBinary(b, operator, left, right, node);
  if (user !== null) return user;
  if (operator === "+" && (a === b.core.string || c === b.core.string)) return concatenate(b, left, right, node);
  if (a.kind === "enum" || c.kind === "enum") {
    const result = enumArithmetic(b, operator, left, right, node);
    if (result !== null) return result;
  }
  if (a === b.core.bool && c === b.core.bool && (operator === "&" || operator === "|" || operator === "^"))
    return boolLogic(b, operator, left, right, node);
  if (first !== null && right.type === nullType) return promoted(b, operator, left, convert(b, right, nullableForm(b, a)), node);
  if (second !== null && left.type === nullType) return promoted(b, operator, convert(b, left, nullableForm(b, c)), right, node);
  const numeric = throughNumbers(b, operator, left, right, node);
  return numeric ?? refuseOperands(b, operator, left, right, node);
}

/** An operand of a class that converts implicitly to a number takes part as that number. */
function throughNumbers(
  b: Binder,
  operator: Arithmetic,
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression | null {
  for (const kind of ["int", "uint", "long", "ulong", "float", "double", "decimal"] as const) {
    const type = b.core[kind];
    const isNumber = (node: BoundExpression) => numericOf(node.type) !== null;
    if (
      (isNumber(left) || isNumber(right)) &&
      implicitChange(left.type, type) !== null &&
      implicitChange(right.type, type) !== null
    )
      return promoted(b, operator, convert(b, left, type), convert(b, right, type), node);
  }
  return null;
}

function boolLogic(
  b: Binder,
  operator: "&" | "|" | "^",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  const lifted = left.type.underlying !== null || right.type.underlying !== null;
  const type = lifted ? nullableForm(b, b.core.bool) : b.core.bool;
  if (!lifted && left.kind === "Constant" && right.kind === "Constant") {
    const [x, y] = [left.value === true, right.value === true];
    return constantNode(operator === "&" ? x && y : operator === "|" ? x || y : x !== y, type, node);
  }
  return {
    kind: "Logic",
    operator,
    left: convert(b, left, type),
    right: convert(b, right, type),
    lifted,
    type,
    start: node.start,
    end: node.end,
  };
}

/** True if a constant fits unsigned types. */
function isPositiveConstant(node: BoundExpression): boolean {
  return node.kind === "Constant" && (typeof node.value === "number" || typeof node.value === "bigint") && node.value >= 0;
}

/** Arithmetic or comparison of numbers, promoted and lifted. */
function promoted(b: Binder, operator: Arithmetic, left: BoundExpression, right: BoundExpression, node: Node): BoundExpression {
  const kind = promoteBinary(
    numericOf(stripNullable(left.type))!,
    numericOf(stripNullable(right.type))!,
    isPositiveConstant(left),
    isPositiveConstant(right),
  );
  if (kind === null) {
    const isMixed = [left, right].some((side) => stripNullable(side.type) === b.core.decimal);
    if (isMixed) return refuseOperands(b, operator, left, right, node);
    b.report(node, errors.ambiguousOperator(operator, left.type.name, right.type.name));
    return errorNode(node);
  }
  const isReal = kind === "float" || kind === "double" || kind === "decimal";
  if (isReal && (operator === "&" || operator === "|" || operator === "^")) return refuseOperands(b, operator, left, right, node);
  const lifted = left.type.underlying !== null || right.type.underlying !== null;
  const plain = typeOfKind(b.core, kind);
  const type = lifted ? nullableForm(b, plain) : plain;
  const first = widened(b, left, type);
  const other = widened(b, right, type);
  if (operator === "<" || operator === ">" || operator === "<=" || operator === ">=")
    return compareNode(b, operator, kind, first, other, lifted, node);
  return numericNode(b, operator, kind, first, other, type, lifted, node);
}

/** A promoted operand: implicit, but for constants that the promotion rules have let pass. */
function widened(b: Binder, operand: BoundExpression, type: NetType): BoundExpression {
  return converts(b, operand, type) ? convert(b, operand, type) : convertExplicitly(b, operand, type, operand);
}

/** A comparison of promoted numbers. */
export function compareNode(
  b: Binder,
  operator: "==" | "!=" | "<" | ">" | "<=" | ">=",
  kind: NumericKind,
  left: BoundExpression,
  right: BoundExpression,
  lifted: boolean,
  node: Node,
): BoundExpression {
  if (left.kind === "Constant" && right.kind === "Constant" && left.value !== null && right.value !== null)
    return constantNode(foldCompare(operator, left.value, right.value), b.core.bool, node);
  return { kind: "Compare", operator, numeric: kind, left, right, lifted, type: b.core.bool, start: node.start, end: node.end };
}

/** The comparison `==` of two numbers. */
export function numericEquality(
  b: Binder,
  operator: "==" | "!=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  const kind = promoteBinary(
    numericOf(stripNullable(left.type))!,
    numericOf(stripNullable(right.type))!,
    isPositiveConstant(left),
    isPositiveConstant(right),
  );
  if (kind === null) return refuseOperands(b, operator, left, right, node);
  const lifted = left.type.underlying !== null || right.type.underlying !== null;
  const plain = typeOfKind(b.core, kind);
  const type = lifted ? nullableForm(b, plain) : plain;
  return compareNode(b, operator, kind, widened(b, left, type), widened(b, right, type), lifted, node);
}
