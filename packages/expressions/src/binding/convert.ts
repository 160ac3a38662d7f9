import type { BoundExpression, Conversion } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { NetType } from "../types/net-type.js";
import { zeroOf } from "../types/zero.js";
import type { Binder } from "./binder.js";
import { callMember } from "./call-node.js";
import { constantNode, foldNumeric } from "./constants.js";
import { constantChange, explicitChange, implicitChange } from "./conversions.js";
import { bindingErrors } from "./errors.js";
import { convertLambda, lambdaConverts, reportLambda } from "./lambda-conversion.js";
import { convertMethods, methodsConvert, reportMethods } from "./method-groups.js";
import { acceptsNull, numericOf } from "./numeric-types.js";
import { errorNode, isError, isValue, type Operand } from "./operand.js";
import { type Change, IDENTITY } from "./standard-conversions.js";
import { reportNoValue } from "./values.js";

/** True if there is an implicit conversion of the operand to the type. */
export function converts(b: Binder, operand: Operand, type: NetType): boolean {
  if (isValue(operand)) return implicitChange(operand.type, type) !== null || constantChange(operand, type) !== null;
  switch (operand.kind) {
    case "UnboundLambda":
      return lambdaConverts(b, operand, type);
    case "Methods":
      return methodsConvert(b, operand, type);
    case "DefaultLiteral":
      return type.kind !== "void";
    case "ThrowOperand":
      return true;
    default:
      return false;
  }
}

/** The operand as a value of the type, by an implicit conversion; an error if there is none. */
export function convert(b: Binder, operand: Operand, type: NetType, node: Place = operand): BoundExpression {
  if (isValue(operand)) {
    if (operand.type === type) return operand;
    const change = implicitChange(operand.type, type) ?? constantChange(operand, type);
    if (change !== null) return apply(b, operand, change, type);
    reportConversion(b, operand, type, node);
    return errorNode(node);
  }
  switch (operand.kind) {
    case "UnboundLambda":
      if (lambdaConverts(b, operand, type)) return convertLambda(b, operand, type);
      reportLambda(b, operand, type);
      return errorNode(node);
    case "Methods": {
      const delegate = convertMethods(b, operand, type);
      if (delegate !== null) return delegate;
      reportMethods(b, operand, type, node);
      return errorNode(node);
    }
    case "DefaultLiteral":
      return defaultNode(type, node);
    case "ThrowOperand":
      return { kind: "Throw", value: operand.value, type, start: operand.start, end: operand.end };
    default:
      reportNoValue(b, operand);
      return errorNode(node);
  }
}

/** The operand cast to the type. */
export function convertExplicitly(b: Binder, operand: Operand, type: NetType, node: Place): BoundExpression {
  if (!isValue(operand)) return convert(b, operand, type, node);
  const change = explicitChange(operand.type, type) ?? constantChange(operand, type);
  if (change !== null) return apply(b, operand, change, type, node);
  b.report(node, bindingErrors.noConversion(operand.type.name, type.name));
  return errorNode(node);
}

/** `default(T)`. */
export function defaultNode(type: NetType, node: Place): BoundExpression {
  if (acceptsNull(type)) return constantNode(null, type, node);
  const zero = zeroOf(type);
  const isPlain = typeof zero !== "object" || zero === null;
  return isPlain ? constantNode(zero, type, node) : { kind: "Default", type, start: node.start, end: node.end };
}

/** Builds the nodes of a conversion. */
export function apply(
  b: Binder,
  operand: BoundExpression,
  change: Change,
  type: NetType,
  node: Place = operand,
): BoundExpression {
  switch (change.kind) {
    case "identity":
      return operand.type === type || isError(operand) ? operand : convertNode(b, operand, { kind: "relabel" }, type, node);
    case "simple":
      return convertNode(b, operand, change.conversion, type, node);
    case "steps":
      return apply(b, apply(b, operand, change.first, change.via, node), change.then, type, node);
    case "user":
      return change.lifted ? applyLifted(b, operand, change, type, node) : applyUser(b, operand, change, type, node);
  }
}

function applyUser(b: Binder, operand: BoundExpression, change: Change & { kind: "user" }, type: NetType, node: Place) {
  const { method } = change;
  const argument = apply(b, operand, change.before, method.parameters[0]!.type, node);
  const call = callMember(b, method, null, [argument], node);
  return apply(b, call, change.after, type, node);
}

/** `S?` → `T?` by an operator on the values: null gives null. */
function applyLifted(
  b: Binder,
  operand: BoundExpression,
  change: Change & { kind: "user" },
  type: NetType,
  node: Place,
): BoundExpression {
  const temporary = b.temporary(operand.type.underlying ?? operand.type);
  const { start, end } = node;
  const value: BoundExpression = { kind: "Local", local: temporary, type: temporary.type, start, end };
  const access = applyUser(b, value, { ...change, after: IDENTITY }, change.method.returnType, node);
  return { kind: "NullConditional", receiver: operand, temporary, access, type, start, end };
}

function convertNode(b: Binder, operand: BoundExpression, conversion: Conversion, type: NetType, node: Place): BoundExpression {
  if (operand.kind === "Constant") {
    if (conversion.kind === "numeric") return foldNumeric(b, operand, conversion.from, conversion.to, type);
    if (conversion.kind === "relabel") return constantNode(operand.value, type, node);
  }
  const { start, end } = node;
  return { kind: "Convert", conversion, operand, type, checked: b.isChecked, start, end };
}

/** Says why a value does not convert. */
function reportConversion(b: Binder, operand: BoundExpression, type: NetType, node: Place): void {
  const from = operand.type;
  if (from.kind === "null") {
    b.report(node, bindingErrors.nullForValue(type.name));
    return;
  }
  if (operand.kind === "Constant" && from.definitionName === "System.Double" && typeof operand.value === "number") {
    const target = numericOf(type);
    if (target === "decimal" || target === "float") {
      const suffix = target === "decimal" ? "M" : "F";
      b.report(node, bindingErrors.doubleLiteral(type.name, suffix, `${operand.value}${suffix.toLowerCase()}`));
      return;
    }
  }
  const isIntegerConstant =
    operand.kind === "Constant" && (from.definitionName === "System.Int32" || from.definitionName === "System.Int64");
  if (isIntegerConstant && numericOf(type) !== null && explicitChange(from, type) !== null && numericOf(type) !== "char") {
    b.report(node, bindingErrors.constantOutOfRange(String(operand.value), type.name));
    return;
  }
  if (explicitChange(from, type) !== null) b.report(node, bindingErrors.onlyExplicitConversion(from.name, type.name));
  else b.report(node, bindingErrors.noImplicitConversion(from.name, type.name));
}
