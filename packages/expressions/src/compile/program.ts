import type { BoundProgram } from "../bound/tree.js";
import { normalizeFailure } from "../runtime/failure.js";
import type { Run } from "../runtime/run.js";
import type { NetType, TypeScopeView } from "../types/net-type.js";
import type { BranchSites } from "./branch-sites.js";
import { boxing } from "./conversion.js";
import { newSlots } from "./delegates.js";
import { Frame } from "./frame.js";
import { FunctionCompiler } from "./function-compiler.js";
import { Identities } from "./identities.js";
import type { Operands } from "./operands.js";
import { compileBody } from "./statements.js";

/** A compiled program: runs once, under the limits of `run`, and gives the value in object form. */
export type Program = (run: Run, globals: readonly unknown[]) => unknown;

const NO_CELLS: Frame["cells"] = [];

/**
 * Compiles a bound program to closures.
 * @param returnType the static type of the value: by it the raw value gets its object form
 * @param keepsIdentity leave in `run.identity` which object the value is
 * @param branches given: which ways are taken is counted
 * @param operands given: what conditions depend on is told
 */
export function compileProgram(
  program: BoundProgram,
  returnType: NetType,
  scope: TypeScopeView,
  keepsIdentity = false,
  branches: BranchSites | null = null,
  operands: Operands | null = null,
): Program {
  const identities = keepsIdentity ? new Identities(program, scope.find("System.Object")!) : null;
  const fn = new FunctionCompiler(program.function, scope, identities, branches, operands);
  const body = compileBody(fn);
  const prologue = fn.prologue();
  const toObject = boxing(returnType);
  const slotsOf = newSlots(program.function.slotCount);
  return (run, globals) => {
    const slots = slotsOf();
    if (prologue !== null) prologue(slots);
    run.begin();
    try {
      const value = body(new Frame(run, globals, NO_CELLS, slots));
      const result = toObject === null ? value : toObject(value);
      run.end();
      return result;
    } catch (error) {
      run.end();
      throw normalizeFailure(error);
    }
  };
}
