import type { Binder } from "../../binding/binder.js";
import { getProperty, localNode } from "../../binding/call-node.js";
import { constantNode } from "../../binding/constants.js";
import type { Alias } from "../../binding/local-scope.js";
import { lookupMembers, reportNoMember } from "../../binding/members.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { checkMember, checkNamed } from "../../binding/restrictions.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import { nearestName } from "../../diagnostics/nearest-name.js";
import type { MemberSymbol, MethodSymbol, NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Expression, Node, TypeSyntax } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { bindGenericFunction } from "./generic-function.js";
import { bindType, findShortType } from "./types.js";

type NameNode = Extract<Expression, { kind: "Name" }>;
type MemberNode = Extract<Expression, { kind: "Member" }>;

/** A simple name: a local, a global, a type or a namespace. */
export function bindName(b: Binder, node: NameNode): Operand {
  const { name } = node;
  const entry = b.locals.find(name);
  if (entry !== null) {
    if (node.typeArguments !== null && entry.kind !== "generic") {
      b.report(node, errors.variableWithTypeArguments(name));
      return errorNode(node);
    }
    switch (entry.kind) {
      case "local":
        return localNode(b, entry.local, node);
      case "constant":
        return constantNode(entry.value, entry.type, node);
      case "alias":
        return bindAlias(b, entry.alias, node);
      case "generic":
        return bindGenericFunction(b, entry.definition, node);
    }
  }
  const global = b.globals.get(name);
  if (global !== undefined && node.typeArguments === null)
    return { kind: "Global", name, index: global.index, type: global.type, start: node.start, end: node.end };
  const type = bindTypeName(b, name, node.typeArguments, node);
  if (type !== null) return { kind: "TypeName", type, start: node.start, end: node.end };
  if (b.scope.isNamespace(name)) return { kind: "Namespace", name, start: node.start, end: node.end };
  if (name === "dynamic") {
    b.report(node, errors.dynamicName());
    return errorNode(node);
  }
  const nearest = nearestName(name, [...b.locals.names(), ...b.globals.keys(), ...b.scope.shortNames(b.allowBeyond)]);
  b.report(node, errors.noName(name, nearest));
  return errorNode(node);
}

function bindTypeName(b: Binder, name: string, typeArguments: readonly TypeSyntax[] | null, node: Node): NetType | null {
  const arity = typeArguments?.length ?? 0;
  const parameter = arity === 0 ? b.typeParameters.get(name) : undefined;
  if (parameter !== undefined) return parameter;
  const type = findShortType(b, name, arity, node);
  return type === null ? null : constructed(b, type, typeArguments, node);
}

function constructed(b: Binder, type: NetType, typeArguments: readonly TypeSyntax[] | null, node: Node): NetType {
  checkNamed(b, type, node);
  if (typeArguments === null) return type;
  const args = typeArguments.map((argument) => bindType(b, argument));
  return args.includes(errorType) ? errorType : b.scope.construct(type, args);
}

/** A query's variable: a parameter of the lambda, or a member of its transparent object. */
function bindAlias(b: Binder, { local, path }: Alias, node: Node): BoundExpression {
  let value = localNode(b, local, node);
  for (const name of path) value = anonymousMember(value, name, node) ?? errorNode(node);
  return value;
}

/** A property of an object of an anonymous type. */
function anonymousMember(target: BoundExpression, name: string, node: Node): BoundExpression | null {
  const { type } = target;
  const index = type.memberNames().indexOf(name);
  if (index < 0) return null;
  const property = type.members(name)[0]!;
  return { kind: "AnonymousGet", target, index, type: (property as { type: NetType }).type, start: node.start, end: node.end };
}

/** A type's keyword where an expression stands, as in `int.Parse`. */
export function bindPredefined(b: Binder, node: Extract<Expression, { kind: "PredefinedType" }>): Operand {
  const type = b.scope.keyword(node.name);
  if (type === null) return errorNode(node);
  return { kind: "TypeName", type, start: node.start, end: node.end };
}

/** `target.name`. */
export function bindMember(b: Binder, node: MemberNode, isInvoked = false): Operand {
  const target = bindExpression(b, node.target);
  return memberOf(b, target, node, isInvoked);
}

/**
 * A member of something already bound.
 * @param isInvoked it is called: a property that cannot be called then gives way to an extension method, as in `list.Count()`
 */
export function memberOf(b: Binder, target: Operand, node: MemberNode, isInvoked = false): Operand {
  switch (target.kind) {
    case "Namespace":
      return inNamespace(b, target.name, node);
    case "TypeName":
      return staticMember(b, target.type, node);
    default:
  }
  if (!isValue(target)) {
    if (target.kind === "Methods" || target.kind === "UnboundLambda") {
      const what = target.kind === "Methods" ? "method group" : "lambda expression";
      b.report(node, errors.badOperand(".", what));
    } else asValue(b, target);
    return errorNode(node);
  }
  const receiver = asValue(b, target);
  if (isError(receiver)) return receiver;
  if (receiver.type === nullType || receiver.type.kind === "void") {
    b.report(node, errors.badOperand(".", receiver.type.name));
    return errorNode(node);
  }
  const sameNamed = colorColor(b, node.target, receiver, node);
  return sameNamed ?? instanceMember(b, receiver, node, isInvoked);
}

