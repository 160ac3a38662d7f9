import type { BoundArgument, BoundExpression, BoundFunction } from "../bound/tree.js";
import { raise } from "../runtime/exceptions.js";
import type { Run } from "../runtime/run.js";
import type { NetType } from "../types/net-type.js";
import type { NetDelegate } from "../types/values.js";
import { evaluateAll, Site } from "./calls.js";
import { type Evaluator, Frame } from "./frame.js";
import { FunctionCompiler } from "./function-compiler.js";
import type { Identities } from "./identities.js";
import { calleeOf, prepareArguments, sitePartsOf } from "./member.js";

type CompileNode = (node: BoundExpression) => Evaluator;
type MethodGroup = Extract<BoundExpression, { kind: "MethodGroup" }>;

function typed(delegate: (...args: never[]) => unknown, type: NetType): NetDelegate {
  const result = delegate as NetDelegate;
  result.netType = type;
  return result;
}

/** Slots of a new frame, all there from the start: parameters are filled in by the caller. */
export function newSlots(count: number): () => unknown[] {
  switch (count) {
    case 0:
      return () => [];
    case 1:
      return () => [null];
    case 2:
      return () => [null, null];
    case 3:
      return () => [null, null, null];
    case 4:
      return () => [null, null, null, null];
    default: {
      const blank = new Array<unknown>(count).fill(null);
      return () => blank.slice();
    }
  }
}

/**
 * Compiles a lambda: evaluating it makes a delegate over the cells it captures.
 * @param compileBody compiles a function's body to its value
 */
export function compileLambda(
  nested: BoundFunction,
  type: NetType,
  parent: FunctionCompiler,
  compileBody: (fn: FunctionCompiler) => Evaluator,
): Evaluator {
  const fn = new FunctionCompiler(nested, parent.scope, parent.identities, parent.branches, parent.operands);
  const body = compileBody(fn);
  const prologue = fn.prologue();
  const capture = parent.cellsFor(fn);
  const slotsOf = newSlots(nested.slotCount);
  const takeIdentities = fn.identities === null ? null : parameterIdentities(nested, fn.identities);
  const call = (maker: Frame, cells: Frame["cells"], slots: unknown[]): unknown => {
    const { run } = maker;
    run.enter();
    if (takeIdentities !== null) takeIdentities(run, slots);
    if (prologue !== null) prologue(slots);
    const value = body(new Frame(run, maker.globals, cells, slots));
    run.leave();
    return value;
  };
  switch (nested.parameters.length) {
    case 0:
      return (frame) => {
        const cells = capture(frame);
        return typed(() => call(frame, cells, slotsOf()), type);
      };
    case 1:
      return (frame) => {
        const cells = capture(frame);
        return typed((a: unknown) => {
          const slots = slotsOf();
          slots[0] = a;
          return call(frame, cells, slots);
        }, type);
      };
    case 2:
      return (frame) => {
        const cells = capture(frame);
        return typed((a: unknown, b: unknown) => {
          const slots = slotsOf();
          slots[0] = a;
          slots[1] = b;
          return call(frame, cells, slots);
        }, type);
      };
    default:
      return (frame) => {
        const cells = capture(frame);
        return typed((...args: unknown[]) => {
          const slots = slotsOf();
          for (let i = 0; i < nested.parameters.length; i++) slots[i] = args[i];
          return call(frame, cells, slots);
        }, type);
      };
  }
}

/** Stores which objects a delegate's arguments are. Callers that do not say hand over objects of their own. */
function parameterIdentities({ parameters }: BoundFunction, identities: Identities): (run: Run, slots: unknown[]) => void {
  const slotsOf = parameters.map((parameter) => identities.companionOf(parameter)?.slot);
  return (run, slots) => {
    const given = run.argumentIdentities;
    run.argumentIdentities = null;
    slotsOf.forEach((slot, i) => {
      if (slot !== undefined) slots[slot] = given?.[i] ?? {};
    });
  };
}

/** Compiles a method group made a delegate: the receiver is evaluated once, arguments pass through. */
export function compileMethodGroup(node: MethodGroup, fn: FunctionCompiler, compile: CompileNode): Evaluator {
  const { method, receiver, type } = node;
  const callee = calleeOf(method.implementation, "call");
  if (callee === null) throw new Error(`'${method.id}' cannot be called.`);
  const { call, takesSite } = callee;
  const parts = sitePartsOf(fn, method.declaringType, node.typeArguments);
  const target = receiver === null ? null : compile(receiver);
  const isChecked = receiver !== null && !receiver.type.isValueType;
  return (frame) => {
    const { run } = frame;
    const fixed = target === null ? [] : [target(frame)];
    if (isChecked && fixed[0] === null) throw raise.nullReference();
    return typed((...args: unknown[]) => {
      run.step();
      const result = takesSite ? call(new Site(run, parts), ...fixed, ...args) : call(...fixed, ...args);
      run.identity = undefined;
      return result === undefined ? null : result;
    }, type);
  };
}

/** Compiles the call of a delegate value. */
export function compileInvoke(
  callee: Evaluator,
  args: readonly BoundArgument[],
  fn: FunctionCompiler,
  compile: CompileNode,
): Evaluator {
  if (args.some((argument) => argument.kind === "Reference" || argument.kind === "ElementReference")) {
    const { evaluate, finish } = prepareArguments(args, fn, compile);
    return (frame) => {
      const delegate = notNull(callee(frame));
      const values = evaluate(frame);
      const result = delegate(...values);
      finish(frame, values);
      return result;
    };
  }
  const inputs = (args as readonly BoundExpression[]).map(compile);
  const [a, b] = inputs;
  switch (inputs.length) {
    case 0:
      return (frame) => notNull(callee(frame))();
    case 1:
      return (frame) => {
        const delegate = callee(frame);
        const first = a!(frame);
        return notNull(delegate)(first);
      };
    case 2:
      return (frame) => {
        const delegate = callee(frame);
        const first = a!(frame);
        const second = b!(frame);
        return notNull(delegate)(first, second);
      };
    default:
      return (frame) => {
        const delegate = callee(frame);
        const values = evaluateAll(inputs, frame);
        return notNull(delegate)(...values);
      };
  }
}

function notNull(delegate: unknown): NetDelegate {
  if (delegate === null) throw raise.nullReference();
  return delegate as NetDelegate;
}
