import type {
  Expression,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  Pattern,
  Statement,
  SwitchStatement,
  TryStatement,
  VariableDeclaration,
} from "acorn";
import { assignLocal, localNode } from "../binding/call-node.js";
import { constantNode } from "../binding/constants.js";
import { hoistFunctions } from "../binding/hoisting.js";
import { isError } from "../binding/operand.js";
import { completes } from "../binding/reachability.js";
import type { BoundExpression, BoundStatement, JumpTarget } from "../bound/tree.js";
import type { MethodSymbol } from "../types/net-type.js";
import { fit, relabel, toObject, truthy } from "./convert.js";
import { bindExpression } from "./expressions.js";
import { bindFunction, functionTypeOf } from "./functions.js";
import { elementTypeOf, isObjectLike } from "./members.js";
import { declareVariable, destructure } from "./patterns.js";
import type { Script } from "./script.js";

/** Binds the statements of a block in the scope at hand. Functions can be called before they stand. */
export function bindStatements(s: Script, statements: readonly Statement[]): readonly BoundStatement[] {
  const functions = statements.filter((statement): statement is FunctionDeclaration => statement.type === "FunctionDeclaration");
  const declared = functions.map((node) => {
    const local = s.b.newLocal(node.id.name, functionTypeOf(s, node));
    s.declared(local, node.start, true);
    s.b.locals.declare(node.id.name, { kind: "local", local, isReadOnly: null });
    return { node, local };
  });
  const bound: BoundStatement[] = [];
  for (const statement of statements) if (statement.type !== "FunctionDeclaration") bindStatement(s, statement, bound);
  if (declared.length === 0) return bound;
  const made = declared.map(({ node, local }) => ({ local, value: bindFunction(s, node, [], local.type) }));
  return hoistFunctions(s.b, made, bound);
}

/** Binds a statement with a scope of its own. */
function bindInner(s: Script, statement: Statement): BoundStatement {
  return s.b.inScope(() => {
    const statements = statement.type === "BlockStatement" ? statement.body : [statement];
    return { kind: "Block", statements: bindNested(s, statement, statements) };
  });
}

/** Statements are nested in the same measure as expressions. */
function bindNested(s: Script, node: Statement, statements: readonly Statement[]): readonly BoundStatement[] {
  let bound: readonly BoundStatement[] = [];
  s.nested(node, () => {
    bound = bindStatements(s, statements);
    return s.constant(null, node);
  });
  return bound;
}

function bindStatement(s: Script, node: Statement, into: BoundStatement[]): void {
  switch (node.type) {
    case "VariableDeclaration":
      bindVariables(s, node, into);
      return;
    case "ExpressionStatement":
      into.push({ kind: "Expression", expression: bindExpression(s, node.expression) });
      return;
    case "BlockStatement":
      into.push(bindInner(s, node));
      return;
    case "IfStatement":
      into.push(bindIf(s, node));
      return;
    case "ForStatement":
      into.push(bindFor(s, node));
      return;
    case "ForOfStatement":
    case "ForInStatement":
      into.push(bindForOf(s, node));
      return;
    case "WhileStatement":
    case "DoWhileStatement": {
      const target: JumpTarget = { name: "while" };
      const condition = truthy(s, bindExpression(s, node.test));
      const kind = node.type === "WhileStatement" ? "While" : "DoWhile";
      into.push({
        kind,
        target,
        condition,
        branch: { operator: "loop", at: node.start },
        body: bindLoopBody(s, node.body, target),
      });
      return;
    }
    case "ReturnStatement": {
      const value = node.argument == null ? s.constant(null, node) : bindExpression(s, node.argument);
      into.push({ kind: "Return", value: s.result(value) });
      return;
    }
    case "BreakStatement":
    case "ContinueStatement": {
      const { jumps } = s.b;
      const isBreak = node.type === "BreakStatement";
      const target = isBreak ? jumps.breakTarget : jumps.continueTarget;
      if (node.label != null || target === null) s.refuse(node, "Labels", "Put the loop into a function and return.");
      else into.push({ kind: isBreak ? "Break" : "Continue", target });
      return;
    }
    case "ThrowStatement":
      into.push({ kind: "Throw", value: s.operation("Error", [bindExpression(s, node.argument)], node) });
      return;
    case "TryStatement":
      into.push(bindTry(s, node));
      return;
    case "SwitchStatement":
      into.push(bindSwitch(s, node));
      return;
    case "EmptyStatement":
    case "DebuggerStatement":
      return;
    default:
      s.refuse(node, node.type, "Use functions, objects and plain loops.");
  }
}

function bindVariables(s: Script, node: VariableDeclaration, into: BoundStatement[]): void {
  const isConst = node.kind === "const";
  for (const { id, init } of node.declarations) {
    const isFunction = init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
    if (isFunction && id.type === "Identifier" && (isConst || !s.isWidened(id.start))) {
      // The function may call itself: the variable is there before it.
      const type = functionTypeOf(s, init);
      const { local, statement } = declareVariable(s, id.name, id.start, constantNode(null, type, id), true);
      s.declared(local, id.start, isConst);
      into.push(statement, { kind: "Expression", expression: assignLocal(s.b, local, bindFunction(s, init, [], type), id) });
      continue;
    }
    const value = init == null ? s.constant(null, node) : bindExpression(s, init);
    destructure(s, id, value, isConst, into);
  }
}

