import type { BoundExpression, BoundStatement, LocalSymbol } from "../bound/tree.js";
import type { Binder } from "./binder.js";
import { assignLocal } from "./call-node.js";

/** A function of a block: the local that holds it, and the delegate that it is. */
export interface MadeFunction {
  readonly local: LocalSymbol;
  readonly value: BoundExpression;
}

/**
 * Puts the functions of a block at its beginning, so that they can be called before they stand. Variables of the block that
 * they capture are declared before them, where the functions find them; their own declarations only set them.
 */
export function hoistFunctions(
  b: Binder,
  functions: readonly MadeFunction[],
  statements: readonly BoundStatement[],
): BoundStatement[] {
  const captured = new Set<LocalSymbol>();
  for (const { value } of functions)
    if (value.kind === "Lambda") for (const local of value.function.captures) captured.add(local);
  const first: BoundStatement[] = [];
  const rest: BoundStatement[] = [];
  for (const statement of statements) {
    if (statement.kind !== "Declare" || !captured.has(statement.local)) {
      rest.push(statement);
      continue;
    }
    const { local, value } = statement;
    first.push({ kind: "Declare", local, value: null });
    if (value === null) continue;
    const assignment: BoundStatement = { kind: "Expression", expression: assignLocal(b, local, value, value) };
    const place = b.places.get(statement);
    if (place !== undefined) b.places.set(assignment, place);
    rest.push(assignment);
  }
  const inOrder = ordered(functions);
  if (inOrder !== null) {
    for (const { local, value } of inOrder) first.push({ kind: "Declare", local, value });
    return [...first, ...rest];
  }
  // Functions that call each other: all have their cells before any is made.
  for (const { local } of functions) first.push({ kind: "Declare", local, value: null });
  for (const { local, value } of functions) {
    const { start, end } = value;
    first.push({ kind: "Expression", expression: { kind: "AssignLocal", local, value, type: local.type, start, end } });
  }
  return [...first, ...rest];
}

/** Each function behind those it captures; null where they capture each other. */
function ordered(made: readonly MadeFunction[]): MadeFunction[] | null {
  const byLocal = new Map(made.map((made) => [made.local, made]));
  const result: MadeFunction[] = [];
  const state = new Map<LocalSymbol, "open" | "done">();
  const visit = (made: MadeFunction): boolean => {
    const known = state.get(made.local);
    if (known !== undefined) return known === "done";
    state.set(made.local, "open");
    if (made.value.kind === "Lambda")
      for (const captured of made.value.function.captures) {
        const other = byLocal.get(captured);
        if (other !== undefined && other !== made && !visit(other)) return false;
      }
    state.set(made.local, "done");
    result.push(made);
    return true;
  };
  return made.every(visit) ? result : null;
}
