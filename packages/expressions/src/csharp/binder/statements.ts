import type { BoundExpression, BoundStatement, LocalSymbol } from "../../bound/tree.js";
import { errorType, nullType } from "../../types/special-types.js";
import type { Block, Expression, Statement } from "../syntax.js";
import { type Binder, declareName } from "./binder.js";
import { implicitChange } from "./conversions.js";
import { apply, convert, defaultNode } from "./convert.js";
import { asValue, bindCondition, bindExpression, bindThrown, bindTo, bindValue } from "./expressions.js";
import { declareFunctions, hoistFunctions } from "./local-functions.js";
import { bindDoWhile, bindFor, bindForEach, bindWhile } from "./loops.js";
import { isError, isValue } from "./operand.js";
import { bindGoto, bindSwitch } from "./switch.js";
import { bindTry } from "./try.js";
import { bindType, isVar } from "./types.js";

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
  const bound: BoundStatement[] = [];
  for (const statement of statements) {
    if (statement.kind === "LocalFunction") {
      functions?.bindOne(statement);
      continue;
    }
    addStatement(b, statement, bound);
  }
  return { kind: "Block", statements: functions === null ? bound : hoistFunctions(b, functions, bound) };
}

/** Binds a statement and adds it, after declarations of the variables that its patterns and `out` arguments make. */
function addStatement(b: Binder, statement: Statement, into: BoundStatement[]): void {
  const outer = b.expressionLocals;
  b.expressionLocals = [];
  const bound = statement.kind === "LocalDeclaration" ? bindDeclaration(b, statement) : [bindStatement(b, statement)];
  for (const local of b.expressionLocals) into.push({ kind: "Declare", local, value: null });
  for (const one of bound) {
    b.places.set(one, statement);
    into.push(one);
  }
  b.expressionLocals = outer;
}

/** Binds a statement that stands alone under `if`, `while` …: what it declares is its own. */
export function bindEmbedded(b: Binder, statement: Statement): BoundStatement {
  if (statement.kind === "Block") {
    const block = bindBlock(b, statement);
    b.places.set(block, statement);
    return block;
  }
  if (statement.kind === "LocalDeclaration" || statement.kind === "LocalFunction" || statement.kind === "Labeled")
    b.error(statement, "CS1023", "Embedded statement cannot be a declaration or labeled statement");
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
      return { kind: "If", condition, then, otherwise };
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
      b.error(node, "TP1102", "Labels and goto are not supported within expressions", "Use a loop with break and continue.");
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
    if (!isError(value) && !isStatement(node))
      b.error(
        node,
        "CS0201",
        "Only assignment, call, increment, decrement, and new object expressions can be used as a statement",
      );
    return { kind: "Expression", expression: value };
  }
  b.error(node, "CS0201", "Only assignment, call, increment, decrement, and new object expressions can be used as a statement");
  return { kind: "Empty" };
}

/** May the expression stand as a statement, by its form? */
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

