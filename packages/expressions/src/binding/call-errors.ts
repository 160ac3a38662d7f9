import type { Place } from "../diagnostics/diagnostic.js";
import type { NetType } from "../types/net-type.js";
import type { CallArgument, Callable } from "./applicable.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";
import { parametersFit, reportLambda } from "./lambda-conversion.js";
import { isValue, type Operand } from "./operand.js";
import { type Refusal, type Resolution, typeParametersOf } from "./overloads.js";

/** `Name(int, string)` as messages write it. */
function signatureOf(callable: Callable): string {
  const { name, declaringType, parameters } = callable;
  const written = name === "new" ? `${declaringType.name}.${simple(declaringType.name)}` : `${declaringType.name}.${name}`;
  const types = typeParametersOf(callable);
  const generic = types.length > 0 ? `<${types.map((type) => type.name).join(", ")}>` : "";
  const list = parameters
    .map((parameter) => (parameter.mode === "in" ? "" : `${parameter.mode} `) + parameter.type.name)
    .join(", ");
  return name === "this[]" ? `${declaringType.name}.this[${list}]` : `${written}${generic}(${list})`;
}

function simple(name: string): string {
  return name.replace(/<.*$/, "");
}

/** Says why no overload takes the arguments, by the candidate that came nearest. */
export function reportResolution(
  b: Binder,
  resolution: Resolution,
  args: readonly CallArgument[],
  name: string,
  node: Place,
  typeArguments: readonly NetType[] | null,
): void {
  if (resolution.kind === "ambiguous") {
    b.report(node, bindingErrors.ambiguousCall(signatureOf(resolution.first), signatureOf(resolution.second)));
    return;
  }
  if (resolution.kind !== "none") return;
  const { refusals } = resolution;
  if (refusals.length === 0) return;
  const best = refusals.reduce((refusal, other) => (rank(other.refusal) > rank(refusal.refusal) ? other : refusal));
  reportRefusal(b, best.callable, best.refusal, refusals.length, args, name, node, typeArguments);
}

function rank(refusal: Refusal): number {
  switch (refusal.kind) {
    case "argument":
      return 10 + refusal.index;
    case "inference":
      return 6;
    case "missing":
      return 5;
    case "name":
      return 4;
    case "count":
      return 2;
    case "typeArguments":
      return 1;
  }
}

function reportRefusal(
  b: Binder,
  callable: Callable,
  refusal: Refusal,
  candidates: number,
  args: readonly CallArgument[],
  name: string,
  node: Place,
  typeArguments: readonly NetType[] | null,
): void {
  const shown = name === "new" ? simple(callable.declaringType.name) : name === "this[]" ? "this" : name;
  switch (refusal.kind) {
    case "count":
      if (candidates === 1 && args.length < callable.parameters.length) {
        const missing = callable.parameters[args.length]!;
        b.report(node, bindingErrors.argumentMissing(missing.name, signatureOf(callable)));
      } else if (name === "new") b.report(node, bindingErrors.noConstructor(callable.declaringType.name, args.length));
      else b.report(node, bindingErrors.noOverload(shown, args.length - (isExtensionOf(callable, args) ? 1 : 0)));
      return;
    case "typeArguments": {
      const count = typeParametersOf(callable).length;
      if (count === 0) b.report(node, bindingErrors.notGenericMethod(signatureOf(callable)));
      else b.report(node, bindingErrors.typeArgumentCount(signatureOf(callable), count));
      return;
    }
    case "name":
      if (refusal.argument.name === null) b.report(refusal.argument, bindingErrors.namedBeforePositional());
      else if (callable.parameters.some((parameter) => parameter.name === refusal.argument.name))
        b.report(refusal.argument, bindingErrors.givenTwice(refusal.argument.name));
      else b.report(refusal.argument, bindingErrors.noParameter(shown, refusal.argument.name));
      return;
    case "missing":
      b.report(node, bindingErrors.argumentMissing(refusal.parameter.name, signatureOf(callable)));
      return;
    case "inference":
      if (typeArguments === null && reportLambdaBodies(b, args)) return;
      b.report(node, bindingErrors.typeArgumentsNotInferred(signatureOf(callable)));
      return;
    case "argument":
      reportArgument(b, refusal, isExtensionOf(callable, args) ? refusal.index : refusal.index + 1);
  }
}

/** The errors inside lambdas, which are what kept types from being inferred. True if there were any. */
function reportLambdaBodies(b: Binder, args: readonly CallArgument[]): boolean {
  for (const { operand } of args) {
    if (operand.kind !== "UnboundLambda") continue;
    for (const binding of operand.bindings.values())
      if (binding.hasErrors) {
        b.diagnostics.push(...binding.diagnostics);
        return true;
      }
  }
  return false;
}

/** True if it is called on its first argument, as an extension method. The receiver stands before all arguments, and is none of them. */
function isExtensionOf(callable: Callable, args: readonly CallArgument[]): boolean {
  return callable.kind !== "property" && callable.isExtension && args[0]?.isReceiver === true;
}

/** @param position the argument's number, counted from one */
function reportArgument(b: Binder, refusal: Refusal & { kind: "argument" }, position: number): void {
  const { argument, parameter, type } = refusal;
  const { operand } = argument;
  const wanted = parameter.mode === "out" || parameter.mode === "ref" ? parameter.mode : "value";
  if (argument.mode !== wanted) {
    if (wanted === "value") b.report(argument, bindingErrors.keywordTooMuch(position, argument.mode));
    else b.report(argument, bindingErrors.keywordMissing(position, wanted));
    return;
  }
  if (operand.kind === "UnboundLambda" && type.invoke !== null) {
    if (parametersFit(operand, type)) {
      const types = type.invoke.parameters.map((parameter) => parameter.type);
      const { hasErrors, diagnostics } = operand.bind(types);
      if (hasErrors) b.diagnostics.push(...diagnostics);
      else reportLambda(b, operand, type);
    } else reportLambda(b, operand, type);
    return;
  }
  const prefix = wanted === "value" ? "" : `${wanted} `;
  b.report(argument, bindingErrors.argumentType(position, prefix + describe(operand), prefix + type.name));
}

function describe(operand: Operand): string {
  if (isValue(operand)) return operand.type.name;
  switch (operand.kind) {
    case "Methods":
      return "method group";
    case "UnboundLambda":
      return "lambda expression";
    case "TypeName":
      return operand.type.name;
    case "OutVariable":
      return operand.type?.name ?? "var";
    default:
      return "default";
  }
}
