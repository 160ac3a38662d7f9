import type { BoundExpression, Conversion } from "../bound/tree.js";
import { numberConversion } from "../dotnet/numbers/conversion.js";
import { chargeMemory } from "../runtime/current.js";
import { raise } from "../runtime/exceptions.js";
import { Weight } from "../runtime/weights.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { Boxed } from "../types/values.js";
import type { Evaluator } from "./frame.js";
import { typeNameOf, typeTest } from "./type-test.js";

type Convert = Extract<BoundExpression, { kind: "Convert" }>;
type Change = (value: unknown) => unknown;

/** Compiles a conversion; conversions that change nothing cost nothing. */
export function compileConvert(node: Convert, operand: Evaluator, scope: TypeScopeView): Evaluator {
  const change = changeOf(node.conversion, node.operand.type, node.type, node.checked, scope);
  if (change === null) return operand;
  if (node.operand.kind === "Constant" && node.conversion.kind === "box") {
    const boxed = change(node.operand.value);
    return () => boxed;
  }
  return (frame) => change(operand(frame));
}

/** What a conversion does to a raw value; null if nothing. */
function changeOf(conversion: Conversion, from: NetType, to: NetType, isChecked: boolean, scope: TypeScopeView): Change | null {
  switch (conversion.kind) {
    case "relabel":
    case "delegate":
      return null;
    case "numeric":
      return numberConversion(conversion.from, conversion.to, isChecked) as Change | null;
    case "box":
      return boxing(from);
    case "unbox":
      return unboxing(to, scope);
    case "cast":
      return downcast(to, scope);
    case "unwrap":
      return (value) => {
        if (value === null) throw raise.invalidOperation("Nullable object must have a value.");
        return value;
      };
    case "lifted": {
      const inner = changeOf(conversion.inner, from.underlying ?? from, to.underlying ?? to, isChecked, scope);
      return inner === null ? null : (value) => (value === null ? null : inner(value));
    }
  }
}

const PLAIN_FORM = new Set(["System.Int32", "System.Boolean", "System.String"]);

/** True if a value of the type, as `object`, needs a box around its raw form. */
export function needsBox(type: NetType): boolean {
  const value = type.underlying ?? type;
  return value.kind === "parameter" || (value.isValueType && !PLAIN_FORM.has(value.definitionName));
}

/** Raw form → object form for a static type; null if they are the same. */
export function boxing(type: NetType): Change | null {
  if (!needsBox(type)) return null;
  const value = type.underlying ?? type;
  return (raw) => {
    if (typeof raw !== "number" && typeof raw !== "bigint") return raw;
    chargeMemory(Weight.object);
    return new Boxed(value, raw);
  };
}

function unboxing(to: NetType, scope: TypeScopeView): Change {
  const wanted = to.underlying ?? to;
  const isNullable = to.underlying !== null;
  const matches = typeTest(wanted, scope);
  return (value) => {
    if (value === null) {
      if (isNullable) return null;
      throw raise.nullReference();
    }
    if (matches(value) || isEnumOfInt(value, wanted)) return value instanceof Boxed ? value.value : value;
    throw raise.invalidCast(typeNameOf(value, scope), wanted.fullName);
  };
}

/** .NET lets an enum be unboxed as its underlying type and the other way round. */
function isEnumOfInt(value: unknown, wanted: NetType): boolean {
  if (wanted.definitionName === "System.Int32") return value instanceof Boxed && value.type.kind === "enum";
  return wanted.kind === "enum" && typeof value === "number";
}

function downcast(to: NetType, scope: TypeScopeView): Change {
  const matches = typeTest(to, scope);
  return (value) => {
    if (value === null || matches(value)) return value;
    throw raise.invalidCast(typeNameOf(value, scope), to.fullName);
  };
}

/** Compiles `operand is test`. */
export function compileIsType(operand: Evaluator, test: NetType, scope: TypeScopeView): Evaluator {
  const matches = typeTest(test, scope);
  return (frame) => {
    const value = operand(frame);
    return value !== null && matches(value);
  };
}

/** Compiles `operand as type`. */
export function compileAsType(operand: Evaluator, type: NetType, scope: TypeScopeView): Evaluator {
  const matches = typeTest(type, scope);
  const isValue = type.underlying !== null;
  return (frame) => {
    const value = operand(frame);
    if (value === null || !matches(value)) return null;
    return isValue && value instanceof Boxed ? value.value : value;
  };
}
