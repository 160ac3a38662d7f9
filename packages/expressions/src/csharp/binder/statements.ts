import type { Binder } from "../../binding/binder.js";
import { convert } from "../../binding/convert.js";
import { hoistFunctions } from "../../binding/hoisting.js";
import { isError, isValue } from "../../binding/operand.js";
import { asValue } from "../../binding/values.js";
import type { BoundExpression, BoundStatement, JumpTarget, LocalSymbol } from "../../bound/tree.js";
import { nullType } from "../../types/special-types.js";
import type { Block, Expression, Statement } from "../syntax.js";
import { bindDeclaration } from "./declarations.js";
import { errors } from "./errors.js";
import { bindCondition, bindExpression, bindThrown, bindTo, bindValue } from "./expressions.js";
import { type BlockFunctions, declareFunctions } from "./local-functions.js";
import { bindDoWhile, bindFor, bindForEach, bindWhile } from "./loops.js";
import { bindGoto, bindSwitch } from "./switch.js";
import { bindTry } from "./try.js";
import { bindUsing } from "./using.js";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** The body of a lambda, local function or program. */
export function bindFunctionBlock(b: Binder, block: Block): BoundStatement {
  return bindStatements(b, block.statements);
}

/** Binds a block: its names are its own. */
export function bindBlock(b: Binder, block: Block): BoundStatement {
  return b.inScope(() => bindStatements(b, block.statements));
}

/** Binds statements in the scope at hand, local functions first so that all can call them. */
export function bindStatements(b: Binder, statements: readonly Statement[]): BoundStatement {
  const functions = declareFunctions(b, statements);
  const bound = bindList(b, statements, functions);
  return { kind: "Block", statements: functions === null ? bound : hoistFunctions(b, functions.made, bound) };
}

/** Binds statements whose local functions have been declared; the caller puts these where they are to be made. */
export function bindList(b: Binder, statements: readonly Statement[], functions: BlockFunctions | null): BoundStatement[] {
  const bound: BoundStatement[] = [];
  b.within({ labels: labelsIn(b, statements) }, () => {
    for (const statement of statements)
      if (statement.kind === "LocalFunction") functions?.bindOne(statement);
      else addStatement(b, statement, bound);
  });
  return bound;
}

/** The labels of a block are in sight in all of it. */
function labelsIn(b: Binder, statements: readonly Statement[]): ReadonlyMap<string, JumpTarget> {
  let labels: Map<string, JumpTarget> | null = null;
  for (let statement of statements)
    for (; statement.kind === "Labeled"; statement = statement.statement) {
      const { label } = statement;
      if (labels?.has(label) || b.labels.has(label))
        b.report(statement, labels?.has(label) ? errors.labelTwice(label) : errors.labelTakenAround(label));
      labels ??= new Map(b.labels);
      labels.set(label, { name: label });
    }
  return labels ?? b.labels;
}

/** Binds a statement and adds it, after declarations of the variables that its patterns and `out` arguments make. */
function addStatement(b: Binder, statement: Statement, into: BoundStatement[]): void {
  if (statement.kind === "Labeled") {
    into.push({ kind: "Label", target: b.labels.get(statement.label)! });
    addStatement(b, statement.statement, into);
    return;
  }
  const expressionLocals: LocalSymbol[] = [];
  const bound = b.within({ expressionLocals }, () =>
    statement.kind === "LocalDeclaration" ? bindDeclaration(b, statement) : [bindStatement(b, statement)],
  );
  for (const local of expressionLocals) into.push({ kind: "Declare", local, value: null });
  for (const made of bound) {
    b.places.set(made, statement);
    into.push(made);
  }
}

/** Binds a statement that stands alone under `if`, `while` …: what it declares is its own. */
export function bindEmbedded(b: Binder, statement: Statement): BoundStatement {
  if (statement.kind === "Block") {
    const block = bindBlock(b, statement);
    b.places.set(block, statement);
    return block;
  }
  if (statement.kind === "LocalDeclaration" || statement.kind === "LocalFunction" || statement.kind === "Labeled")
    b.report(statement, errors.embeddedDeclaration());
  return b.inScope(() => {
    const bound = bindStatements(b, [statement]);
    return bound.kind === "Block" && bound.statements.length === 1 ? bound.statements[0]! : bound;
  });
}

