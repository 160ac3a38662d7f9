import type { BoundExpression } from "../bound/tree.js";
import type { Binder } from "./binder.js";
import { errorNode, isValue, type Operand } from "./operand.js";

/** The operand if it is a value; otherwise an error. */
export function asValue(b: Binder, operand: Operand): BoundExpression {
  if (!isValue(operand)) {
    reportNoValue(b, operand);
    return errorNode(operand);
  }
  if (operand.kind === "Member" && operand.accessor === "get" && operand.member.kind === "property" && !operand.member.canRead) {
    b.error(
      operand,
      "CS0154",
      `The property or indexer '${operand.member.name}' cannot be used in this context because it lacks the get accessor`,
    );
    return errorNode(operand);
  }
  return operand;
}

/** Says that something that is no value stands where one belongs. */
export function reportNoValue(b: Binder, operand: Exclude<Operand, BoundExpression>): void {
  switch (operand.kind) {
    case "TypeName":
      b.error(operand, "CS0119", `'${operand.type.name}' is a type, which is not valid in the given context`);
      break;
    case "Namespace":
      b.error(operand, "CS0118", `'${operand.name}' is a namespace but is used like a variable`);
      break;
    case "Methods":
      b.error(
        operand,
        "CS0428",
        `Cannot convert method group '${operand.name}' to a value. Did you intend to invoke the method?`,
      );
      break;
    case "UnboundLambda":
      b.error(operand, "CS1660", "Cannot convert lambda expression to a type that is not a delegate type");
      break;
    case "DefaultLiteral":
      b.error(operand, "CS8716", "There is no target type for the default literal.");
      break;
    case "ThrowOperand":
      b.error(operand, "CS8115", "A throw expression is not allowed in this context.");
      break;
    case "OutVariable":
      b.error(operand, "CS1525", "A declaration is only allowed as an out argument");
      break;
  }
}
