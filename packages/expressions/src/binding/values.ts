import type { BoundExpression } from "../bound/tree.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";
import { errorNode, isValue, type Operand } from "./operand.js";

/** The operand if it is a value; otherwise an error. */
export function asValue(b: Binder, operand: Operand): BoundExpression {
  if (!isValue(operand)) {
    reportNoValue(b, operand);
    return errorNode(operand);
  }
  if (operand.kind === "Member" && operand.accessor === "get" && operand.member.kind === "property" && !operand.member.canRead) {
    b.report(operand, bindingErrors.cannotBeRead(operand.member.name));
    return errorNode(operand);
  }
  return operand;
}

/** Says that something that is no value stands where one belongs. */
export function reportNoValue(b: Binder, operand: Exclude<Operand, BoundExpression>): void {
  switch (operand.kind) {
    case "TypeName":
      b.report(operand, bindingErrors.isType(operand.type.name));
      break;
    case "Namespace":
      b.report(operand, bindingErrors.isNamespace(operand.name));
      break;
    case "Methods":
      b.report(operand, bindingErrors.methodsAreNoValue(operand.name));
      break;
    case "UnboundLambda":
      b.report(operand, bindingErrors.lambdaIsNoValue());
      break;
    case "DefaultLiteral":
      b.report(operand, bindingErrors.defaultWithoutType());
      break;
    case "ThrowOperand":
      b.report(operand, bindingErrors.throwHere());
      break;
    case "OutVariable":
      b.report(operand, bindingErrors.declarationHere());
      break;
  }
}
