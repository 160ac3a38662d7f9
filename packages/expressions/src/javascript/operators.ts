import type { AssignmentOperator, BinaryOperator } from "acorn";
import { assignLocal, localNode, sequence } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { isError } from "../binding/operand.js";
import type { BoundExpression } from "../bound/tree.js";
import type { Place } from "../diagnostics/diagnostic.js";
import { nullType } from "../types/special-types.js";
import { common, fit, toObject, truthy } from "./convert.js";
import type { Script } from "./script.js";

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["<", "Less"],
  ["<=", "LessOrEqual"],
  [">", "Greater"],
  [">=", "GreaterOrEqual"],
]);

/** `left operator right`, both evaluated. */
export function binary(
  s: Script,
  operator: BinaryOperator | "**",
  left: BoundExpression,
  right: BoundExpression,
  node: Place,
): BoundExpression {
  if (isError(left)) return left;
  if (isError(right)) return right;
  const { core } = s.b;
  const { start, end } = node;
  const areNumbers = left.type === core.double && right.type === core.double;
  switch (operator) {
    case "+":
      return plus(s, left, right, node);
    case "-":
    case "*":
    case "/": {
      const numeric = "double";
      const [a, b] = [fit(s, left, core.double), fit(s, right, core.double)];
      return {
        kind: "Arithmetic",
        operator,
        numeric,
        left: a,
        right: b,
        checked: false,
        lifted: false,
        type: core.double,
        start,
        end,
      };
    }
    case "%":
      return s.operation("Remainder", [left, right], node);
    case "**":
      return s.operation("Power", [left, right], node);
    case "===":
    case "!==":
    case "==":
    case "!=":
      return equality(s, operator.startsWith("!"), operator.length === 3, left, right, node);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return areNumbers
        ? { kind: "Compare", operator, numeric: "double", left, right, lifted: false, type: core.bool, start, end }
        : s.operation(COMPARISONS.get(operator)!, [left, right], node);
    case "in":
      return s.operation("Has", [right, left], node);
    case "instanceof":
      return s.refuse(node, "instanceof", "Compare what typeof gives, or use Array.isArray.");
    default:
      return s.operation("Bits", [constantNode(operator, core.string, node), left, right], node);
  }
}

function plus(s: Script, left: BoundExpression, right: BoundExpression, node: Place): BoundExpression {
  const { core } = s.b;
  const { start, end } = node;
  if (left.type === core.double && right.type === core.double) {
    return {
      kind: "Arithmetic",
      operator: "+",
      numeric: "double",
      left,
      right,
      checked: false,
      lifted: false,
      type: core.double,
      start,
      end,
    };
  }
  if (left.type !== core.string && right.type !== core.string) return s.operation("Add", [left, right], node);
  return concat(s, [...partsOf(left), ...partsOf(right)], node);
}

/** The parts of a text that is itself joined of parts. */
function partsOf(value: BoundExpression): readonly BoundExpression[] {
  return value.kind === "Concat" ? value.parts : [value];
}

/** Texts joined; values that are none as their texts, nothing as no text. */
export function concat(s: Script, parts: readonly BoundExpression[], node: Place): BoundExpression {
  const { start, end } = node;
  const { string } = s.b.core;
  return { kind: "Concat", parts: parts.map((part) => fit(s, part, string)), type: string, start, end };
}

function equality(
  s: Script,
  negated: boolean,
  isStrict: boolean,
  left: BoundExpression,
  right: BoundExpression,
  node: Place,
): BoundExpression {
  const { core } = s.b;
  const { start, end } = node;
  const type = core.bool;
  if (left.type === right.type && left.type === core.double) {
    return { kind: "Compare", operator: negated ? "!=" : "==", numeric: "double", left, right, lifted: false, type, start, end };
  }
  if (left.type === right.type && (left.type === core.string || left.type === core.bool)) {
    return { kind: "Same", negated, left, right, type, start, end };
  }
  const nothing = isNull(right) ? left : isNull(left) ? right : null;
  if (nothing !== null && nothing.type !== core.double && nothing.type !== core.bool) {
    const value = s.operation("Value", [nothing], nothing);
    return { kind: "Same", negated, left: value, right: constantNode(null, nullType, node), type, start, end };
  }
  const same = s.operation(isStrict ? "StrictEquals" : "LooseEquals", [left, right], node);
  return negated ? not(s, same, node) : same;
}

function isNull(value: BoundExpression): boolean {
  return value.kind === "Constant" && value.value === null;
}

/** `!value`. */
export function not(s: Script, value: BoundExpression, node: Place): BoundExpression {
  return { kind: "Not", operand: truthy(s, value), lifted: false, type: s.b.core.bool, start: node.start, end: node.end };
}

/** `left && right`, `left || right`, `left ?? right`: the value of one of them. */
export function logical(
  s: Script,
  written: { readonly operator: "&&" | "||" | "??"; readonly at?: number },
  left: BoundExpression,
  bindRight: () => BoundExpression,
  node: Place,
): BoundExpression {
  const right = bindRight();
  const { operator, at } = written;
  const branch = at === undefined ? undefined : { operator, at };
  if (isError(left)) return left;
  if (isError(right)) return right;
  const { core } = s.b;
  const { start, end } = node;
  if (operator === "??") {
    if (left.type === core.double || left.type === core.bool) return left;
    const [first, second] = common(s, left, right);
    const value = first.type === core.object ? s.operation("Value", [first], first) : first;
    return { kind: "Coalesce", left: value, right: second, branch, type: first.type, start, end };
  }
  if (left.type === core.bool && right.type === core.bool) {
    return { kind: operator === "&&" ? "AndAlso" : "OrElse", left, right, branch, type: core.bool, start, end };
  }
  const [first, second] = common(s, left, right);
  const temporary = s.b.temporary(first.type);
  const read = localNode(s.b, temporary, node);
  const condition = truthy(s, read);
  const isAnd = operator === "&&";
  const choice: BoundExpression = {
    kind: "Conditional",
    condition,
    then: isAnd ? second : read,
    otherwise: isAnd ? read : second,
    branch: branch === undefined ? undefined : { ...branch, second: isAnd ? "then" : "otherwise" },
    type: first.type,
    start,
    end,
  };
  return sequence([assignLocal(s.b, temporary, first, node)], choice, node);
}

/** `-x`, `+x`, `~x`. */
export function unary(s: Script, operator: "-" | "+" | "~", operand: BoundExpression, node: Place): BoundExpression {
  const { core } = s.b;
  const { start, end } = node;
  const value = fit(s, operand, core.double);
  if (isError(value) || operator === "+") return value;
  if (operator === "~") return s.operation("Bits", [constantNode("~", core.string, node), value, value], node);
  if (value.kind === "Constant") return constantNode(-(value.value as number), core.double, node);
  return {
    kind: "Unary",
    operator,
    numeric: "double",
    operand: value,
    checked: false,
    lifted: false,
    type: core.double,
    start,
    end,
  };
}

/** The operator of a compound assignment: `+` of `+=`. */
export function operatorOf(operator: AssignmentOperator): BinaryOperator | "**" | "&&" | "||" | "??" | null {
  return operator === "=" ? null : (operator.slice(0, -1) as BinaryOperator);
}

/** `typeof x`. */
export function typeOfValue(s: Script, value: BoundExpression, node: Place): BoundExpression {
  return s.operation("TypeOf", [toObject(s, value)], node);
}
