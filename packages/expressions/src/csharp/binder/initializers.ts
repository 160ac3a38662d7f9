import type { Binder } from "../../binding/binder.js";
import { assignLocal, localNode, sequence } from "../../binding/call-node.js";
import { invokeWith } from "../../binding/invocation.js";
import { errorNode, isError, isValue } from "../../binding/operand.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { Expression, Initializer, MemberInitializer, Node } from "../syntax.js";
import { assignTo } from "./assignment.js";
import { errors } from "./errors.js";
import { bindExpression, bindTo } from "./expressions.js";
import { indexOf } from "./indexing.js";
import { memberOf } from "./names.js";

/** The new object with its members set or elements added. */
export function bindInitializer(b: Binder, created: BoundExpression, initializer: Initializer, node: Node): BoundExpression {
  if (isError(created)) return created;
  const target = b.temporary(created.type);
  const effects: BoundExpression[] = [assignLocal(b, target, created, node)];
  fill(b, localNode(b, target, node), initializer, effects);
  if (effects.some(isError)) return errorNode(node);
  return sequence(effects, localNode(b, target, node), node);
}

function fill(b: Binder, target: BoundExpression, initializer: Initializer, effects: BoundExpression[]): void {
  if (initializer.kind === "CollectionInitializer") {
    for (const element of initializer.elements) effects.push(addElement(b, target, element, initializer));
    return;
  }
  for (const member of initializer.members) setMember(b, target, member, effects);
}

/** One element becomes a call of `Add`. */
function addElement(b: Binder, target: BoundExpression, element: readonly Expression[], initializer: Node): BoundExpression {
  const place = { start: element[0]?.start ?? initializer.start, end: element[element.length - 1]?.end ?? initializer.end };
  if (
    !target.type.interfaces.some((supertype) => supertype.definitionName.startsWith("System.Collections.")) &&
    target.type.members("Add").length === 0
  ) {
    b.report(initializer, errors.notACollection(target.type.name));
    return errorNode(place);
  }
  const add = memberOf(b, target, member("Add", place));
  const args = element.map((value) => {
    const { start, end } = value;
    return { operand: bindExpression(b, value), name: null, mode: "value" as const, start, end };
  });
  const call = invokeWith(b, add, args, place);
  return isValue(call) ? call : errorNode(place);
}

function member(name: string, place: Node): Extract<Expression, { kind: "Member" }> {
  const target: Expression = { kind: "Missing", ...place };
  return { kind: "Member", target, name, nameStart: place.start, typeArguments: null, start: place.start, end: place.end };
}

function setMember(b: Binder, target: BoundExpression, initializer: MemberInitializer, effects: BoundExpression[]): void {
  const { value } = initializer;
  const place =
    initializer.target.kind === "member"
      ? { start: initializer.start, end: initializer.start + initializer.target.name.length }
      : { start: initializer.start, end: value.start };
  const left =
    initializer.target.kind === "member"
      ? memberOf(b, target, { ...member(initializer.target.name, place), nameStart: initializer.start })
      : indexOf(b, target, initializer.target.arguments, place);
  if (!isValue(left)) {
    b.report(place, errors.notInitializable());
    effects.push(errorNode(place));
    return;
  }
  if (value.kind === "ObjectInitializer" || value.kind === "CollectionInitializer") {
    if (isError(left)) effects.push(left);
    else {
      const inner = b.temporary(left.type);
      effects.push(assignLocal(b, inner, left, place));
      fill(b, localNode(b, inner, place), value, effects);
    }
    return;
  }
  if (isError(left)) {
    bindExpression(b, value);
    effects.push(left);
    return;
  }
  effects.push(assignTo(b, left, bindTo(b, value, left.type), initializer));
}
