import type { Evaluation } from "./evaluation.js";
import type { Frame, Instruction } from "./frame.js";
import { formatList } from "./numbering.js";
import { compilePattern, type Pattern } from "./pattern.js";
import type { TreeNode } from "./tree.js";
import { numberOf } from "./values.js";
import { compileXPath } from "./xpath.js";

/** Compiles xsl:number (XSLT 1.0, section 7.7). */
export function compileNumber(
  node: TreeNode,
  evaluationOf: (frame: Frame) => Evaluation,
  avt: (written: string) => (frame: Frame) => string,
): Instruction {
  const { namespaces } = node;
  const value = node.attribute("value");
  const select = value === null ? null : compileXPath(value, namespaces);
  const level = node.attribute("level") ?? "single";
  const patternOf = (name: string): readonly Pattern[] | null => {
    const written = node.attribute(name);
    return written === null ? null : compilePattern(written, namespaces);
  };
  const count = patternOf("count");
  const from = patternOf("from");
  const format = avt(node.attribute("format") ?? "1");
  const separator = avt(node.attribute("grouping-separator") ?? "");
  const size = avt(node.attribute("grouping-size") ?? "0");
  return (frame) => {
    const evaluation = evaluationOf(frame);
    const numbers =
      select === null
        ? countedNumbers(frame.node, level, count, from, evaluation)
        : [Math.round(numberOf(select(evaluation)))].filter((number) => number > 0 && Number.isFinite(number));
    frame.out.text(formatList(numbers, format(frame), { separator: separator(frame), size: Number(size(frame)) || 0 }));
  };
}

function countedNumbers(
  node: TreeNode,
  level: string,
  count: readonly Pattern[] | null,
  from: readonly Pattern[] | null,
  evaluation: Evaluation,
): readonly number[] {
  const fits = (patterns: readonly Pattern[], candidate: TreeNode): boolean =>
    patterns.some((pattern) => pattern.matches(candidate, evaluation));
  const counts = (candidate: TreeNode): boolean =>
    count === null
      ? candidate.kind === node.kind && candidate.local === node.local && candidate.uri === node.uri
      : fits(count, candidate);
  const isStart = (candidate: TreeNode): boolean => from !== null && fits(from, candidate);
  if (level === "any") {
    let number = 0;
    for (let current: TreeNode | null = node; current !== null; current = before(current)) {
      evaluation.host.charge(1);
      if (counts(current)) number++;
      if (isStart(current)) break;
    }
    return number === 0 ? [] : [number];
  }
  const found: TreeNode[] = [];
  for (let current: TreeNode | null = node; current !== null && !isStart(current); current = current.parent)
    if (counts(current)) found.push(current);
  const taken = level === "multiple" ? found.reverse() : found.slice(0, 1);
  return taken.map((numbered) => {
    const siblings = numbered.parent?.children ?? [numbered];
    evaluation.host.charge(siblings.length);
    return siblings.slice(0, siblings.indexOf(numbered) + 1).filter(counts).length;
  });
}

/** The node before this one in document order. */
function before(node: TreeNode): TreeNode | null {
  const siblings = node.parent?.children ?? [];
  const at = siblings.indexOf(node);
  if (at <= 0) return node.parent;
  let last = siblings[at - 1]!;
  while (last.children.length > 0) last = last.children.at(-1)!;
  return last;
}
