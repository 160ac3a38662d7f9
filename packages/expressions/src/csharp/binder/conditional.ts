import type { Binder } from "../../binding/binder.js";
import { localNode, reuse, sequence } from "../../binding/call-node.js";
import { constantNode, isConstantBool } from "../../binding/constants.js";
import { implicitChange } from "../../binding/conversions.js";
import { apply, convert, converts } from "../../binding/convert.js";
import { acceptsNull, nullableForm } from "../../binding/numeric-types.js";
import { errorNode, isError, isValue, type Operand, typeOfOperand } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { nullType } from "../../types/special-types.js";
import type { Expression, Node } from "../syntax.js";
import { errors } from "./errors.js";
import { bindCondition, bindExpression, bindValue } from "./expressions.js";

type ConditionalNode = Extract<Expression, { kind: "Conditional" }>;
type AccessNode = Extract<Expression, { kind: "ConditionalAccess" }>;

/** `c ? a : b`. */
export function bindConditional(b: Binder, node: ConditionalNode): Operand {
  const condition = bindCondition(b, node.condition);
  const then = bindExpression(b, node.then);
  const otherwise = bindExpression(b, node.otherwise);
  if (isError(then) || isError(otherwise)) return errorNode(node);
  const type = conditionalType(b, then, otherwise);
  if (type === null) {
    b.report(node, errors.noConditionalType(described(then), described(otherwise)));
    return errorNode(node);
  }
  const first = convert(b, then, type, node.then);
  const second = convert(b, otherwise, type, node.otherwise);
  if (condition.kind === "Constant" && first.kind === "Constant" && second.kind === "Constant" && !isError(condition))
    return constantNode(condition.value === true ? first.value : second.value, type, node);
  const branch = { operator: "?:", at: node.operatorStart } as const;
  return { kind: "Conditional", condition, then: first, otherwise: second, branch, type, start: node.start, end: node.end };
}

function described(operand: Operand): string {
  if (isValue(operand)) return operand.type.name;
  return operand.kind === "UnboundLambda" ? "lambda expression" : operand.kind === "Methods" ? "method group" : operand.kind;
}

function conditionalType(b: Binder, then: Operand, otherwise: Operand): NetType | null {
  const first = typeOfOperand(then);
  const second = typeOfOperand(otherwise);
  if (first === null && second === null) return null;
  if (first?.kind === "void" || second?.kind === "void") return null;
  if (first === null) return converts(b, then, second!) ? second : null;
  if (second === null) return converts(b, otherwise, first) ? first : null;
  if (first === second) return first;
  const there = converts(b, then, second);
  const back = converts(b, otherwise, first);
  if (there && back) {
    // A constant fits the other's type both ways: the type decides, not the value.
    const byType = implicitChange(first, second) !== null;
    return byType === (implicitChange(second, first) !== null) ? null : byType ? second : first;
  }
  return there ? second : back ? first : null;
}

/** `a ?? b`. */
export function bindCoalesce(
  b: Binder,
  leftNode: Expression,
  rightNode: Expression,
  node: Node & { readonly operatorStart: number },
): Operand {
  const left = bindValue(b, leftNode);
  const right = bindExpression(b, rightNode);
  if (isError(left) || isError(right)) return errorNode(node);
  const branch = { operator: "??", at: node.operatorStart } as const;
  if (left.type === nullType) return refuse(b, left, right, node);
  if (!acceptsNull(left.type)) return refuse(b, left, right, node);
  const { start, end } = node;
  const { underlying } = left.type;
  const type =
    underlying !== null && converts(b, right, underlying) && typeOfOperand(right)?.underlying == null && !isNull(right)
      ? underlying
      : converts(b, right, left.type)
        ? left.type
        : null;
  if (type !== null) {
    const fallback = convert(b, right, type);
    return { kind: "Coalesce", left, right: fallback, branch, type, start, end };
  }
  const other = typeOfOperand(right);
  if (other === null) return refuse(b, left, right, node);
  const change = implicitChange(underlying ?? left.type, other);
  if (change === null) return refuse(b, left, right, node);
  const effects: BoundExpression[] = [];
  const value = reuse(b, left, effects);
  const stripped: BoundExpression =
    underlying === null
      ? value
      : { kind: "Convert", conversion: { kind: "relabel" }, operand: value, type: underlying, checked: false, start, end };
  const condition: BoundExpression = {
    kind: "Same",
    negated: true,
    left: value,
    right: constantNode(null, left.type, node),
    type: b.core.bool,
    start,
    end,
  };
  const chosen: BoundExpression = {
    kind: "Conditional",
    condition,
    then: apply(b, stripped, change, other),
    otherwise: asValue(b, right),
    branch: { ...branch, second: "otherwise" },
    type: other,
    start,
    end,
  };
  return sequence(effects, chosen, node);
}

function isNull(operand: Operand): boolean {
  return isValue(operand) && operand.type === nullType;
}

function refuse(b: Binder, left: Operand, right: Operand, node: Node): BoundExpression {
  b.report(node, errors.badOperands("??", described(left), described(right), false));
  return errorNode(node);
}

/** `a?.b…`: the rest is bound with the value of `a` in a temporary. */
export function bindConditionalAccess(b: Binder, node: AccessNode): Operand {
  const receiver = bindValue(b, node.target);
  if (isError(receiver)) return errorNode(node);
  const { type } = receiver;
  if (type === nullType || !acceptsNull(type)) {
    b.report(node.target, errors.badOperand("?", type.name));
    return errorNode(node);
  }
  const temporary = b.temporary(type.underlying ?? type);
  const access = b.within({ conditionalReceiver: temporary }, () => bindValue(b, node.access));
  if (isError(access)) return errorNode(node);
  const result = access.type.kind === "void" ? access.type : nullableForm(b, access.type);
  const branch = { operator: "?.", at: node.operatorStart } as const;
  return { kind: "NullConditional", receiver, temporary, access, branch, type: result, start: node.start, end: node.end };
}

/** The value that stands before the innermost `?.`. */
export function bindConditionalReceiver(b: Binder, node: Node): Operand {
  return b.conditionalReceiver === null ? errorNode(node) : localNode(b, b.conditionalReceiver, node);
}

/** The result of `&&` or `||` if both operands are constants; null otherwise. */
export function foldLogic(left: BoundExpression, right: BoundExpression, isAnd: boolean): boolean | null {
  if (left.kind !== "Constant" || right.kind !== "Constant") return null;
  return isAnd
    ? isConstantBool(left, true) && isConstantBool(right, true)
    : isConstantBool(left, true) || isConstantBool(right, true);
}
