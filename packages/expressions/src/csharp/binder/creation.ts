import { bestCommonType } from "../../binding/best-type.js";
import type { Binder } from "../../binding/binder.js";
import { declareFailedOuts, fitArguments } from "../../binding/call-arguments.js";
import { reportResolution } from "../../binding/call-errors.js";
import { callMember, sequence } from "../../binding/call-node.js";
import { constantNode } from "../../binding/constants.js";
import { convert, defaultNode } from "../../binding/convert.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { resolveOverload } from "../../binding/overloads.js";
import { checkMember } from "../../binding/restrictions.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import type { MethodSymbol, NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { ArrayInitializer, Expression } from "../syntax.js";
import { bindArguments } from "./arguments.js";
import { errors } from "./errors.js";
import { bindExpression, bindTo, bindValue } from "./expressions.js";
import { arrayIndex } from "./indexing.js";
import { bindInitializer } from "./initializers.js";
import { bindType } from "./types.js";

type NewNode = Extract<Expression, { kind: "New" }>;

/** `new T(…) { … }`. */
export function bindNew(b: Binder, node: NewNode): Operand {
  const type = bindType(b, node.type);
  const args = bindArguments(b, node.arguments ?? []);
  if (type === errorType) {
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  if (type.invoke !== null) return newDelegate(b, type, args[0]?.operand ?? null, node);
  if (type.kind === "interface" || type.isAbstract) {
    b.report(node, errors.abstractInstance(type.name));
    return errorNode(node);
  }
  if (type.isStatic) {
    b.report(node, errors.staticInstance(type.name));
    return errorNode(node);
  }
  const constructors = type.members("new").filter((member): member is MethodSymbol => member.kind === "constructor");
  let created: BoundExpression;
  if (args.length === 0 && type.isValueType && !constructors.some(({ parameters }) => parameters.length === 0)) {
    created = defaultNode(type, node);
  } else {
    if (constructors.length === 0) {
      b.report(node, errors.noConstructor(type.name, args.length));
      return errorNode(node);
    }
    const resolution = resolveOverload(b, constructors, args, null);
    if (resolution.kind !== "found") {
      reportResolution(b, resolution, args, "new", node.type, null);
      declareFailedOuts(b, args);
      return errorNode(node);
    }
    const method = resolution.callable as MethodSymbol;
    checkMember(b, method, node.type);
    const effects: BoundExpression[] = [];
    const fitted = fitArguments(b, resolution, args, effects);
    created = sequence(effects, callMember(b, method, null, fitted, node), node);
  }
  return node.initializer === null ? created : bindInitializer(b, created, node.initializer, node);
}

function newDelegate(b: Binder, type: NetType, argument: Operand | null, node: NewNode): Operand {
  if (argument === null) {
    b.report(node, errors.notAMethod());
    return errorNode(node);
  }
  return convert(b, argument, type, node);
}

/** `new { A = 1, x.B }`. */
export function bindNewAnonymous(b: Binder, node: Extract<Expression, { kind: "NewAnonymous" }>): Operand {
  const names: string[] = [];
  const values: BoundExpression[] = [];
  for (const member of node.members) {
    const name = member.name ?? implicitName(member.value);
    if (name === null) {
      b.report(member.value, errors.anonymousMember());
      bindValue(b, member.value);
      continue;
    }
    if (names.includes(name)) b.report(member.value, errors.anonymousMemberTwice());
    const value = asMember(b, member.value);
    names.push(name);
    values.push(value);
  }
  if (values.some(isError) || values.length !== node.members.length) return errorNode(node);
  return anonymousNode(b, names, values, node);
}

function asMember(b: Binder, syntax: Expression): BoundExpression {
  const operand = bindExpression(b, syntax);
  const shown =
    operand.kind === "UnboundLambda"
      ? "lambda expression"
      : operand.kind === "Methods"
        ? "method group"
        : isValue(operand) && (operand.type === nullType || operand.type.kind === "void")
          ? operand.type.name
          : null;
  if (shown === null) return asValue(b, operand);
  b.report(syntax, errors.anonymousMemberValue(shown));
  return errorNode(syntax);
}

/** The object of an anonymous type with these members. */
export function anonymousNode(
  b: Binder,
  names: readonly string[],
  values: readonly BoundExpression[],
  node: { start: number; end: number },
): BoundExpression {
  const type = b.scope.anonymousType(
    names,
    values.map((value) => value.type),
  );
  return { kind: "NewAnonymous", names, values, type, start: node.start, end: node.end };
}

function implicitName(node: Expression): string | null {
  if (node.kind === "Name" || node.kind === "Member") return node.name;
  return node.kind === "ConditionalAccess" ? implicitName(node.access) : null;
}

/** `new T[n]`, `new T[] { … }`, `new[] { … }`. */
export function bindNewArray(b: Binder, node: Extract<Expression, { kind: "NewArray" }>): Operand {
  const { elementType, initializer, lengths, rank } = node;
  if (elementType === null) return implicitArray(b, node);
  const element = bindType(b, elementType);
  const sizes = lengths.map((length) => arrayIndex(b, bindExpression(b, length), length));
  if (element === errorType) {
    if (initializer !== null) for (const element of initializer.elements) bindExpression(b, element);
    return errorNode(node);
  }
  const type = b.scope.arrayOf(element, rank);
  if (initializer !== null) {
    const array = bindArrayInitializer(b, initializer, type);
    checkLengths(b, sizes, array, node);
    return array.kind === "NewArray" ? { ...array, start: node.start, end: node.end } : array;
  }
  if (sizes.some(isError)) return errorNode(node);
  if (sizes.length === 0) {
    b.report(node, errors.arraySize());
    return errorNode(node);
  }
  const negative = sizes.find((size) => size.kind === "Constant" && (size.value as number) < 0);
  if (negative !== undefined) {
    b.report(negative, errors.negativeSize());
    return errorNode(node);
  }
  return { kind: "NewArray", lengths: sizes, elements: null, type, start: node.start, end: node.end };
}

function checkLengths(b: Binder, sizes: readonly BoundExpression[], array: BoundExpression, node: Expression): void {
  if (array.kind !== "NewArray" || sizes.length === 0) return;
  sizes.forEach((size, i) => {
    if (isError(size)) return;
    if (size.kind !== "Constant") b.report(size, errors.constantExpected());
    else if (Number(size.value) !== Number((array.lengths[i] as { value: unknown }).value))
      b.report(node, errors.arrayLength(String(size.value)));
  });
}

function implicitArray(b: Binder, node: Extract<Expression, { kind: "NewArray" }>): Operand {
  const elements = node.initializer?.elements ?? [];
  const operands = elements.map((element) =>
    element.kind === "ArrayInitializer" ? errorNode(element) : bindExpression(b, element),
  );
  if (operands.some(isError)) return errorNode(node);
  const type = bestCommonType(b, operands);
  if (type === null || type.kind === "void" || type.kind === "null") {
    b.report(node, errors.noElementType());
    return errorNode(node);
  }
  const values = operands.map((operand, i) => convert(b, operand, type, elements[i]));
  const length = constantNode(values.length, b.core.int, node);
  return {
    kind: "NewArray",
    lengths: [length],
    elements: values,
    type: b.scope.arrayOf(type, node.rank),
    start: node.start,
    end: node.end,
  };
}

/** `{ a, b }` as an array; `type` is null where no array type is in sight. */
export function bindArrayInitializer(b: Binder, node: ArrayInitializer, type: NetType | null): BoundExpression {
  if (type === null || type.elementType === null) {
    b.report(node, errors.initializerOfOther());
    for (const element of node.elements) bindExpression(b, element);
    return errorNode(node);
  }
  const lengths: number[] = [];
  const elements: BoundExpression[] = [];
  const isRegular = collect(b, node, type.elementType, type.rank, 0, lengths, elements);
  if (!isRegular) {
    b.report(node, errors.nestedInitializer());
    return errorNode(node);
  }
  while (lengths.length < type.rank) lengths.push(0);
  if (elements.some(isError)) return errorNode(node);
  return {
    kind: "NewArray",
    lengths: lengths.map((length) => constantNode(length, b.core.int, node)),
    elements,
    type,
    start: node.start,
    end: node.end,
  };
}

/** Collects the elements row by row; false where rows differ in length or depth. */
function collect(
  b: Binder,
  node: ArrayInitializer,
  element: NetType,
  rank: number,
  depth: number,
  lengths: number[],
  elements: BoundExpression[],
): boolean {
  if (lengths[depth] === undefined) lengths[depth] = node.elements.length;
  else if (lengths[depth] !== node.elements.length) return false;
  for (const item of node.elements) {
    if (depth === rank - 1) elements.push(bindTo(b, item, element));
    else if (item.kind !== "ArrayInitializer" || !collect(b, item, element, rank, depth + 1, lengths, elements)) return false;
  }
  return true;
}
