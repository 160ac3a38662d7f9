import type { TreeNode } from "./tree.js";
import type { XPathValue } from "./values.js";

/** What an expression is evaluated in. */
export interface Evaluation {
  readonly node: TreeNode;
  readonly position: number;
  readonly size: number;
  /** The node that the instruction is about: `current()`. */
  readonly current: TreeNode;
  readonly host: EvaluationHost;
  variable(name: string): XPathValue;
}

/** What one run of a stylesheet has for all its expressions. */
export interface EvaluationHost {
  /** Throws when the run has used up its steps. */
  charge(steps: number): void;
  key(name: string, value: string, of: TreeNode): readonly TreeNode[];
  formatNumber(value: number, picture: string, format: string): string;
  identify(node: TreeNode): string;
}

/** An expression, compiled. */
export type Expression = (evaluation: Evaluation) => XPathValue;
