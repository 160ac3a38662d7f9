import type { Binder } from "../../binding/binder.js";
import { assignLocal, localNode, reuse, sequence } from "../../binding/call-node.js";
import { constantNode } from "../../binding/constants.js";
import { explicitChange } from "../../binding/conversions.js";
import { apply, convert, converts } from "../../binding/convert.js";
import { numericOf, stripNullable } from "../../binding/numeric-types.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundArgument, BoundExpression } from "../../bound/tree.js";
import type { NetType, PropertySymbol } from "../../types/net-type.js";
import type { BinaryOperator, Expression, Node } from "../syntax.js";
import { binaryOf } from "./binary.js";
import { errors } from "./errors.js";
import { bindExpression, bindTo } from "./expressions.js";

/** `a = b`, `a += b` … */
export function bindAssignment(b: Binder, node: Extract<Expression, { kind: "Assignment" }>): Operand {
  if (node.operator === "=") {
    if (node.target.kind === "Tuple") {
      b.report(node, errors.deconstruction());
      return errorNode(node);
    }
    if (node.target.kind === "Name" && node.target.name === "_" && b.locals.find("_") === null) return discard(b, node);
  }
  const target = bindTarget(b, node.target);
  if (target === null) {
    bindExpression(b, node.value);
    return errorNode(node);
  }
  if (node.operator === "=") return assignTo(b, target, bindTo(b, node.value, target.type), node);
  return compound(b, target, node.operator.slice(0, -1) as BinaryOperator, bindExpression(b, node.value), node);
}

/** `_ = value;` */
function discard(b: Binder, node: Extract<Expression, { kind: "Assignment" }>): Operand {
  const value = asValue(b, bindExpression(b, node.value));
  if (isError(value)) return value;
  return assignLocal(b, b.temporary(value.type), value, node);
}

/** The left side of an assignment, if it can be assigned; otherwise the error is reported. */
function bindTarget(b: Binder, syntax: Expression): BoundExpression | null {
  const operand = bindExpression(b, syntax);
  return checkTarget(b, operand, syntax);
}

/** `Type.Name`, or `Type.this[int]` for an indexer. */
function memberName({ declaringType, name, parameters }: PropertySymbol): string {
  const shown = name === "this[]" ? `this[${parameters.map((parameter) => parameter.type.name).join(", ")}]` : name;
  return `${declaringType.name}.${shown}`;
}

function checkTarget(b: Binder, operand: Operand, syntax: Expression): BoundExpression | null {
  if (!isValue(operand)) {
    if (operand.kind === "Methods") b.report(syntax, errors.assignsMethods(operand.name));
    else if (operand.kind === "TypeName" || operand.kind === "Namespace") asValue(b, operand);
    else b.report(syntax, errors.notAssignable());
    return null;
  }
  if (isError(operand)) return null;
  const target = unwrapSequence(operand);
  switch (target.kind) {
    case "Local": {
      const name = syntax.kind === "Name" ? syntax.name : target.local.name;
      const entry = b.locals.find(name);
      if (entry?.kind === "local" && entry.local === target.local && entry.isReadOnly !== null) {
        if (entry.isReadOnly === "range") b.report(syntax, errors.assignsRangeVariable(name));
        else b.report(syntax, errors.assignsReadOnly(name, entry.isReadOnly));
        return null;
      }
      if (entry?.kind === "alias") {
        b.report(syntax, errors.assignsQueryVariable(name));
        return null;
      }
      return operand;
    }
    case "ArrayGet":
      return operand;
    case "Member":
      if (target.accessor !== "get" || target.member.kind !== "property") break;
      if (target.member.canWrite) {
        if (target.receiver?.type.isValueType && target.receiver.kind !== "Local" && target.receiver.kind !== "ArrayGet") {
          b.report(syntax, errors.modifiesCopy(target.member.name));
          return null;
        }
        return operand;
      }
      b.report(syntax, errors.readOnlyMember(memberName(target.member)));
      return null;
    case "AnonymousGet":
      b.report(syntax, errors.readOnlyMember(`${target.target.type.name}.${target.target.type.memberNames()[target.index]}`));
      return null;
    case "ArrayLength":
      b.report(syntax, errors.readOnlyMember("Array.Length"));
      return null;
    case "Global":
      b.report(syntax, errors.assignsGlobal(target.name));
      return null;
    default:
  }

  b.report(syntax, errors.notAssignable());
  return null;
}

/** An indexer with reordered named arguments comes as a sequence around the access. */
function unwrapSequence(node: BoundExpression): BoundExpression {
  return node.kind === "Sequence" ? unwrapSequence(node.value) : node;
}

