import type { BoundExpression } from "../bound/tree.js";
import { boxing } from "./conversion.js";
import type { Evaluator } from "./frame.js";

/** A part of an expression on whose value a decision depends: an operand of a comparison, or a condition that is none. */
export interface Operand {
  /** As written. */
  readonly text: string;
  /** With which operator it is compared to what, where that is written down as it is: `== "admin"`. Null otherwise. */
  readonly comparison: string | null;
}

/** Further operands of one expression are not told of. */
const MOST_OPERANDS = 50;

/**
 * The operands of a program's decisions, found while it is compiled in the form that tells of them. The closures that are made then tell the
 * run's watcher what they come out as.
 */
export class Operands {
  readonly list: Operand[] = [];
  /** Nodes whose value is told, with what they are compared with. */
  private readonly wanted = new Map<BoundExpression, string | null>();

  constructor(private readonly source: string) {}

  /** The values on which a condition depends are told, once they are compiled. */
  ofCondition(node: BoundExpression): void {
    switch (node.kind) {
      case "AndAlso":
      case "OrElse":
      case "Logic":
        this.ofCondition(node.left);
        this.ofCondition(node.right);
        return;
      case "Not":
      case "Convert":
        return this.ofCondition(node.operand);
      case "Conditional":
        this.ofCondition(node.condition);
        this.ofCondition(node.then);
        this.ofCondition(node.otherwise);
        return;
      case "Compare":
        this.compared(node.left, node.operator, node.right);
        this.compared(node.right, null, node.left);
        return;
      case "Same":
      case "SameObject": {
        const operator = node.negated ? "!=" : "==";
        this.compared(node.left, operator, node.right);
        this.compared(node.right, operator, node.left);
        return;
      }
      case "Constant":
        return;
      default:
        this.wanted.set(node, null);
    }
  }

  private compared(node: BoundExpression, operator: string | null, other: BoundExpression): void {
    const inner = writtenNode(node);
    if (inner.kind === "Constant") return;
    const constant = writtenNode(other);
    this.wanted.set(inner, operator === null || constant.kind !== "Constant" ? null : `${operator} ${this.text(constant)}`);
  }

  private text({ start, end }: BoundExpression): string {
    return this.source.slice(start, end).replace(/\s+/g, " ");
  }

  /** A node's evaluator; of a wanted one, one that tells its value. */
  told(node: BoundExpression, evaluate: Evaluator): Evaluator {
    const comparison = this.wanted.get(node);
    if (comparison === undefined || this.list.length >= MOST_OPERANDS) return evaluate;
    this.list.push({ text: this.text(node), comparison });
    const index = this.list.length - 1;
    const toObject = boxing(node.type);
    return (frame) => {
      const value = evaluate(frame);
      frame.run.watcher?.saw(index, toObject === null ? value : toObject(value));
      return value;
    };
  }
}

/** A node without the conversions around it that the source does not show. */
function writtenNode(node: BoundExpression): BoundExpression {
  const isHidden = node.kind === "Convert" && node.start === node.operand.start && node.end === node.operand.end;
  return isHidden ? writtenNode(node.operand) : node;
}
