import type { NetType, ParameterSymbol } from "../../types/net-type.js";
import { ParameterType, voidType } from "../../types/special-types.js";
import { Method } from "../../types/symbols.js";
import type { Expression } from "../syntax.js";
import type { Binder } from "./binder.js";
import { bindArguments } from "./call-arguments.js";
import { genericInstance } from "./generic-function.js";
import { inferTypeArguments } from "./inference.js";
import type { Operand } from "./operand.js";
import { bindType } from "./types.js";

/** A call of a generic local function without type arguments: they are inferred from the arguments. Null for all other calls. */
export function inferGenericFunction(b: Binder, node: Extract<Expression, { kind: "Invocation" }>): Operand | null {
  const { callee } = node;
  if (callee.kind !== "Name" || callee.typeArguments !== null) return null;
  const entry = b.locals.find(callee.name);
  if (entry?.kind !== "generic") return null;
  const { syntax } = entry.definition;
  const typeParameters = syntax.typeParameters.map((name) => new ParameterType(name, b.scope));
  const parameters = b.speculate(() =>
    withTypeParameters(b, syntax.typeParameters, typeParameters, () =>
      syntax.parameters.map(
        (parameter): ParameterSymbol => ({
          name: parameter.name,
          type: bindType(b, parameter.type),
          mode: parameter.mode === "value" ? "in" : parameter.mode,
        }),
      ),
    ),
  ).value;
  const args = b.speculate(() => bindArguments(b, node.arguments)).value;
  const method = new Method({
    kind: "method",
    name: callee.name,
    declaringType: b.core.object,
    isStatic: true,
    isExtension: false,
    implementation: () => null,
    parameters,
    returnType: voidType,
    typeParameters,
  });
  const inputs = args.flatMap((argument, i) => {
    const parameter = parameters[i];
    return parameter === undefined ? [] : [{ operand: argument.operand, type: parameter.type, mode: parameter.mode }];
  });
  const inferred = inferTypeArguments(b, method, inputs);
  return inferred === null ? null : genericInstance(b, entry.definition, inferred, callee);
}

/** Runs `bind` with type parameters that stand for types. */
export function withTypeParameters<T>(b: Binder, names: readonly string[], types: readonly NetType[], bind: () => T): T {
  const outer = b.typeParameters;
  b.typeParameters = new Map([...outer, ...names.map((name, i) => [name, types[i]!] as const)]);
  try {
    return bind();
  } finally {
    b.typeParameters = outer;
  }
}
