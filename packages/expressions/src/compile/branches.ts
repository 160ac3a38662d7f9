import type { BoundExpression, BoundStatement, WrittenBranch } from "../bound/tree.js";
import type { BranchSites } from "./branch-sites.js";
import type { Evaluator, Executor } from "./frame.js";
import type { FunctionCompiler } from "./function-compiler.js";

type NodeOf<Kind extends BoundExpression["kind"]> = Extract<BoundExpression, { kind: Kind }>;
type StatementOf<Kind extends BoundStatement["kind"]> = Extract<BoundStatement, { kind: Kind }>;

/** Compiles `&&` and `||` with their sides counted. */
export function countedLogic(
  kind: "AndAlso" | "OrElse",
  branch: WrittenBranch,
  left: Evaluator,
  right: Evaluator,
  sites: BranchSites,
): Evaluator {
  const [reached, leftOut] = sidesOf(branch, sites);
  const goesOn = kind === "AndAlso";
  return (frame) => {
    const isReached = (left(frame) === true) === goesOn;
    frame.run.took(isReached ? reached : leftOut);
    return isReached ? right(frame) === true : !goesOn;
  };
}

/** Compiles `?:`, and what is bound like it, with its sides counted. */
export function countedConditional(
  branch: NonNullable<NodeOf<"Conditional">["branch"]>,
  condition: Evaluator,
  then: Evaluator,
  otherwise: Evaluator,
  sites: BranchSites,
): Evaluator {
  const test = countedCondition(branch, condition, sites);
  return (frame) => (test(frame) === true ? then(frame) : otherwise(frame));
}

/** A condition whose outcome is counted: that of an `if` or `?:`, or what stands for `&&`, `||`, `??`. */
export function countedCondition(
  branch: WrittenBranch & { readonly second?: "then" | "otherwise" },
  condition: Evaluator,
  sites: BranchSites,
): Evaluator {
  const sides = sidesOf(branch, sites);
  const [ifTrue, ifFalse] = branch.second === "otherwise" ? [sides[1], sides[0]] : sides;
  return (frame) => {
    const isTrue = condition(frame) === true;
    frame.run.took(isTrue ? ifTrue : ifFalse);
    return isTrue;
  };
}

/** Compiles `??` with its sides counted. */
export function countedCoalesce(branch: WrittenBranch, left: Evaluator, right: Evaluator, sites: BranchSites): Evaluator {
  const [reached, leftOut] = sidesOf(branch, sites);
  return (frame) => {
    const value = left(frame);
    frame.run.took(value === null ? reached : leftOut);
    return value === null ? right(frame) : value;
  };
}

/** The receiver of `?.`, with its sides counted. */
export function countedReceiver(branch: WrittenBranch, receiver: Evaluator, sites: BranchSites): Evaluator {
  const [reached, leftOut] = sidesOf(branch, sites);
  return (frame) => {
    const value = receiver(frame);
    frame.run.took(value === null ? leftOut : reached);
    return value;
  };
}

/**
 * A loop with its sides counted: the times that it had a turn, and those that it had none.
 * @param make compiles the loop around a body
 */
export function countedLoop(
  { kind, branch }: StatementOf<"While" | "DoWhile" | "For" | "ForEach">,
  body: Executor,
  make: (body: Executor) => Executor,
  fn: FunctionCompiler,
): Executor {
  const { branches } = fn;
  if (branches === null || branch === undefined) return make(body);
  const end = branch.at + KEYWORD[kind].length;
  const some = branches.number(branch.operator, "some", branch.at, end);
  // A `do` always has a turn.
  const none = kind === "DoWhile" ? some : branches.number(branch.operator, "none", branch.at, end);
  const hadTurn = fn.newSlot();
  const loop = make((frame) => {
    if (frame.slots[hadTurn] !== true) frame.run.took(some);
    frame.slots[hadTurn] = true;
    return body(frame);
  });
  return (frame) => {
    frame.slots[hadTurn] = false;
    const code = loop(frame);
    if (frame.slots[hadTurn] === false) frame.run.took(none);
    return code;
  };
}

const KEYWORD = { While: "while", DoWhile: "do", For: "for", ForEach: "foreach" } as const;

/** The test of a label of a `switch`, counted when it holds. @param label its number among the section's labels; -1 for the default */
export function countedLabel(
  { branch, sections }: StatementOf<"Switch">,
  section: number,
  label: number,
  test: Evaluator,
  sites: BranchSites | null,
): Evaluator {
  if (sites === null || branch === undefined) return test;
  const written = sections[section]!.labels?.[label];
  const side = written === undefined ? "default" : sites.text(written);
  const number = sites.number(branch.operator, side, branch.at);
  return (frame) => {
    const holds = test(frame) === true;
    if (holds) frame.run.took(number);
    return holds;
  };
}

/** The numbers of both sides: true (of `&&`, `||`, `??` and `?.`: the right side was reached) and false. */
function sidesOf({ operator, at }: WrittenBranch, sites: BranchSites): [number, number] {
  return [sites.number(operator, "true", at), sites.number(operator, "false", at)];
}
