import type { BoundExpression } from "../../bound/tree.js";
import type { Node } from "../syntax.js";
import type { Binder } from "./binder.js";
import { textOf } from "./concatenation.js";
import { convert, converts, defaultNode } from "./convert.js";
import type { CallArgument } from "./overloads.js";

/** Methods of `T?` that the language knows: `GetValueOrDefault` and `ToString()`, which never fail on null. Null for others. */
export function nullableCall(
  b: Binder,
  receiver: BoundExpression,
  name: string,
  args: readonly CallArgument[],
  node: Node,
): BoundExpression | null {
  const { underlying } = receiver.type;
  if (underlying === null) return null;
  const { start, end } = node;
  if (name === "GetValueOrDefault" && args.length <= 1) {
    const [argument] = args;
    if (argument !== undefined && !converts(b, argument.operand, underlying)) return null;
    const right = argument === undefined ? defaultNode(underlying, node) : convert(b, argument.operand, underlying);
    return { kind: "Coalesce", left: receiver, right, type: underlying, start, end };
  }
  if (name === "ToString" && args.length === 0) return textOf(b, receiver);
  return null;
}