/** Stores a value, already converted, where `target` reads from. */
export function assignTo(b: Binder, target: BoundExpression, value: BoundExpression, node: Node): BoundExpression {
  if (isError(value)) return value;
  const { start, end } = node;
  switch (target.kind) {
    case "Sequence":
      return sequence(target.effects, assignTo(b, target.value, value, node), node);
    case "Local":
      return assignLocal(b, target.local, value, node);
    case "ArrayGet":
      return { kind: "ArraySet", array: target.array, indices: target.indices, value, type: target.type, start, end };
    case "Member":
      if (target.member.kind === "property" && !target.member.canWrite) break;
      return { ...target, accessor: "set", arguments: [...target.arguments, value], start, end };
    default:
  }
  b.report(node, errors.notAssignable());
  return errorNode(node);
}

/** The target with its parts in temporaries, so that it can be read and then written without evaluating them twice. */
function stabilize(b: Binder, target: BoundExpression, effects: BoundExpression[]): BoundExpression {
  switch (target.kind) {
    case "Sequence":
      effects.push(...target.effects);
      return stabilize(b, target.value, effects);
    case "ArrayGet":
      return {
        ...target,
        array: stable(b, target.array, effects),
        indices: target.indices.map((index) => stable(b, index, effects)),
      };
    case "Member":
      return {
        ...target,
        receiver: target.receiver === null ? null : stable(b, target.receiver, effects),
        arguments: target.arguments.map(
          (argument): BoundArgument =>
            argument.kind === "Reference" || argument.kind === "ElementReference" ? argument : stable(b, argument, effects),
        ),
      };
    default:
      return target;
  }
}

/** Struct receivers stay where they are: a copy would be changed instead. */
function stable(b: Binder, value: BoundExpression, effects: BoundExpression[]): BoundExpression {
  return reuse(b, value, effects);
}

function compound(b: Binder, target: BoundExpression, operator: BinaryOperator, value: Operand, node: Node): BoundExpression {
  if (isError(value)) return errorNode(node);
  const effects: BoundExpression[] = [];
  const place = stabilize(b, target, effects);
  const result = binaryOf(b, operator, place, value, node);
  if (isError(result)) return result;
  const converted = compoundResult(b, result, value, target.type, operator, node);
  if (isError(converted)) return converted;
  return sequence(effects, assignTo(b, place, converted, node), node);
}

/** The operator's result as the target's type: a cast is implied if the right side would fit on its own. */
function compoundResult(
  b: Binder,
  result: BoundExpression,
  value: Operand,
  type: NetType,
  operator: BinaryOperator,
  node: Node,
): BoundExpression {
  if (converts(b, result, type)) return convert(b, result, type, node);
  const change = explicitChange(result.type, type);
  const isPredefined = result.kind !== "Member";
  if (change !== null && isPredefined && (operator === "<<" || operator === ">>" || converts(b, value, type)))
    return apply(b, result, change, type, node);
  return convert(b, result, type, node);
}

/** `++x`, `x--` … */
export function bindIncrement(b: Binder, node: Extract<Expression, { kind: "Increment" }>): Operand {
  const operand = bindExpression(b, node.operand);
  if (isError(operand)) return errorNode(node);
  if (isValue(operand) && !isVariable(operand)) {
    b.report(node.operand, errors.notIncrementable());
    return errorNode(node);
  }
  const target = checkTarget(b, operand, node.operand);
  if (target === null) return errorNode(node);
  const { type } = target;
  const kind = numericOf(stripNullable(type));
  if (kind === null && stripNullable(type).kind !== "enum") {
    b.report(node, errors.badOperand(node.operator, type.name));
    return errorNode(node);
  }
  const effects: BoundExpression[] = [];
  const place = stabilize(b, target, effects);
  const old = node.prefix ? place : kept(b, place, effects);
  const sum = binaryOf(b, node.operator === "++" ? "+" : "-", old, constantNode(1, b.core.int, node), node);
  if (isError(sum)) return sum;
  const change = explicitChange(sum.type, type);
  if (change === null) return errorNode(node);
  const assigned = assignTo(b, place, apply(b, sum, change, type, node), node);
  if (node.prefix) return sequence(effects, assigned, node);
  return sequence([...effects, assigned], old, node);
}

/** The value before the change, kept in a temporary: what a postfix operator gives. */
function kept(b: Binder, place: BoundExpression, effects: BoundExpression[]): BoundExpression {
  const local = b.temporary(place.type);
  effects.push(assignLocal(b, local, place, place));
  return localNode(b, local, place);
}

function isVariable(operand: BoundExpression): boolean {
  const target = unwrapSequence(operand);
  if (target.kind === "Local") return !(operand.kind === "Sequence");
  return (
    target.kind === "ArrayGet" ||
    target.kind === "AnonymousGet" ||
    target.kind === "ArrayLength" ||
    target.kind === "Global" ||
    (target.kind === "Member" && target.accessor === "get")
  );
}
