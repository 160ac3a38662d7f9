import type { NetException } from "../runtime/exceptions.js";
import type { Run } from "../runtime/run.js";

/** A captured local or a `ref` parameter: shared by every function that uses it. The shape of a `Reference`. */
export interface Cell {
  value: unknown;
}

/** One call of one function. */
export class Frame {
  /** What `return` has set. */
  result: unknown = null;
  /** What the innermost running `catch` caught, for `throw;`. */
  caught: NetException | null = null;

  constructor(
    readonly run: Run,
    readonly globals: readonly unknown[],
    /** Cells of the locals of enclosing functions. */
    readonly cells: readonly Cell[],
    /** Parameters and locals: raw values, or their cells. */
    readonly slots: unknown[],
  ) {}
}

/** A compiled expression node. */
export type Evaluator = (frame: Frame) => unknown;

/** A compiled statement: what comes next. */
export type Executor = (frame: Frame) => Completion;

/**
 * How a statement ends: `NEXT`, `RETURN` (the value is in the frame), or a number of its function's own that stands for one jump
 * (a `break`, `continue` or `goto case` with its target).
 */
export type Completion = number;

/** What a statement gives when control goes on behind it. */
export const NEXT = 0;
/** What a statement gives when the function is left with a value. */
export const RETURN = 1;
/** The first number that stands for a jump. */
export const FIRST_JUMP = 2;
