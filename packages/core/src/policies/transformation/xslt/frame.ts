import type { ResultBuilder } from "./builder.js";
import type { EvaluationHost } from "./evaluation.js";
import type { TreeNode } from "./tree.js";
import type { XPathValue } from "./values.js";

/** The variables of a body, and of those around it. */
export interface Scope {
  readonly values: Map<string, XPathValue>;
  readonly outer: Scope | null;
}

/** What an instruction is run with. */
export interface Frame {
  readonly node: TreeNode;
  readonly position: number;
  readonly size: number;
  readonly out: ResultBuilder;
  readonly scope: Scope;
  readonly run: Run;
}

/** What a run gives to instructions. */
export interface Run extends EvaluationHost {
  /** Applies templates to nodes. */
  apply(nodes: readonly TreeNode[], mode: string, parameters: Parameters, frame: Frame): void;
  /** Calls a template by name. */
  call(name: string, parameters: Parameters, frame: Frame): void;
  /** The fragment that a body makes. */
  fragment(body: readonly Instruction[], frame: Frame): TreeNode;
  variable(name: string, scope: Scope): XPathValue;
}

/** A template's parameters by expanded name. */
export type Parameters = ReadonlyMap<string, XPathValue>;
/** An instruction, compiled. */
export type Instruction = (frame: Frame) => void;
