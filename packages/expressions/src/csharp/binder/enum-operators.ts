import type { Binder } from "../../binding/binder.js";
import { apply, convert, converts } from "../../binding/convert.js";
import { nullableForm, numericOf, stripNullable } from "../../binding/numeric-types.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import type { Node } from "../syntax.js";
import { binaryOf } from "./binary.js";

const AS_INT = { kind: "numeric", from: "int", to: "int" } as const;

/** An enum value as its int, or an int as an enum value. */
export function relabelEnum(b: Binder, operand: BoundExpression, type: NetType): BoundExpression {
  const lifted = operand.type.underlying !== null;
  const target = lifted ? nullableForm(b, type) : type;
  return apply(b, operand, { kind: "simple", conversion: lifted ? { kind: "lifted", inner: AS_INT } : AS_INT }, target);
}

/** Operators of enums: comparison and bits between two, `E + int`, `E - int`, `E - E`. Null if C# has none. */
export function enumArithmetic(
  b: Binder,
  operator: "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<" | ">" | "<=" | ">=",
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression | null {
  const a = stripNullable(left.type);
  const c = stripNullable(right.type);
  const type = a.kind === "enum" ? a : c;
  const { int } = b.core;
  if (operator === "*" || operator === "/" || operator === "%") return null;
  const isNumber = (other: NetType) => numericOf(other) !== null;
  if (operator === "+" || operator === "-") {
    if (a === c && operator === "-") return binaryOf(b, operator, relabelEnum(b, left, int), relabelEnum(b, right, int), node);
    if (a.kind === "enum" && isNumber(c) && converts(b, right, nullableForm(b, int))) {
      const sum = binaryOf(b, operator, relabelEnum(b, left, int), right, node);
      return relabelEnum(b, sum, a);
    }
    if (c.kind === "enum" && isNumber(a) && operator === "+" && converts(b, left, nullableForm(b, int)))
      return relabelEnum(b, binaryOf(b, operator, left, relabelEnum(b, right, int), node), c);
    return null;
  }
  const pair = asPair(b, left, right, type);
  if (pair === null) return null;
  const [first, other] = pair;
  const result = binaryOf(b, operator, relabelEnum(b, first, int), relabelEnum(b, other, int), node);
  return operator === "&" || operator === "|" || operator === "^" ? relabelEnum(b, result, type) : result;
}

/** Both operands as values of one enum; a constant zero converts. Null if they do not meet. */
export function asPair(
  b: Binder,
  left: BoundExpression,
  right: BoundExpression,
  type: NetType,
): [BoundExpression, BoundExpression] | null {
  const isLifted = left.type.underlying !== null || right.type.underlying !== null;
  const target = isLifted ? nullableForm(b, type) : type;
  if (!converts(b, left, target) || !converts(b, right, target)) return null;
  return [convert(b, left, target), convert(b, right, target)];
}
