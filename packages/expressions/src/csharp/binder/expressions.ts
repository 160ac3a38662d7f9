import type { Binder } from "../../binding/binder.js";
import { constantNode } from "../../binding/constants.js";
import { convert, convertExplicitly, defaultNode } from "../../binding/convert.js";
import { errorNode, isError, isValue, type Operand } from "../../binding/operand.js";
import { asValue, reportNoValue } from "../../binding/values.js";
import type { BoundExpression } from "../../bound/tree.js";
import { Decimal } from "../../dotnet/numbers/decimal.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Expression, Literal } from "../syntax.js";
import { bindAssignment, bindIncrement } from "./assignment.js";
import { bindBinary } from "./binary.js";
import { bindConditional, bindConditionalAccess, bindConditionalReceiver } from "./conditional.js";
import { bindArrayInitializer, bindNew, bindNewAnonymous, bindNewArray } from "./creation.js";
import { parseDecimalLiteral } from "./decimal-literal.js";
import { errors } from "./errors.js";
import { bindIndex } from "./indexing.js";
import { bindInterpolation } from "./interpolation.js";
import { bindInvocation } from "./invocation.js";
import { lambdaOperand } from "./lambda.js";
import { bindMember, bindName, bindPredefined } from "./names.js";
import { bindAs, bindIs } from "./patterns.js";
import { bindQuery } from "./query.js";
import { bindType } from "./types.js";
import { bindUnary } from "./unary.js";

/** Binds an expression as far as it can be without knowing what is wanted of it. */
export function bindExpression(b: Binder, node: Expression): Operand {
  switch (node.kind) {
    case "Literal":
      return bindLiteral(b, node);
    case "InterpolatedString":
      return bindInterpolation(b, node);
    case "Name":
      return bindName(b, node);
    case "PredefinedType":
      return bindPredefined(b, node);
    case "Member":
      return bindMember(b, node);
    case "Invocation":
      return bindInvocation(b, node);
    case "Index":
      return bindIndex(b, node);
    case "ConditionalAccess":
      return bindConditionalAccess(b, node);
    case "ConditionalReceiver":
      return bindConditionalReceiver(b, node);
    case "Parenthesized": {
      const inner = bindExpression(b, node.expression);
      return inner.kind === "ThrowOperand" ? notHere(b, inner, node) : inner;
    }
    case "Cast":
      return bindCast(b, node);
    case "Unary":
      return bindUnary(b, node);
    case "Increment":
      return bindIncrement(b, node);
    case "Binary":
      return bindBinary(b, node);
    case "Is":
      return bindIs(b, node);
    case "As":
      return bindAs(b, node);
    case "Conditional":
      return bindConditional(b, node);
    case "Assignment":
      return bindAssignment(b, node);
    case "Lambda":
      return lambdaOperand(b, node);
    case "New":
      return bindNew(b, node);
    case "NewAnonymous":
      return bindNewAnonymous(b, node);
    case "NewArray":
      return bindNewArray(b, node);
    case "ArrayInitializer":
      return bindArrayInitializer(b, node, null);
    case "TypeOf":
      return { kind: "TypeOf", operand: bindType(b, node.type), type: b.core.type, start: node.start, end: node.end };
    case "NameOf":
      return bindNameOf(b, node);
    case "Default":
      return node.type === null
        ? { kind: "DefaultLiteral", start: node.start, end: node.end }
        : defaultNode(bindType(b, node.type), node);
    case "Checked":
      return bindChecked(b, node);
    case "Throw":
      return { kind: "ThrowOperand", value: bindThrown(b, node.expression), start: node.start, end: node.end };
    case "Query":
      return bindQuery(b, node);
    case "Tuple":
      b.report(node, errors.tuples());
      for (const element of node.elements) bindExpression(b, element.value);
      return errorNode(node);
    case "DeclarationExpression":
      return {
        kind: "OutVariable",
        type: node.type === null ? null : bindType(b, node.type),
        name: node.name,
        nameStart: node.end - (node.name?.length ?? 1),
        start: node.start,
        end: node.end,
      };
    case "Missing":
      return errorNode(node);
  }
}

function notHere(b: Binder, operand: Exclude<Operand, BoundExpression>, node: Expression): Operand {
  reportNoValue(b, operand);
  return errorNode(node);
}

/** Binds an expression that must have a value of some type. */
export function bindValue(b: Binder, node: Expression): BoundExpression {
  return asValue(b, bindExpression(b, node));
}

/** Binds an expression and converts it to a type. */
export function bindTo(b: Binder, node: Expression, type: NetType): BoundExpression {
  if (node.kind === "ArrayInitializer" && type.kind === "array") return bindArrayInitializer(b, node, type);
  return convert(b, bindExpression(b, node), type, node);
}

/** Binds a condition. */
export function bindCondition(b: Binder, node: Expression): BoundExpression {
  return bindTo(b, node, b.core.bool);
}

/** Binds what is thrown. */
export function bindThrown(b: Binder, node: Expression): BoundExpression {
  const value = bindValue(b, node);
  const { exception } = b.core;
  if (!isError(value) && value.type.kind !== "null" && exception !== null && !value.type.isAssignableTo(exception)) {
    b.report(node, errors.notAnException());
    return errorNode(node);
  }
  return value;
}

function bindLiteral(b: Binder, node: Literal): BoundExpression {
  const { core } = b;
  switch (node.type) {
    case "null":
      return constantNode(null, nullType, node);
    case "decimal":
      return constantNode(parseDecimalLiteral(String(node.value)) ?? Decimal.zero, core.decimal, node);
    default:
      return constantNode(node.value, core[node.type], node);
  }
}

function bindCast(b: Binder, node: Expression & { kind: "Cast" }): BoundExpression {
  const type = bindType(b, node.type);
  const operand = bindExpression(b, node.operand);
  if (type === errorType || isError(operand)) return errorNode(node);
  if (type.isStatic) {
    b.report(node, errors.castToStatic(type.name));
    return errorNode(node);
  }
  const value = isValue(operand) ? asValue(b, operand) : operand;
  const converted = convertExplicitly(b, value, type, node);
  // A cast is a value even where nothing changes: `(x) = 1` and `(x)++` stay refused, and it has its own place.
  return converted.kind === "Local" || converted.kind === "Member" || converted.kind === "ArrayGet"
    ? {
        kind: "Convert",
        conversion: { kind: "relabel" },
        operand: converted,
        type,
        checked: false,
        start: node.start,
        end: node.end,
      }
    : { ...converted, start: node.start, end: node.end };
}

function bindChecked(b: Binder, node: Expression & { kind: "Checked" }): Operand {
  return b.within({ overflow: node.checked ? "checked" : "unchecked" }, () => bindExpression(b, node.expression));
}

/** `nameof(a.b.c)` is "c"; what it names must exist. */
function bindNameOf(b: Binder, node: Expression & { kind: "NameOf" }): BoundExpression {
  const { expression } = node;
  const found = b.speculate(() => bindExpression(b, expression));
  b.diagnostics.push(...found.diagnostics.filter((diagnostic) => diagnostic.code !== errors.needsObject.code));
  const name =
    expression.kind === "Name" || expression.kind === "Member"
      ? expression.name
      : found.value.kind === "TypeName"
        ? found.value.type.name
        : null;
  if (name === null) {
    b.report(node, errors.nothingToName());
    return errorNode(node);
  }
  return constantNode(name, b.core.string, node);
}
