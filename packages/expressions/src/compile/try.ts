import type { BoundCatch, BoundExpression, BoundStatement } from "../bound/tree.js";
import { typeOf } from "../dotnet/object.js";
import { LimitError, type NetException } from "../runtime/exceptions.js";
import { normalizeFailure } from "../runtime/failure.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import { type Evaluator, type Executor, type Frame, NEXT } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { storeFresh } from "./locals.js";

type Try = Extract<BoundStatement, { kind: "Try" }>;

interface Handler {
  readonly matches: (exception: NetException) => boolean;
  readonly store: ((frame: Frame, value: unknown) => void) | null;
  readonly filter: Evaluator | null;
  readonly body: Executor;
}

/**
 * Compiles `try`. Only .NET exceptions are seen here: a limit goes through every `catch` and past every `finally`, so that no
 * code of the expression runs once a limit is reached.
 */
export function compileTry(
  node: Try,
  fn: FunctionCompiler,
  compile: (node: BoundExpression) => Evaluator,
  execute: (node: BoundStatement) => Executor,
): Executor {
  const block = execute(node.block);
  const handlers = node.catches.map((clause) => compileCatch(clause, fn, compile, execute));
  const guarded = handlers.length === 0 ? block : catching(block, handlers);
  return node.finally === null ? guarded : finishing(guarded, execute(node.finally));
}

function compileCatch(
  node: BoundCatch,
  fn: FunctionCompiler,
  compile: (node: BoundExpression) => Evaluator,
  execute: (node: BoundStatement) => Executor,
): Handler {
  return {
    matches: exceptionTest(node.type, fn.scope),
    store: node.local === null ? null : storeFresh(fn, node.local),
    filter: node.filter === null ? null : compile(node.filter),
    body: execute(node.body),
  };
}

function exceptionTest(type: NetType, scope: TypeScopeView): (exception: NetException) => boolean {
  if (type.definitionName === "System.Exception") return () => true;
  return (exception) => exception.typeName === type.fullName || (typeOf(exception, scope)?.isAssignableTo(type) ?? false);
}

/** The .NET exception that a thrown value stands for; what is a limit goes on its way. */
function exceptionOf(error: unknown): NetException {
  const failure = normalizeFailure(error);
  if (failure instanceof LimitError) throw failure;
  return failure;
}

function catching(block: Executor, handlers: readonly Handler[]): Executor {
  return (frame) => {
    const depth = frame.run.depthMark;
    try {
      return block(frame);
    } catch (error) {
      const exception = exceptionOf(error);
      frame.run.restoreDepth(depth);
      for (const handler of handlers) {
        if (!handler.matches(exception)) continue;
        handler.store?.(frame, exception);
        if (handler.filter !== null && !passes(handler.filter, frame)) continue;
        return handle(handler, frame, exception);
      }
      throw exception;
    }
  };
}

/** A filter that throws counts as false. */
function passes(filter: Evaluator, frame: Frame): boolean {
  const depth = frame.run.depthMark;
  try {
    return filter(frame) === true;
  } catch (error) {
    exceptionOf(error);
    frame.run.restoreDepth(depth);
    return false;
  }
}

function handle(handler: Handler, frame: Frame, exception: NetException): number {
  const outer = frame.caught;
  frame.caught = exception;
  try {
    return handler.body(frame);
  } finally {
    frame.caught = outer;
  }
}

function finishing(guarded: Executor, cleanup: Executor): Executor {
  return (frame) => {
    const depth = frame.run.depthMark;
    let failure: NetException | null = null;
    let code = NEXT;
    try {
      code = guarded(frame);
    } catch (error) {
      failure = exceptionOf(error);
      frame.run.restoreDepth(depth);
    }
    const { result } = frame;
    const end = cleanup(frame);
    if (end !== NEXT) return end;
    frame.result = result;
    if (failure !== null) throw failure;
    return code;
  };
}
