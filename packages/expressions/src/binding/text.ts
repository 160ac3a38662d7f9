import type { BoundExpression } from "../bound/tree.js";
import { nullType } from "../types/special-types.js";
import type { Binder } from "./binder.js";
import { constantNode } from "./constants.js";
import { convert } from "./convert.js";
import { stripNullable } from "./numeric-types.js";

/** A value as the text it adds to a string. */
export function textOf(b: Binder, operand: BoundExpression, format: string | null = null, alignment = 0): BoundExpression {
  const { start, end, type } = operand;
  const { string, object } = b.core;
  if (type === nullType) return constantNode("", string, operand);
  if (type === string && format === null && alignment === 0) return operand;
  if (operand.kind === "Constant" && format === null && alignment === 0) {
    if (stripNullable(type) === b.core.char && typeof operand.value === "number")
      return constantNode(String.fromCharCode(operand.value), string, operand);
    if (type === b.core.int) return constantNode(String(operand.value), string, operand);
  }
  return { kind: "Text", operand: convert(b, operand, object), format, alignment, type: string, start, end };
}