function bindStatement(b: Binder, node: Statement): BoundStatement {
  switch (node.kind) {
    case "Block":
      return bindBlock(b, node);
    case "ExpressionStatement":
      return bindExpressionStatement(b, node.expression);
    case "If": {
      const condition = bindCondition(b, node.condition);
      const then = bindEmbedded(b, node.then);
      const otherwise = node.otherwise === null ? null : bindEmbedded(b, node.otherwise);
      return { kind: "If", condition, then, otherwise, branch: { operator: "if", at: node.start } };
    }
    case "While":
      return bindWhile(b, node);
    case "DoWhile":
      return bindDoWhile(b, node);
    case "For":
      return bindFor(b, node);
    case "ForEach":
      return bindForEach(b, node);
    case "Switch":
      return bindSwitch(b, node);
    case "Return":
      return bindReturn(b, node);
    case "Break":
    case "Continue":
      return bindJump(b, node);
    case "Goto":
      return bindGoto(b, node);
    case "Labeled":
      return bindEmbedded(b, node.statement);
    case "ThrowStatement":
      return bindThrow(b, node);
    case "Try":
      return bindTry(b, node);
    case "Using":
      return bindUsing(b, node);
    case "Lock":
      return bindLock(b, node);
    case "CheckedStatement":
      return bindCheckedBlock(b, node);
    case "LocalDeclaration":
      return { kind: "Block", statements: bindDeclaration(b, node) };
    case "LocalFunction":
    case "Empty":
    case "MissingStatement":
      return { kind: "Empty" };
  }
}

function bindExpressionStatement(b: Binder, node: Expression): BoundStatement {
  const operand = bindExpression(b, node);
  if (isValue(operand)) {
    const value = asValue(b, operand);
    if (!isError(value) && !isStatement(node)) b.report(node, errors.notAStatement());
    return { kind: "Expression", expression: value };
  }
  b.report(node, errors.notAStatement());
  return { kind: "Empty" };
}

/** True if the expression may stand as a statement, by its form. */
export function isStatement(node: Expression): boolean {
  switch (node.kind) {
    case "Assignment":
    case "Invocation":
    case "Increment":
    case "New":
    case "Missing":
      return true;
    case "ConditionalAccess":
      return isStatement(node.access);
    default:
      return false;
  }
}

function bindReturn(b: Binder, node: StatementOf<"Return">): BoundStatement {
  const mode = b.returnMode;
  if (mode.kind === "collect") {
    const statement: { kind: "Return"; value: BoundExpression | null } = { kind: "Return", value: null };
    const operand = node.value === null ? null : bindExpression(b, node.value);
    mode.returns.push({ node: node.value ?? node, operand, statement });
    return statement;
  }
  const { type } = mode;
  if (node.value === null) {
    if (type.kind !== "void") b.report(node, errors.valueExpected(type.name));
    return { kind: "Return", value: null };
  }
  if (type.kind === "void") {
    b.report(node, errors.noValueToReturn());
    bindExpression(b, node.value);
    return { kind: "Return", value: null };
  }
  return { kind: "Return", value: bindResult(b, node.value, type) };
}

/** The value of a function as its type; notes the type it has by itself. */
export function bindResult(b: Binder, node: Expression, type: BoundExpression["type"]): BoundExpression {
  if (b.fn.parent !== null) return bindTo(b, node, type);
  const operand = bindExpression(b, node);
  if (isValue(operand)) b.resultTypes.add(operand.type);
  return convert(b, operand, type, node);
}

function bindJump(b: Binder, node: StatementOf<"Break" | "Continue">): BoundStatement {
  const target = node.kind === "Break" ? b.jumps.breakTarget : b.jumps.continueTarget;
  if (target !== null) return { kind: node.kind, target };
  b.report(node, errors.noLoop());
  return { kind: "Empty" };
}

function bindThrow(b: Binder, node: StatementOf<"ThrowStatement">): BoundStatement {
  if (node.value !== null) return { kind: "Throw", value: bindThrown(b, node.value) };
  if (!b.isInCatch) b.report(node, errors.rethrowOutside());
  return { kind: "Rethrow" };
}

/** `lock (x) body`: one evaluation is one thread, so nothing has to be locked. */
function bindLock(b: Binder, node: StatementOf<"Lock">): BoundStatement {
  const value = bindValue(b, node.expression);
  if (!isError(value) && (value.type.isValueType || value.type === nullType))
    b.report(node.expression, errors.lockedValue(value.type.name));
  const body = bindEmbedded(b, node.body);
  return { kind: "Block", statements: [{ kind: "Expression", expression: value }, body] };
}

function bindCheckedBlock(b: Binder, node: StatementOf<"CheckedStatement">): BoundStatement {
  return b.within({ overflow: node.checked ? "checked" : "unchecked" }, () => bindBlock(b, node.block));
}
