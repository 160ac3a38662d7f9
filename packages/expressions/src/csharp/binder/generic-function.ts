import type { Binder } from "../../binding/binder.js";
import { localNode } from "../../binding/call-node.js";
import type { GenericFunction } from "../../binding/local-scope.js";
import { errorNode, type Operand } from "../../binding/operand.js";
import type { NetType } from "../../types/net-type.js";
import type { Expression, Node, TypeSyntax } from "../syntax.js";
import { errors } from "./errors.js";
import { bindType } from "./types.js";

/** A generic local function named with its type arguments. */
export function bindGenericFunction(
  b: Binder,
  definition: GenericFunction,
  node: Extract<Expression, { kind: "Name" }>,
): Operand {
  const { typeArguments } = node;
  if (typeArguments === null) {
    b.report(node, errors.typeArgumentsNotInferred(node.name));
    return errorNode(node);
  }
  return genericInstance(b, definition, bindAll(b, typeArguments), node);
}

function bindAll(b: Binder, types: readonly TypeSyntax[]): NetType[] {
  return types.map((type) => bindType(b, type));
}

/** The instance of a generic local function for some type arguments. */
export function genericInstance(b: Binder, definition: GenericFunction, typeArguments: readonly NetType[], node: Node): Operand {
  const { typeParameters, name } = definition;
  if (typeArguments.length !== typeParameters.length) {
    b.report(node, errors.typeArgumentCount(name, typeParameters.length));
    return errorNode(node);
  }
  const local = definition.instantiate(typeArguments);
  return local === null ? errorNode(node) : localNode(b, local, node);
}
