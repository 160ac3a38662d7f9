import type { BoundExpression, BoundStatement, JumpTarget } from "../bound/tree.js";

/** True if control can come out at the end of a statement. Conditions count only where they are constants, as in C#. */
export function completes(statement: BoundStatement): boolean {
  switch (statement.kind) {
    case "Block":
      return blockCompletes(statement.statements);
    case "Label":
    case "Expression":
    case "Declare":
    case "Empty":
      return true;
    case "If":
      if (isTrue(statement.condition)) return completes(statement.then);
      if (isFalse(statement.condition)) return statement.otherwise === null || completes(statement.otherwise);
      return completes(statement.then) || statement.otherwise === null || completes(statement.otherwise);
    case "While":
      return !isTrue(statement.condition) || breaksTo(statement.body, statement.target);
    case "DoWhile":
      return (
        breaksTo(statement.body, statement.target) ||
        (!isTrue(statement.condition) && (completes(statement.body) || continuesTo(statement.body, statement.target)))
      );
    case "For":
      return (statement.condition !== null && !isTrue(statement.condition)) || breaksTo(statement.body, statement.target);
    case "ForEach":
      return true;
    case "Switch":
      return (
        !statement.sections.some((section) => section.isDefault) ||
        statement.sections.some((section) => breaksTo(section.body, statement.target) || completes(section.body))
      );
    case "GotoSection":
    case "Goto":
    case "Break":
    case "Continue":
    case "Return":
    case "Throw":
    case "Rethrow":
      return false;
    case "Try":
      if (statement.finally !== null && !completes(statement.finally)) return false;
      return completes(statement.block) || statement.catches.some((clause) => completes(clause.body));
  }
}

/** Behind a label control may go on: some `goto` leads there. */
function blockCompletes(statements: readonly BoundStatement[]): boolean {
  let isReachable = true;
  for (const statement of statements) {
    if (statement.kind === "Label") isReachable = true;
    else if (isReachable && !completes(statement)) isReachable = false;
  }
  return isReachable;
}

function isTrue(condition: BoundExpression): boolean {
  return condition.kind === "Constant" && condition.value === true;
}

function isFalse(condition: BoundExpression): boolean {
  return condition.kind === "Constant" && condition.value === false;
}

function breaksTo(statement: BoundStatement, target: JumpTarget): boolean {
  return jumps(statement, "Break", target);
}

function continuesTo(statement: BoundStatement, target: JumpTarget): boolean {
  return jumps(statement, "Continue", target);
}

/** True if a reachable jump to the target stands in the statement. */
function jumps(statement: BoundStatement, kind: "Break" | "Continue", target: JumpTarget): boolean {
  switch (statement.kind) {
    case "Break":
    case "Continue":
      return statement.kind === kind && statement.target === target;
    case "Block":
      for (const inner of statement.statements) {
        if (jumps(inner, kind, target)) return true;
        if (!completes(inner)) return false;
      }
      return false;
    case "If":
      return (
        (!isFalse(statement.condition) && jumps(statement.then, kind, target)) ||
        (statement.otherwise !== null && !isTrue(statement.condition) && jumps(statement.otherwise, kind, target))
      );
    case "While":
    case "DoWhile":
    case "For":
    case "ForEach":
      return jumps(statement.body, kind, target);
    case "Switch":
      return statement.sections.some((section) => jumps(section.body, kind, target));
    case "Try":
      return jumps(statement.block, kind, target) || statement.catches.some((clause) => jumps(clause.body, kind, target));
    default:
      return false;
  }
}
