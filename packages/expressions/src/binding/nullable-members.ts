import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { NetType } from "../types/net-type.js";
import type { CallArgument } from "./applicable.js";
import type { Binder } from "./binder.js";
import { callMember, reuse, sequence } from "./call-node.js";
import { constantNode } from "./constants.js";
import { convert, converts, defaultNode } from "./convert.js";
import { textOf } from "./text.js";

/** Methods of `T?` that the language knows: `GetValueOrDefault` and `ToString()`, which never fail on null. Null for others. */
export function nullableCall(
  b: Binder,
  receiver: BoundExpression,
  name: string,
  args: readonly CallArgument[],
  node: Place,
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
  if (name === "GetHashCode" && args.length === 0) return hashOrZero(b, receiver, underlying, node);
  return null;
}

/** Null has the hash 0. */
function hashOrZero(b: Binder, receiver: BoundExpression, underlying: NetType, node: Place): BoundExpression | null {
  const method = b.core.object.members("GetHashCode")[0];
  if (method?.kind !== "method") return null;
  const { start, end } = node;
  const effects: BoundExpression[] = [];
  const value = reuse(b, receiver, effects);
  const { bool, int } = b.core;
  const condition: BoundExpression = {
    kind: "Same",
    negated: false,
    left: value,
    right: constantNode(null, receiver.type, node),
    type: bool,
    start,
    end,
  };
  const plain: BoundExpression = {
    kind: "Convert",
    conversion: { kind: "relabel" },
    operand: value,
    type: underlying,
    checked: false,
    start,
    end,
  };
  const otherwise = callMember(b, method, convert(b, plain, b.core.object), [], node);
  const chosen: BoundExpression = {
    kind: "Conditional",
    condition,
    then: constantNode(0, int, node),
    otherwise,
    type: int,
    start,
    end,
  };
  return sequence(effects, chosen, node);
}
