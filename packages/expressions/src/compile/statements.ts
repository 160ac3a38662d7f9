import type { BoundExpression, BoundStatement } from "../bound/tree.js";
import { NetException, raise } from "../runtime/exceptions.js";
import type { Identity } from "../runtime/identity.js";
import { zeroOf } from "../types/zero.js";
import { countedCondition, countedLoop } from "./branches.js";
import { compileExpressionNode } from "./expression.js";
import { type Evaluator, type Executor, NEXT, RETURN } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { declareLocal } from "./locals.js";
import { compileDoWhile, compileFor, compileForEach, compileWhile } from "./loops.js";
import { compileSwitch } from "./switch.js";
import { compileTry } from "./try.js";

/** Compiles a function's body to its value; a body of statements that ends without `return` gives null. */
export function compileBody(fn: FunctionCompiler): Evaluator {
  const { body } = fn.fn;
  if (isExpression(body)) return compileResult(body, fn);
  const only = onlyReturn(body);
  if (only !== null) return compileResult(only, fn);
  const execute = compileStatement(body, fn);
  if (fn.identities === null) return (frame) => (execute(frame) === RETURN ? frame.result : null);
  const kept = fn.resultIdentitySlot;
  return (frame) => {
    if (execute(frame) !== RETURN) return null;
    frame.run.identity = frame.slots[kept] as Identity;
    return frame.result;
  };
}

function compileResult(value: BoundExpression, fn: FunctionCompiler): Evaluator {
  noteResult(value, fn);
  return compileExpressionNode(value, fn);
}

/** What the whole expression comes out as is a decision, if that is true or false. */
function noteResult(value: BoundExpression, fn: FunctionCompiler): void {
  if (fn.fn.parent === null && value.type.definitionName === "System.Boolean") fn.operands?.ofCondition(value);
}

/** Only expressions carry a type. */
export function isExpression(body: BoundStatement | BoundExpression): body is BoundExpression {
  return "type" in body;
}

/** The value of a body that is nothing but `return value;`. */
function onlyReturn(body: BoundStatement): BoundExpression | null {
  if (body.kind === "Return") return body.value;
  return body.kind === "Block" && body.statements.length === 1 ? onlyReturn(body.statements[0]!) : null;
}

/** The exception that `throw value` throws. */
export function toException(value: unknown): NetException {
  return value instanceof NetException ? value : raise.nullReference();
}

/** Compiles one statement. */
export function compileStatement(node: BoundStatement, fn: FunctionCompiler): Executor {
  const compile = (child: BoundExpression): Evaluator => compileExpressionNode(child, fn);
  const execute = (child: BoundStatement): Executor => compileStatement(child, fn);
  switch (node.kind) {
    case "Block":
      return node.statements.some((statement) => statement.kind === "Label")
        ? labeled(node.statements, fn, execute)
        : block(node.statements.map(execute));
    case "Expression":
      return assignment(node.expression, fn, compile) ?? effect(compile(node.expression));
    case "Declare": {
      const zero = node.value === null ? zeroOf(node.local.type) : null;
      const declare = declareLocal(fn, node.local, node.value === null ? () => zero : compile(node.value));
      return (frame) => {
        declare(frame);
        return NEXT;
      };
    }
    case "If": {
      fn.operands?.ofCondition(node.condition);
      const plain = compile(node.condition);
      const isCounted = fn.branches !== null && node.branch !== undefined;
      const condition = isCounted ? countedCondition(node.branch, plain, fn.branches) : plain;
      return branch(condition, execute(node.then), node.otherwise === null ? null : execute(node.otherwise));
    }
    case "While":
    case "DoWhile": {
      const make = node.kind === "While" ? compileWhile : compileDoWhile;
      const condition = compile(node.condition);
      return countedLoop(node, execute(node.body), (body) => make(fn.jumpsOf(node.target), condition, body), fn);
    }
    case "For":
      return compileFor(node, fn, compile, execute);
    case "ForEach":
      return compileForEach(node, fn, compile, execute);
    case "Switch":
      return compileSwitch(node, fn, compile, execute);
    case "Label":
      return completion(NEXT);
    case "Goto":
      return completion(fn.jumpsOf(node.target).continue);
    case "GotoSection":
      return completion(fn.jumpsOf(node.target).sections + node.section);
    case "Break":
      return completion(fn.jumpsOf(node.target).break);
    case "Continue":
      return completion(fn.jumpsOf(node.target).continue);
    case "Return":
      if (node.value !== null) noteResult(node.value, fn);
      return node.value === null ? completion(RETURN) : returning(compile(node.value), fn);
    case "Throw": {
      const value = compile(node.value);
      return (frame) => {
        throw toException(value(frame));
      };
    }
    case "Rethrow":
      return (frame) => {
        throw frame.caught ?? raise.invalidOperation("There is no exception to rethrow.");
      };
    case "Try":
      return compileTry(node, fn, compile, execute);
    case "Empty":
      return completion(NEXT);
  }
}

function completion(code: number): Executor {
  return () => code;
}

/** An assignment to a plain local whose value nobody asks for: one closure instead of two. */
function assignment(node: BoundExpression, fn: FunctionCompiler, compile: (node: BoundExpression) => Evaluator): Executor | null {
  if (node.kind !== "AssignLocal") return null;
  const { kind, index } = fn.placeOf(node.local);
  if (kind !== "slot" || fn.identities !== null) return null;
  const value = compile(node.value);
  return (frame) => {
    frame.slots[index] = value(frame);
    return NEXT;
  };
}

function effect(expression: Evaluator): Executor {
  return (frame) => {
    expression(frame);
    return NEXT;
  };
}

function returning(value: Evaluator, fn: FunctionCompiler): Executor {
  if (fn.identities !== null) {
    const kept = fn.resultIdentitySlot;
    return (frame) => {
      frame.result = value(frame);
      frame.slots[kept] = frame.run.identity;
      return RETURN;
    };
  }
  return (frame) => {
    frame.result = value(frame);
    return RETURN;
  };
}

function branch(condition: Evaluator, then: Executor, otherwise: Executor | null): Executor {
  if (otherwise === null) return (frame) => (condition(frame) === true ? then(frame) : NEXT);
  return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
}

/** A block with labels: a `goto` to one of them, from anywhere inside, goes on there. */
function labeled(
  statements: readonly BoundStatement[],
  fn: FunctionCompiler,
  execute: (node: BoundStatement) => Executor,
): Executor {
  const places = new Map<number, number>();
  statements.forEach((statement, index) => {
    if (statement.kind === "Label") places.set(fn.jumpsOf(statement.target).continue, index);
  });
  const executors = statements.map(execute);
  return (frame) => {
    for (let i = 0; i < executors.length; i++) {
      const code = executors[i]!(frame);
      if (code === NEXT) continue;
      const place = places.get(code);
      if (place === undefined) return code;
      frame.run.step();
      i = place;
    }
    return NEXT;
  };
}

function block(statements: readonly Executor[]): Executor {
  const [a, b, c] = statements;
  switch (statements.length) {
    case 0:
      return () => NEXT;
    case 1:
      return a!;
    case 2:
      return (frame) => {
        const code = a!(frame);
        return code === NEXT ? b!(frame) : code;
      };
    case 3:
      return (frame) => {
        let code = a!(frame);
        if (code !== NEXT) return code;
        code = b!(frame);
        return code === NEXT ? c!(frame) : code;
      };
    default:
      return (frame) => {
        for (let i = 0; i < statements.length; i++) {
          const code = statements[i]!(frame);
          if (code !== NEXT) return code;
        }
        return NEXT;
      };
  }
}
