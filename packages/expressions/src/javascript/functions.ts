import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression, Pattern } from "acorn";
import { makeFunction } from "../binding/binder.js";
import { localNode } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { LocalScope } from "../binding/local-scope.js";
import type { BoundExpression, BoundStatement } from "../bound/tree.js";
import type { NetType } from "../types/net-type.js";
import { toObject } from "./convert.js";
import { bindExpression } from "./expressions.js";
import { destructure } from "./patterns.js";
import type { Script } from "./script.js";
import { bindStatements } from "./statements.js";

type FunctionNode =
  | ArrowFunctionExpression
  | FunctionExpression
  | FunctionDeclaration
  | (Omit<FunctionDeclaration, "id"> & { readonly id: unknown });

/** The delegate type of a function: it takes and gives objects, but for parameters whose types are known. */
export function functionTypeOf(s: Script, node: FunctionNode, types: readonly NetType[] = []): NetType {
  const parameters = node.params.map((_, i) => ({ name: `p${i}`, type: types[i] ?? s.object, mode: "in" as const }));
  return s.b.scope.functionType("function", parameters, s.object);
}

/**
 * A function, as a delegate.
 * @param types what its parameters are known to be, from the first on
 */
export function bindFunction(
  s: Script,
  node: FunctionNode,
  types: readonly NetType[],
  type: NetType = functionTypeOf(s, node, types),
): BoundExpression {
  if (node.async) return s.refuse(node, "Asynchronous functions", "Expressions run synchronously: leave out async and await.");
  if (node.generator) return s.refuse(node, "Generators", "Collect the values in an array and return that.");
  const { b } = s;
  const fn = makeFunction(b.fn, s.object);
  return b.inBody({ fn, locals: new LocalScope(b.locals), returnMode: { kind: "known", type: s.object } }, () => {
    const prologue: BoundStatement[] = [];
    const parameters = node.params.map((parameter, i) => declareParameter(s, parameter, types[i] ?? s.object));
    fn.parameters.push(...parameters.map(({ local }) => local));
    for (const { local, pattern } of parameters)
      if (pattern !== null) destructure(s, pattern, localNode(b, local, pattern), false, prologue);
    const { start, end } = node;
    if (node.body.type === "BlockStatement") {
      const statements = [...prologue, ...bindStatements(s, node.body.body)];
      fn.body = { kind: "Block", statements: [...statements, { kind: "Return", value: constantNode(null, s.object, node) }] };
    } else {
      const value = toObject(s, bindExpression(s, node.body));
      fn.body = prologue.length === 0 ? value : { kind: "Block", statements: [...prologue, { kind: "Return", value }] };
    }
    return { kind: "Lambda", function: fn, type, start, end };
  });
}

/** Declares a parameter; a pattern is taken apart in the body. */
function declareParameter(s: Script, parameter: Pattern, type: NetType) {
  if (parameter.type === "Identifier") {
    const local = s.b.newLocal(parameter.name, type);
    s.declared(local, parameter.start, false);
    s.b.locals.declare(parameter.name, { kind: "local", local, isReadOnly: null });
    return { local, pattern: null };
  }
  return { local: s.b.temporary(type), pattern: parameter };
}
