import type { Binder } from "../../binding/binder.js";
import { invokeWith } from "../../binding/invocation.js";
import type { Operand } from "../../binding/operand.js";
import type { Argument, Expression, Node } from "../syntax.js";
import { bindArguments } from "./arguments.js";
import { bindExpression } from "./expressions.js";
import { calledGeneric, inferInstance } from "./generic-inference.js";
import { bindMember } from "./names.js";

/** `callee(arguments)`. */
export function bindInvocation(b: Binder, node: Extract<Expression, { kind: "Invocation" }>): Operand {
  const { callee: syntax } = node;
  const generic = calledGeneric(b, syntax);
  if (generic !== null) {
    const args = bindArguments(b, node.arguments);
    return invokeWith(b, inferInstance(b, generic, args, syntax), args, node);
  }
  const callee = syntax.kind === "Member" ? bindMember(b, syntax, true) : bindExpression(b, syntax);
  return invoke(b, callee, node.arguments, node);
}

/** A call of something already bound. */
export function invoke(b: Binder, callee: Operand, syntax: readonly Argument[], node: Node): Operand {
  const args = bindArguments(b, syntax);
  return invokeWith(b, callee, args, node);
}
