import type { CallExpression, Expression, Identifier, MemberExpression, NewExpression, SpreadElement } from "acorn";
import { constantNode } from "../binding/constants.js";
import { isError } from "../binding/operand.js";
import { checkNamed } from "../binding/restrictions.js";
import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import { fit, relabel, toObject } from "./convert.js";
import { scriptErrors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { bindFunction } from "./functions.js";
import { camelNames, elementTypeOf, globalTypeOf, isObjectLike, keyOf, noSuchMember } from "./members.js";
import { callNet } from "./net-calls.js";
import { listMethods } from "./runtime/list.js";
import { textMethods } from "./runtime/text.js";
import type { Script } from "./script.js";

/** What methods of texts and arrays give, where they give it whatever they are called on. */
const RESULTS: ReadonlyMap<string, "string" | "bool" | "double"> = new Map([
  ...group("string", "join padEnd padStart repeat replace replaceAll substr substring toFixed toLowerCase toString toUpperCase"),
  ...group("string", "trim trimEnd trimStart charAt"),
  ...group("bool", "containsKey endsWith every has hasOwnProperty includes some startsWith test"),
  ...group("double", "findIndex indexOf lastIndexOf search push unshift localeCompare"),
]);

function group<T extends string>(type: T, names: string): [string, T][] {
  return names.split(" ").map((name) => [name, type]);
}

/** Methods that hand their function an element, and which of its parameters that is. */
const ELEMENT_PARAMETERS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...["every", "filter", "find", "findIndex", "flatMap", "forEach", "map", "some"].map((name): [string, number[]] => [name, [0]]),
  ["reduce", [1]],
  ["reduceRight", [1]],
  ["toSorted", [0, 1]],
]);

/** Methods that give elements of what they are called on. */
const ONE_ELEMENT: ReadonlySet<string> = new Set(["at", "find"]);
const MANY_ELEMENTS: ReadonlySet<string> = new Set(["filter", "slice", "toReversed", "toSorted"]);

/** `callee(arguments)`, behind no `?.`. */
export function bindCall(s: Script, node: CallExpression): BoundExpression {
  const { callee } = node;
  const spread = node.arguments.find((argument) => argument.type === "SpreadElement");
  if (spread !== undefined)
    return s.refuse(spread, "Spread arguments", "Pass the array, or join arrays with concat or [...a, ...b].");
  if (callee.type === "Super") return s.refuse(callee, "super", "Call the function itself.");
  if (callee.type === "MemberExpression") {
    const type = globalTypeOf(s, callee.object);
    if (type !== null) return callGlobal(s, type, keyOf(callee) ?? "", callee, node);
    return callOn(s, bindExpression(s, callee.object), callee, node);
  }
  if (callee.type === "Identifier" && s.b.locals.find(callee.name) === null && !s.b.globals.has(callee.name)) {
    const functions = s.b.scope.find("Turnpike.JavaScript.Functions", 0)!;
    if (functions.members(callee.name).length > 0) return callGlobal(s, functions, callee.name, callee, node);
  }
  return callValue(s, bindExpression(s, callee), node);
}

/** Binds the arguments of a call; the caller has refused spread ones. */
export function bindArguments(s: Script, args: readonly (Expression | SpreadElement)[]): BoundExpression[] {
  return args.map((argument) => bindExpression(s, argument as Expression));
}

/** `Math.max(a, b)`, `parseInt(a)`. */
function callGlobal(s: Script, type: NetType, name: string, callee: Place, node: CallExpression): BoundExpression {
  const method = type.members(name).find((member): member is MethodSymbol => member.kind === "method");
  if (method === undefined) return noSuchMember(s, name, type.memberNames(), type.name, callee);
  const args = bindArguments(s, node.arguments);
  const wrong = args.find(isError);
  if (wrong !== undefined) return wrong;
  const [first] = method.parameters;
  if (first?.mode === "params") return s.call(method, [s.array(args, first.type.elementType!, node)], node);
  const missing = method.parameters[args.length];
  if (missing !== undefined && missing.defaultValue === undefined) {
    return s.report(node, scriptErrors.argumentMissing(missing.name, name));
  }
  return s.call(method, args, node);
}

/** A call of a value: a function of the script. */
function callValue(s: Script, callee: BoundExpression, node: CallExpression): BoundExpression {
  const args = bindArguments(s, node.arguments);
  const wrong = [callee, ...args].find(isError);
  if (wrong !== undefined) return wrong;
  const { invoke } = callee.type;
  if (invoke === null) {
    const { core } = s.b;
    if (callee.type !== core.object) return s.report(node.callee, scriptErrors.notAFunction());
    return s.operation("Invoke", [callee, s.array(args, s.object, node)], node);
  }
  const fitted = invoke.parameters.map((parameter, i) => {
    const argument = args[i];
    return argument === undefined ? constantNode(null, parameter.type, node) : fit(s, argument, parameter.type);
  });
  // Arguments that the function does not take are evaluated all the same.
  const extra = args.slice(invoke.parameters.length);
  const { start, end } = node;
  const call: BoundExpression = { kind: "Invoke", callee, arguments: fitted, type: invoke.returnType, start, end };
  return extra.length === 0 ? call : { kind: "Sequence", effects: extra, value: call, type: call.type, start, end };
}

