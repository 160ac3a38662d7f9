import { type Binder, declareName, NO_JUMPS } from "../../binding/binder.js";
import type { BoundCatch, BoundStatement, LocalSymbol } from "../../bound/tree.js";
import { diagnosticAt } from "../../diagnostics/problem.js";
import type { NetType } from "../../types/net-type.js";
import { errorType } from "../../types/special-types.js";
import type { CatchClause, Statement } from "../syntax.js";
import { errors } from "./errors.js";
import { bindCondition } from "./expressions.js";
import { bindBlock } from "./statements.js";
import { bindType } from "./types.js";

/** `try { … } catch … finally { … }`. */
export function bindTry(b: Binder, node: Extract<Statement, { kind: "Try" }>): BoundStatement {
  const block = bindBlock(b, node.block);
  b.places.set(block, node.block);
  const catches: BoundCatch[] = [];
  const caught: { type: NetType; isFiltered: boolean }[] = [];
  for (const clause of node.catches) {
    const type = caughtType(b, clause);
    const before = caught.find((clause) => !clause.isFiltered && type !== errorType && type.isAssignableTo(clause.type));
    if (before !== undefined) b.report(clause.type ?? clause, errors.caughtBefore(before.type.name));
    caught.push({ type, isFiltered: clause.when !== null });
    catches.push(bindCatch(b, clause, type));
  }
  const cleanup = node.finally;
  const finalBlock = cleanup === null ? null : bindFinally(b, cleanup);
  return { kind: "Try", block, catches, finally: finalBlock };
}

function caughtType(b: Binder, clause: CatchClause): NetType {
  const { exception, object } = b.core;
  if (clause.type === null) return exception ?? object;
  const type = bindType(b, clause.type);
  if (type === errorType || exception === null || type.isAssignableTo(exception)) return type;
  b.report(clause.type, errors.notAnException());
  return errorType;
}

function bindCatch(b: Binder, clause: CatchClause, type: NetType): BoundCatch {
  return b.inScope(() => {
    let local: LocalSymbol | null = null;
    if (clause.name !== null) {
      local = b.newLocal(clause.name, type);
      declareName(b, clause.name, clause.type ?? clause, { kind: "local", local, isReadOnly: null });
    }
    const filter = clause.when === null ? null : bindCondition(b, clause.when);
    const body = b.within({ isInCatch: true }, () => bindBlock(b, clause.block));
    b.places.set(body, clause.block);
    return { type, local, filter, body };
  });
}

/** Control must not leave a `finally` by a jump out of it. */
function bindFinally(b: Binder, block: Parameters<typeof bindBlock>[1]): BoundStatement {
  const known = b.diagnostics.length;
  const bound = b.within({ isInCatch: false }, () => b.withJumps(NO_JUMPS, () => bindBlock(b, block)));
  for (let i = known; i < b.diagnostics.length; i++) {
    const diagnostic = b.diagnostics[i]!;
    if (diagnostic.code === errors.noLoop.code) b.diagnostics[i] = diagnosticAt(diagnostic, errors.leavesFinally());
  }
  reportReturns(b, bound, block);
  return bound;
}

function reportReturns(b: Binder, statement: BoundStatement, place: { start: number; end: number }): void {
  if (hasReturn(statement)) b.report(place, errors.leavesFinally());
}

function hasReturn(statement: BoundStatement): boolean {
  switch (statement.kind) {
    case "Return":
      return true;
    case "Block":
      return statement.statements.some(hasReturn);
    case "If":
      return hasReturn(statement.then) || (statement.otherwise !== null && hasReturn(statement.otherwise));
    case "While":
    case "DoWhile":
    case "For":
    case "ForEach":
      return hasReturn(statement.body);
    case "Switch":
      return statement.sections.some((section) => hasReturn(section.body));
    case "Try":
      return hasReturn(statement.block) || statement.catches.some((clause) => hasReturn(clause.body));
    default:
      return false;
  }
}