/** `if … else if …` in a loop, as such chains are long. */
function bindIf(s: Script, node: Extract<Statement, { type: "IfStatement" }>): BoundStatement {
  const arms: Pick<Extract<BoundStatement, { kind: "If" }>, "condition" | "then" | "branch">[] = [];
  let rest: Statement | null = node;
  while (rest?.type === "IfStatement") {
    arms.push({
      condition: truthy(s, bindExpression(s, rest.test)),
      then: bindInner(s, rest.consequent),
      branch: { operator: "if", at: rest.start },
    });
    rest = rest.alternate ?? null;
  }
  const last = rest === null ? null : bindInner(s, rest);
  return arms.reduceRight<BoundStatement | null>((otherwise, arm) => ({ kind: "If", ...arm, otherwise }), last)!;
}

function bindLoopBody(s: Script, body: Statement, target: JumpTarget): BoundStatement {
  return s.b.withJumps({ ...s.b.jumps, breakTarget: target, continueTarget: target }, () => bindInner(s, body));
}

function bindFor(s: Script, node: ForStatement): BoundStatement {
  return s.b.inScope(() => {
    const target: JumpTarget = { name: "for" };
    const initial: BoundStatement[] = [];
    if (node.init?.type === "VariableDeclaration") bindVariables(s, node.init, initial);
    else if (node.init != null) initial.push({ kind: "Expression", expression: bindExpression(s, node.init) });
    const condition = node.test == null ? null : truthy(s, bindExpression(s, node.test));
    const updates = node.update == null ? [] : [bindExpression(s, node.update)];
    return {
      kind: "For",
      target,
      initial,
      condition,
      updates,
      branch: { operator: "loop", at: node.start },
      body: bindLoopBody(s, node.body, target),
    };
  });
}

/** `for (const x of xs)`, and `for (const key in object)` over its keys. */
function bindForOf(s: Script, node: ForOfStatement | ForInStatement): BoundStatement {
  const { left } = node;
  if (left.type !== "VariableDeclaration") {
    s.refuse(left, "A loop variable that is declared before the loop", "Write for (const x of …).");
    return { kind: "Empty" };
  }
  return s.b.inScope(() => {
    const target: JumpTarget = { name: "for" };
    const value = bindExpression(s, node.right);
    const isOver = node.type === "ForOfStatement";
    const source = s.operation("Items", [isOver ? value : keys(s, value)], node.right);
    const element = s.b.temporary(s.object);
    const local = s.b.temporary(s.object);
    const typed = isOver
      ? elementOf(s, value, localNode(s.b, local, left))
      : fit(s, localNode(s.b, local, left), s.b.core.string);
    const declarations: BoundStatement[] = [];
    destructure(s, left.declarations[0]!.id, typed, left.kind === "const", declarations);
    const body = bindLoopBody(s, node.body, target);
    return {
      kind: "ForEach",
      target,
      source,
      elementType: s.object,
      element,
      local,
      value: localNode(s.b, element, left),
      branch: { operator: "loop", at: node.start },
      body: { kind: "Block", statements: [...declarations, body] },
    };
  });
}

function keys(s: Script, value: BoundExpression): BoundExpression {
  const method = s.b.scope.find("Turnpike.JavaScript.Object", 0)!.members("keys")[0] as MethodSymbol;
  return s.call(method, [value], value);
}

/** Elements of a .NET sequence keep their type. */
function elementOf(s: Script, source: BoundExpression, element: BoundExpression): BoundExpression {
  if (isError(source)) return element;
  const type = source.type === s.b.core.string ? source.type : elementTypeOf(source.type);
  return type !== null && isObjectLike(s, type) ? relabel(element, type) : element;
}

/** Sections run on into the next, as in JavaScript. */
function bindSwitch(s: Script, node: SwitchStatement): BoundStatement {
  const target: JumpTarget = { name: "switch" };
  const value = toObject(s, bindExpression(s, node.discriminant));
  const governing = s.b.temporary(s.object);
  const last = node.cases.length - 1;
  const sections = s.b.withJumps({ ...s.b.jumps, breakTarget: target }, () =>
    node.cases.map(({ test, consequent }, index) => {
      const tests =
        test == null
          ? []
          : [s.operation("StrictEquals", [localNode(s.b, governing, node), bindExpression(s, test as Expression)], test)];
      const statements = [...s.b.inScope(() => bindStatements(s, consequent))];
      if (completes({ kind: "Block", statements })) {
        statements.push(index === last ? { kind: "Break", target } : { kind: "GotoSection", target, section: index + 1 });
      }
      const labels = test == null ? [] : [{ start: test.start, end: test.end }];
      return { tests, labels, isDefault: test == null, body: { kind: "Block" as const, statements } };
    }),
  );
  return { kind: "Switch", target, governing, value, sections, branch: { operator: "switch", at: node.start } };
}

function bindTry(s: Script, node: TryStatement): BoundStatement {
  const block = bindInner(s, node.block);
  const { exception } = s.b.core;
  const { handler } = node;
  const catches =
    handler == null || exception === null
      ? []
      : [
          s.b.inScope(() => {
            const local = s.b.temporary(exception);
            const declarations: BoundStatement[] = [];
            if (handler.param != null)
              destructure(s, handler.param as Pattern, localNode(s.b, local, handler), false, declarations);
            const body: BoundStatement = { kind: "Block", statements: [...declarations, bindInner(s, handler.body)] };
            return { type: exception, local, filter: null, body };
          }),
        ];
  return { kind: "Try", block, catches, finally: node.finalizer == null ? null : bindInner(s, node.finalizer) };
}
