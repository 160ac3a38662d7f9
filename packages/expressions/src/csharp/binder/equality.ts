import type { Binder } from "../../binding/binder.js";
import { constantNode } from "../../binding/constants.js";
import { convert, converts } from "../../binding/convert.js";
import { acceptsNull, numericOf, stripNullable } from "../../binding/numeric-types.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { standardExplicit, standardImplicit } from "../../binding/standard-conversions.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { nullType } from "../../types/special-types.js";
import type { Node } from "../syntax.js";
import { compareNode, numericEquality, refuseOperands } from "./binary.js";
import { asPair, relabelEnum } from "./enum-operators.js";
import { errors } from "./errors.js";
import { userBinary } from "./user-operators.js";

/** `a == b`, `a != b`. */
export function bindEquality(b: Binder, operator: "==" | "!=", left: Operand, right: Operand, node: Node): BoundExpression {
  if (!isValue(left) || !isValue(right)) {
    if (isValue(left) && right.kind === "DefaultLiteral")
      return bindEquality(b, operator, left, convert(b, right, left.type), node);
    if (isValue(right) && left.kind === "DefaultLiteral")
      return bindEquality(b, operator, convert(b, left, right.type), right, node);
    return refuseOperands(b, operator, left, right, node);
  }
  const first = asValue(b, left);
  const other = asValue(b, right);
  if (isError(first) || isError(other)) return errorNode(node);
  return equalityOf(b, operator, first, other, node);
}

function equalityOf(
  b: Binder,
  operator: "==" | "!=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  if (left.type === nullType || right.type === nullType) return nullEquality(b, operator, left, right, node);
  const a = stripNullable(left.type);
  const c = stripNullable(right.type);
  if (numericOf(a) !== null && numericOf(c) !== null) return numericEquality(b, operator, left, right, node);
  if (a === c && (a === b.core.string || a === b.core.bool)) return same(b, operator, left, right, node);
  const user = userBinary(b, operator, left, right, node);
  if (user !== null) return user;
  if (a.kind === "enum" || c.kind === "enum") {
    const pair = asPair(b, left, right, a.kind === "enum" ? a : c);
    if (pair !== null) {
      const [first, other] = pair.map((value) => relabelEnum(b, value, b.core.int));
      return compareNode(
        b,
        operator,
        "int",
        first!,
        other!,
        first!.type.underlying !== null || other!.type.underlying !== null,
        node,
      );
    }
  }
  if (!left.type.isValueType && !right.type.isValueType && areRelated(left, right)) {
    warnOfReferences(b, left, right, node);
    return mayBeText(b, left.type) && mayBeText(b, right.type)
      ? sameObject(b, operator, left, right, node)
      : same(b, operator, left, right, node);
  }
  const through = throughPredefined(b, operator, left, right, node);
  return through ?? refuseOperands(b, operator, left, right, node);
}

/** A class that converts implicitly to string or bool is compared as that. */
function throughPredefined(
  b: Binder,
  operator: "==" | "!=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression | null {
  for (const type of [b.core.bool, b.core.string])
    if ((left.type === type || right.type === type) && converts(b, left, type) && converts(b, right, type))
      return same(b, operator, convert(b, left, type), convert(b, right, type), node);
  return null;
}

/** True if a value of the type may be a boxed number or truth value. */
function mayBox(type: NetType): boolean {
  return type.kind === "interface" || type.definitionName === "System.Object" || type.definitionName === "System.ValueType";
}

/** True if a value of the type may read like another and not be the same object. */
function mayBeText(b: Binder, type: NetType): boolean {
  return mayBox(type) || type === b.core.string;
}

/** Texts and boxes that read alike need not be the same object. */
function sameObject(
  b: Binder,
  operator: "==" | "!=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  const { object, bool } = b.core;
  return {
    kind: "SameObject",
    negated: operator === "!=",
    left: convert(b, left, object),
    right: convert(b, right, object),
    type: bool,
    start: node.start,
    end: node.end,
  };
}

/** C# warns where one side would be compared by value if the other were cast; two objects are a trap as well. */
function warnOfReferences(b: Binder, left: BoundExpression, right: BoundExpression, node: Node): void {
  const { object } = b.core;
  const isPlain = ({ type, kind }: BoundExpression) => type === object && kind !== "Convert" && kind !== "Constant";
  const comparesByValue = (type: NetType) => type === b.core.string || type.members("operator ==").length > 0;
  if (isPlain(left) && comparesByValue(right.type)) b.report(node, errors.leftByReference(right.type.name));
  else if (isPlain(right) && comparesByValue(left.type)) b.report(node, errors.rightByReference(left.type.name));
  else if (isPlain(left) && isPlain(right)) b.report(node, errors.objectsByReference());
}

/** True if two references may be the same object. */
function areRelated(left: BoundExpression, right: BoundExpression): boolean {
  const [a, c] = [left.type, right.type];
  return (
    standardImplicit(a, c) !== null ||
    standardImplicit(c, a) !== null ||
    (standardExplicit(a, c) !== null && standardExplicit(c, a) !== null)
  );
}

function nullEquality(
  b: Binder,
  operator: "==" | "!=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression {
  const isBoth = left.type === right.type;
  const value = left.type === nullType ? right : left;
  if (isBoth) return constantNode(operator === "==", b.core.bool, node);
  if (value.type.kind === "void") return refuseOperands(b, operator, left, right, node);
  if (!acceptsNull(value.type)) {
    // C# lifts `==` of value types to nullables: a comparison with null is allowed, and never true.
    if (!hasEquality(b, value)) return refuseOperands(b, operator, left, right, node);
    const known = constantNode(operator === "!=", b.core.bool, node);
    return value.kind === "Local" || value.kind === "Constant"
      ? known
      : { kind: "Sequence", effects: [value], value: known, type: b.core.bool, start: node.start, end: node.end };
  }
  return same(b, operator, value, constantNode(null, nullType, node), node);
}

function hasEquality(b: Binder, value: BoundExpression): boolean {
  const { type } = value;
  return numericOf(type) !== null || type === b.core.bool || type.kind === "enum" || type.members("operator ==").length > 0;
}

function same(b: Binder, operator: "==" | "!=", left: BoundExpression, right: BoundExpression, node: Node): BoundExpression {
  if (left.kind === "Constant" && right.kind === "Constant" && (left.type === b.core.string || left.type === b.core.bool))
    return constantNode((left.value === right.value) === (operator === "=="), b.core.bool, node);
  return { kind: "Same", negated: operator === "!=", left, right, type: b.core.bool, start: node.start, end: node.end };
}
