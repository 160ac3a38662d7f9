import type { BoundArgument, BoundExpression, BoundProgram } from "../bound/tree.js";
import { isExpression } from "./statements.js";

/** Types whose members depend on nothing but their arguments, and whose values nobody can change. */
const PURE_TYPES = new Set([
  "System.Object",
  "System.String",
  "System.Char",
  "System.Boolean",
  "System.Byte",
  "System.SByte",
  "System.Int16",
  "System.UInt16",
  "System.Int32",
  "System.UInt32",
  "System.Int64",
  "System.UInt64",
  "System.Single",
  "System.Double",
  "System.Decimal",
  "System.Math",
  "System.Convert",
  "System.Nullable",
  "System.TimeSpan",
  "System.Version",
]);

/**
 * Does a program give the same value every time: a single expression of constants and pure members? Such a value can be computed
 * once. Errs on the side of no: lambdas, statements, dates and objects are never constant.
 */
export function isConstantProgram(program: BoundProgram): boolean {
  const { body } = program.function;
  if (isExpression(body)) return isConstant(body);
  if (body.kind === "Return") return body.value !== null && isConstant(body.value);
  const only = body.kind === "Block" && body.statements.length === 1 ? body.statements[0]! : null;
  return only?.kind === "Return" && only.value !== null && isConstant(only.value);
}

function isConstant(node: BoundExpression): boolean {
  switch (node.kind) {
    case "Constant":
    case "Default":
      return true;
    case "Convert":
    case "Unary":
    case "Not":
    case "Text":
    case "IsType":
    case "AsType":
      return isConstant(node.operand);
    case "Arithmetic":
    case "Compare":
    case "Same":
    case "SameObject":
    case "Logic":
    case "AndAlso":
    case "OrElse":
    case "Coalesce":
      return isConstant(node.left) && isConstant(node.right);
    case "Conditional":
      return isConstant(node.condition) && isConstant(node.then) && isConstant(node.otherwise);
    case "Concat":
      return node.parts.every(isConstant);
    case "Member":
      return (
        PURE_TYPES.has(node.member.declaringType.definitionName) &&
        (node.receiver === null || isConstant(node.receiver)) &&
        node.arguments.every(isConstantArgument)
      );
    default:
      return false;
  }
}

function isConstantArgument(argument: BoundArgument): boolean {
  return argument.kind !== "Reference" && argument.kind !== "ElementReference" && isConstant(argument);
}
