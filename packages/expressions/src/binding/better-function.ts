import type { NetType } from "../types/net-type.js";
import { isOpen } from "../types/type-base.js";
import { type Applicable, type CallArgument, parametersOfArguments } from "./applicable.js";
import { implicitChange } from "./conversions.js";
import { numericOf } from "./numeric-types.js";
import { isValue, type Operand } from "./operand.js";

/** True if one applicable candidate is better than another, by the C# specification's rules for function members. */
export function isBetter(candidate: Applicable, other: Applicable, args: readonly CallArgument[]): boolean {
  const own = parametersOfArguments(candidate, args.length);
  const others = parametersOfArguments(other, args.length);
  let isBetterSomewhere = false;
  let isSame = true;
  for (let i = 0; i < args.length; i++) {
    const mine = own[i]!.type;
    const theirs = others[i]!.type;
    if (mine === theirs) continue;
    isSame = false;
    const order = compareConversions(args[i]!.operand, mine, theirs);
    if (order > 0) return false;
    if (order < 0) isBetterSomewhere = true;
  }
  if (isBetterSomewhere) return true;
  return isSame && breaksTie(candidate, other, args.length);
}

/** Same parameter types for all arguments: what decides then. */
function breaksTie(candidate: Applicable, other: Applicable, count: number): boolean {
  const isGeneric = isGenericMethod(candidate);
  const isOtherGeneric = isGenericMethod(other);
  if (isGeneric !== isOtherGeneric) return !isGeneric;
  if (candidate.isExpanded !== other.isExpanded) return !candidate.isExpanded;
  const mine = candidate.callable.parameters.length;
  const theirs = other.callable.parameters.length;
  if (candidate.isExpanded && mine !== theirs) return mine > theirs;
  const defaults = usesDefaults(candidate);
  const otherDefaults = usesDefaults(other);
  if (defaults !== otherDefaults) return !defaults;
  return isMoreSpecific(declaredTypes(candidate, count), declaredTypes(other, count));
}

function isGenericMethod({ callable }: Applicable): boolean {
  return callable.kind !== "property" && callable.definition.typeParameters.length > 0;
}

function usesDefaults({ callable, positions, isExpanded }: Applicable): boolean {
  const count = isExpanded ? callable.parameters.length - 1 : callable.parameters.length;
  return positions.slice(0, count).includes(null);
}

/** The parameter types as declared, with type parameters still in them. */
function declaredTypes(candidate: Applicable, count: number): NetType[] {
  const { callable } = candidate;
  const declared = callable.kind === "property" ? candidate : { ...candidate, callable: callable.definition };
  return parametersOfArguments(declared, count).map((meeting) => meeting.type);
}

function isMoreSpecific(mine: readonly NetType[], theirs: readonly NetType[]): boolean {
  let isSomewhere = false;
  for (let i = 0; i < mine.length; i++) {
    const order = compareSpecificity(mine[i]!, theirs[i]!);
    if (order > 0) return false;
    if (order < 0) isSomewhere = true;
  }
  return isSomewhere;
}

/** A type parameter is less specific than anything else; constructed types are compared by their arguments. */
function compareSpecificity(a: NetType, c: NetType): number {
  if (a === c) return 0;
  if (a.kind === "parameter" || c.kind === "parameter") return a.kind === c.kind ? 0 : a.kind === "parameter" ? 1 : -1;
  if (a.kind === "array" && c.kind === "array" && a.rank === c.rank) return compareSpecificity(a.elementType!, c.elementType!);
  if (a.declaration === null || a.declaration !== c.declaration) return 0;
  let result = 0;
  for (let i = 0; i < a.arguments.length; i++) {
    const order = compareSpecificity(a.arguments[i]!, c.arguments[i]!);
    if (order === 0) continue;
    if (result !== 0 && result !== order) return 0;
    result = order;
  }
  return result;
}

/** Negative: the conversion to the first type is better; positive: to the second. */
function compareConversions(operand: Operand, first: NetType, second: NetType): number {
  const exactly = isExact(operand, first);
  if (exactly !== isExact(operand, second)) return exactly ? -1 : 1;
  return compareTargets(operand, first, second);
}

/** True if the expression has the type already, or as a lambda the delegate's return type. */
function isExact(operand: Operand, type: NetType): boolean {
  if (isValue(operand)) return operand.type === type;
  if (operand.kind !== "UnboundLambda") return false;
  const returned = lambdaReturn(operand, type);
  return returned !== null && returned === type.invoke!.returnType;
}

function lambdaReturn(operand: Operand & { kind: "UnboundLambda" }, type: NetType): NetType | null {
  const { invoke } = type;
  if (invoke === null) return null;
  return operand.bind(invoke.parameters.map((parameter) => parameter.type)).inferred;
}

function compareTargets(operand: Operand | null, first: NetType, second: NetType): number {
  if (first === second) return 0;
  const there = implicitChange(first, second) !== null;
  const back = implicitChange(second, first) !== null;
  if (there !== back) return there ? -1 : 1;
  if (first.invoke !== null && second.invoke !== null) return compareDelegates(operand, first, second);
  return compareSigns(first, second);
}

/** Of two delegate types with the same parameters the one with the better return type. */
function compareDelegates(operand: Operand | null, first: NetType, second: NetType): number {
  const a = first.invoke!;
  const c = second.invoke!;
  if (
    a.parameters.length !== c.parameters.length ||
    a.parameters.some((parameter, i) => parameter.type !== c.parameters[i]!.type)
  )
    return 0;
  if (a.returnType === c.returnType) return 0;
  if (a.returnType.kind === "void" || c.returnType.kind === "void") return a.returnType.kind === "void" ? 1 : -1;
  const returned = operand?.kind === "UnboundLambda" ? lambdaReturn(operand, first) : null;
  if (returned !== null && !isOpen(returned)) {
    if (returned === a.returnType) return -1;
    if (returned === c.returnType) return 1;
  }
  return compareTargets(null, a.returnType, c.returnType);
}

const SIGNED = new Set(["sbyte", "short", "int", "long"]);
const UNSIGNED = new Set(["byte", "ushort", "uint", "ulong"]);

/** Between integers without a conversion either way, the signed one. */
function compareSigns(first: NetType, second: NetType): number {
  const a = numericOf(first.underlying ?? first);
  const c = numericOf(second.underlying ?? second);
  if (a === null || c === null) return 0;
  if (SIGNED.has(a) && UNSIGNED.has(c)) return -1;
  return UNSIGNED.has(a) && SIGNED.has(c) ? 1 : 0;
}
