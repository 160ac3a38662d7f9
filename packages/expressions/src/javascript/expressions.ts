import type {
  ArrayExpression,
  AssignmentExpression,
  ConditionalExpression,
  Expression,
  Identifier,
  Literal,
  LogicalExpression,
  ObjectExpression,
  Pattern,
  SpreadElement,
  Super,
  TemplateLiteral,
  UnaryExpression,
  UpdateExpression,
} from "acorn";
import { assignLocal, localNode, reuse, sequence } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { bindingErrors } from "../binding/errors.js";
import { isError } from "../binding/operand.js";
import type { BoundExpression } from "../bound/tree.js";
import { nearestName } from "../diagnostics/nearest-name.js";
import { bindCall, bindNew } from "./calls.js";
import { common, fit, normalise, truthy } from "./convert.js";
import { scriptErrors } from "./errors.js";
import { bindFunction } from "./functions.js";
import { bindChain, bindMember, memberReceiver } from "./members.js";
import { binary, concat, logical, not, operatorOf, typeOfValue, unary } from "./operators.js";
import { globalTypes } from "./runtime/globals.js";
import type { Script } from "./script.js";

/** Binds an expression to a value. */
export function bindExpression(s: Script, node: Expression | Super): BoundExpression {
  return s.nested(node, () => bindAt(s, node));
}

function bindAt(s: Script, node: Expression | Super): BoundExpression {
  switch (node.type) {
    case "Literal":
      return bindLiteral(s, node);
    case "Identifier":
      return bindIdentifier(s, node);
    case "TemplateLiteral":
      return bindTemplate(s, node);
    case "MemberExpression":
      return bindMember(s, node);
    case "CallExpression":
      return bindCall(s, node);
    case "ChainExpression":
      return bindChain(s, node.expression);
    case "NewExpression":
      return bindNew(s, node);
    case "ParenthesizedExpression":
      return bindExpression(s, node.expression);
    case "UnaryExpression":
      return bindUnary(s, node);
    case "UpdateExpression":
      return bindUpdate(s, node);
    case "BinaryExpression":
      return bindBinary(s, node);
    case "LogicalExpression":
      return bindLogical(s, node);
    case "ConditionalExpression":
      return bindConditional(s, node);
    case "AssignmentExpression":
      return bindAssignment(s, node);
    case "SequenceExpression": {
      const values = node.expressions.map((expression) => bindExpression(s, expression));
      return sequence(values.slice(0, -1), values[values.length - 1]!, node);
    }
    case "ArrayExpression":
      return bindArray(s, node);
    case "ObjectExpression":
      return bindObject(s, node);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return bindFunction(s, node, []);
    default:
      return refuseExpression(s, node);
  }
}

function refuseExpression(s: Script, node: Expression | Super): BoundExpression {
  switch (node.type) {
    case "ThisExpression":
    case "Super":
      return s.refuse(node, "this", "Use the variables themselves.");
    case "AwaitExpression":
    case "ImportExpression":
      return s.refuse(node, "await and import", "Expressions run synchronously, on what is in the context.");
    case "TaggedTemplateExpression":
      return s.refuse(node, "Tagged templates", "Call the function with arguments.");
    case "ClassExpression":
      return s.refuse(node, "Classes", "Use objects and functions.");
    default:
      return s.refuse(node, node.type, "Write it in another way.");
  }
}

function bindLiteral(s: Script, node: Literal): BoundExpression {
  const { core } = s.b;
  if (node.regex != null) {
    const { pattern, flags } = node.regex;
    return s.operation("RegExp", [constantNode(pattern, core.string, node), constantNode(flags, core.string, node)], node);
  }
  if (node.bigint != null) return s.refuse(node, "BigInt literals", "Numbers are doubles here.");
  return s.constant(node.value as string | number | boolean | null, node);
}

function bindTemplate(s: Script, node: TemplateLiteral): BoundExpression {
  const parts: BoundExpression[] = [];
  node.quasis.forEach((quasi, i) => {
    const text = quasi.value.cooked ?? "";
    if (text !== "") parts.push(s.constant(text, quasi));
    const hole = node.expressions[i];
    if (hole !== undefined) parts.push(bindExpression(s, hole));
  });
  if (parts.length === 0) return s.constant("", node);
  if (parts.some(isError)) return parts.find(isError)!;
  return parts.length === 1 ? concat(s, [...parts, s.constant("", node)], node) : concat(s, parts, node);
}

