import type { BoundExpression } from "../bound/tree.js";
import type { NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import { convert, converts } from "./convert.js";
import { bindingErrors } from "./errors.js";
import { isValue, type LambdaBinding, type LambdaOperand, type Operand } from "./operand.js";

/** True if the lambda's parameters fit a delegate type, whatever its body does. */
export function parametersFit(lambda: LambdaOperand, delegate: NetType): boolean {
  const { invoke } = delegate;
  if (invoke === null) return false;
  const { parameters } = lambda;
  if (parameters === null) return invoke.parameters.every((parameter) => parameter.mode !== "out");
  if (parameters.length !== invoke.parameters.length) return false;
  const types = lambda.explicitTypes();
  return parameters.every((parameter, i) => {
    const { mode, type } = invoke.parameters[i]!;
    const wanted = mode === "out" || mode === "ref" ? mode : "value";
    if (types === null) return wanted === "value";
    return parameter.mode === wanted && types[i] === type;
  });
}

/** True if there is a conversion of the lambda to the type. */
export function lambdaConverts(b: Binder, lambda: LambdaOperand, type: NetType): boolean {
  const { invoke } = type;
  if (invoke === null || !parametersFit(lambda, type)) return false;
  const binding = lambda.bind(invoke.parameters.map((parameter) => parameter.type));
  return !binding.hasErrors && returnsFit(b, binding, invoke.returnType);
}

function returnsFit(b: Binder, binding: LambdaBinding, returnType: NetType): boolean {
  const { returns, block } = binding;
  if (returnType.kind === "void")
    return block === null
      ? returns.every(
          (returned) =>
            returned.operand !== null && (isStatementOperand(returned.operand) || returned.operand.kind === "ThrowOperand"),
        )
      : returns.every((returned) => returned.operand === null);
  if (block !== null && binding.completes) return false;
  return returns.every((returned) => returned.operand !== null && converts(b, returned.operand, returnType));
}

/** The delegate that the lambda makes; the caller knows that it converts. */
export function convertLambda(b: Binder, lambda: LambdaOperand, type: NetType): BoundExpression {
  const invoke = type.invoke!;
  const binding = lambda.bind(invoke.parameters.map((parameter) => parameter.type));
  b.diagnostics.push(...binding.diagnostics);
  b.uses.push(...binding.uses);
  const { fn } = binding;
  fn.returnType = invoke.returnType;
  const body = b.within({ fn }, () => convertReturns(b, binding, invoke.returnType));
  fn.body = binding.block ?? body!;
  return { kind: "Lambda", function: fn, type, start: lambda.start, end: lambda.end };
}

/** Converts the values that the lambda returns. Gives that of an expression lambda, which is its body. */
function convertReturns(b: Binder, { returns }: LambdaBinding, type: NetType): BoundExpression | null {
  let body: BoundExpression | null = null;
  for (const { operand, statement, node } of returns) {
    if (operand === null) continue;
    const value =
      type.kind === "void" && operand.kind !== "ThrowOperand" ? (operand as BoundExpression) : convert(b, operand, type, node);
    if (statement === null) body = value;
    else statement.value = value;
  }
  return body;
}

/** Says why the lambda does not convert to the type. */
export function reportLambda(b: Binder, lambda: LambdaOperand, type: NetType): void {
  const { invoke } = type;
  if (invoke === null) {
    b.report(lambda, bindingErrors.lambdaForOther(type.name));
    return;
  }
  const { parameters } = lambda;
  if (parameters !== null && parameters.length !== invoke.parameters.length) {
    b.report(lambda, bindingErrors.lambdaParameterCount(type.name, parameters.length));
    return;
  }
  if (!parametersFit(lambda, type)) {
    b.report(lambda, bindingErrors.lambdaParameterTypes(type.name));
    return;
  }
  const types = invoke.parameters.map((parameter) => parameter.type);
  const binding = lambda.bind(types);
  if (binding.hasErrors) {
    b.diagnostics.push(...binding.diagnostics);
    return;
  }
  const { returnType } = invoke;
  if (returnType.kind === "void") {
    if (binding.block === null) b.report(lambda.body, bindingErrors.notAStatement());
    for (const returned of binding.returns)
      if (returned.operand !== null && returned.statement !== null) b.report(returned.node, bindingErrors.lambdaReturnsNothing());
    return;
  }
  for (const returned of binding.returns)
    if (returned.operand === null) b.report(returned.node, bindingErrors.valueExpected(returnType.name));
    else if (!converts(b, returned.operand, returnType)) {
      convert(b, returned.operand, returnType, returned.node);
      b.report(returned.node, bindingErrors.lambdaReturnType());
    }
  if (binding.completes) b.report(lambda, bindingErrors.lambdaEnds(type.name));
}

/** True if the expression may stand as a statement. Only then can it be the body of a lambda that returns nothing. */
export function isStatementOperand(operand: Operand): boolean {
  if (!isValue(operand)) return false;
  switch (operand.kind) {
    case "Member":
      return operand.accessor !== "get";
    case "NullConditional":
      return isStatementOperand(operand.access);
    case "Sequence":
    case "AssignLocal":
    case "ArraySet":
    case "Invoke":
      return true;
    case "Convert":
      return operand.conversion.kind === "relabel" && isStatementOperand(operand.operand);
    default:
      return false;
  }
}
