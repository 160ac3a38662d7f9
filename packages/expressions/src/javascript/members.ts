import type { CallExpression, ChainExpression, Expression, MemberExpression } from "acorn";
import { getProperty, localNode } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { lookupMembers, memberNamesOf } from "../binding/members.js";
import { isError } from "../binding/operand.js";
import { checkMember } from "../binding/restrictions.js";
import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import { nearestName } from "../diagnostics/nearest-name.js";
import type { NetType } from "../types/net-type.js";
import { callOn } from "./calls.js";
import { normalise, relabel, toObject } from "./convert.js";
import { scriptErrors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { globalTypes } from "./runtime/globals.js";
import type { Script } from "./script.js";

/** `target.name`, `target[key]`, behind no `?.`. */
export function bindMember(s: Script, node: MemberExpression): BoundExpression {
  const constant = globalMember(s, node);
  if (constant !== null) return constant;
  return memberOf(s, bindExpression(s, node.object), node);
}

/** `Math.PI`. */
function globalMember(s: Script, node: MemberExpression): BoundExpression | null {
  const type = globalTypeOf(s, node.object);
  if (type === null || node.computed || node.property.type !== "Identifier") return null;
  const { name } = node.property;
  const [member] = type.members(name);
  if (member?.kind === "constant") return constantNode(member.value, member.type, node);
  if (member !== undefined) return s.report(node, scriptErrors.onlyCalled(name));
  return noSuchMember(s, name, type.memberNames(), type.name, node.property);
}

/** The global object that a name stands for, unless a variable has that name. */
export function globalTypeOf(s: Script, node: Expression | { readonly type: "Super" }): NetType | null {
  if (node.type !== "Identifier" || s.b.locals.find(node.name) !== null || !globalTypes.has(node.name)) return null;
  return s.b.scope.find(`Turnpike.JavaScript.${node.name}`, 0);
}

/** Says that a type has no member of a name. */
export function noSuchMember(s: Script, name: string, known: Iterable<string>, type: string, node: Place): BoundExpression {
  const nearest = nearestName(name, [...known]);
  return s.report(node, scriptErrors.noMember(type, name, nearest));
}

/** The name that a member is written with; null for keys that are computed. */
export function keyOf(node: MemberExpression): string | null {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : null;
  return node.property.type === "Literal" && typeof node.property.value === "string" ? node.property.value : null;
}

/** A member of something already bound. */
export function memberOf(s: Script, target: BoundExpression, node: MemberExpression): BoundExpression {
  if (isError(target)) return target;
  if (node.property.type === "PrivateIdentifier") return s.refuse(node.property, "Private names", "Use plain names.");
  const isDictionary = valueTypeOf(target.type) !== null;
  const known = node.computed || isDictionary ? null : netProperty(s, target, (node.property as { name: string }).name, node);
  if (known !== null) return known;
  const key = node.computed ? bindExpression(s, node.property) : s.constant(keyOf(node), node.property);
  if (isError(key)) return key;
  if (!isKeyed(target.type) && !isLibraryType(s, target.type)) {
    const name = keyOf(node);
    if (name !== null) return noSuchMember(s, name, camelNames(s, target.type), target.type.name, node.property);
  }
  return typedElement(s, s.operation("Get", [target, key], node), target.type, node);
}

/** Members of texts, numbers, arrays and dictionaries are found when they are asked for. */
function isLibraryType(s: Script, type: NetType): boolean {
  const { core } = s.b;
  return type === core.object || type === core.string || type === core.bool || type === core.double;
}

function isKeyed(type: NetType): boolean {
  return (
    type.kind === "array" ||
    [type, ...type.interfaces].some((supertype) => supertype.definitionName === "System.Collections.IEnumerable")
  );
}

/** A property of a .NET type under its name in camelCase; null if the type has none. */
function netProperty(s: Script, target: BoundExpression, name: string, node: Place): BoundExpression | null {
  const { b } = s;
  const { type } = target;
  if (name === "length" && (type === b.core.string || type.kind === "array")) {
    const { start, end } = node;
    if (type.kind === "array") return normalise(s, { kind: "ArrayLength", array: target, type: b.core.int, start, end });
    const length = b.core.string.members("Length")[0];
    if (length?.kind === "property") return normalise(s, getProperty(b, length, target, [], node));
  }
  if (isLibraryType(s, type) || type.kind === "array") return null;
  const property = netMembers(s, type, name).find((member) => member.kind === "property" && !member.isStatic);
  if (property?.kind !== "property") return null;
  checkMember(b, property, node);
  return normalise(s, getProperty(b, property, target, [], node), node);
}

/** The members of a .NET type that a name in camelCase means: `url` is `Url`, `graphQL` is `GraphQL`. */
export function netMembers(s: Script, type: NetType, name: string) {
  const pascal = pascalName(s, type, name);
  return pascal === null ? [] : lookupMembers(s.b, type, pascal).filter((member) => !member.isStatic);
}

function pascalName(s: Script, type: NetType, name: string): string | null {
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  if (pascal === name) return null;
  if (lookupMembers(s.b, type, pascal).length > 0) return pascal;
  const lower = name.toLowerCase();
  for (const known of memberNamesOf(s.b, type, false)) if (known.toLowerCase() === lower) return known;
  return pascal;
}

/** The names of a type's members as scripts write them. */
export function camelNames(s: Script, type: NetType): string[] {
  return [...memberNamesOf(s.b, type, true)].map((name) => name.charAt(0).toLowerCase() + name.slice(1));
}

/** What is taken out of a .NET array, sequence or dictionary keeps its type, if it has members. */
function typedElement(s: Script, value: BoundExpression, type: NetType, node: Place): BoundExpression {
  const element = valueTypeOf(type) ?? elementTypeOf(type);
  return element === null || !isObjectLike(s, element) ? value : relabel(value, element, node);
}

/** True if the raw form of the type is its object form, and scripts reach its members by their names. */
export function isObjectLike(s: Script, type: NetType): boolean {
  return !type.isValueType && type !== s.object && normaliseType(s, type) === type;
}

function normaliseType(s: Script, type: NetType): NetType {
  return normalise(s, { kind: "Default", type, start: 0, end: 0 }).type;
}

function valueTypeOf(type: NetType): NetType | null {
  const dictionary = [type, ...type.interfaces].find((supertype) =>
    /^System\.Collections\.Generic\.I(?:ReadOnly)?Dictionary$/.test(supertype.definitionName),
  );
  return dictionary?.arguments[1] ?? null;
}

/** The type of a sequence's elements; null where it is none. */
export function elementTypeOf(type: NetType): NetType | null {
  if (type.kind === "array") return type.elementType;
  const sequence = [type, ...type.interfaces].find(
    (supertype) => supertype.definitionName === "System.Collections.Generic.IEnumerable",
  );
  return sequence?.arguments[0] ?? null;
}

/** The object and key of a member that is to be set or deleted. */
export function memberReceiver(s: Script, node: MemberExpression): { target: BoundExpression; key: BoundExpression } {
  const object = bindExpression(s, node.object);
  if (object.type !== s.object && !isError(object)) {
    const what = keyOf(node) ?? "the member";
    const error = s.report(node, scriptErrors.readOnlyMember(what));
    return { target: error, key: error };
  }
  const target = toObject(s, object);
  const key = node.computed ? bindExpression(s, node.property as Expression) : s.constant(keyOf(node), node.property);
  return { target, key: toObject(s, key) };
}

/** `a?.b.c`: where `a` is nothing, so is the whole chain. */
export function bindChain(s: Script, node: ChainExpression["expression"]): BoundExpression {
  return chain(s, node, (value) => value);
}

type Rest = (value: BoundExpression) => BoundExpression;

function chain(s: Script, node: Expression, rest: Rest): BoundExpression {
  if (node.type === "MemberExpression") {
    return link(s, node.object as Expression, node.optional, (target) => rest(memberOf(s, target, node)), node);
  }
  if (node.type === "CallExpression") return chainCall(s, node, rest);
  return rest(bindExpression(s, node));
}

function chainCall(s: Script, node: CallExpression, rest: Rest): BoundExpression {
  const { callee } = node;
  if (callee.type !== "MemberExpression" || globalTypeOf(s, callee.object) !== null) return rest(bindExpression(s, node));
  return link(s, callee.object as Expression, callee.optional, (target) => rest(callOn(s, target, callee, node)), node);
}

function link(s: Script, object: Expression, isOptional: boolean, rest: Rest, node: Place): BoundExpression {
  return s.nested(node, () =>
    chain(s, object, (target) => {
      if (!isOptional || isError(target) || target.type === s.b.core.double || target.type === s.b.core.bool) return rest(target);
      const receiver = target.type === s.object ? s.operation("Value", [target], target) : target;
      const temporary = s.b.temporary(target.type);
      const value = rest(localNode(s.b, temporary, target));
      if (isError(value)) return value;
      const access = value.type.isValueType ? toObject(s, value) : value;
      const { start, end } = node;
      const branch = s.branch("?.", object.end);
      return { kind: "NullConditional", receiver, temporary, access, branch, type: access.type, start, end };
    }),
  );
}