/** A name: a variable, one of the host's globals, or `undefined` and the like. */
export function bindIdentifier(s: Script, node: Identifier): BoundExpression {
  const { b } = s;
  const { name, start, end } = node;
  const entry = b.locals.find(name);
  if (entry?.kind === "local") return localNode(b, entry.local, node);
  const global = b.globals.get(name);
  if (global !== undefined) return normalise(s, { kind: "Global", name, index: global.index, type: global.type, start, end });
  switch (name) {
    case "undefined":
      return s.constant(null, node);
    case "NaN":
      return s.constant(Number.NaN, node);
    case "Infinity":
      return s.constant(Number.POSITIVE_INFINITY, node);
    default:
  }
  const functions = b.scope.find("Turnpike.JavaScript.Functions", 0)!;
  if (functions.members(name).length > 0) return functionValue(s, node);
  if (globalTypes.has(name)) return s.report(node, scriptErrors.onlyAsked(name));
  const known = [...b.locals.names(), ...b.globals.keys(), ...globalTypes.keys()];
  const nearest = nearestName(name, known);
  return s.report(node, bindingErrors.noName(name, nearest));
}

/** A global function as a value, as in `xs.map(String)`: a function that calls it. */
function functionValue(s: Script, node: Identifier): BoundExpression {
  const place = { start: node.start, end: node.end };
  const parameter: Identifier = { type: "Identifier", name: "value", ...place };
  const body: Expression = { type: "CallExpression", callee: node, arguments: [parameter], optional: false, ...place };
  return bindFunction(
    s,
    {
      type: "ArrowFunctionExpression",
      expression: true,
      generator: false,
      async: false,
      id: null,
      params: [parameter],
      body,
      ...place,
    },
    [],
  );
}

function bindArray(s: Script, node: ArrayExpression): BoundExpression {
  const { elements } = node;
  const values = elements.map((element) => bindElement(s, element, node));
  if (values.some(isError)) return values.find(isError)!;
  const items = s.array(values, s.object, node);
  const spread = elements.map((element) => (element?.type === "SpreadElement" ? "s" : "-")).join("");
  return spread.includes("s")
    ? s.operation("Spread", [items, s.constant(spread, node)], node)
    : s.operation("List", [items], node);
}

function bindElement(s: Script, element: Expression | SpreadElement | null, node: ArrayExpression): BoundExpression {
  if (element === null) return s.constant(null, node);
  return bindExpression(s, element.type === "SpreadElement" ? element.argument : element);
}

function bindObject(s: Script, node: ObjectExpression): BoundExpression {
  const keys: BoundExpression[] = [];
  const values: BoundExpression[] = [];
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      keys.push(constantNode(null, s.b.core.string, property));
      values.push(bindExpression(s, property.argument));
      continue;
    }
    if (property.kind !== "init" || property.method)
      return s.refuse(property, "Methods and accessors of objects", "Use functions.");
    const { key } = property;
    const isName = !property.computed && key.type === "Identifier";
    keys.push(isName ? s.constant(key.name, key) : bindExpression(s, key as Expression));
    values.push(bindExpression(s, property.value));
  }
  const wrong = [...keys, ...values].find(isError);
  if (wrong !== undefined) return wrong;
  return s.operation("Record", [s.array(keys, s.b.core.string, node), s.array(values, s.object, node)], node);
}

function bindUnary(s: Script, node: UnaryExpression): BoundExpression {
  const { operator, argument } = node;
  switch (operator) {
    case "!":
      return not(s, bindExpression(s, argument), node);
    case "typeof":
      return argument.type === "Identifier" && !isDeclared(s, argument.name)
        ? s.constant("undefined", node)
        : typeOfValue(s, bindExpression(s, argument), node);
    case "void":
      return sequence([bindExpression(s, argument)], s.constant(null, node), node);
    case "delete": {
      if (argument.type !== "MemberExpression") return s.refuse(node, "delete of variables", "Set the variable to null.");
      const { target, key } = memberReceiver(s, argument);
      return s.operation("Delete", [target, key], node);
    }
    default:
      return unary(s, operator, bindExpression(s, argument), node);
  }
}

function isDeclared(s: Script, name: string): boolean {
  return s.b.locals.find(name) !== null || s.b.globals.has(name);
}