/** `target.name(arguments)`, with the target bound. */
export function callOn(s: Script, target: BoundExpression, callee: MemberExpression, node: CallExpression): BoundExpression {
  if (isError(target)) return target;
  const name = keyOf(callee);
  if (name === null) {
    const key = bindExpression(s, callee.property as Expression);
    return callValue(s, s.operation("Get", [target, key], callee), node);
  }
  const extended = callTextExtension(s, target, name, callee, node);
  if (extended !== null) return extended;
  const { type } = target;
  const isSequence = elementTypeOf(type) !== null && listMethods.has(name);
  const net = isSequence || isLibrary(s, type) ? null : callNet(s, target, name, callee, node);
  if (net !== null) return net;
  if (!isLibrary(s, type) && elementTypeOf(type) === null && name !== "toString") {
    return noSuchMember(s, name, camelNames(s, type), type.name, callee.property);
  }
  return callLibrary(s, target, name, node);
}

/** `text.asJwt()`: an extension method of .NET on texts, under a name that scripts' own values have not; null if it is none. */
function callTextExtension(
  s: Script,
  target: BoundExpression,
  name: string,
  callee: MemberExpression,
  node: CallExpression,
): BoundExpression | null {
  const { core, scope } = s.b;
  if ((target.type !== core.string && target.type !== s.object) || textMethods.has(name) || listMethods.has(name)) return null;
  const extensions = scope.extensionMethods(name.charAt(0).toUpperCase() + name.slice(1));
  if (!extensions.some(({ parameters }) => parameters[0]?.type === core.string)) return null;
  return callNet(s, fit(s, target, core.string), name, callee, node);
}

function isLibrary(s: Script, type: NetType): boolean {
  const { core } = s.b;
  return type === core.object || type === core.string || type === core.bool || type === core.double;
}

/** A method of texts, numbers, arrays, objects, regular expressions: found when it is called. */
function callLibrary(s: Script, target: BoundExpression, name: string, node: CallExpression): BoundExpression {
  const element = elementTypeOf(target.type);
  const elementType = element !== null && isObjectLike(s, element) ? element : null;
  const places = ELEMENT_PARAMETERS.get(name) ?? [];
  const args = node.arguments.map((argument, index) => {
    const isFunction = argument.type === "ArrowFunctionExpression" || argument.type === "FunctionExpression";
    if (!isFunction || index > 0 || elementType === null) return bindExpression(s, argument as Expression);
    const types =
      places.length === 0
        ? []
        : Array.from({ length: Math.max(...places) + 1 }, (_, i) => (places.includes(i) ? elementType : s.object));
    return bindFunction(s, argument, types);
  });
  const wrong = args.find(isError);
  if (wrong !== undefined) return wrong;
  const { core } = s.b;
  const values = s.array(args, s.object, node);
  const called = s.operation("Call", [toObject(s, target), s.constant(name, node), values], node);
  if (elementType !== null && elementType !== core.string) {
    if (ONE_ELEMENT.has(name)) return relabel(called, elementType, node);
    const sequence = s.b.scope.find("System.Collections.Generic.IEnumerable", 1);
    if (MANY_ELEMENTS.has(name) && sequence !== null) return relabel(called, s.b.scope.construct(sequence, [elementType]), node);
  }
  const result = RESULTS.get(name);
  return result === undefined ? called : relabel(called, core[result], node);
}

/** `new Error("…")`. */
export function bindNew(s: Script, node: NewExpression): BoundExpression {
  const { callee } = node;
  const isErrorType = callee.type === "Identifier" && /^(?:Error|TypeError|RangeError)$/.test(callee.name);
  if (!isErrorType || s.b.locals.find(callee.name) !== null) {
    return s.refuse(node, "new", 'Objects are written { a: 1 }, errors new Error("…"); times are members of the context.');
  }
  const [message] = bindArguments(s, node.arguments);
  return s.operation("Error", [message ?? s.constant("", node)], node);
}

/** The type that an argument such as `JObject` or `String` names; null if it is a value. */
export function namedType(s: Script, node: Expression | SpreadElement): NetType | null {
  if (node.type !== "Identifier" || s.b.locals.find(node.name) !== null || s.b.globals.has(node.name)) return null;
  const type = typeOfName(s, node);
  if (type !== null) checkNamed(s.b, type, node);
  return type;
}

function typeOfName(s: Script, { name }: Identifier): NetType | null {
  const { core } = s.b;
  switch (name) {
    case "String":
      return core.string;
    case "Number":
      return core.double;
    case "Boolean":
      return core.bool;
    default: {
      const found = s.b.scope.findShort(name, 0);
      return found !== null && "type" in found ? found.type : null;
    }
  }
}