/** A variable named like its type: `Color.Red` may mean the type's static member. */
function colorColor(b: Binder, syntax: Expression, receiver: BoundExpression, node: MemberNode): Operand | null {
  if (syntax.kind !== "Name" || syntax.typeArguments !== null) return null;
  const short = b.scope.findShort(syntax.name, 0);
  if (short === null || !("type" in short) || short.type !== receiver.type) return null;
  const [member] = lookupMembers(b, short.type, node.name);
  return member?.isStatic ? staticMember(b, short.type, node) : null;
}

function inNamespace(b: Binder, namespace: string, node: MemberNode): Operand {
  const fullName = `${namespace}.${node.name}`;
  const definition = b.scope.find(fullName, node.typeArguments?.length ?? 0);
  if (definition !== null) {
    const type = constructed(b, definition, node.typeArguments, node);
    return type === errorType ? errorNode(node) : { kind: "TypeName", type, start: node.start, end: node.end };
  }
  if (b.scope.isNamespace(fullName)) return { kind: "Namespace", name: fullName, start: node.start, end: node.end };
  b.report(nameOf(node), errors.notInNamespace(node.name, namespace));
  return errorNode(node);
}

/** The place of the member's name alone. */
export function nameOf(node: MemberNode): Node {
  return { start: node.nameStart, end: Math.max(node.end, node.nameStart + node.name.length) };
}

function staticMember(b: Binder, type: NetType, node: MemberNode): Operand {
  if (type === errorType) return errorNode(node);
  const members = lookupMembers(b, type, node.name);
  if (members.length === 0) {
    const nested = b.scope.findNested(type, node.name, node.typeArguments?.length ?? 0);
    if (nested !== null)
      return { kind: "TypeName", type: constructed(b, nested, node.typeArguments, node), start: node.start, end: node.end };
    reportNoMember(b, type, node.name, nameOf(node), true);
    return errorNode(node);
  }
  const [first] = members;
  if (first!.kind === "method") return methodsOperand(b, null, type, members, node);
  checkMember(b, first!, nameOf(node));
  if (!first!.isStatic) {
    b.report(node, errors.needsObject(`${type.name}.${node.name}`));
    return errorNode(node);
  }
  return readMember(b, first!, null, node);
}

function methodsOperand(
  b: Binder,
  receiver: BoundExpression | null,
  type: NetType,
  members: readonly MemberSymbol[],
  node: MemberNode,
): Operand {
  return {
    kind: "Methods",
    name: node.name,
    nameStart: node.nameStart,
    receiver,
    type,
    methods: members.filter((member): member is MethodSymbol => member.kind === "method"),
    typeArguments: node.typeArguments?.map((argument) => bindType(b, argument)) ?? null,
    start: node.start,
    end: node.end,
  };
}

function readMember(b: Binder, member: MemberSymbol, receiver: BoundExpression | null, node: Node): Operand {
  if (member.kind === "constant") {
    b.uses.push(member.id);
    return constantNode(member.value, member.type, node);
  }
  if (member.kind === "property") return getProperty(b, member, receiver, [], node);
  return errorNode(node);
}

function instanceMember(b: Binder, receiver: BoundExpression, node: MemberNode, isInvoked: boolean): Operand {
  const { type } = receiver;
  const { name } = node;
  if (type.kind === "array" && name === "Length")
    return { kind: "ArrayLength", array: receiver, type: b.core.int, start: node.start, end: node.end };
  if (type.underlying !== null) {
    const known = nullableMember(b, receiver, type.underlying, node);
    if (known !== null) return known;
  }
  if (type.kind === "anonymous") {
    const found = anonymousMember(receiver, name, node);
    if (found !== null) return found;
  }
  const hasExtension = b.scope.extensionMethods(name).length > 0;
  let members = lookupMembers(b, type, name);
  let [first] = members;
  if (isInvoked && hasExtension && first?.kind === "property" && first.type.invoke === null) {
    members = [];
    first = undefined;
  }
  if (first !== undefined && first.kind !== "method") {
    checkMember(b, first, nameOf(node));
    if (first.isStatic) {
      const full = `${first.declaringType.name}.${name}`;
      b.report(node, errors.isStaticMember(full, full));
      return errorNode(node);
    }
    return readMember(b, first, receiver, node);
  }
  if (members.length > 0 || hasExtension) return methodsOperand(b, receiver, type, members, node);
  reportNoMember(b, type, name, nameOf(node), false);
  return errorNode(node);
}

/** `HasValue` and `Value` of a nullable value type. */
function nullableMember(b: Binder, receiver: BoundExpression, underlying: NetType, node: MemberNode): Operand | null {
  const { start, end } = node;
  if (node.name === "HasValue")
    return {
      kind: "Same",
      negated: true,
      left: receiver,
      right: constantNode(null, receiver.type, node),
      type: b.core.bool,
      start,
      end,
    };
  if (node.name === "Value")
    return { kind: "Convert", conversion: { kind: "unwrap" }, operand: receiver, type: underlying, checked: false, start, end };
  return null;
}
