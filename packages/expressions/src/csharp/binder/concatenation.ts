import type { Binder } from "../../binding/binder.js";
import { constantNode } from "../../binding/constants.js";
import { textOf } from "../../binding/text.js";
import type { BoundExpression } from "../../bound/tree.js";
import { nullType } from "../../types/special-types.js";
import type { Node } from "../syntax.js";
import { refuseOperands } from "./binary.js";

/** `left + right` where one is a string. Chains become one node; constants join. */
export function concatenate(b: Binder, left: BoundExpression, right: BoundExpression, node: Node): BoundExpression {
  if (left.type.kind === "void" || right.type.kind === "void") return refuseOperands(b, "+", left, right, node);
  const parts: BoundExpression[] = [];
  addParts(b, parts, left);
  addParts(b, parts, right);
  const { string } = b.core;
  const [only] = parts;
  if (parts.length === 1 && only!.kind === "Constant") {
    const joined = constantNode(only!.value ?? "", string, node);
    // The text of a number is known here, but C# does not call it constant: `const string s = "a" + 5` is an error.
    if (isText(b, left) && isText(b, right)) return joined;
    return { kind: "Convert", conversion: { kind: "relabel" }, operand: joined, type: string, checked: false, ...place(node) };
  }
  return { kind: "Concat", parts, type: string, start: node.start, end: node.end };
}

function isText(b: Binder, { type }: BoundExpression): boolean {
  return type === b.core.string || type === nullType;
}

function place({ start, end }: Node): Node {
  return { start, end };
}

function addParts(b: Binder, parts: BoundExpression[], operand: BoundExpression): void {
  if (
    operand.kind === "Convert" &&
    operand.conversion.kind === "relabel" &&
    operand.type === b.core.string &&
    operand.operand.kind === "Constant"
  ) {
    addPart(b, parts, operand.operand);
    return;
  }
  if (operand.kind === "Concat") {
    for (const part of operand.parts) addPart(b, parts, part);
    return;
  }
  addPart(b, parts, textOf(b, operand));
}

function addPart(b: Binder, parts: BoundExpression[], part: BoundExpression): void {
  const last = parts[parts.length - 1];
  if (part.kind === "Constant" && last?.kind === "Constant")
    parts[parts.length - 1] = constantNode(`${last.value ?? ""}${part.value ?? ""}`, b.core.string, {
      start: last.start,
      end: part.end,
    });
  else parts.push(part);
}
