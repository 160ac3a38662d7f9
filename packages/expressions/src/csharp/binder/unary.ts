import type { Binder } from "../../binding/binder.js";
import { constantNode, foldUnary } from "../../binding/constants.js";
import { implicitChange } from "../../binding/conversions.js";
import { apply, convert } from "../../binding/convert.js";
import { nullableForm, numericOf, promoteUnary, stripNullable, typeOfKind } from "../../binding/numeric-types.js";
import { errorNode, isError, type Operand } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression, NumericKind } from "../../bound/tree.js";
import type { Expression, Node } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression } from "./expressions.js";
import { userUnary } from "./user-operators.js";

type UnaryNode = Extract<Expression, { kind: "Unary" }>;

/** `-a`, `+a`, `~a`, `!a`. */
export function bindUnary(b: Binder, node: UnaryNode): Operand {
  const { operator } = node;
  if (operator === "-") {
    const literal = negativeLiteral(b, node);
    if (literal !== null) return literal;
  }
  const operand = asValue(b, bindExpression(b, node.operand));
  if (isError(operand)) return errorNode(node);
  return unaryOf(b, operator, operand, node);
}

/** `-2147483648` and `-9223372036854775808`: the digits alone would be of a larger type. */
function negativeLiteral(b: Binder, node: UnaryNode): BoundExpression | null {
  const { operand } = node;
  if (operand.kind !== "Literal") return null;
  if (operand.type === "uint" && operand.value === 2147483648) return constantNode(-2147483648, b.core.int, node);
  if (operand.type === "ulong" && operand.value === 9223372036854775808n)
    return constantNode(-9223372036854775808n, b.core.long, node);
  return null;
}

function unaryOf(b: Binder, operator: UnaryNode["operator"], operand: BoundExpression, node: Node): BoundExpression {
  const user = userUnary(b, operator, operand, node);
  if (user !== null) return user;
  const type = stripNullable(operand.type);
  const lifted = operand.type.underlying !== null;
  const { start, end } = node;
  if (operator === "!") {
    if (type !== b.core.bool) {
      if (implicitChange(operand.type, b.core.bool) !== null)
        return { kind: "Not", operand: convert(b, operand, b.core.bool), lifted: false, type: b.core.bool, start, end };
      return refuse(b, operator, operand, node);
    }
    if (operand.kind === "Constant" && typeof operand.value === "boolean") return constantNode(!operand.value, type, node);
    return { kind: "Not", operand, lifted, type: operand.type, start, end };
  }
  if (operator === "~" && type.kind === "enum") {
    const whole = apply(b, operand, enumChange(lifted), lifted ? nullableForm(b, b.core.int) : b.core.int);
    const inverted = arithmetic(b, "~", "int", whole, lifted, node);
    return apply(b, inverted, enumChange(lifted), operand.type);
  }
  const numeric = numericOf(type);
  if (numeric === null) return refuse(b, operator, operand, node);
  let kind = promoteUnary(numeric);
  if (operator === "-" && kind === "uint") kind = "long";
  if (
    (operator === "-" && kind === "ulong") ||
    (operator === "~" && (kind === "float" || kind === "double" || kind === "decimal"))
  )
    return refuse(b, operator, operand, node);
  const promoted = typeOfKind(b.core, kind);
  const value = convert(b, operand, lifted ? nullableForm(b, promoted) : promoted);
  return arithmetic(b, operator, kind, value, lifted, node);
}

function arithmetic(
  b: Binder,
  operator: "-" | "+" | "~",
  kind: NumericKind,
  operand: BoundExpression,
  lifted: boolean,
  node: Node,
): BoundExpression {
  const { type } = operand;
  if (operand.kind === "Constant" && operand.value !== null) return foldUnary(b, operator, kind, operand, type, node);
  return {
    kind: "Unary",
    operator,
    numeric: kind,
    operand,
    checked: b.isChecked,
    lifted,
    type,
    start: node.start,
    end: node.end,
  };
}

function enumChange(lifted: boolean) {
  const inner = { kind: "numeric", from: "int", to: "int" } as const;
  return { kind: "simple", conversion: lifted ? ({ kind: "lifted", inner } as const) : inner } as const;
}

function refuse(b: Binder, operator: string, operand: BoundExpression, node: Node): BoundExpression {
  b.report(node, errors.badOperand(operator, operand.type.name));
  return errorNode(node);
}
