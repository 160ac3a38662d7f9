import { type Axis, axes, isReverse } from "./axes.js";
import type { Evaluation, EvaluationHost, Expression } from "./evaluation.js";
import { coreFunctions, type XPathFunction } from "./functions.js";
import { type Namespaces, splitName, type TreeNode, UnknownPrefixError } from "./tree.js";
import { booleanOf, compare, isNodes, numberOf, type XPathValue } from "./values.js";

/** Does a node fit? */
export type NodeTest = (node: TreeNode) => boolean;

/** One step of a location path. */
export interface Step {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly Expression[];
  /** For priorities: what kind of test it is. */
  readonly priority: number;
}

/** A location path; also what patterns are made of. */
export interface Path {
  readonly isAbsolute: boolean;
  /** What comes before the first step, if it is no axis: `key('a', 'b')/c`, `$x/c`. */
  readonly start: Expression | null;
  readonly steps: readonly Step[];
}

const TOKEN =
  /\s*(?:\d+(?:\.\d*)?|\.\d+|"[^"]*"|'[^']*'|\$[\p{L}_][\p{L}\p{N}._-]*(?::[\p{L}_][\p{L}\p{N}._-]*)?|[\p{L}_][\p{L}\p{N}._-]*(?=\s*::)|[\p{L}_][\p{L}\p{N}._-]*(?::(?:\*|[\p{L}_][\p{L}\p{N}._-]*))?|::|\/\/|\.\.|!=|<=|>=|[()[\].@,/|+\-=<>*])/uy;
/** Deepest nesting of an expression, and longest one. */
const MOST_DEPTH = 100;
const LONGEST = 10_000;

const KIND_TESTS = new Set(["node", "text", "comment", "processing-instruction"]);

/** Compiles an expression of XPath 1.0. Throws SyntaxError. */
export function compileXPath(text: string, namespaces: Namespaces): Expression {
  const parser = new XPathParser(text, namespaces);
  const expression = parser.expression();
  parser.finish();
  return expression;
}

/** Compiles the alternatives of a pattern. Throws SyntaxError. */
export function compilePaths(text: string, namespaces: Namespaces): readonly Path[] {
  const parser = new XPathParser(text, namespaces);
  const paths = [parser.path()];
  while (parser.takes("|")) paths.push(parser.path());
  parser.finish();
  return paths;
}

