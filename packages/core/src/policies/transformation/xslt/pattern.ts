import { axes } from "./axes.js";
import type { Evaluation } from "./evaluation.js";
import type { Namespaces, TreeNode } from "./tree.js";
import { compilePaths, filter, isAnyBelow, nodesOf, type Path, type Step } from "./xpath.js";

/** One alternative of a pattern (XSLT 1.0, section 5.2). */
export interface Pattern {
  readonly priority: number;
  matches(node: TreeNode, evaluation: Evaluation): boolean;
}

/** Compiles a pattern; each alternative is one. Throws SyntaxError. */
export function compilePattern(text: string, namespaces: Namespaces): readonly Pattern[] {
  return compilePaths(text, namespaces).map((path) => {
    for (const { axis } of path.steps)
      if (axis !== "child" && axis !== "attribute" && axis !== "descendant-or-self")
        throw new SyntaxError(`The pattern "${text}" is not valid: it goes along the axis ${axis}.`);
    const { steps, isAbsolute, start } = path;
    const priority =
      steps.length === 1 && !isAbsolute && start === null ? steps[0]!.priority : steps.length === 0 && isAbsolute ? 0.5 : 0.5;
    return { priority, matches: (node, evaluation) => matchesPath(path, node, evaluation) };
  });
}

function matchesPath({ steps, isAbsolute, start }: Path, node: TreeNode, evaluation: Evaluation): boolean {
  const from = (at: TreeNode | null, i: number): boolean => {
    evaluation.host.charge(1);
    if (i < 0) {
      if (start !== null) return at !== null && nodesOf(start({ ...evaluation, node: at, current: at })).includes(at);
      return !isAbsolute || (at !== null && at.kind === "root");
    }
    if (at === null) return false;
    const step = steps[i]!;
    if (isAnyBelow(step)) {
      for (let up: TreeNode | null = at; up !== null; up = up.parent) if (from(up, i - 1)) return true;
      return false;
    }
    if (!matchesStep(step, at, evaluation)) return false;
    // The first step of a relative pattern may stand anywhere.
    if (i === 0 && !isAbsolute && start === null) return true;
    return from(at.parent, i - 1);
  };
  if (steps.length === 0) return from(node, -1);
  return from(node, steps.length - 1);
}

function matchesStep({ axis, test, predicates }: Step, node: TreeNode, evaluation: Evaluation): boolean {
  const isAttribute = node.kind === "attribute";
  if ((axis === "attribute") !== isAttribute || (axis === "child" && node.parent === null) || !test(node)) return false;
  if (predicates.length === 0) return true;
  if (node.parent === null) return false;
  const peers = axes[axis](node.parent);
  evaluation.host.charge(peers.length);
  let kept: readonly TreeNode[] = peers.filter(test);
  for (const predicate of predicates) kept = filter(kept, predicate, { ...evaluation, current: node });
  return kept.includes(node);
}
