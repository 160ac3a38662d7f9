import type { BoundExpression } from "@turnpike/expressions/analysis";
import { constantText, type LintCode, withoutConversions } from "./code.js";

/** A value that a part of a condition is taken to have. */
type Known = string | number | boolean;
/** Undefined: it cannot be said. */
type Outcome = boolean | undefined;

/** What is held against constants in a condition: an operand as it is written, and the constants. */
interface Subject {
  readonly text: string;
  readonly constants: readonly Known[];
}

/**
 * A condition over texts and numbers that cannot be seen, evaluated as far as constants allow. What has effects, or calls anything but reads of
 * `context`, is never known.
 */
export class Condition {
  readonly root: BoundExpression | null;

  constructor(private readonly code: LintCode) {
    const { program } = code;
    const body = program?.function.body;
    this.root = body !== undefined && "type" in body ? body : singleReturn(body);
  }

  /** What is compared with constants. */
  subjects(): readonly Subject[] {
    const found = new Map<string, Known[]>();
    const note = (operand: BoundExpression, constant: Known): void => {
      const text = this.textOf(operand);
      if (text === null) return;
      const list = found.get(text);
      if (list === undefined) found.set(text, [constant]);
      else list.push(constant);
    };
    const walk = (node: BoundExpression): void => {
      const compared = comparisonOf(node);
      if (compared !== null) note(compared.operand, compared.constant);
      else for (const operand of operandsOf(node)) walk(operand);
    };
    if (this.root !== null) walk(this.root);
    return [...found].map(([text, constants]) => ({ text, constants }));
  }

  /** Its outcome where one operand, as written, has a value and nothing else is known. */
  outcome(subject: string | null, value: Known | undefined): Outcome {
    return this.root === null ? undefined : this.evaluate(this.root, subject, value);
  }

  private evaluate(node: BoundExpression, subject: string | null, value: Known | undefined): Outcome {
    const inner = withoutConversions(node);
    switch (inner.kind) {
      case "Constant":
        return typeof inner.value === "boolean" ? inner.value : undefined;
      case "Not": {
        const outcome = this.evaluate(inner.operand, subject, value);
        return outcome === undefined ? undefined : !outcome;
      }
      case "AndAlso":
        return and(this.evaluate(inner.left, subject, value), this.evaluate(inner.right, subject, value));
      case "OrElse":
        return or(this.evaluate(inner.left, subject, value), this.evaluate(inner.right, subject, value));
      case "Logic": {
        const left = this.evaluate(inner.left, subject, value);
        const right = this.evaluate(inner.right, subject, value);
        if (inner.operator === "&") return and(left, right);
        if (inner.operator === "|") return or(left, right);
        return left === undefined || right === undefined ? undefined : left !== right;
      }
      default: {
        const compared = comparisonOf(inner);
        if (compared === null || value === undefined || this.textOf(compared.operand) !== subject) return undefined;
        return typeof value === typeof compared.constant ? compared.test(value) : undefined;
      }
    }
  }

  /** An operand as it is written, if it gives the same whenever it is read. */
  private textOf(node: BoundExpression): string | null {
    const inner = withoutConversions(node);
    if (!isSteady(inner)) return null;
    return this.code.text.slice(inner.start, inner.end).replace(/\s+/g, "");
  }
}

function singleReturn(body: unknown): BoundExpression | null {
  const block = body as { readonly kind?: string; readonly statements?: readonly { readonly kind: string }[] } | undefined;
  if (block?.kind !== "Block" || block.statements?.length !== 1) return null;
  const only = block.statements[0] as { readonly kind: string; readonly value?: BoundExpression | null };
  return only.kind === "Return" ? (only.value ?? null) : null;
}

function and(left: Outcome, right: Outcome): Outcome {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : undefined;
}

function or(left: Outcome, right: Outcome): Outcome {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : undefined;
}

function operandsOf(node: BoundExpression): readonly BoundExpression[] {
  const inner = withoutConversions(node);
  switch (inner.kind) {
    case "Not":
      return [inner.operand];
    case "AndAlso":
    case "OrElse":
    case "Logic":
      return [inner.left, inner.right];
    default:
      return [];
  }
}

interface Comparison {
  readonly operand: BoundExpression;
  readonly constant: Known;
  test(value: Known): boolean;
}

type Operator = "==" | "!=" | "<" | ">" | "<=" | ">=";

