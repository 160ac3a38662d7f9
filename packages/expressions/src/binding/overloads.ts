import type { MethodSymbol, NetType, ParameterSymbol } from "../types/net-type.js";
import { errorType } from "../types/special-types.js";
import { type Applicable, type CallArgument, type Callable, parametersOfArguments } from "./applicable.js";
import { isBetter } from "./better-function.js";
import type { Binder } from "./binder.js";
import { converts } from "./convert.js";
import { inferTypeArguments } from "./inference.js";
import { isError, isValue, type Operand } from "./operand.js";
import { standardImplicit } from "./standard-conversions.js";

/** Why a candidate is not applicable. */
export type Refusal =
  | { readonly kind: "count" }
  | { readonly kind: "name"; readonly argument: CallArgument }
  | { readonly kind: "missing"; readonly parameter: ParameterSymbol }
  | {
      readonly kind: "argument";
      readonly argument: CallArgument;
      readonly index: number;
      readonly parameter: ParameterSymbol;
      readonly type: NetType;
    }
  | { readonly kind: "inference" }
  | { readonly kind: "typeArguments" };

/** The overload that a call means, or why there is none. */
export type Resolution =
  | ({ readonly kind: "found" } & Applicable)
  | { readonly kind: "ambiguous"; readonly first: Callable; readonly second: Callable }
  | { readonly kind: "none"; readonly refusals: readonly { readonly callable: Callable; readonly refusal: Refusal }[] }
  /** An argument is in error already: nothing more to report. */
  | { readonly kind: "error" };

/** Chooses the overload that a call means. */
export function resolveOverload(
  b: Binder,
  candidates: readonly Callable[],
  args: readonly CallArgument[],
  typeArguments: readonly NetType[] | null,
  isExtensionCall = false,
): Resolution {
  if (args.some((argument) => isError(argument.operand))) return { kind: "error" };
  const applicable: Applicable[] = [];
  const refusals: { callable: Callable; refusal: Refusal }[] = [];
  for (const candidate of candidates) {
    const outcome = applicability(b, candidate, args, typeArguments, isExtensionCall);
    if ("callable" in outcome) applicable.push(outcome);
    else refusals.push({ callable: candidate, refusal: outcome });
  }
  if (applicable.length === 0) return { kind: "none", refusals };
  const remaining = applicable.length === 1 || isExtensionCall ? applicable : withoutHidden(applicable);
  if (remaining.length === 1) return { kind: "found", ...remaining[0]! };
  const best = remaining.filter((candidate) =>
    remaining.every((other) => other === candidate || isBetter(candidate, other, args)),
  );
  if (best.length === 1) return { kind: "found", ...best[0]! };
  const rivals = remaining.filter(
    (candidate) => !remaining.some((other) => other !== candidate && isBetter(other, candidate, args)),
  );
  const [first, second] = rivals.length > 1 ? rivals : remaining;
  return { kind: "ambiguous", first: first!.callable, second: second!.callable };
}

/** A method applicable in a type hides those of its bases. */
function withoutHidden(applicable: readonly Applicable[]): readonly Applicable[] {
  return applicable.filter((candidate) => {
    const own = candidate.callable.declaringType;
    return !applicable.some((other) => other.callable.declaringType !== own && isDerivedFrom(other.callable.declaringType, own));
  });
}

function isDerivedFrom(type: NetType, base: NetType): boolean {
  if (base.kind === "interface") return type.kind === "interface" && type.interfaces.includes(base);
  if (type.kind === "interface") return base.definitionName === "System.Object";
  for (let ancestor = type.baseType; ancestor !== null; ancestor = ancestor.baseType) if (ancestor === base) return true;
  return false;
}

/** The type parameters of a method; none of an indexer. */
export function typeParametersOf(callable: Callable): readonly NetType[] {
  return callable.kind === "property" ? [] : callable.typeParameters;
}

