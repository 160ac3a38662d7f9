import { type Binder, declareName } from "../../binding/binder.js";
import { assignLocal, reuse, sequence } from "../../binding/call-node.js";
import { constantNode } from "../../binding/constants.js";
import { explicitChange, implicitChange } from "../../binding/conversions.js";
import { apply, convert, converts } from "../../binding/convert.js";
import { acceptsNull, nullableForm } from "../../binding/numeric-types.js";
import { errorNode, isError, type Operand } from "../../binding/operand.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Expression, NamePart, Node, Pattern, TypeSyntax } from "../syntax.js";
import { binaryOf } from "./binary.js";
import { errors } from "./errors.js";
import { bindExpression, bindValue } from "./expressions.js";
import { bindType, lookupType } from "./types.js";

/** `operand is pattern`. */
export function bindIs(b: Binder, node: Extract<Expression, { kind: "Is" }>): Operand {
  const operand = bindValue(b, node.operand);
  if (isError(operand)) {
    b.speculate(() => bindPattern(b, operand, node.pattern, node));
    declareOnly(b, node.pattern);
    return errorNode(node);
  }
  if (operand.type.kind === "void") {
    b.report(node, errors.voidIs());
    return errorNode(node);
  }
  const effects: BoundExpression[] = [];
  const value = needsTemporary(operand, node.pattern) ? reuse(b, operand, effects) : operand;
  return sequence(effects, bindPattern(b, value, node.pattern, node), node);
}

/** Declares a pattern's variable without a value, so that its uses are not reported too. */
function declareOnly(b: Binder, pattern: Pattern): void {
  if (pattern.kind !== "DeclarationPattern" || pattern.name === null || pattern.name === "_") return;
  if (b.locals.find(pattern.name) === null)
    b.locals.declare(pattern.name, { kind: "local", local: b.newLocal(pattern.name, errorType), isReadOnly: null });
}

function needsTemporary(operand: BoundExpression, pattern: Pattern): boolean {
  return operand.kind !== "Local" && pattern.kind !== "TypePattern";
}

/** The test that a pattern makes of a value that may be evaluated several times; declares the pattern's variable. */
export function bindPattern(b: Binder, value: BoundExpression, pattern: Pattern, node: Node): BoundExpression {
  switch (pattern.kind) {
    case "TypePattern":
      return typeTest(b, value, bindType(b, pattern.type), node, true);
    case "DeclarationPattern":
      return declaration(b, value, pattern, node);
    case "ConstantPattern":
      return constantTest(b, value, bindExpression(b, pattern.value), pattern.value, node);
    case "NamePattern":
      return nameTest(b, value, pattern, node);
  }
}

/** A dotted name in pattern position: a constant if it is one, otherwise a type. */
function nameTest(
  b: Binder,
  value: BoundExpression,
  pattern: Extract<Pattern, { kind: "NamePattern" }>,
  node: Node,
): BoundExpression {
  const asConstant = b.speculate(() => bindExpression(b, pattern.value));
  if (asConstant.value.kind === "Constant" && !isError(asConstant.value)) {
    b.diagnostics.push(...asConstant.diagnostics);
    b.uses.push(...asConstant.uses);
    return constantTest(b, value, asConstant.value, pattern.value, node);
  }
  const parts = partsOf(pattern.type);
  const isType = parts !== null && b.speculate(() => lookupType(b, parts)).value !== null;
  if (!isType && asConstant.diagnostics.length === 0) {
    b.report(pattern, errors.constantExpected());
    return errorNode(node);
  }
  return typeTest(b, value, bindType(b, pattern.type), node, node !== pattern);
}

function partsOf(type: TypeSyntax): readonly NamePart[] | null {
  return type.kind === "NamedType" ? type.parts : null;
}

function declaration(
  b: Binder,
  value: BoundExpression,
  pattern: Extract<Pattern, { kind: "DeclarationPattern" }>,
  node: Node,
): BoundExpression {
  const type = pattern.type === null ? value.type : bindType(b, pattern.type);
  const isNamed = pattern.name !== null && pattern.name !== "_";
  if (type.underlying !== null && pattern.type !== null) {
    b.report(pattern, errors.nullablePattern(type.name, type.underlying.name));
    if (isNamed) declareVariable(b, pattern, errorType);
    return errorNode(node);
  }
  const test = pattern.type === null ? constantNode(true, b.core.bool, node) : typeTest(b, value, type, node);
  if (!isNamed) return test;
  const local = declareVariable(b, pattern, type);
  if (isError(test)) return test;
  const change = value.type === type ? { kind: "identity" as const } : explicitChange(value.type, type);
  if (change === null) return test;
  const assignment = assignLocal(b, local, apply(b, value, change, type, node), node);
  const succeeded = sequence([assignment], constantNode(true, b.core.bool, node), node);
  if (test.kind === "Constant" && test.value === true) return succeeded;
  return { kind: "AndAlso", left: test, right: succeeded, type: b.core.bool, start: node.start, end: node.end };
}

