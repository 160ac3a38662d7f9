import type { BoundExpression, LocalSymbol } from "../bound/tree.js";
import { constantNumber } from "./arithmetic.js";
import type { Cell, Evaluator, Frame } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

/** Reads a local, and which object it holds where the program asks for that. */
export function readLocal(fn: FunctionCompiler, local: LocalSymbol): Evaluator {
  const companion = fn.identities?.companionOf(local);
  if (companion === undefined) return readValue(fn, local);
  const value = readValue(fn, local);
  const identity = readValue(fn, companion);
  return (frame) => {
    frame.run.identity = (identity(frame) as object | null) ?? undefined;
    return value(frame);
  };
}

function readValue(fn: FunctionCompiler, local: LocalSymbol): Evaluator {
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
  const value = identityKept(fn, local, compile(node));
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

/** Stores which object a local holds. */
export function storeIdentity(fn: FunctionCompiler, local: LocalSymbol): (frame: Frame, identity: object) => void {
  const companion = fn.identities?.companionOf(local);
  if (companion === undefined) return () => {};
  const { kind, index } = fn.placeOf(companion);
  if (kind === "slot")
    return (frame, identity) => {
      frame.slots[index] = identity;
    };
  const cell = fn.cellOf(companion);
  return (frame, identity) => {
    cell(frame).value = identity;
  };
}

/** The value that is going to be stored in a local: which object it is is stored with it. */
function identityKept(fn: FunctionCompiler, local: LocalSymbol, value: Evaluator): Evaluator {
  if (fn.identities?.companionOf(local) === undefined) return value;
  const store = storeIdentity(fn, local);
  return (frame) => {
    const result = value(frame);
    store(frame, (frame.run.identity ??= {}));
    return result;
  };
}

/** The number that `local = local + n` adds, for an unchecked int. */
function countsBy(local: LocalSymbol, node: BoundExpression): number | undefined {
  if (node.kind !== "Arithmetic" || node.numeric !== "int" || node.operator !== "+" || node.checked || node.lifted)
    return undefined;
  return node.left.kind === "Local" && node.left.local === local ? constantNumber(node.right) : undefined;
}

/** Makes a local with a value already at hand, the one computed last: a fresh cell if it is captured. */
export function storeFresh(fn: FunctionCompiler, local: LocalSymbol): (frame: Frame, value: unknown) => void {
  const companion = fn.identities?.companionOf(local);
  if (companion === undefined) return storeValue(fn, local);
  const store = storeValue(fn, local);
  const storeCompanion = storeValue(fn, companion);
  return (frame, value) => {
    store(frame, value);
    storeCompanion(frame, (frame.run.identity ??= {}));
  };
}

function storeValue(fn: FunctionCompiler, local: LocalSymbol): (frame: Frame, value: unknown) => void {
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
  const companion = fn.identities?.companionOf(local);
  if (companion === undefined) return declareValue(fn, local, value);
  const declareCompanion = declareValue(fn, companion, () => null);
  const declare = declareValue(fn, local, identityKept(fn, local, value));
  return (frame) => {
    declareCompanion(frame);
    declare(frame);
  };
}

function declareValue(fn: FunctionCompiler, local: LocalSymbol, value: Evaluator): (frame: Frame) => void {
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
