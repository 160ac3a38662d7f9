import type { CallArgument } from "../../binding/applicable.js";
import type { Binder } from "../../binding/binder.js";
import { callMember, reuse, sequence } from "../../binding/call-node.js";
import { constantNode } from "../../binding/constants.js";
import { convert, converts } from "../../binding/convert.js";
import { nullableForm, numericOf } from "../../binding/numeric-types.js";
import { errorNode, type Operand } from "../../binding/operand.js";
import { resolveOverload } from "../../binding/overloads.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { MethodSymbol, NetType } from "../../types/net-type.js";
import { nullType } from "../../types/special-types.js";
import type { Node } from "../syntax.js";
import { errors } from "./errors.js";

/** Types whose operators the language itself defines. */
function isPredefined(b: Binder, type: NetType): boolean {
  return (
    numericOf(type) !== null ||
    type === b.core.bool ||
    type === b.core.string ||
    type === b.core.object ||
    type.kind === "enum" ||
    type.kind === "array" ||
    type.kind === "anonymous" ||
    type.kind === "interface" ||
    type.kind === "null" ||
    type.kind === "void"
  );
}

/** Operators of a type and its bases, as declared by the nearest that declares any. */
function operatorsOf(b: Binder, type: NetType, operator: string, count: number): MethodSymbol[] {
  const start = type.underlying ?? type;
  if (isPredefined(b, start)) return [];
  for (let ancestor: NetType | null = start; ancestor !== null; ancestor = ancestor.baseType) {
    const found = ancestor
      .members(`operator ${operator}`)
      .filter((member): member is MethodSymbol => member.kind === "operator" && member.parameters.length === count);
    if (found.length > 0) return found;
  }
  return [];
}

/** `a op b` by an operator that one of the operands' types declares; null if none applies. */
export function userBinary(
  b: Binder,
  operator: string,
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression | null {
  const methods = operatorsOf(b, left.type, operator, 2);
  for (const method of operatorsOf(b, right.type, operator, 2)) if (!methods.includes(method)) methods.push(method);
  if (methods.length === 0) return null;
  const found = choose(b, methods, [left, right]);
  if (found === "ambiguous") {
    b.report(node, errors.ambiguousOperator(operator, left.type.name, right.type.name));
    return errorNode(node);
  }
  if (found !== null)
    return callMember(
      b,
      found,
      null,
      [convert(b, left, found.parameters[0]!.type), convert(b, right, found.parameters[1]!.type)],
      node,
    );
  return lifted(b, methods, operator, left, right, node);
}

/** `op a` by a declared operator; null if none applies. */
export function userUnary(b: Binder, operator: string, operand: BoundExpression, node: Node): BoundExpression | null {
  const methods = operatorsOf(b, operand.type, operator, 1);
  if (methods.length === 0) return null;
  const found = choose(b, methods, [operand]);
  if (found === null || found === "ambiguous") return null;
  return callMember(b, found, null, [convert(b, operand, found.parameters[0]!.type)], node);
}

function choose(b: Binder, methods: readonly MethodSymbol[], operands: readonly Operand[]): MethodSymbol | "ambiguous" | null {
  const args = operands.map(
    (operand): CallArgument => ({ operand, name: null, mode: "value", start: operand.start, end: operand.end }),
  );
  const found = resolveOverload(b, methods, args, null);
  if (found.kind === "found") return found.callable as MethodSymbol;
  return found.kind === "ambiguous" ? "ambiguous" : null;
}

const COMPARISONS = new Set(["==", "!=", "<", ">", "<=", ">="]);

/** An operator of value types on their nullable forms: null gives null, or for comparisons what C# says of nulls. */
function lifted(
  b: Binder,
  methods: readonly MethodSymbol[],
  operator: string,
  left: BoundExpression,
  right: BoundExpression,
  node: Node,
): BoundExpression | null {
  const fits = methods.filter((method) => {
    const [first, second] = method.parameters;
    if (!first!.type.isValueType || !second!.type.isValueType) return false;
    return converts(b, left, nullableForm(b, first!.type)) && converts(b, right, nullableForm(b, second!.type));
  });
  const method = fits[0];
  if (method === undefined || fits.length > 1) return null;
  const [first, second] = method.parameters;
  const effects: BoundExpression[] = [];
  const former = reuse(b, convert(b, left, nullableForm(b, first!.type)), effects);
  const other = reuse(b, convert(b, right, nullableForm(b, second!.type)), effects);
  const { start, end } = node;
  const isComparison = COMPARISONS.has(operator) && method.returnType === b.core.bool;
  const type = isComparison ? b.core.bool : nullableForm(b, method.returnType);
  const strip = (value: BoundExpression, to: NetType): BoundExpression => ({
    kind: "Convert",
    conversion: { kind: "relabel" },
    operand: value,
    type: to,
    checked: false,
    start,
    end,
  });
  const call = callMember(b, method, null, [strip(former, first!.type), strip(other, second!.type)], node);
  const isNull = (value: BoundExpression): BoundExpression => ({
    kind: "Same",
    negated: false,
    left: value,
    right: constantNode(null, nullType, node),
    type: b.core.bool,
    start,
    end,
  });
  const whenNull: BoundExpression = !isComparison
    ? constantNode(null, type, node)
    : operator === "==" || operator === "!="
      ? { kind: "Same", negated: operator === "!=", left: former, right: other, type, start, end }
      : constantNode(false, type, node);
  const anyNull: BoundExpression = { kind: "OrElse", left: isNull(former), right: isNull(other), type: b.core.bool, start, end };
  const value: BoundExpression = { kind: "Conditional", condition: anyNull, then: whenNull, otherwise: call, type, start, end };
  return sequence(effects, value, node);
}