class XPathParser {
  private readonly tokens: string[] = [];
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly namespaces: Namespaces,
  ) {
    if (text.length > LONGEST) throw new SyntaxError(`An expression is longer than ${LONGEST} characters.`);
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match === null) throw this.failure(`"${text.slice(from).trim().slice(0, 20)}" was not expected`);
      this.tokens.push(match[0].trimStart());
    }
  }

  finish(): void {
    if (this.at < this.tokens.length) throw this.failure(`"${this.tokens[this.at]!}" was not expected`);
  }

  takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  expression(): Expression {
    if (++this.depth > MOST_DEPTH) throw this.failure("it is nested too deep");
    const result = this.binary(0);
    this.depth--;
    return result;
  }

  /** Operators from the loosest to the tightest. */
  private binary(level: number): Expression {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = this.tokens[this.at];
      const make = operator === undefined ? undefined : LEVELS[level]![operator];
      if (make === undefined) return left;
      this.at++;
      left = make(left, this.binary(level + 1));
    }
  }

  private unary(): Expression {
    let isNegative = false;
    let isMarked = false;
    while (this.takes("-")) {
      isNegative = !isNegative;
      isMarked = true;
    }
    const operand = this.union();
    if (!isMarked) return operand;
    return (evaluation) => (isNegative ? -1 : 1) * numberOf(operand(evaluation));
  }

  private union(): Expression {
    let left = this.pathExpression();
    while (this.takes("|")) {
      const first = left;
      const second = this.pathExpression();
      left = (evaluation) => inOrder([...nodesOf(first(evaluation)), ...nodesOf(second(evaluation))], evaluation.host);
    }
    return left;
  }

  private pathExpression(): Expression {
    const path = this.path();
    const { start, steps, isAbsolute } = path;
    if (start !== null && steps.length === 0) return start;
    return (evaluation) => {
      const { host } = evaluation;
      const from = start !== null ? nodesOf(start(evaluation)) : [isAbsolute ? evaluation.node.top : evaluation.node];
      return walk(from, steps, evaluation, host);
    };
  }

  path(): Path {
    const steps: Step[] = [];
    let start: Expression | null = null;
    let isAbsolute = false;
    if (this.takes("//")) {
      isAbsolute = true;
      steps.push(ANY_BELOW);
    } else if (this.takes("/")) {
      isAbsolute = true;
      if (!this.beginsStep()) return { isAbsolute, start, steps };
    } else if (!this.beginsStep()) {
      start = this.filtered();
      if (this.takes("//")) steps.push(ANY_BELOW);
      else if (!this.takes("/")) return { isAbsolute, start, steps };
    }
    for (;;) {
      steps.push(this.step());
      if (this.takes("//")) steps.push(ANY_BELOW);
      else if (!this.takes("/")) return { isAbsolute, start, steps };
    }
  }

  private beginsStep(): boolean {
    const token = this.tokens[this.at];
    if (token === undefined) return false;
    if (token === "." || token === ".." || token === "@" || token === "*") return true;
    if (!/^[\p{L}_]/u.test(token)) return false;
    const next = this.tokens[this.at + 1];
    return next !== "(" || KIND_TESTS.has(token);
  }

  private filtered(): Expression {
    let inner = this.primary();
    const predicates = this.predicates();
    if (predicates.length > 0) {
      const unfiltered = inner;
      inner = (evaluation) => {
        let nodes = nodesOf(unfiltered(evaluation));
        for (const predicate of predicates) nodes = filter(nodes, predicate, evaluation);
        return nodes;
      };
    }
    return inner;
  }

  private primary(): Expression {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.failure("it ends too early");
    if (token === "(") {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (token.startsWith("$")) {
      const name = this.expandedName(token.slice(1), false);
      return (evaluation) => evaluation.variable(name);
    }
    if (/^["']/.test(token)) {
      const text = token.slice(1, -1);
      return () => text;
    }
    if (/^[\d.]/.test(token) && token !== "." && token !== "..") {
      const value = Number(token);
      return () => value;
    }
    if (/^[\p{L}_]/u.test(token) && this.takes("(")) return this.call(token);
    throw this.failure(`"${token}" was not expected`);
  }

  private call(name: string): Expression {
    const parameters: Expression[] = [];
    if (!this.takes(")")) {
      do parameters.push(this.expression());
      while (this.takes(","));
      this.expect(")");
    }
    const called: XPathFunction | undefined = coreFunctions.get(this.functionName(name));
    if (called === undefined) {
      const why =
        name === "document"
          ? "document() is refused: a stylesheet reads nothing but its document"
          : `there is no function ${name}`;
      throw this.failure(why);
    }
    if (parameters.length < called.least || parameters.length > called.most)
      throw this.failure(`${name}() is called with ${parameters.length} values`);

    return (evaluation) => called.run(evaluation, parameters);
  }

  private functionName(name: string): string {
    const [prefix, local] = splitName(name);
    return prefix === "" ? name : `{${this.uriOf(prefix)}}${local}`;
  }

  private predicates(): Expression[] {
    const predicates: Expression[] = [];
    while (this.takes("[")) {
      predicates.push(this.expression());
      this.expect("]");
    }
    return predicates;
  }

  private step(): Step {
    if (this.takes(".")) return { axis: "self", test: () => true, predicates: [], priority: -0.5 };
    if (this.takes("..")) return { axis: "parent", test: () => true, predicates: [], priority: -0.5 };
    let axis: Axis = "child";
    if (this.takes("@")) axis = "attribute";
    else if (this.tokens[this.at + 1] === "::") {
      const name = this.tokens[this.at]!;
      if (!Object.hasOwn(axes, name)) throw this.failure(`there is no axis ${name}`);
      axis = name as Axis;
      this.at += 2;
    }
    const [test, priority] = this.nodeTest(axis);
    const predicates = this.predicates();
    return { axis, test, predicates, priority: predicates.length > 0 ? 0.5 : priority };
  }

  private nodeTest(axis: Axis): readonly [NodeTest, number] {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.failure("it ends too early");
    const principal = axis === "attribute" ? "attribute" : axis === "namespace" ? "namespace" : "element";
    if (token === "*") return [({ kind }) => kind === principal, -0.5];
    if (KIND_TESTS.has(token) && this.takes("(")) {
      const target = /^["']/.test(this.tokens[this.at] ?? "") ? this.tokens[this.at++]!.slice(1, -1) : null;
      this.expect(")");
      if (token === "node") return [() => true, -0.5];
      if (token === "processing-instruction")
        return [({ kind, local }) => kind === "instruction" && (target === null || local === target), target === null ? -0.5 : 0];
      return [({ kind }) => kind === token, -0.5];
    }
    if (!/^[\p{L}_]/u.test(token)) throw this.failure(`"${token}" was not expected`);
    const [prefix, local] = splitName(token);
    const uri = prefix === "" ? "" : this.uriOf(prefix);
    if (local === "*") return [(node) => node.kind === principal && node.uri === uri, -0.25];
    return [(node) => node.local === local && node.uri === uri && node.kind === principal, 0];
  }

  private expandedName(name: string, usesDefault: boolean): string {
    return expandName(name, this.namespaces, usesDefault);
  }

  private uriOf(prefix: string): string {
    const uri = this.namespaces.get(prefix);
    if (uri === undefined) throw new UnknownPrefixError(prefix);
    return uri;
  }

  private expect(token: string): void {
    if (!this.takes(token)) throw this.failure(`"${token}" was expected`);
  }

  private failure(what: string): SyntaxError {
    const shown = this.text.length > 100 ? `${this.text.slice(0, 100)}…` : this.text;
    return new SyntaxError(`The expression "${shown}" is not valid: ${what}.`);
  }
}

/** `{uri}local`; the local name alone without a namespace. */
export function expandName(name: string, namespaces: Namespaces, usesDefault = false): string {
  const [prefix, local] = splitName(name.trim());
  if (prefix === "" && !usesDefault) return local;
  const uri = namespaces.get(prefix);
  if (uri === undefined && prefix !== "") throw new UnknownPrefixError(prefix);
  return uri === undefined || uri === "" ? local : `{${uri}}${local}`;
}

const ANY_BELOW: Step = { axis: "descendant-or-self", test: () => true, predicates: [], priority: -0.5 };

/** Is it what `//` stands for? */
export function isAnyBelow(step: Step): boolean {
  return step === ANY_BELOW;
}

type Make = (left: Expression, right: Expression) => Expression;

const comparison =
  (operator: "=" | "!=" | "<" | "<=" | ">" | ">="): Make =>
  (left, right) =>
  (evaluation) =>
    compare(operator, left(evaluation), right(evaluation), (steps) => evaluation.host.charge(steps));

const arithmetic =
  (work: (a: number, b: number) => number): Make =>
  (left, right) =>
  (evaluation) =>
    work(numberOf(left(evaluation)), numberOf(right(evaluation)));

const LEVELS: readonly Readonly<Record<string, Make | undefined>>[] = [
  { or: (left, right) => (evaluation) => booleanOf(left(evaluation)) || booleanOf(right(evaluation)) },
  { and: (left, right) => (evaluation) => booleanOf(left(evaluation)) && booleanOf(right(evaluation)) },
  { "=": comparison("="), "!=": comparison("!=") },
  { "<": comparison("<"), "<=": comparison("<="), ">": comparison(">"), ">=": comparison(">=") },
  { "+": arithmetic((a, b) => a + b), "-": arithmetic((a, b) => a - b) },
  { "*": arithmetic((a, b) => a * b), div: arithmetic((a, b) => a / b), mod: arithmetic((a, b) => a % b) },
];

/** Node-sets alone have nodes. */
export function nodesOf(value: XPathValue): readonly TreeNode[] {
  if (!isNodes(value)) throw new SyntaxError("A node-set was expected, and there is a value.");
  return value;
}

function walk(
  from: readonly TreeNode[],
  steps: readonly Step[],
  evaluation: Evaluation,
  host: EvaluationHost,
): readonly TreeNode[] {
  let nodes = from;
  for (const { axis, test, predicates } of steps) {
    const found: TreeNode[] = [];
    for (const node of nodes) {
      const reached = axes[axis](node);
      host.charge(reached.length + 1);
      let kept: readonly TreeNode[] = reached.filter(test);
      for (const predicate of predicates) kept = filter(kept, predicate, evaluation);
      for (const match of kept) found.push(match);
    }
    nodes = nodes.length === 1 && !isReverse(axis) ? found : inOrder(found, host);
  }
  return nodes;
}

/** The nodes for which a predicate holds; a number means a position. */
export function filter(nodes: readonly TreeNode[], predicate: Expression, outer: Evaluation): readonly TreeNode[] {
  const size = nodes.length;
  return nodes.filter((node, i) => {
    outer.host.charge(1);
    const value = predicate({ ...outer, node, position: i + 1, size });
    return typeof value === "number" ? value === i + 1 : booleanOf(value);
  });
}

/** Nodes in document order, each once. */
export function inOrder(nodes: readonly TreeNode[], host: EvaluationHost): readonly TreeNode[] {
  if (nodes.length < 2) return nodes;
  host.charge(nodes.length);
  const unique = [...new Set(nodes)];
  const tops = new Map<TreeNode, number>();
  const rank = (node: TreeNode): number => {
    const { top } = node;
    if (!tops.has(top)) tops.set(top, tops.size);
    return tops.get(top)!;
  };
  const ranks = new Map(unique.map((node) => [node, rank(node)]));
  return unique.sort((a, b) => ranks.get(a)! - ranks.get(b)! || a.order - b.order);
}
