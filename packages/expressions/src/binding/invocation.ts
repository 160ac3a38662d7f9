import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import type { MethodSymbol, NetType } from "../types/net-type.js";
import type { Applicable, CallArgument } from "./applicable.js";
import type { Binder } from "./binder.js";
import { declareFailedOuts, fitArguments } from "./call-arguments.js";
import { reportResolution } from "./call-errors.js";
import { callMember, sequence } from "./call-node.js";
import { bindingErrors } from "./errors.js";
import { reportNoMember } from "./members.js";
import { nullableCall } from "./nullable-members.js";
import { errorNode, isError, isValue, type MethodsOperand, type Operand } from "./operand.js";
import { extensionCandidates, resolveOverload } from "./overloads.js";
import { checkMember } from "./restrictions.js";
import { asValue, reportNoValue } from "./values.js";

/** A call with arguments already bound. */
export function invokeWith(b: Binder, callee: Operand, args: readonly CallArgument[], node: Place): Operand {
  if (isError(callee)) {
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  if (callee.kind === "Methods") return callMethod(b, callee, args, node);
  if (!isValue(callee)) {
    if (callee.kind === "TypeName")
      b.report(callee, bindingErrors.cannotBeCalled(callee.type.name, `Write new ${callee.type.name}(…).`));
    else if (callee.kind === "UnboundLambda") b.report(callee, bindingErrors.notAMethod());
    else reportNoValue(b, callee);
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  const value = asValue(b, callee);
  const { invoke: method } = value.type;
  if (method === null) {
    if (value.kind === "Member" && value.accessor === "get")
      b.report(callee, bindingErrors.cannotBeCalled(value.member.name, "Leave the brackets out."));
    else if (!isError(value)) b.report(callee, bindingErrors.notAMethod());
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  const resolution = resolveOverload(b, [method], args, null);
  if (resolution.kind !== "found") {
    reportResolution(b, resolution, args, value.type.name, node, null);
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  const effects: BoundExpression[] = [];
  const fitted = fitArguments(b, resolution, args, effects);
  const { start, end } = node;
  return sequence(effects, { kind: "Invoke", callee: value, arguments: fitted, type: method.returnType, start, end }, node);
}

function callMethod(b: Binder, group: MethodsOperand, args: readonly CallArgument[], node: Place): Operand {
  const { receiver, name, typeArguments, methods } = group;
  if (receiver !== null && receiver.type.underlying !== null) {
    const known = nullableCall(b, receiver, name, args, node);
    if (known !== null) return known;
  }
  const candidates = methods.length === 0 ? [] : methods;
  const direct = resolveOverload(b, candidates, args, typeArguments);
  if (direct.kind === "error") {
    declareFailedOuts(b, args);
    return errorNode(node);
  }
  if (direct.kind === "found") return callChosen(b, direct, receiver, group, args, node);
  if (receiver !== null && direct.kind === "none") {
    const extension = callExtension(b, group, receiver, args, node, methods.length === 0);
    if (extension !== null) return extension;
  }
  const place = { start: group.nameStart, end: group.nameStart + name.length };
  if (methods.length > 0) reportResolution(b, direct, args, name, place, typeArguments);
  declareFailedOuts(b, args);
  return errorNode(node);
}

function callChosen(
  b: Binder,
  chosen: Applicable,
  receiver: BoundExpression | null,
  group: MethodsOperand,
  args: readonly CallArgument[],
  node: Place,
): Operand {
  const method = chosen.callable as MethodSymbol;
  const place = { start: group.nameStart, end: group.nameStart + group.name.length };
  const name = `${method.declaringType.name}.${method.name}`;
  checkMember(b, method, place);
  if (receiver === null && !method.isStatic) {
    b.report(place, bindingErrors.needsObject(name));
    return errorNode(node);
  }
  if (receiver !== null && method.isStatic) {
    b.report(place, bindingErrors.isStaticMember(name, `${name}(…)`));
    return errorNode(node);
  }
  const effects: BoundExpression[] = [];
  const fitted = fitArguments(b, chosen, args, effects);
  return sequence(effects, callMember(b, method, receiver, fitted, node, method.typeArguments), node);
}

function callExtension(
  b: Binder,
  group: MethodsOperand,
  receiver: BoundExpression,
  args: readonly CallArgument[],
  node: Place,
  isOnly: boolean,
): Operand | null {
  const { name, typeArguments } = group;
  const candidates = extensionCandidates(b, name);
  if (candidates.length === 0) return null;
  const { start, end } = receiver;
  const self: CallArgument = { operand: receiver, name: null, mode: "value", isReceiver: true, start, end };
  const all = [self, ...args];
  const resolution = resolveOverload(b, candidates, all, typeArguments, true);
  const place = { start: group.nameStart, end: group.nameStart + name.length };
  if (resolution.kind === "found") {
    const method = resolution.callable as MethodSymbol;
    checkMember(b, method, place);
    const effects: BoundExpression[] = [];
    const fitted = fitArguments(b, resolution, all, effects);
    return sequence(effects, callMember(b, method, null, fitted, node, method.typeArguments), node);
  }
  if (!isOnly && resolution.kind === "none") return null;
  reportExtension(b, resolution, all, receiver.type, name, place, typeArguments);
  declareFailedOuts(b, args);
  return errorNode(node);
}

function reportExtension(
  b: Binder,
  resolution: ReturnType<typeof resolveOverload>,
  all: readonly CallArgument[],
  type: NetType,
  name: string,
  place: Place,
  typeArguments: readonly NetType[] | null,
): void {
  if (resolution.kind !== "none") {
    reportResolution(b, resolution, all, name, place, typeArguments);
    return;
  }
  const reaching = resolution.refusals.filter(
    ({ refusal, callable }) =>
      receiverMayFit(callable.parameters[0]!.type, type) && (refusal.kind !== "argument" || refusal.index > 0),
  );
  if (reaching.length === 0) {
    reportNoMember(b, type, name, place, false);
    return;
  }
  reportResolution(b, { kind: "none", refusals: reaching }, all, name, place, typeArguments);
}

function receiverMayFit(parameter: NetType, type: NetType): boolean {
  if (parameter.kind === "parameter") return true;
  if (type.isAssignableTo(parameter)) return true;
  const sameDefinition = (supertype: NetType) =>
    supertype.declaration !== null && supertype.declaration === parameter.declaration;
  return sameDefinition(type) || type.interfaces.some(sameDefinition);
}
