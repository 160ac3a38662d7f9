import { findExpressionEnd } from "@turnpike/expressions";
import { decodeText } from "./entities.js";
import { stringLiterals } from "./literals.js";
import type { ExpressionLanguage } from "./nodes.js";
import type { MappedText } from "./source.js";

/** How entities inside expressions are taken: `xml` decodes all, `rawxml` none, `auto` by how each expression is written. */
export type DocumentFormat = "xml" | "rawxml" | "auto";

/** Where an expression stands in the text. */
export interface ExpressionRange {
  readonly start: number;
  /** Behind the closing bracket. */
  readonly end: number;
}

const BEGINS_EXPRESSION = /^[ \t\r\n]*@[({]/;
const BLANK = /[ \t\r\n]*/y;

/**
 * The expression that begins in `start…end`, where `end` is what plain XML takes for the end of the value. Null: none begins there.
 * "open": it begins but never ends. If plain XML holds one whole expression there, that is it; otherwise its end is found by reading code.
 */
export function findExpression(
  source: string,
  start: number,
  end: number,
  format: DocumentFormat,
  language: ExpressionLanguage,
): ExpressionRange | "open" | null {
  BLANK.lastIndex = start;
  const from = start + BLANK.exec(source)![0].length;
  if (source[from] !== "@" || (source[from + 1] !== "(" && source[from + 1] !== "{")) return null;
  if (format !== "rawxml") {
    const plain = decodeText(source, from, end, { lineBreaks: "none", entities: true }).text.trimEnd();
    if (expressionEnd(plain, 0, language) === plain.length) {
      let close = end;
      while (close > from && /\s/.test(source[close - 1]!)) close--;
      return { start: from, end: close };
    }
  }
  const close = expressionEnd(source, from, language, format !== "rawxml");
  return close < 0 ? "open" : { start: from, end: close };
}

/**
 * The code of an expression. In `auto`, entities are decoded unless they stand in a string literal of an expression that also has plain
 * quotes: whoever writes those does not escape.
 */
export function decodeExpression(source: string, range: ExpressionRange, format: DocumentFormat): MappedText {
  const { start, end } = range;
  const code = source.slice(start, end);
  if (format === "rawxml" || !code.includes("&")) return decodeText(source, start, end, { lineBreaks: "none", entities: false });
  if (format === "xml" || !code.includes('"')) return decodeText(source, start, end, { lineBreaks: "none", entities: true });
  const literals = stringLiterals(source, start, end);
  let next = 0;
  const isOutside = (offset: number): boolean => {
    // Offsets come in order, and so do the literals.
    while (next < literals.length && literals[next]![1] <= offset) next++;
    return next === literals.length || offset < literals[next]![0];
  };
  return decodeText(source, start, end, { lineBreaks: "none", entities: isOutside });
}

/** Is the text, but for blanks around it, one expression from its first character to its last? */
export function isOneExpression(text: string, language: ExpressionLanguage): boolean {
  if (!BEGINS_EXPRESSION.test(text)) return false;
  const trimmed = text.trim();
  return expressionEnd(trimmed, 0, language) === trimmed.length;
}

/** The offset behind the expression that begins at `start`, or -1. `entities`: `&quot;` and the like stand for characters of code. */
export function expressionEnd(text: string, start: number, language: ExpressionLanguage, entities = false): number {
  return findExpressionEnd(text, start, { language, entities }) ?? -1;
}
