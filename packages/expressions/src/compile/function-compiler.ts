import type { BoundFunction, JumpTarget, LocalSymbol } from "../bound/tree.js";
import type { TypeScopeView } from "../types/net-type.js";
import type { BranchSites } from "./branch-sites.js";
import { type Cell, FIRST_JUMP, type Frame } from "./frame.js";
import type { Identities } from "./identities.js";
import type { Operands } from "./operands.js";

/** Where a function finds a local: a slot of its own frame, a cell in such a slot, or a cell of an enclosing function. */
export interface Place {
  readonly kind: "slot" | "cell" | "outer";
  readonly index: number;
}

/** What is known while one function is compiled: where its locals are, and the numbers of its jumps. */
export class FunctionCompiler {
  /** Locals of enclosing functions, in the order of the frame's cells. */
  private readonly outer: readonly LocalSymbol[];
  private readonly ownCells = new Set<number>();
  private readonly jumps = new Map<JumpTarget, { break: number; continue: number; sections: number }>();
  private nextJump = FIRST_JUMP;
  private resultSlot: number | null = null;

  constructor(
    readonly fn: BoundFunction,
    readonly scope: TypeScopeView,
    /** Null in programs that compare no references. */
    readonly identities: Identities | null = null,
    /** Null where nobody counts which ways are taken. */
    readonly branches: BranchSites | null = null,
    /** Null in the form that tells nothing of its operands. */
    readonly operands: Operands | null = null,
  ) {
    this.outer = [...fn.captures].filter((local) => local.owner !== fn);
    for (const parameter of fn.parameters) this.placeOf(parameter);
  }

  /** The slot that keeps which object `return` has given while `finally` blocks run. */
  get resultIdentitySlot(): number {
    this.resultSlot ??= this.newSlot();
    return this.resultSlot;
  }

  /** One more slot of the function's frames. */
  newSlot(): number {
    return this.fn.slotCount++;
  }

  placeOf(local: LocalSymbol): Place {
    if (local.owner !== this.fn) {
      const index = this.outer.indexOf(local);
      if (index < 0) throw new Error(`The local '${local.name}' is not captured by the function that uses it.`);
      return { kind: "outer", index };
    }
    if (this.fn.references.has(local)) return { kind: "cell", index: local.slot };
    if (!local.captured) return { kind: "slot", index: local.slot };
    this.ownCells.add(local.slot);
    return { kind: "cell", index: local.slot };
  }

  /** Reads the cell itself, for a lambda that captures it or a call that takes a reference to it. */
  cellOf(local: LocalSymbol): (frame: Frame) => Cell {
    const { kind, index } = this.placeOf(local);
    if (kind === "outer") return (frame) => frame.cells[index]!;
    return (frame) => frame.slots[index] as Cell;
  }

  /** The cells that a function nested in this one captures, taken when the delegate is made. */
  cellsFor(nested: FunctionCompiler): (frame: Frame) => readonly Cell[] {
    const cells = nested.outer.map((local) => this.cellOf(local));
    const [first, second] = cells;
    switch (cells.length) {
      case 0:
        return () => NO_CELLS;
      case 1:
        return (frame) => [first!(frame)];
      case 2:
        return (frame) => [first!(frame), second!(frame)];
      default:
        return (frame) => cells.map((cell) => cell(frame));
    }
  }

  /**
   * What has to be done to a new frame's slots before the body runs: captured parameters move into cells, captured locals get
   * one (a local whose declaration was jumped over still needs it). Null if nothing. Call it after the body is compiled.
   */
  prologue(): ((slots: unknown[]) => void) | null {
    if (this.ownCells.size === 0) return null;
    const cells = [...this.ownCells];
    return (slots) => {
      for (const index of cells) slots[index] = { value: slots[index] };
    };
  }

  jumpsOf(target: JumpTarget): { readonly break: number; readonly continue: number; readonly sections: number } {
    const known = this.jumps.get(target);
    if (known !== undefined) return known;
    const jumps = { break: this.nextJump++, continue: this.nextJump++, sections: -1 };
    this.jumps.set(target, jumps);
    return jumps;
  }

  /** Numbers for the jumps to each section of a switch: section `i` is `result + i`. */
  reserveSections(target: JumpTarget, count: number): number {
    this.jumpsOf(target);
    const jumps = this.jumps.get(target)!;
    jumps.sections = this.nextJump;
    this.nextJump += count;
    return jumps.sections;
  }
}

const NO_CELLS: readonly Cell[] = [];
