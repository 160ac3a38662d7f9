import type { CallExpression, MemberExpression } from "acorn";
import type { CallArgument } from "../binding/applicable.js";
import { callMember } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { invokeWith } from "../binding/invocation.js";
import { isError, isValue, type MethodsOperand } from "../binding/operand.js";
import { checkMember } from "../binding/restrictions.js";
import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType, ParameterSymbol } from "../types/net-type.js";
import { bindArguments, namedType } from "./calls.js";
import { fit, isInt, normalise } from "./convert.js";
import { netMembers } from "./members.js";
import type { Script } from "./script.js";

/**
 * A method of a .NET type under its name in camelCase; null if there is none. Type arguments are written first:
 * `body.as(JObject, true)`. Overloads are chosen as C# chooses them, with whole numbers as int; where none fits, the first
 * whose parameters the arguments can be made to fit.
 */
export function callNet(
  s: Script,
  target: BoundExpression,
  name: string,
  callee: MemberExpression,
  node: CallExpression,
): BoundExpression | null {
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  const own = netMembers(s, target.type, name).filter((member): member is MethodSymbol => member.kind === "method");
  const extensions = s.b.scope.extensionMethods(pascal).filter((method) => isReceiver(method.parameters[0]!, target.type));
  const all = [...own, ...extensions];
  if (all.length === 0) return null;
  if (own.every(({ declaringType }) => declaringType.definitionName === "System.Object") && extensions.length === 0) {
    // `toString()` and what else every object has: the script's own meaning.
    if (node.arguments.length === 0) return null;
  }
  const { types, values } = splitArguments(s, all, node);
  if (types === null && isLooseLookup(target.type, name)) return null;
  const args = bindArguments(s, values);
  const wrong = args.find(isError);
  if (wrong !== undefined) return wrong;
  const strict = callStrictly(s, target, own, pascal, types, args, callee, node);
  return "value" in strict ? normalise(s, strict.value, node) : callLoosely(s, target, all, types, args, strict.report, node);
}

/** `variables.getValueOrDefault("a", 1)` without a type: whatever there is under the key. */
function isLooseLookup(type: NetType, name: string): boolean {
  const dictionary = [type, ...type.interfaces].find((supertype) => supertype.definitionName.endsWith("Dictionary"));
  return name === "getValueOrDefault" && dictionary?.arguments[1]?.definitionName === "System.Object";
}

function isReceiver(parameter: ParameterSymbol, type: NetType): boolean {
  if (type.isAssignableTo(parameter.type)) return true;
  const { declaration } = parameter.type;
  return declaration !== null && [type, ...type.interfaces].some((supertype) => supertype.declaration === declaration);
}

/** Type arguments written first, and the values behind them. */
function splitArguments(s: Script, methods: readonly MethodSymbol[], node: CallExpression) {
  const count = Math.max(...methods.map((method) => method.typeParameters.length));
  const types: NetType[] = [];
  for (const argument of node.arguments.slice(0, count)) {
    const type = namedType(s, argument);
    if (type === null) break;
    types.push(type);
  }
  return { types: types.length === 0 ? null : types, values: node.arguments.slice(types.length) };
}

type Strict = { readonly value: BoundExpression } | { readonly report: () => BoundExpression };

/** As C# would call it. */
function callStrictly(
  s: Script,
  target: BoundExpression,
  methods: readonly MethodSymbol[],
  name: string,
  typeArguments: readonly NetType[] | null,
  args: readonly BoundExpression[],
  callee: MemberExpression,
  node: CallExpression,
): Strict {
  const { start, end } = callee;
  const nameStart = callee.property.start;
  const group: MethodsOperand = {
    kind: "Methods",
    name,
    nameStart,
    receiver: target,
    type: target.type,
    methods,
    typeArguments,
    start,
    end,
  };
  const given = args.map((argument): CallArgument => {
    const operand = withInts(s, argument);
    return { operand, name: null, mode: "value", start: argument.start, end: argument.end };
  });
  const outcome = s.b.speculate(() => invokeWith(s.b, group, given, node));
  const keep = (): BoundExpression => {
    s.b.diagnostics.push(...outcome.diagnostics);
    s.b.uses.push(...outcome.uses);
    return outcome.value as BoundExpression;
  };
  const isRight = outcome.diagnostics.every((diagnostic) => diagnostic.severity !== "error") && isValue(outcome.value);
  return isRight ? { value: keep() } : { report: keep };
}

function withInts(s: Script, value: BoundExpression): BoundExpression {
  return value.kind === "Constant" && value.type === s.b.core.double && isInt(value.value)
    ? constantNode(value.value, s.b.core.int, value)
    : value;
}

/** With arguments made to fit: texts, numbers and booleans of whatever the script has. */
function callLoosely(
  s: Script,
  target: BoundExpression,
  methods: readonly MethodSymbol[],
  typeArguments: readonly NetType[] | null,
  args: readonly BoundExpression[],
  report: () => BoundExpression,
  node: Place,
): BoundExpression {
  for (const generic of methods) {
    if (generic.typeParameters.length !== (typeArguments?.length ?? 0)) continue;
    const method = typeArguments === null ? generic : generic.construct(typeArguments);
    const parameters = method.isExtension ? method.parameters.slice(1) : method.parameters;
    if (!parameters.every((parameter, i) => takes(s, parameter, args[i])) || args.length > parameters.length) continue;
    checkMember(s.b, method, node);
    const fitted = parameters.map((parameter, i) => {
      const argument = args[i];
      return argument === undefined
        ? constantNode(parameter.defaultValue?.value ?? null, parameter.type, node)
        : fit(s, argument, parameter.type);
    });
    const call = method.isExtension
      ? callMember(s.b, method, null, [fit(s, target, method.parameters[0]!.type), ...fitted], node, method.typeArguments)
      : callMember(s.b, method, method.isStatic ? null : target, fitted, node, method.typeArguments);
    return normalise(s, call, node);
  }
  return report();
}

function takes(s: Script, parameter: ParameterSymbol, argument: BoundExpression | undefined): boolean {
  if (argument === undefined) return parameter.defaultValue !== undefined;
  if (parameter.mode !== "in" || parameter.type.kind === "delegate") return false;
  const { core } = s.b;
  const isSimple = argument.type === core.string || argument.type === core.bool || argument.type === core.double;
  const { definitionName } = parameter.type;
  if (argument.type === core.object || /^System\.(?:String|Object|Boolean)$/.test(definitionName)) return true;
  return isSimple ? parameter.type.isValueType && parameter.type.kind !== "enum" : argument.type.isAssignableTo(parameter.type);
}