const MIRRORED: Readonly<Record<Operator, Operator>> = { "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

function comparisonOf(node: BoundExpression): Comparison | null {
  const inner = withoutConversions(node);
  if (inner.kind === "Compare") return withConstant(inner.left, inner.right, inner.operator);
  if (inner.kind === "Same") return withConstant(inner.left, inner.right, inner.negated ? "!=" : "==");
  if (inner.kind !== "Member" || inner.accessor !== "call" || inner.receiver === null || inner.arguments.length !== 1)
    return null;
  const method = /^System\.String\.(StartsWith|EndsWith|Contains|Equals)$/.exec(inner.member.id)?.[1];
  const constant = constantText(inner.arguments[0]);
  if (method === undefined || constant === null) return null;
  return {
    operand: inner.receiver,
    constant,
    test: (value) => {
      const text = String(value);
      if (method === "StartsWith") return text.startsWith(constant);
      if (method === "EndsWith") return text.endsWith(constant);
      return method === "Contains" ? text.includes(constant) : text === constant;
    },
  };
}

function withConstant(left: BoundExpression, right: BoundExpression, operator: Operator): Comparison | null {
  const a = constantOf(left);
  const b = constantOf(right);
  if (b !== null && a === null) return compared(left, b, operator);
  return a !== null && b === null ? compared(right, a, MIRRORED[operator]) : null;
}

function compared(operand: BoundExpression, constant: Known, operator: Operator): Comparison {
  return {
    operand,
    constant,
    test: (value) => {
      switch (operator) {
        case "==":
          return value === constant;
        case "!=":
          return value !== constant;
        case "<":
          return value < constant;
        case ">":
          return value > constant;
        case "<=":
          return value <= constant;
        default:
          return value >= constant;
      }
    },
  };
}

function constantOf(node: BoundExpression): Known | null {
  const inner = withoutConversions(node);
  if (inner.kind !== "Constant") return null;
  const { value } = inner;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Does reading it twice give the same? Properties, indexers and defaults of `context`, and pure methods of texts. */
function isSteady(node: BoundExpression): boolean {
  const inner = withoutConversions(node);
  if (inner.kind === "Global" || inner.kind === "Constant") return true;
  if (inner.kind !== "Member") return false;
  const isRead =
    inner.accessor === "get" ||
    /\.(?:GetValueOrDefault|ToLower|ToUpper|ToLowerInvariant|ToUpperInvariant|Trim)$/.test(inner.member.id);
  if (!isRead) return false;
  if (inner.receiver !== null && !isSteady(inner.receiver)) return false;
  return inner.arguments.every((argument) => "start" in argument && isSteady(argument));
}

/** Values that show all that a condition can tell apart by these constants. */
export function samplesOf(constants: readonly Known[]): readonly Known[] {
  const samples = new Set<Known>();
  for (const constant of constants) {
    samples.add(constant);
    if (typeof constant === "number") for (const near of [constant - 1, constant + 1]) samples.add(near);
    else if (typeof constant === "string")
      for (const near of [`${constant}\u0001`, `\u0001${constant}`, `\u0001${constant}\u0001`, "\u0001"]) samples.add(near);
    else samples.add(!constant);
  }
  return [...samples];
}

/** Is a condition the same whatever it looks at? Undefined: it cannot be said. */
export function constantOutcome(code: LintCode): Outcome {
  const condition = new Condition(code);
  const plain = condition.outcome(null, undefined);
  if (plain !== undefined) return plain;
  for (const { text, constants } of condition.subjects()) {
    const outcomes = samplesOf(constants).map((value) => condition.outcome(text, value));
    const [first] = outcomes;
    if (first !== undefined && outcomes.every((outcome) => outcome === first)) return first;
  }
  return undefined;
}

/** Do the earlier conditions surely hold wherever the later one may? */
export function isCovered(later: LintCode, earlier: readonly LintCode[]): boolean {
  const last = new Condition(later);
  const before = earlier.map((code) => new Condition(code));
  for (const { text } of last.subjects()) {
    const all = [last, ...before].flatMap((condition) => condition.subjects().filter((subject) => subject.text === text));
    if (all.length < 2) continue;
    const samples = samplesOf(all.flatMap(({ constants }) => constants));
    const possible = samples.filter((value) => last.outcome(text, value) !== false);
    if (
      possible.length > 0 &&
      possible.length < samples.length &&
      possible.every((value) => before.some((condition) => condition.outcome(text, value) === true))
    )
      return true;
  }
  return false;
}