/** `a + b + c` and the like in a loop: such chains are as deep as they are long. */
function bindBinary(s: Script, node: Extract<Expression, { type: "BinaryExpression" }>): BoundExpression {
  const spine = [node];
  let first = node.left as Expression;
  for (; first.type === "BinaryExpression"; first = first.left as Expression) spine.push(first);
  let value = bindExpression(s, first);
  for (const link of spine.reverse()) value = binary(s, link.operator, value, bindExpression(s, link.right), link);
  return value;
}

function bindLogical(s: Script, node: LogicalExpression): BoundExpression {
  const spine = [node];
  let first = node.left;
  for (; first.type === "LogicalExpression"; first = first.left) spine.push(first);
  let value = bindExpression(s, first);
  for (const link of spine.reverse())
    value = logical(s, s.branch(link.operator, link.left.end), value, () => bindExpression(s, link.right), link);
  return value;
}

function bindConditional(s: Script, node: ConditionalExpression): BoundExpression {
  const condition = truthy(s, bindExpression(s, node.test));
  const [then, otherwise] = common(s, bindExpression(s, node.consequent), bindExpression(s, node.alternate));
  const wrong = [condition, then, otherwise].find(isError);
  if (wrong !== undefined) return wrong;
  const branch = s.branch("?:", node.test.end);
  return { kind: "Conditional", condition, then, otherwise, branch, type: then.type, start: node.start, end: node.end };
}

function bindAssignment(s: Script, node: AssignmentExpression): BoundExpression {
  const operator = operatorOf(node.operator);
  return assign(s, node.left, node, (current) => {
    const bindValue = () => bindExpression(s, node.right);
    if (operator === null) return bindValue();
    const before = current();
    return operator === "&&" || operator === "||" || operator === "??"
      ? logical(s, { operator }, before, bindValue, node)
      : binary(s, operator, before, bindValue(), node);
  });
}

/** Gives a variable or member a value made of its current one. */
function assign(
  s: Script,
  target: Pattern,
  node: Expression,
  make: (current: () => BoundExpression) => BoundExpression,
): BoundExpression {
  if (target.type === "Identifier") return assignVariable(s, target, make, node);
  if (target.type !== "MemberExpression") {
    return s.refuse(target, "Destructuring", "Take the members one by one: const a = x.a;");
  }
  const effects: BoundExpression[] = [];
  const receiver = memberReceiver(s, target);
  const object = reuse(s.b, receiver.target, effects);
  const key = reuse(s.b, receiver.key, effects);
  const value = make(() => s.operation("Get", [object, key], target));
  const wrong = [object, key, value].find(isError);
  if (wrong !== undefined) return wrong;
  return sequence(effects, s.operation("Set", [object, key, value], node), node);
}

function assignVariable(
  s: Script,
  target: Identifier,
  make: (current: () => BoundExpression) => BoundExpression,
  node: Expression,
): BoundExpression {
  const entry = s.b.locals.find(target.name);
  const value = make(() => bindIdentifier(s, target));
  if (entry?.kind !== "local") {
    if (s.b.globals.has(target.name)) return s.report(target, scriptErrors.notAssignable(target.name));
    return bindIdentifier(s, target);
  }
  if (s.isConst(entry.local)) return s.report(target, scriptErrors.isConstant(target.name));
  return setVariable(s, entry.local, value, node);
}

function setVariable(
  s: Script,
  local: Parameters<typeof assignLocal>[1],
  value: BoundExpression,
  node: Expression,
): BoundExpression {
  if (isError(value)) return value;
  const isNothing = value.kind === "Constant" && value.value === null && !local.type.isValueType;
  if (value.type !== local.type && local.type !== s.object && !isNothing) s.widen(local);
  const fitted = isNothing ? constantNode(null, local.type, node) : s.isStale ? value : fit(s, value, local.type);
  return assignLocal(s.b, local, fitted, node);
}

function bindUpdate(s: Script, node: UpdateExpression): BoundExpression {
  const unit = s.constant(1, node);
  const operator = node.operator === "++" ? "+" : "-";
  const { double } = s.b.core;
  if (node.prefix)
    return assign(s, node.argument as Pattern, node, (current) => binary(s, operator, fit(s, current(), double), unit, node));
  const before = s.b.temporary(double);
  const effect = assign(s, node.argument as Pattern, node, (current) => {
    const kept = assignLocal(s.b, before, fit(s, current(), double), node);
    return binary(s, operator, kept, unit, node);
  });
  return sequence([effect], localNode(s.b, before, node), node);
}
