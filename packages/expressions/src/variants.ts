import type { Node as ScriptNode } from "acorn";
import { parseCSharp } from "./csharp/parser.js";
import { parseScript } from "./javascript/parse.js";

/** A small change of an expression, after which it does something else. */
export interface Variant {
  readonly kind: "negate-condition" | "flip-comparison" | "flip-logic" | "swap-branches";
  /** What is changed, from the first place to the last: offsets in the source, in order. */
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  /** The innermost branch whose side it stands in, named as {@link Branch.name}, and where its operator or keyword is; null for none. */
  readonly side: { readonly name: string; readonly at: number } | null;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "===": "!==",
  "!==": "===",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};
const LOGIC: Readonly<Record<string, string>> = { "&&": "||", "||": "&&" };

/**
 * The small changes that can be made to an expression: each comparison, each `&&` and `||`, each `?:` and the condition of each `if`.
 * Empty for what cannot be parsed.
 */
export function expressionVariants(source: string, language: "csharp" | "javascript" = "csharp"): Variant[] {
  const variants: Variant[] = [];
  for (const node of nodesOf(language === "csharp" ? csharpTree(source) : scriptTree(source), source))
    variants.push(...variantsOf(node, source));
  return variants.sort((a, b) => a.edits[0]!.start - b.edits[0]!.start);
}

/** An expression that is the opposite, as a condition: null for one that cannot be parsed or has no value to turn round. */
export function negated(source: string, language: "csharp" | "javascript" = "csharp"): Variant | null {
  const trimmed = source.trimEnd();
  if (/^\s*@\(/.test(source)) {
    const open = source.indexOf("(") + 1;
    return negation([{ start: open, end: trimmed.length - 1 }]);
  }
  const returned: Part[] = [];
  for (const node of nodesOf(language === "csharp" ? csharpTree(source) : scriptTree(source), source, isFunction)) {
    const value = (node["value"] ?? node["argument"]) as Part | null | undefined;
    if ((node.kind === "Return" || node.kind === "ReturnStatement") && value != null) returned.push(value);
  }
  return returned.length === 0 ? null : negation(returned.sort((a, b) => a.start - b.start));
}

function negation(parts: readonly Part[], side: Variant["side"] = null): Variant {
  return {
    kind: "negate-condition",
    side,
    edits: parts.flatMap(({ start, end }) => [
      { start, end: start, text: "!(" },
      { start: end, end, text: ")" },
    ]),
  };
}

type Tree = Record<string, unknown> & Part & { readonly kind: string; readonly side: Variant["side"] };

function csharpTree(source: string): unknown {
  const { body, diagnostics } = parseCSharp(source);
  return diagnostics.some(({ severity }) => severity === "error") ? null : body;
}

function scriptTree(source: string): unknown {
  const { body } = parseScript(source);
  return body === null ? null : body.kind === "expression" ? body.expression : body.statements;
}

/** Every node of a syntax tree, whichever language it is of. @param isLeft tells nodes that are not gone into */
function* nodesOf(tree: unknown, source: string, isLeft: (node: Tree) => boolean = () => false): Generator<Tree> {
  const pending: { readonly part: unknown; readonly side: Variant["side"] }[] = [{ part: tree, side: null }];
  while (pending.length > 0) {
    const { part, side } = pending.pop()!;
    if (Array.isArray(part)) for (const item of part as unknown[]) pending.push({ part: item, side });
    else if (typeof part === "object" && part !== null) {
      const raw = part as Record<string, unknown>;
      // acorn says `type` where the C# parser says `kind`.
      const kind = typeof raw["kind"] === "string" && !isDeclaration(raw) ? raw["kind"] : raw["type"];
      const node = { ...raw, kind: String(kind), side } as Tree;
      if (typeof raw["start"] === "number") yield node;
      if (!isLeft(node))
        for (const [name, below] of Object.entries(raw)) pending.push({ part: below, side: sideOf(node, name, source) ?? side });
    }
  }
}

/** The side of a branch that leads to a part of a node; null if the part is always come to with the node. */
function sideOf(node: Tree, part: string, source: string): Variant["side"] {
  switch (node.kind) {
    case "Conditional":
    case "ConditionalExpression": {
      const isThen = part === "then" || part === "consequent";
      if (!isThen && part !== "otherwise" && part !== "alternate") return null;
      const at =
        typeof node["operatorStart"] === "number" ? node["operatorStart"] : operatorStart(node["test"] as Part, "?", source);
      return { name: `?: ${isThen}`, at };
    }
    case "Binary":
    case "LogicalExpression": {
      const operator = String(node["operator"]);
      if (part !== "right" || !(Object.hasOwn(LOGIC, operator) || operator === "??")) return null;
      return { name: `${operator} true`, at: binaryStart(node, operator, source) };
    }
    case "If":
    case "IfStatement": {
      const isThen = part === "then" || part === "consequent";
      return isThen || part === "otherwise" || part === "alternate" ? { name: `if ${isThen}`, at: node.start } : null;
    }
    default:
      return part === "body" && LOOP.test(node.kind) ? { name: "loop some", at: node.start } : null;
  }
}

const LOOP = /^(?:While|DoWhile|For|ForEach|ForOf|ForIn)(?:Statement)?$/;

/** `kind` is `const` or `let` there. */
function isDeclaration(node: Record<string, unknown>): boolean {
  return (node as { readonly type?: ScriptNode["type"] }).type === "VariableDeclaration";
}

function isFunction({ kind }: Tree): boolean {
  return kind === "Lambda" || kind === "LocalFunction" || kind === "ArrowFunctionExpression" || kind === "FunctionExpression";
}

function variantsOf(node: Tree, source: string): Variant[] {
  switch (node.kind) {
    case "Binary":
    case "BinaryExpression":
    case "LogicalExpression": {
      const operator = String(node["operator"]);
      const other = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : LOGIC[operator];
      if (other === undefined) return [];
      const start = binaryStart(node, operator, source);
      const kind = Object.hasOwn(LOGIC, operator) ? "flip-logic" : "flip-comparison";
      return start < 0 ? [] : [{ kind, side: node.side, edits: [{ start, end: start + operator.length, text: other }] }];
    }
    case "Conditional":
    case "ConditionalExpression": {
      const then = (node["then"] ?? node["consequent"]) as Part;
      const otherwise = (node["otherwise"] ?? node["alternate"]) as Part;
      const text = (part: Part): string => `(${source.slice(part.start, part.end)})`;
      // A throw cannot stand in brackets.
      if ([then, otherwise].some((branch) => (branch as Tree).kind === "Throw")) return [];
      return [
        {
          kind: "swap-branches",
          side: node.side,
          edits: [
            { ...place(then), text: text(otherwise) },
            { ...place(otherwise), text: text(then) },
          ],
        },
      ];
    }
    case "If":
    case "IfStatement":
      return [negation([(node["condition"] ?? node["test"]) as Part], node.side)];
    default:
      return [];
  }
}

const place = ({ start, end }: Part): Part => ({ start, end });

function binaryStart(node: Tree, operator: string, source: string): number {
  if (typeof node["operatorStart"] === "number") return node["operatorStart"];
  return operatorStart(node["left"] as Part, operator, source);
}

/** Where an operator stands behind its left operand; -1 if it does not. */
function operatorStart(left: Part, operator: string, source: string): number {
  const between = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/|\))*/y;
  between.lastIndex = left.end;
  between.exec(source);
  return source.startsWith(operator, between.lastIndex) ? between.lastIndex : -1;
}
