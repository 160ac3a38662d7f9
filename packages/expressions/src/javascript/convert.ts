import { constantNode } from "../binding/constants.js";
import { bindingErrors } from "../binding/errors.js";
import { numericOf } from "../binding/numeric-types.js";
import { errorNode, isError } from "../binding/operand.js";
import type { BoundExpression, Conversion } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { NetType } from "../types/net-type.js";
import type { Script } from "./script.js";

function change(value: BoundExpression, conversion: Conversion, type: NetType, node: Place, checked = false): BoundExpression {
  return { kind: "Convert", conversion, operand: value, type, checked, start: node.start, end: node.end };
}

/** The value with another static type, in the same form. */
export function relabel(value: BoundExpression, type: NetType, node: Place = value): BoundExpression {
  if (value.type === type) return value;
  if (value.kind === "Constant") return constantNode(value.value, type, node);
  return change(value, { kind: "relabel" }, type, node);
}

function isToken(type: NetType): boolean {
  return /^Newtonsoft\.Json\.Linq\.J(?:Token|Object|Array|Value|Container)$/.test(type.definitionName);
}

/**
 * A value of .NET as a script sees it: numbers are doubles, characters and enum values texts, JSON tokens and nullable values
 * `object`; nothing is null.
 */
export function normalise(s: Script, value: BoundExpression, node: Place = value): BoundExpression {
  const { type } = value;
  const { core } = s.b;
  if (isError(value) || type === core.double || type === core.string || type === core.bool || type === core.object) return value;
  if (type.kind === "void") {
    const nothing = constantNode(null, core.object, node);
    return { kind: "Sequence", effects: [value], value: nothing, type: core.object, start: node.start, end: node.end };
  }
  if (type.kind === "null" || isToken(type)) return relabel(value, core.object, node);
  if (type.underlying !== null) return change(value, { kind: "box" }, core.object, node);
  const numeric = numericOf(type);
  if (numeric === "char" || type.kind === "enum") {
    return s.operation("ToTextOrNull", [change(value, { kind: "box" }, core.object, node)], node);
  }
  if (numeric !== null) {
    if (value.kind === "Constant" && typeof value.value !== "object") return constantNode(Number(value.value), core.double, node);
    return change(value, { kind: "numeric", from: numeric, to: "double" }, core.double, node);
  }
  return value;
}

/** True if the value is a number that an int holds as it is; -0 is none. */
export function isInt(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value && !Object.is(value, -0);
}

/** A value in object form. */
export function toObject(s: Script, value: BoundExpression, node: Place = value): BoundExpression {
  const { type } = value;
  const { core } = s.b;
  if (type === core.object || isError(value)) return value;
  if (type === core.double) {
    if (value.kind === "Constant" && isInt(value.value)) {
      return change(constantNode(value.value, core.int, node), { kind: "box" }, core.object, node);
    }
    return s.operation("FromNumber", [value], node);
  }
  if (type === core.string || type === core.bool || !type.isValueType) return relabel(value, core.object, node);
  return change(value, { kind: "box" }, core.object, node);
}

/** A value as .NET code wants it: texts, numbers and booleans are made of what a script has; other types must be there. */
export function fit(s: Script, value: BoundExpression, type: NetType, node: Place = value): BoundExpression {
  const { core } = s.b;
  if (value.type === type || isError(value)) return value;
  if (type === core.object) return toObject(s, value, node);
  if (type === core.string) return s.operation("ToTextOrNull", [toObject(s, value, node)], node);
  if (type === core.bool) return truthy(s, value, node);
  if (type === core.double) return s.operation("ToNumber", [toObject(s, value, node)], node);
  const numeric = numericOf(type);
  if (numeric !== null && numeric !== "char") {
    const number = fit(s, value, core.double, node);
    const isReal = numeric === "decimal" || numeric === "float";
    const whole = isReal ? number : s.operation("ToInteger", [number], node);
    return change(whole, { kind: "numeric", from: "double", to: numeric }, type, node, true);
  }
  const isNothing = value.kind === "Constant" && value.value === null;
  if (isNothing && (!type.isValueType || type.underlying !== null)) return constantNode(null, type, node);
  if (value.type.isAssignableTo(type) && !value.type.isValueType) return relabel(value, type, node);
  const isKnown = value.type === core.string || value.type === core.bool || value.type === core.double;
  if (isKnown || type.kind === "delegate" || type.kind === "void") {
    s.b.report(node, bindingErrors.noImplicitConversion(value.type.name, type.name));
    return errorNode(node);
  }
  return change(toObject(s, value, node), { kind: type.isValueType ? "unbox" : "cast" }, type, node);
}

/** A value as a condition. */
export function truthy(s: Script, value: BoundExpression, node: Place = value): BoundExpression {
  if (value.type === s.b.core.bool || isError(value)) return value;
  return s.operation("Truthy", [toObject(s, value, node)], node);
}

/** Two values with one static type, which is `object` where they differ. */
export function common(s: Script, a: BoundExpression, b: BoundExpression): readonly [BoundExpression, BoundExpression] {
  if (a.type === b.type) return [a, b];
  const isNull = (value: BoundExpression) => value.kind === "Constant" && value.value === null;
  if (isNull(b) && !a.type.isValueType) return [a, constantNode(null, a.type, b)];
  if (isNull(a) && !b.type.isValueType) return [constantNode(null, b.type, a), b];
  return [toObject(s, a), toObject(s, b)];
}
