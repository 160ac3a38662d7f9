/**
 * The subpath `@turnpike/expressions/analysis`: expressions as typed trees, for tools that look at them without running them.
 *
 *     const { program } = bindExpression("@(context.Subscription.Id)", { globals: { context: "IProxyContext" }, types });
 *     if (program !== null) visitBound(program.function.body, (node) => …);
 */
export { bindExpression } from "../bind-expression.js";
export type {
  BoundArgument,
  BoundCatch,
  BoundExpression,
  BoundFunction,
  BoundProgram,
  BoundStatement,
  BoundSwitchSection,
  LocalSymbol,
} from "../bound/tree.js";
export { type BoundNode, visitBound } from "../bound/visit.js";
export type { MethodSymbol, NetType, PropertySymbol } from "../types/net-type.js";
