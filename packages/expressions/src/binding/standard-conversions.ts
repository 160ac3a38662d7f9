import type { Conversion } from "../bound/tree.js";
import { FunctionType } from "../types/function-type.js";
import type { MethodSymbol, NetType, ParameterSymbol } from "../types/net-type.js";
import { numericOf, numericOrEnum, widens } from "./numeric-types.js";

/** How a value of one type becomes one of another. */
export type Change =
  | { readonly kind: "identity" }
  /** One node of the tree. */
  | { readonly kind: "simple"; readonly conversion: Conversion }
  /** One after the other: to `via`, then on. */
  | { readonly kind: "steps"; readonly first: Change; readonly via: NetType; readonly then: Change }
  /** `before` fits the operator's parameter, `after` its result. `lifted`: null gives null. */
  | {
      readonly kind: "user";
      readonly method: MethodSymbol;
      readonly before: Change;
      readonly after: Change;
      readonly lifted: boolean;
    };

/** No change at all. */
export const IDENTITY: Change = { kind: "identity" };
/** Another static type for the same form. */
export const RELABEL: Change = { kind: "simple", conversion: { kind: "relabel" } };
const BOX: Change = { kind: "simple", conversion: { kind: "box" } };
const UNBOX: Change = { kind: "simple", conversion: { kind: "unbox" } };
const CAST: Change = { kind: "simple", conversion: { kind: "cast" } };
const UNWRAP: Change = { kind: "simple", conversion: { kind: "unwrap" } };
const DELEGATE: Change = { kind: "simple", conversion: { kind: "delegate" } };

/** Implicit conversions that no user wrote. */
export function standardImplicit(from: NetType, to: NetType): Change | null {
  if (from === to) return IDENTITY;
  if (from.kind === "void" || to.kind === "void") return null;
  if (from.kind === "null") return to.isValueType && to.underlying === null ? null : RELABEL;
  if (to.underlying !== null) return toNullable(from, to.underlying, standardImplicit);
  if (from.isValueType) {
    if (!to.isValueType) return (from.underlying ?? from).isAssignableTo(to) ? BOX : null;
    if (from.underlying !== null) return null;
    const a = numericOf(from);
    const b = numericOf(to);
    return a !== null && b !== null && widens(a, b) ? numericChange(from, to) : null;
  }
  if (to.isValueType) return null;
  if (from instanceof FunctionType) return from === to || fitsDelegate(from, to) ? DELEGATE : null;
  if (!from.isAssignableTo(to)) return null;
  return from.kind === "delegate" && to.kind === "delegate" ? DELEGATE : RELABEL;
}

/** True if a local function fits a delegate as it stands. Values pass through unchanged, so only references may differ in type. */
function fitsDelegate(from: FunctionType, to: NetType): boolean {
  if (to.kind !== "delegate") return from.isAssignableTo(to);
  const own = from.invoke;
  const wanted = to.invoke!;
  if (own.parameters.length !== wanted.parameters.length) return false;
  const isSafe = (a: NetType, b: NetType) => a === b || (!a.isValueType && !b.isValueType && standardImplicit(a, b) !== null);
  return (
    own.parameters.every((parameter, i) => {
      const other = wanted.parameters[i]!;
      return (
        (isByReference(parameter) ? parameter.mode : "in") === (isByReference(other) ? other.mode : "in") &&
        isSafe(other.type, parameter.type)
      );
    }) && (wanted.returnType.kind === "void" ? own.returnType.kind === "void" : isSafe(own.returnType, wanted.returnType))
  );
}

function isByReference({ mode }: ParameterSymbol): boolean {
  return mode === "out" || mode === "ref";
}

/** To `T?`: from `T` or what converts to it, or null-preserving from another nullable. */
function toNullable(from: NetType, target: NetType, inner: (from: NetType, to: NetType) => Change | null): Change | null {
  if (from.underlying !== null) return lift(inner(from.underlying, target));
  if (!from.isValueType) return null;
  const change = inner(from, target);
  if (change === null) return null;
  return change.kind === "identity" ? RELABEL : { kind: "steps", first: change, via: target, then: RELABEL };
}

function lift(change: Change | null): Change | null {
  if (change === null) return null;
  if (change.kind === "identity") return RELABEL;
  return change.kind === "simple" ? { kind: "simple", conversion: { kind: "lifted", inner: change.conversion } } : null;
}

/** Between two types of numbers, or enums taken as their ints; null if one is neither. */
export function numericChange(from: NetType, to: NetType): Change | null {
  const a = numericOrEnum(from);
  const b = numericOrEnum(to);
  return a === null || b === null ? null : { kind: "simple", conversion: { kind: "numeric", from: a, to: b } };
}

/** Explicit conversions that no user wrote, beside the implicit ones. */
export function standardExplicit(from: NetType, to: NetType): Change | null {
  if (from.kind === "void" || to.kind === "void" || from.kind === "null") return null;
  if (from.underlying !== null && to.isValueType && to.underlying === null) {
    const change = valueExplicit(from.underlying, to);
    if (change === null) return null;
    return change.kind === "identity" ? UNWRAP : { kind: "steps", first: UNWRAP, via: from.underlying, then: change };
  }
  if (to.underlying !== null && from.isValueType) return toNullable(from, to.underlying, valueExplicit);
  if (from.isValueType && to.isValueType) return valueExplicit(from, to);
  if (to.isValueType) return canUnbox(from, to) ? UNBOX : null;
  if (from.isValueType) return null;
  return canCast(from, to) ? (to.kind === "delegate" && from.kind === "delegate" ? DELEGATE : CAST) : null;
}

function valueExplicit(from: NetType, to: NetType): Change | null {
  return from === to ? IDENTITY : numericChange(from, to);
}

function canUnbox(from: NetType, to: NetType): boolean {
  return (to.underlying ?? to).isAssignableTo(from);
}

/** True if a reference of one type may turn out to be of the other. */
function canCast(from: NetType, to: NetType): boolean {
  if (to.isAssignableTo(from)) return true;
  if (from.kind === "array" && to.kind === "array")
    return (
      from.rank === to.rank &&
      !from.elementType!.isValueType &&
      !to.elementType!.isValueType &&
      canCast(from.elementType!, to.elementType!)
    );
  if (from.kind === "delegate" || to.kind === "delegate") return from.declaration !== null && from.declaration === to.declaration;
  if (from.kind === "interface") return to.kind === "interface" || !isClosed(to) || from.arguments.length > 0;
  return to.kind === "interface" && !isClosed(from);
}

/** Types of which no unknown subclass could implement an interface. */
function isClosed(type: NetType): boolean {
  return type.kind === "array" || type.definitionName === "System.String" || type.kind === "anonymous" || isSealed(type);
}

function isSealed(type: NetType): boolean {
  return type.declaration !== null && /^(?:static |abstract )*sealed /.test(type.declaration.header);
}
