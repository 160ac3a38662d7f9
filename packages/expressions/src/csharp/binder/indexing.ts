import type { Binder } from "../../binding/binder.js";
import { fitArguments } from "../../binding/call-arguments.js";
import { reportResolution } from "../../binding/call-errors.js";
import { getProperty, sequence } from "../../binding/call-node.js";
import { convert, converts } from "../../binding/convert.js";
import { lookupMembers } from "../../binding/members.js";
import { errorNode, isError, type Operand } from "../../binding/operand.js";
import { resolveOverload } from "../../binding/overloads.js";
import { checkMember } from "../../binding/restrictions.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { PropertySymbol } from "../../types/net-type.js";
import type { Argument, Expression, Node } from "../syntax.js";
import { bindArguments } from "./arguments.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";

/** `target[arguments]`. */
export function bindIndex(b: Binder, node: Extract<Expression, { kind: "Index" }>): Operand {
  const target = asValue(b, bindExpression(b, node.target));
  return indexOf(b, target, node.arguments, node);
}

/** An element or indexer of something already bound. */
export function indexOf(b: Binder, target: BoundExpression, syntax: readonly Argument[], node: Node): BoundExpression {
  const args = bindArguments(b, syntax);
  if (isError(target) || args.some((argument) => isError(argument.operand))) return errorNode(node);
  if (target.type.kind === "array") {
    if (args.length !== target.type.rank) {
      b.report(node, errors.indexCount(target.type.rank));
      return errorNode(node);
    }
    const indices = args.map((argument) => arrayIndex(b, argument.operand, argument));
    if (indices.some(isError)) return errorNode(node);
    return { kind: "ArrayGet", array: target, indices, type: target.type.elementType!, start: node.start, end: node.end };
  }
  const indexers = lookupMembers(b, target.type, "this[]").filter(
    (member): member is PropertySymbol => member.kind === "property",
  );
  if (indexers.length === 0) {
    b.report(node, errors.notIndexable(target.type.name));
    return errorNode(node);
  }
  const resolution = resolveOverload(b, indexers, args, null);
  if (resolution.kind !== "found") {
    reportResolution(b, resolution, args, "this[]", node, null);
    return errorNode(node);
  }
  const property = resolution.callable as PropertySymbol;
  checkMember(b, property, node);
  const effects: BoundExpression[] = [];
  const fitted = fitArguments(b, resolution, args, effects);
  return sequence(effects, getProperty(b, property, target, fitted, node), node);
}

/** An index into an array is an int, uint, long or ulong. */
export function arrayIndex(b: Binder, operand: Operand, node: Node): BoundExpression {
  const { int, uint, long, ulong } = b.core;
  for (const type of [int, uint, long, ulong]) if (converts(b, operand, type)) return convert(b, operand, type, node);
  return convert(b, operand, int, node);
}