function applicability(
  b: Binder,
  candidate: Callable,
  args: readonly CallArgument[],
  typeArguments: readonly NetType[] | null,
  isExtensionCall: boolean,
): Applicable | Refusal {
  const { parameters } = candidate;
  const generic = typeParametersOf(candidate).length;
  if (typeArguments !== null && generic !== typeArguments.length) return { kind: "typeArguments" };
  const last = parameters[parameters.length - 1];
  const hasParams = last?.mode === "params";
  const normal = args.length <= parameters.length ? mapArguments(parameters, args, false) : ({ kind: "count" } as const);
  let refusal: Refusal | null = null;
  if (isMapping(normal)) {
    const outcome = complete(b, candidate, args, typeArguments, normal, false, isExtensionCall);
    if ("callable" in outcome) return outcome;
    refusal = outcome;
  } else refusal = normal;
  if (!hasParams) return refusal;
  const expanded = mapArguments(parameters, args, true);
  if (!isMapping(expanded)) return refusal.kind === "count" ? expanded : refusal;
  const outcome = complete(b, candidate, args, typeArguments, expanded, true, isExtensionCall);
  if ("callable" in outcome) return outcome;
  return args.length === parameters.length && refusal.kind === "argument" ? refusal : outcome;
}

type Mapping = readonly (number | null)[];

function isMapping(outcome: Mapping | Refusal): outcome is Mapping {
  return Array.isArray(outcome);
}

/** Which argument goes to which parameter. In expanded form the last parameter takes the rest. */
function mapArguments(
  parameters: readonly ParameterSymbol[],
  args: readonly CallArgument[],
  isExpanded: boolean,
): Mapping | Refusal {
  const count = isExpanded ? parameters.length - 1 : parameters.length;
  const positions: (number | null)[] = new Array(parameters.length).fill(null);
  let at = 0;
  while (at < args.length && args[at]!.name === null) {
    if (at < count) positions[at] = at;
    else if (!isExpanded) return { kind: "count" };
    at++;
  }
  for (; at < args.length; at++) {
    const argument = args[at]!;
    const index = argument.name === null ? at : parameters.findIndex((parameter) => parameter.name === argument.name);
    if (index < 0 || index >= count || positions[index] !== null) return { kind: "name", argument };
    positions[index] = at;
  }
  for (let i = 0; i < count; i++) {
    const parameter = parameters[i]!;
    if (positions[i] === null && parameter.defaultValue === undefined)
      return args.length < count && !args.some((argument) => argument.name !== null)
        ? { kind: "count" }
        : { kind: "missing", parameter };
  }
  return positions;
}

function complete(
  b: Binder,
  candidate: Callable,
  args: readonly CallArgument[],
  typeArguments: readonly NetType[] | null,
  positions: Mapping,
  isExpanded: boolean,
  isExtensionCall: boolean,
): Applicable | Refusal {
  const restFrom = candidate.parameters.length - 1;
  let applicable: Applicable = { callable: candidate, positions, isExpanded, restFrom };
  if (candidate.kind !== "property" && candidate.typeParameters.length > 0) {
    const inferred = typeArguments ?? inferFor(b, candidate, applicable, args);
    if (inferred === null) return { kind: "inference" };
    applicable = { ...applicable, callable: candidate.construct(inferred) };
  }
  const meeting = parametersOfArguments(applicable, args.length);
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const { parameter, type } = meeting[i]!;
    const fits = isExtensionCall && i === 0 ? receiverFits(argument.operand, type) : argumentFits(b, argument, parameter, type);
    if (!fits) return { kind: "argument", argument, index: i, parameter, type };
  }
  return applicable;
}

function inferFor(b: Binder, candidate: MethodSymbol, applicable: Applicable, args: readonly CallArgument[]): NetType[] | null {
  const meeting = parametersOfArguments(applicable, args.length);
  const inputs = args.map((argument, i) => ({
    operand: argument.operand,
    type: meeting[i]!.type,
    mode: meeting[i]!.parameter.mode,
  }));
  return inferTypeArguments(b, candidate, inputs);
}

/** The receiver of an extension method converts by identity, reference or boxing only. */
function receiverFits(operand: Operand, type: NetType): boolean {
  if (!isValue(operand) || operand.type.kind === "null") return false;
  const from = operand.type;
  if (from === type) return true;
  if (from.isValueType && type.isValueType) return from.underlying === null && type.underlying === from;
  return standardImplicit(from, type) !== null;
}

function argumentFits(b: Binder, argument: CallArgument, parameter: ParameterSymbol, type: NetType): boolean {
  const isReference = parameter.mode === "out" || parameter.mode === "ref";
  if (argument.mode !== (isReference ? parameter.mode : "value")) return false;
  const { operand } = argument;
  if (!isReference) return converts(b, operand, type);
  if (operand.kind === "OutVariable") return operand.type === null || operand.type === type;
  return isValue(operand) && (operand.type === type || operand.type === errorType);
}

/** All extension methods of a name. */
export function extensionCandidates(b: Binder, name: string): readonly MethodSymbol[] {
  return b.scope.extensionMethods(name);
}
