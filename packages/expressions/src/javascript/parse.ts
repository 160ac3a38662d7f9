import { type BlockStatement, type Expression, type Options, parse, parseExpressionAt, type Statement } from "acorn";
import type { Diagnostic, Problem } from "../diagnostics/diagnostic.js";
import { diagnosticAt } from "../diagnostics/problem.js";
import { sourceErrors } from "../diagnostics/source-errors.js";
import { scriptErrors } from "./errors.js";
import { tooDeepAt } from "./nesting.js";

/** A script as parsed: one expression, or statements. Null if it is not JavaScript. */
export interface ParsedScript {
  readonly body:
    | { readonly kind: "expression"; readonly expression: Expression }
    | { readonly kind: "statements"; readonly statements: readonly Statement[]; readonly end: number }
    | null;
  readonly diagnostics: readonly Diagnostic[];
}

const OPTIONS: Options = { ecmaVersion: 2023, sourceType: "script", allowReturnOutsideFunction: true, preserveParens: true };

/**
 * Parses a policy expression in JavaScript: `@( expression )` or `@{ statements }`, with blanks around it at most. Offsets in
 * the tree and in diagnostics refer to `source`.
 */
export function parseScript(source: string): ParsedScript {
  const at = source.search(/\S/);
  const bracket = source[at] === "@" ? source[at + 1] : undefined;
  if (bracket !== "(" && bracket !== "{") return failed(sourceErrors.noExpression(), Math.max(at, 0), source.length);
  try {
    const deep = tooDeepAt(source, at + 1, OPTIONS);
    if (deep >= 0) return failed(sourceErrors.tooDeep(MAX_DEPTH), deep, deep + 1);
    return bracket === "(" ? parseOne(source, at) : parseMany(source, at);
  } catch (error) {
    return notScript(error, source);
  }
}

function parseOne(source: string, at: number): ParsedScript {
  const expression = parseExpressionAt(source, at + 2, OPTIONS);
  const rest = parseRest(source, expression.end);
  if (source[rest] !== ")") return failed(sourceErrors.closingBracket(), rest, rest + 1);
  const end = parseRest(source, rest + 1);
  if (end < source.length) return failed(sourceErrors.trailing(), end, source.length);
  return { body: { kind: "expression", expression }, diagnostics: [] };
}

function parseMany(source: string, at: number): ParsedScript {
  // The wrapper's `{ … }` is a block of its own.
  const program = parse(" ".repeat(at + 1) + source.slice(at + 1), OPTIONS);
  const [block, extra] = program.body;
  if (extra !== undefined) return failed(sourceErrors.trailing(), extra.start, source.length);
  const { body, end } = block as BlockStatement;
  return { body: { kind: "statements", statements: body, end }, diagnostics: [] };
}

/** The offset of what stands behind blanks and comments. */
function parseRest(source: string, from: number): number {
  const blanks = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)*/y;
  blanks.lastIndex = from;
  blanks.exec(source);
  return blanks.lastIndex;
}

function failed(problem: Problem, start: number, end: number): ParsedScript {
  return { body: null, diagnostics: [diagnosticAt({ start, end }, problem)] };
}

function notScript(error: unknown, source: string): ParsedScript {
  if (error instanceof RangeError) return failed(sourceErrors.tooDeep(MAX_DEPTH), 0, source.length);
  const { pos, message } = error as { readonly pos?: number; readonly message: string };
  const start = Math.min(pos ?? 0, source.length);
  return failed(scriptErrors.notScript(message.replace(/\s*\(\d+:\d+\)$/, "")), start, Math.min(start + 1, source.length));
}

/** How deep scripts may be nested. */
export const MAX_DEPTH = 256;