function bindDeclaration(b: Binder, node: StatementOf<"LocalDeclaration">): BoundStatement[] {
  const { declarators, isConst } = node;
  if (node.isRef) return bindReferences(b, node);
  const statements: BoundStatement[] = [];
  const isInferred = isVar(node.type) && b.scope.findShort("var", 0) === null;
  if (isInferred && declarators.length > 1)
    b.error(node, "CS0819", "Implicitly-typed variables cannot have multiple declarators");
  const type = isInferred ? null : bindType(b, node.type);
  if (type !== null && (type.kind === "void" || type.isStatic)) {
    if (type.kind === "void") b.error(node.type, "CS1547", "Keyword 'void' cannot be used in this context");
    else b.error(node.type, "CS0723", `Cannot declare a variable of static type '${type.name}'`);
  }
  for (const declarator of declarators) {
    const place = { start: declarator.start, end: declarator.start + declarator.name.length };
    let value: BoundExpression | null = null;
    if (isInferred) value = inferredValue(b, declarator, isConst);
    else if (declarator.value !== null) value = bindTo(b, declarator.value, type!);
    else if (isConst) b.error(place, "CS0145", "A const field requires a value to be provided");
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

/** `ref int y = ref x;`: another name for a local variable. References to anything else are not there. */
function bindReferences(b: Binder, node: StatementOf<"LocalDeclaration">): BoundStatement[] {
  const type = isVar(node.type) ? null : bindType(b, node.type);
  for (const declarator of node.declarators) {
    const place = { start: declarator.start, end: declarator.start + declarator.name.length };
    const operand = bindExpression(b, declarator.value!);
    const isLocal = isValue(operand) && operand.kind === "Local";
    if (isLocal && type !== null && operand.type !== type && type !== errorType)
      b.error(
        declarator.value!,
        "CS8173",
        `The expression must be of type '${type.name}' because it is being assigned by reference`,
      );
    else if (!isLocal && !(isValue(operand) && isError(operand)))
      b.error(declarator.value!, "TP1104", "Only local variables can be referred to by a ref variable", "Use the value itself.");
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
  if (isConst) b.error(declarator, "CS0822", "Implicitly-typed variables cannot be constant");
  if (syntax === null) {
    b.error(declarator, "CS0818", "Implicitly-typed variables must be initialized");
    return null;
  }
  if (syntax.kind === "ArrayInitializer") {
    b.error(
      declarator,
      "CS0820",
      "Cannot initialize an implicitly-typed variable with an array initializer",
      "Write new[] { … }.",
    );
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
    b.error(declarator, "CS0815", `Cannot assign ${shown} to an implicitly-typed variable`, "Write the type instead of var.");
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
  if (value !== null && !isError(value) && value.kind !== "Constant")
    b.error(value, "CS0133", `The expression being assigned to '${name}' must be constant`);
  const constant = value?.kind === "Constant" ? value : defaultNode(type, place);
  const known = constant.kind === "Constant" ? constant.value : null;
  declareName(b, name, place, { kind: "constant", type: isError(constant) ? errorType : type, value: known });
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
    if (type.kind !== "void") b.error(node, "CS0126", `An object of a type convertible to '${type.name}' is required`);
    return { kind: "Return", value: null };
  }
  if (type.kind === "void") {
    b.error(node, "CS0127", "Since the function returns void, a return keyword must not be followed by an object expression");
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
  b.error(node, "CS0139", "No enclosing loop out of which to break or continue");
  return { kind: "Empty" };
}

function bindThrow(b: Binder, node: StatementOf<"ThrowStatement">): BoundStatement {
  if (node.value !== null) return { kind: "Throw", value: bindThrown(b, node.value) };
  if (!b.isInCatch) b.error(node, "CS0156", "A throw statement with no arguments is not allowed outside of a catch clause");
  return { kind: "Rethrow" };
}

/** `using (…) body`: the resources are disposed in a `finally`. */
function bindUsing(b: Binder, node: StatementOf<"Using">): BoundStatement {
  return b.inScope(() => {
    const declarations: BoundStatement[] = [];
    const resources: LocalSymbol[] = [];
    if (node.declaration !== null) {
      const bound = node.declaration.kind === "LocalDeclaration" ? bindDeclaration(b, node.declaration) : [];
      for (const one of bound)
        if (one.kind === "Declare") {
          declarations.push(one);
          resources.push(one.local);
          b.locals.declare(one.local.name, { kind: "local", local: one.local, isReadOnly: "using" });
        }
    } else if (node.expression !== null) {
      const value = bindValue(b, node.expression);
      const local = b.temporary(value.type);
      declarations.push({ kind: "Declare", local, value });
      resources.push(local);
    }
    for (const local of resources) checkDisposable(b, local, node);
    let body = bindEmbedded(b, node.body);
    for (let i = resources.length - 1; i >= 0; i--) {
      const local = resources[i]!;
      const dispose = disposeCall(b, local, node);
      const guarded: BoundStatement =
        dispose === null ? body : { kind: "Try", block: body, catches: [], finally: { kind: "Expression", expression: dispose } };
      body = { kind: "Block", statements: [declarations[i]!, guarded] };
    }
    return body;
  });
}

function checkDisposable(b: Binder, local: LocalSymbol, node: StatementOf<"Using">): void {
  const { disposable } = b.core;
  const { type } = local;
  if (type === errorType || type === nullType || disposable === null || implicitChange(type, disposable) !== null) return;
  b.error(
    node.expression ?? node.declaration ?? node,
    "CS1674",
    `'${type.name}': type used in a using statement must be implicitly convertible to 'System.IDisposable'`,
  );
}

/** `resource?.Dispose()`. */
function disposeCall(b: Binder, local: LocalSymbol, node: StatementOf<"Using">): BoundExpression | null {
  const { disposable } = b.core;
  const change = disposable === null ? null : implicitChange(local.type, disposable);
  const method = disposable?.members("Dispose")[0];
  if (disposable === null || change === null || method?.kind !== "method" || local.type === errorType) return null;
  const place = { start: node.start, end: node.start + "using".length };
  const receiver: BoundExpression = { kind: "Local", local, type: local.type, ...place };
  const temporary = b.temporary(disposable);
  const target: BoundExpression = { kind: "Local", local: temporary, type: disposable, ...place };
  const access: BoundExpression = {
    kind: "Member",
    member: method,
    accessor: "call",
    receiver: target,
    arguments: [],
    typeArguments: [],
    type: method.returnType,
    ...place,
  };
  return {
    kind: "NullConditional",
    receiver: apply(b, receiver, change, disposable),
    temporary,
    access,
    type: method.returnType,
    ...place,
  };
}

/** `lock (x) body`: one evaluation is one thread, so nothing has to be locked. */
function bindLock(b: Binder, node: StatementOf<"Lock">): BoundStatement {
  const value = bindValue(b, node.expression);
  if (!isError(value) && (value.type.isValueType || value.type === nullType))
    b.error(node.expression, "CS0185", `'${value.type.name}' is not a reference type as required by the lock statement`);
  const body = bindEmbedded(b, node.body);
  return { kind: "Block", statements: [{ kind: "Expression", expression: value }, body] };
}

function bindCheckedBlock(b: Binder, node: StatementOf<"CheckedStatement">): BoundStatement {
  const outer = b.overflow;
  b.overflow = node.checked ? "checked" : "unchecked";
  try {
    return bindBlock(b, node.block);
  } finally {
    b.overflow = outer;
  }
}