function declareVariable(b: Binder, pattern: Extract<Pattern, { kind: "DeclarationPattern" }>, type: NetType) {
  const local = b.newLocal(pattern.name!, type);
  declareName(
    b,
    pattern.name!,
    { start: pattern.end - pattern.name!.length, end: pattern.end },
    { kind: "local", local, isReadOnly: null },
  );
  b.expressionLocals.push(local);
  return local;
}

/**
 * `value is T`: with value types decided as far as the static type decides it.
 * @param isQuestion it is only asked, without a variable: what can never be is then false and no error
 */
export function typeTest(b: Binder, value: BoundExpression, type: NetType, node: Node, isQuestion = false): BoundExpression {
  if (type === errorType) return errorNode(node);
  const { bool, object } = b.core;
  const { start, end } = node;
  if (type.isStatic) {
    b.report(node, errors.asStatic(type.name));
    return errorNode(node);
  }
  if (value.type === nullType) return constantNode(false, bool, node);
  if (
    explicitChange(value.type, type) === null &&
    !value.type.isValueType &&
    !type.isValueType &&
    value.type.kind !== "interface"
  ) {
    if (isQuestion) return constantNode(false, bool, node);
    b.report(node, errors.impossiblePattern(value.type.name, type.name));
    return errorNode(node);
  }
  if ((value.type.underlying ?? value.type) === (type.underlying ?? type)) {
    if (value.type.isValueType && value.type.underlying === null) return constantNode(true, bool, node);
    return { kind: "Same", negated: true, left: value, right: constantNode(null, nullType, node), type: bool, start, end };
  }
  const operand = value.type.isValueType ? convert(b, value, object) : value;
  return { kind: "IsType", operand, test: type.underlying ?? type, type: bool, start, end };
}

/** `value is constant`, `case constant`: equality for the same type, for `object` the type first and then the value. */
export function constantTest(b: Binder, value: BoundExpression, operand: Operand, syntax: Node, node: Node): BoundExpression {
  if (isError(operand) || isError(value)) return errorNode(node);
  if (operand.kind === "TypeName") return typeTest(b, value, operand.type, node);
  if (operand.kind !== "Constant") {
    b.report(syntax, errors.constantExpected());
    return errorNode(node);
  }
  if (operand.type === nullType || operand.value === null) {
    if (!acceptsNull(value.type)) {
      b.report(syntax, errors.nullForValue(value.type.name));
      return errorNode(node);
    }
    return {
      kind: "Same",
      negated: false,
      left: value,
      right: constantNode(null, nullType, node),
      type: b.core.bool,
      ...place(node),
    };
  }
  if (implicitChange(value.type, b.core.object) !== null && !value.type.isValueType && value.type !== b.core.string) {
    const { type } = operand;
    const test: BoundExpression = { kind: "IsType", operand: value, test: type, type: b.core.bool, ...place(node) };
    const change = explicitChange(value.type, type);
    if (change === null) {
      b.report(syntax, errors.impossiblePattern(value.type.name, type.name));
      return errorNode(node);
    }
    const equal = binaryOf(b, "==", apply(b, value, change, type, node), operand, node);
    return { kind: "AndAlso", left: test, right: equal, type: b.core.bool, ...place(node) };
  }
  const target = value.type.underlying ?? value.type;
  if (!converts(b, operand, target)) {
    convert(b, operand, target, syntax);
    return errorNode(node);
  }
  return binaryOf(b, "==", value, convert(b, operand, target, syntax), node);
}

function place({ start, end }: Node): Node {
  return { start, end };
}

/** `operand as T`. */
export function bindAs(b: Binder, node: Extract<Expression, { kind: "As" }>): Operand {
  const operand = bindValue(b, node.operand);
  const type = bindType(b, node.type);
  if (isError(operand) || type === errorType) return errorNode(node);
  if (!acceptsNull(type)) {
    b.report(node, errors.asValueType(type.name, nullableForm(b, type).name));
    return errorNode(node);
  }
  if (type.isStatic) {
    b.report(node, errors.asStatic(type.name));
    return errorNode(node);
  }
  if (operand.type === nullType) return constantNode(null, type, node);
  const change = explicitChange(operand.type, type);
  if (change === null || change.kind === "user") {
    b.report(node, errors.asImpossible(operand.type.name, type.name));
    return errorNode(node);
  }
  const implicit = implicitChange(operand.type, type);
  if (implicit !== null && implicit.kind !== "user") return { ...convert(b, operand, type, node), ...place(node) };
  const value = operand.type.isValueType ? convert(b, operand, b.core.object) : operand;
  return { kind: "AsType", operand: value, type, start: node.start, end: node.end };
}
