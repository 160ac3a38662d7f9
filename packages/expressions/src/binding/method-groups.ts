import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType, ParameterSymbol } from "../types/net-type.js";
import type { CallArgument } from "./applicable.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";
import type { MethodsOperand, Operand } from "./operand.js";
import { extensionCandidates, type Resolution, resolveOverload } from "./overloads.js";
import { standardImplicit } from "./standard-conversions.js";

/** The method of a group that a delegate's parameters choose, as an overload is chosen for arguments of their types. */
function chooseMethod(
  b: Binder,
  group: MethodsOperand,
  types: readonly NetType[],
  modes: readonly ParameterSymbol["mode"][],
): { method: MethodSymbol; isExtension: boolean } | null {
  const args = types.map((type, i): CallArgument => {
    const operand: Operand = { kind: "Default", type, start: group.start, end: group.end };
    const mode = modes[i] === "out" || modes[i] === "ref" ? modes[i] : "value";
    return { operand, name: null, mode, start: group.start, end: group.end };
  });
  const found = resolveOverload(b, group.methods, args, group.typeArguments);
  if (found.kind === "found" && isDirect(found)) return { method: found.callable as MethodSymbol, isExtension: false };
  if (group.receiver === null) return null;
  const receiver: CallArgument = {
    operand: group.receiver,
    name: null,
    mode: "value",
    start: group.start,
    end: group.end,
  };
  const extension = resolveOverload(b, extensionCandidates(b, group.name), [receiver, ...args], group.typeArguments, true);
  return extension.kind === "found" && isDirect(extension)
    ? { method: extension.callable as MethodSymbol, isExtension: true }
    : null;
}

/** True if every parameter is given by one argument. A delegate cannot leave parameters to their defaults. */
function isDirect(found: Resolution & { kind: "found" }): boolean {
  return !found.isExpanded && found.positions.every((position) => position !== null);
}

/** The return type of the method that a delegate with these parameters would choose: output type inference. */
export function methodGroupReturn(
  b: Binder,
  group: MethodsOperand,
  types: readonly NetType[],
  modes: readonly ParameterSymbol["mode"][],
): NetType | null {
  const chosen = chooseMethod(b, group, types, modes);
  return chosen === null || chosen.method.returnType.kind === "void" ? null : chosen.method.returnType;
}

function chosenFor(b: Binder, group: MethodsOperand, type: NetType) {
  const { invoke } = type;
  if (invoke === null) return null;
  const chosen = chooseMethod(
    b,
    group,
    invoke.parameters.map((parameter) => parameter.type),
    invoke.parameters.map((parameter) => parameter.mode),
  );
  if (chosen === null) return null;
  const { method, isExtension } = chosen;
  const parameters = isExtension ? method.parameters.slice(1) : method.parameters;
  const fits =
    parameters.every((parameter, i) => isReferenceChange(invoke.parameters[i]!.type, parameter.type)) &&
    (invoke.returnType.kind === "void"
      ? method.returnType.kind === "void"
      : isReferenceChange(method.returnType, invoke.returnType));
  return fits ? chosen : null;
}

/** Delegates pass values on as they are, so only identity and reference conversions will do. */
function isReferenceChange(from: NetType, to: NetType): boolean {
  if (from === to) return true;
  if (from.isValueType || to.isValueType) return false;
  return standardImplicit(from, to) !== null;
}

/** True if there is a conversion of the group to the type. */
export function methodsConvert(b: Binder, group: MethodsOperand, type: NetType): boolean {
  return chosenFor(b, group, type) !== null;
}

/** The delegate made of the group's method; null if none fits. */
export function convertMethods(b: Binder, group: MethodsOperand, type: NetType): BoundExpression | null {
  const chosen = chosenFor(b, group, type);
  if (chosen === null) return null;
  const { method, isExtension } = chosen;
  b.uses.push(method.id);
  const receiver = method.isStatic && !isExtension ? null : group.receiver;
  const { start, end } = group;
  return { kind: "MethodGroup", method, receiver, typeArguments: method.typeArguments, type, start, end };
}

/** Says why the group does not convert to the type. */
export function reportMethods(b: Binder, group: MethodsOperand, type: NetType, node: Place): void {
  if (type.invoke === null) b.report(node, bindingErrors.methodsForOther(group.name, type.name));
  else b.report(node, bindingErrors.noMethodForDelegate(group.name, type.name));
}
