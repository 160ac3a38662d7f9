import type { Binder } from "../../binding/binder.js";
import { constantNode } from "../../binding/constants.js";
import { errorNode, isError, type Operand } from "../../binding/operand.js";
import { textOf } from "../../binding/text.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { Expression } from "../syntax.js";
import { errors } from "./errors.js";
import { bindTo, bindValue } from "./expressions.js";

/** `$"…{a,5:x}…"`: the texts of the parts, joined. */
export function bindInterpolation(b: Binder, node: Extract<Expression, { kind: "InterpolatedString" }>): Operand {
  const { string } = b.core;
  const parts: BoundExpression[] = [];
  let hasError = false;
  for (const part of node.parts) {
    if (part.kind === "text") {
      if (part.text !== "") parts.push(constantNode(part.text, string, node));
      continue;
    }
    const value = bindValue(b, part.expression);
    let alignment = 0;
    if (part.alignment !== null) {
      const width = bindTo(b, part.alignment, b.core.int);
      if (width.kind === "Constant" && typeof width.value === "number") alignment = width.value;
      else if (!isError(width)) b.report(part.alignment, errors.constantExpected());
    }
    if (isError(value)) hasError = true;
    else if (value.type.kind === "void") {
      b.report(part.expression, errors.noImplicitConversion("void", "object"));
      hasError = true;
    } else parts.push(textOf(b, value, part.format, alignment));
  }
  if (hasError) return errorNode(node);
  if (parts.every((part) => part.kind === "Constant"))
    return constantNode(parts.map((part) => (part as { value: unknown }).value ?? "").join(""), string, node);
  return { kind: "Concat", parts, type: string, start: node.start, end: node.end };
}
