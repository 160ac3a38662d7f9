import type { BoundArgument, BoundExpression } from "../bound/tree.js";
import type { NetType } from "../types/net-type.js";
import { type Applicable, type CallArgument, parametersOfArguments } from "./applicable.js";
import { type Binder, declareName } from "./binder.js";
import { assignLocal, localNode } from "./call-node.js";
import { constantNode } from "./constants.js";
import { convert } from "./convert.js";
import { bindingErrors } from "./errors.js";
import { errorNode, isValue, type OutVariableOperand } from "./operand.js";

/**
 * The arguments in the order of the parameters, converted, with defaults and `params` arrays filled in. Where named arguments
 * change the order, `effects` evaluates them as written.
 */
export function fitArguments(
  b: Binder,
  chosen: Applicable,
  args: readonly CallArgument[],
  effects: BoundExpression[],
): BoundArgument[] {
  const meeting = parametersOfArguments(chosen, args.length);
  let values = args.map((argument, i) => fitOne(b, argument, meeting[i]!.type));
  if (isReordered(chosen)) values = values.map((value) => keepOrder(b, value, effects));
  const { parameters } = chosen.callable;
  const fitted: BoundArgument[] = [];
  chosen.positions.forEach((position, i) => {
    const parameter = parameters[i]!;
    if (chosen.isExpanded && i === parameters.length - 1) return;
    if (position !== null) fitted.push(values[position]!);
    else fitted.push(constantNode(parameter.defaultValue!.value, parameter.type, args[0] ?? { start: 0, end: 0 }));
  });
  if (chosen.isExpanded) fitted.push(restArray(chosen, values as BoundExpression[]));
  return fitted;
}

function fitOne(b: Binder, argument: CallArgument, type: NetType): BoundArgument {
  const { operand } = argument;
  if (argument.mode === "value") return convert(b, operand, type, argument);
  if (operand.kind === "OutVariable") return declareOut(b, operand, type);
  if (isValue(operand)) {
    if (operand.kind === "Local") {
      b.touch(operand.local);
      return { kind: "Reference", local: operand.local, type };
    }
    if (operand.kind === "ArrayGet") return { kind: "ElementReference", array: operand.array, indices: operand.indices, type };
    if (operand.kind === "Member") b.report(argument, bindingErrors.propertyByReference());
    else b.report(argument, bindingErrors.valueByReference());
  }
  return errorNode(argument);
}

/** `out var x` declares its variable; the discard `out _` takes a temporary. */
function declareOut(b: Binder, operand: OutVariableOperand, type: NetType): BoundArgument {
  if (operand.name === null || operand.name === "_") return { kind: "Reference", local: b.temporary(type), type };
  const known = b.outVariables.get(operand);
  if (known !== undefined) return { kind: "Reference", local: known, type };
  const local = b.newLocal(operand.name, operand.type ?? type);
  const place = { start: operand.nameStart, end: operand.end };
  declareName(b, operand.name, place, { kind: "local", local, isReadOnly: null });
  b.expressionLocals.push(local);
  b.outVariables.set(operand, local);
  return { kind: "Reference", local, type };
}

/** After a failed call: the variables it would have declared exist, so that their uses are not reported too. */
export function declareFailedOuts(b: Binder, args: readonly CallArgument[]): void {
  for (const { operand } of args)
    if (operand.kind === "OutVariable" && operand.name !== null) declareOut(b, operand, operand.type ?? errorNode(operand).type);
}

function isReordered({ positions }: Applicable): boolean {
  let last = -1;
  for (const position of positions) {
    if (position === null) continue;
    if (position < last) return true;
    last = position;
  }
  return false;
}

function keepOrder(b: Binder, value: BoundArgument, effects: BoundExpression[]): BoundArgument {
  if (value.kind === "Reference" || value.kind === "ElementReference" || value.kind === "Constant" || value.kind === "Lambda")
    return value;
  const temporary = b.temporary(value.type);
  effects.push(assignLocal(b, temporary, value, value));
  return localNode(b, temporary, value);
}

/** The array that an expanded `params` makes of the remaining arguments. */
function restArray({ callable, restFrom }: Applicable, values: readonly BoundExpression[]): BoundExpression {
  const { type } = callable.parameters[callable.parameters.length - 1]!;
  const elements = values.slice(restFrom);
  const { start, end } = elements[0] ?? values[0] ?? { start: 0, end: 0 };
  return { kind: "NewArray", lengths: [], elements, type, start, end };
}
