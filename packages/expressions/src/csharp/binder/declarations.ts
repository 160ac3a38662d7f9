import { type Binder, declareName } from "../../binding/binder.js";
import { defaultNode } from "../../binding/convert.js";
import { isError, isValue } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression, BoundStatement } from "../../bound/tree.js";
import type { NetType } from "../../types/net-type.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Statement } from "../syntax.js";
import { errors } from "./errors.js";
import { bindExpression, bindTo } from "./expressions.js";
import { bindType, isVar } from "./types.js";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** `T a = x, b;`, `var a = x;`, `const T a = x;`. Constants leave no statement. */
export function bindDeclaration(b: Binder, node: StatementOf<"LocalDeclaration">): BoundStatement[] {
  const { declarators, isConst } = node;
  if (node.isRef) return bindReferences(b, node);
  const statements: BoundStatement[] = [];
  const isInferred = isVar(node.type) && b.scope.findShort("var", 0) === null;
  if (isInferred && declarators.length > 1) b.report(node, errors.inferredSeveral());
  const type = isInferred ? null : declaredType(b, node);
  for (const declarator of declarators) {
    const place = { start: declarator.start, end: declarator.start + declarator.name.length };
    let value: BoundExpression | null = null;
    if (isInferred) value = inferredValue(b, declarator, isConst);
    else if (declarator.value !== null) value = bindTo(b, declarator.value, type!);
    else if (isConst) b.report(place, errors.constantWithoutValue());
    const declared = type ?? value?.type ?? errorType;
    if (isConst) {
      declareConstant(b, declarator.name, place, declared, value);
      continue;
    }
    const local = b.newLocal(declarator.name, declared);
    declareName(b, declarator.name, place, { kind: "local", local, isReadOnly: null });
    statements.push({ kind: "Declare", local, value });
  }
  return statements;
}

function declaredType(b: Binder, node: StatementOf<"LocalDeclaration">): NetType {
  const type = bindType(b, node.type);
  if (type.kind === "void") {
    b.report(node.type, errors.voidHere());
    return errorType;
  }
  if (type.isStatic) b.report(node.type, errors.staticVariable(type.name));
  return type;
}

/** `ref int y = ref x;`: another name for a local variable. References to anything else are not there. */
function bindReferences(b: Binder, node: StatementOf<"LocalDeclaration">): BoundStatement[] {
  const type = isVar(node.type) ? null : bindType(b, node.type);
  for (const declarator of node.declarators) {
    const place = { start: declarator.start, end: declarator.start + declarator.name.length };
    const operand = bindExpression(b, declarator.value!);
    const isLocal = isValue(operand) && operand.kind === "Local";
    if (isLocal && type !== null && operand.type !== type && type !== errorType)
      b.report(declarator.value!, errors.referenceType(type.name));
    else if (!isLocal && !(isValue(operand) && isError(operand))) b.report(declarator.value!, errors.referenceTarget());
    const local = isLocal ? operand.local : b.newLocal(declarator.name, errorType);
    declareName(b, declarator.name, place, { kind: "local", local, isReadOnly: null });
  }
  return [];
}

function inferredValue(
  b: Binder,
  declarator: StatementOf<"LocalDeclaration">["declarators"][number],
  isConst: boolean,
): BoundExpression | null {
  const { value: syntax } = declarator;
  if (isConst) b.report(declarator, errors.inferredConstant());
  if (syntax === null) {
    b.report(declarator, errors.inferredWithoutValue());
    return null;
  }
  if (syntax.kind === "ArrayInitializer") {
    b.report(declarator, errors.inferredArray());
    return null;
  }
  const operand = bindExpression(b, syntax);
  const shown = isValue(operand)
    ? operand.type === nullType
      ? "<null>"
      : operand.type.kind === "void"
        ? "void"
        : null
    : operand.kind === "UnboundLambda"
      ? "lambda expression"
      : operand.kind === "Methods"
        ? "method group"
        : operand.kind === "DefaultLiteral"
          ? "default"
          : null;
  if (shown !== null) {
    const hint = shown === "void" ? "The call gives no value: leave the variable out." : "Write the type instead of var.";
    b.report(declarator, errors.inferredFrom(shown, hint));
    return null;
  }
  return asValue(b, operand);
}

function declareConstant(
  b: Binder,
  name: string,
  place: { start: number; end: number },
  type: BoundExpression["type"],
  value: BoundExpression | null,
): void {
  if (value !== null && !isError(value) && value.kind !== "Constant") b.report(value, errors.constantRequired(name));
  const constant = value?.kind === "Constant" ? value : defaultNode(type, place);
  const known = constant.kind === "Constant" ? constant.value : null;
  declareName(b, name, place, { kind: "constant", type: isError(constant) ? errorType : type, value: known });
}
