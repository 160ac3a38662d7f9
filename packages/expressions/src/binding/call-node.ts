import type { BoundArgument, BoundExpression, LocalSymbol } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType, PropertySymbol } from "../types/net-type.js";
import type { Binder } from "./binder.js";

const NO_TYPES: readonly NetType[] = [];

/** A call of a method, operator, conversion or constructor, with arguments that fit. */
export function callMember(
  b: Binder,
  method: MethodSymbol,
  receiver: BoundExpression | null,
  args: readonly BoundArgument[],
  node: Place,
  typeArguments: readonly NetType[] = NO_TYPES,
): BoundExpression {
  b.uses.push(method.id);
  return {
    kind: "Member",
    member: method,
    accessor: "call",
    receiver: receiverFor(b, receiver, method),
    arguments: args,
    typeArguments,
    type: method.returnType,
    start: node.start,
    end: node.end,
  };
}

/** Reads a property or, with arguments, an indexer. */
export function getProperty(
  b: Binder,
  property: PropertySymbol,
  receiver: BoundExpression | null,
  args: readonly BoundArgument[],
  node: Place,
): BoundExpression {
  b.uses.push(property.id);
  return {
    kind: "Member",
    member: property,
    accessor: "get",
    receiver: receiverFor(b, receiver, property),
    arguments: args,
    typeArguments: NO_TYPES,
    type: property.type,
    start: node.start,
    end: node.end,
  };
}

/** A value whose member is declared by a reference type (`object`, an interface) is passed in object form. */
function receiverFor(b: Binder, receiver: BoundExpression | null, member: MethodSymbol | PropertySymbol): BoundExpression | null {
  if (receiver === null || member.isStatic) return null;
  const { declaringType } = member;
  if (!receiver.type.isValueType || declaringType.isValueType) return receiver;
  return {
    kind: "Convert",
    conversion: { kind: "box" },
    operand: receiver,
    type: declaringType,
    checked: b.isChecked,
    start: receiver.start,
    end: receiver.end,
  };
}

/** A read of a local; the function at hand captures it if it is another's. */
export function localNode(b: Binder, local: LocalSymbol, node: Place): BoundExpression {
  b.touch(local);
  return { kind: "Local", local, type: local.type, start: node.start, end: node.end };
}

/** `effects` in order, then `value`. */
export function sequence(effects: readonly BoundExpression[], value: BoundExpression, node: Place): BoundExpression {
  if (effects.length === 0) return value;
  return { kind: "Sequence", effects, value, type: value.type, start: node.start, end: node.end };
}

/** Sets a local. */
export function assignLocal(b: Binder, local: LocalSymbol, value: BoundExpression, node: Place): BoundExpression {
  b.touch(local);
  return { kind: "AssignLocal", local, value, type: local.type, start: node.start, end: node.end };
}

/** A value that may be used several times: itself if that costs and does nothing, otherwise through a temporary set in `effects`. */
export function reuse(b: Binder, value: BoundExpression, effects: BoundExpression[]): BoundExpression {
  if (value.kind === "Constant" || value.kind === "Global") return value;
  const local = b.temporary(value.type);
  effects.push(assignLocal(b, local, value, value));
  return localNode(b, local, value);
}
