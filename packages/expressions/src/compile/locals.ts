import type { BoundExpression, LocalSymbol } from "../bound/tree.js";
import { constantNumber } from "./arithmetic.js";
import type { Cell, Evaluator, Frame } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

/** Reads a local. */
export function readLocal(fn: FunctionCompiler, local: LocalSymbol): Evaluator {
  const { kind, index } = fn.placeOf(local);
  if (kind === "slot") return (frame) => frame.slots[index];
  if (kind === "cell") return (frame) => (frame.slots[index] as Cell).value;
  return (frame) => frame.cells[index]!.value;
}

/** Sets a local; the value is the assignment's value. Counting (`i++`, `i += 2`) is one closure. */
export function assignLocal(
  fn: FunctionCompiler,
  local: LocalSymbol,
  node: BoundExpression,
  compile: (node: BoundExpression) => Evaluator,
): Evaluator {
  const { kind, index } = fn.placeOf(local);
  const by = kind === "slot" ? countsBy(local, node) : undefined;
  if (by !== undefined)
    return (frame) => {
      const result = ((frame.slots[index] as number) + by) | 0;
      frame.slots[index] = result;
      return result;
    };
  const value = compile(node);
  if (kind === "slot")
    return (frame) => {
      const result = value(frame);
      frame.slots[index] = result;
      return result;
    };
  const cell = fn.cellOf(local);
  return (frame) => {
    const result = value(frame);
    cell(frame).value = result;
    return result;
  };
}

/** The number that `local = local + n` adds, for an unchecked int. */
function countsBy(local: LocalSymbol, node: BoundExpression): number | undefined {
  if (node.kind !== "Arithmetic" || node.numeric !== "int" || node.operator !== "+" || node.checked || node.lifted)
    return undefined;
  return node.left.kind === "Local" && node.left.local === local ? constantNumber(node.right) : undefined;
}

/** Makes a local with a value already at hand: a fresh cell if it is captured. */
export function storeFresh(fn: FunctionCompiler, local: LocalSymbol): (frame: Frame, value: unknown) => void {
  const { kind, index } = fn.placeOf(local);
  if (kind === "slot")
    return (frame, value) => {
      frame.slots[index] = value;
    };
  return (frame, value) => {
    frame.slots[index] = { value };
  };
}

/**
 * Makes a local by its declaration. The cell exists before the value is computed: a local function's delegate captures the cell
 * that it is going to be stored in.
 */
export function declareLocal(fn: FunctionCompiler, local: LocalSymbol, value: Evaluator): (frame: Frame) => void {
  const { kind, index } = fn.placeOf(local);
  if (kind === "slot")
    return (frame) => {
      frame.slots[index] = value(frame);
    };
  return (frame) => {
    const cell: Cell = { value: null };
    frame.slots[index] = cell;
    cell.value = value(frame);
  };
}
