import type { CallArgument } from "../../binding/applicable.js";
import type { Binder } from "../../binding/binder.js";
import { inferTypeArguments } from "../../binding/inference.js";
import type { GenericFunction } from "../../binding/local-scope.js";
import { errorNode, type Operand } from "../../binding/operand.js";
import type { NetType } from "../../types/net-type.js";
import { ParameterType, voidType } from "../../types/special-types.js";
import { Method } from "../../types/symbols.js";
import type { Expression, Node } from "../syntax.js";
import { errors } from "./errors.js";
import { genericInstance } from "./generic-function.js";

/** The generic local function that a call names without type arguments; null for all other calls. */
export function calledGeneric(b: Binder, callee: Expression): GenericFunction | null {
  if (callee.kind !== "Name" || callee.typeArguments !== null) return null;
  const entry = b.locals.find(callee.name);
  return entry?.kind === "generic" ? entry.definition : null;
}

/** The instance of a generic local function for the type arguments that its arguments imply. */
export function inferInstance(b: Binder, definition: GenericFunction, args: readonly CallArgument[], callee: Node): Operand {
  const { name } = definition;
  const typeParameters = definition.typeParameters.map((parameter) => new ParameterType(parameter, b.scope));
  const parameters = definition.parametersFor(typeParameters);
  const method = new Method({
    kind: "method",
    name,
    declaringType: b.core.object,
    isStatic: true,
    isExtension: false,
    implementation: () => null,
    parameters,
    returnType: voidType,
    typeParameters,
  });
  const inputs = args.flatMap((argument, i) => {
    const parameter = argument.name === null ? parameters[i] : parameters.find((parameter) => parameter.name === argument.name);
    return parameter === undefined ? [] : [{ operand: argument.operand, type: parameter.type, mode: parameter.mode }];
  });
  const inferred = inferTypeArguments(b, method, inputs);
  if (inferred !== null) return genericInstance(b, definition, inferred, callee);
  b.report(callee, errors.typeArgumentsNotInferred(name));
  return errorNode(callee);
}

/** Runs `bind` with type parameters that stand for types. */
export function withTypeParameters<T>(b: Binder, names: readonly string[], types: readonly NetType[], bind: () => T): T {
  const more = names.map((name, i) => [name, types[i]!] as const);
  return b.within({ typeParameters: new Map([...b.typeParameters, ...more]) }, bind);
}
