import type { BoundExpression, BoundStatement } from "../bound/tree.js";
import { elementTypeOf, enumerate } from "../dotnet/object.js";
import { NetArray } from "../types/values.js";
import { countedLoop } from "./branches.js";
import { boxing, needsBox } from "./conversion.js";
import { type Evaluator, type Executor, type Frame, NEXT } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";
import { storeFresh } from "./locals.js";

type StatementOf<Kind extends BoundStatement["kind"]> = Extract<BoundStatement, { kind: Kind }>;
type CompileNode = (node: BoundExpression) => Evaluator;
type CompileStatement = (node: BoundStatement) => Executor;
interface Jumps {
  readonly break: number;
  readonly continue: number;
}

/** Compiles `while`. */
export function compileWhile(jumps: Jumps, condition: Evaluator, body: Executor): Executor {
  const { break: breaks, continue: continues } = jumps;
  return (frame) => {
    const { run } = frame;
    while (condition(frame) === true) {
      run.step();
      const code = body(frame);
      if (code !== NEXT && code !== continues) {
        if (code === breaks) break;
        return code;
      }
    }
    return NEXT;
  };
}

/** Compiles `do … while`. */
export function compileDoWhile(jumps: Jumps, condition: Evaluator, body: Executor): Executor {
  const { break: breaks, continue: continues } = jumps;
  return (frame) => {
    const { run } = frame;
    do {
      run.step();
      const code = body(frame);
      if (code !== NEXT && code !== continues) {
        if (code === breaks) break;
        return code;
      }
    } while (condition(frame) === true);
    return NEXT;
  };
}

/** Compiles `for`. Its variables are made once, as in C#: lambdas of all turns share them. */
export function compileFor(
  node: StatementOf<"For">,
  fn: FunctionCompiler,
  compile: CompileNode,
  execute: CompileStatement,
): Executor {
  const { break: breaks, continue: continues } = fn.jumpsOf(node.target);
  const initial = execute({ kind: "Block", statements: node.initial });
  const condition = node.condition === null ? () => true : compile(node.condition);
  const update = allOf(node.updates.map(compile));
  return countedLoop(
    node,
    execute(node.body),
    (body) => (frame) => {
      const { run } = frame;
      initial(frame);
      while (condition(frame) === true) {
        run.step();
        const code = body(frame);
        if (code !== NEXT && code !== continues) {
          if (code === breaks) break;
          return code;
        }
        update(frame);
      }
      return NEXT;
    },
    fn,
  );
}

function allOf(effects: readonly Evaluator[]): Evaluator {
  if (effects.length === 1) return effects[0]!;
  return (frame) => {
    for (const effect of effects) effect(frame);
    return null;
  };
}

/** Compiles `foreach`. The loop variable is made anew each turn. */
export function compileForEach(
  node: StatementOf<"ForEach">,
  fn: FunctionCompiler,
  compile: CompileNode,
  execute: CompileStatement,
): Executor {
  const { break: breaks, continue: continues } = fn.jumpsOf(node.target);
  const source = compile(node.source);
  const storeElement = storeFresh(fn, node.element);
  const isPlain = node.value.kind === "Local" && node.value.local === node.element;
  const value = compile(node.value);
  const storeLocal = node.local === node.element ? null : storeFresh(fn, node.local);
  const wantsObjects = !needsBox(node.elementType);
  return countedLoop(node, execute(node.body), (body) => forEach(body), fn);

  function forEach(body: Executor): Executor {
    const turn = (frame: Frame, item: unknown): number => {
      frame.run.step();
      frame.run.identity = undefined;
      storeElement(frame, item);
      if (storeLocal !== null) storeLocal(frame, isPlain ? item : value(frame));
      return body(frame);
    };
    return (frame) => {
      const sequence = source(frame);
      const items = enumerate(sequence, node.elementType);
      const toObject = wantsObjects ? boxing(elementTypeOf(sequence, fn.scope)) : null;
      if (sequence instanceof NetArray && toObject === null) {
        const array = sequence.items;
        for (let i = 0; i < array.length; i++) {
          const code = turn(frame, array[i]);
          if (code !== NEXT && code !== continues) {
            if (code === breaks) break;
            return code;
          }
        }
        return NEXT;
      }
      for (const item of items) {
        const code = turn(frame, toObject === null ? item : toObject(item));
        if (code !== NEXT && code !== continues) {
          if (code === breaks) break;
          return code;
        }
      }
      return NEXT;
    };
  }
}
