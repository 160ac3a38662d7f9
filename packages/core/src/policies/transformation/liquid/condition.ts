import { didYouMean, type Findings, quoted, TemplateError } from "./findings.js";
import { type Fragment, findFragment, fragmentEnd, isSpace, isWord, skipSpaces, solidEnd } from "./fragments.js";
import { checkPath, checkUnspaced } from "./hints.js";
import { meaningOf, type Reader } from "./lookup.js";
import { operatorNames, operators } from "./operators.js";
import { liquidException, type Rendering } from "./rendering.js";

/** A condition, ready to be judged. */
export type Condition = (r: Rendering) => boolean;

/** The engine's own bound. */
const MOST_CONDITIONS = 500;

/**
 * The condition of an `if`, `elsif` or `unless`: comparisons joined by `and` and `or`, which bind from right to left. Throws TemplateError for an
 * empty or dangling one.
 * @param at where the text stands
 */
export function readCondition(markup: string, at: number, findings: Findings): Condition {
  const parts = partsOf(markup);
  const last = parts.at(-1);
  if (last === undefined) throw invalid("The condition is empty.", at);
  let condition = readComparison(last, at, findings);
  if (parts.length / 2 > MOST_CONDITIONS) throw invalid(`There are more than ${MOST_CONDITIONS} conditions.`, at);
  for (let i = parts.length - 2; i >= 0; i -= 2) {
    const word = parts[i]!.text.trim();
    const before = parts[i - 1];
    if (before === undefined)
      throw invalid(`There is no condition before or behind ${quoted(parts[i]!.text)}.`, at + parts[i]!.start);
    const left = readComparison(before, at, findings);
    const right = condition;
    condition = word === "and" ? (r) => left(r) && right(r) : word === "or" ? (r) => left(r) || right(r) : left;
  }
  return condition;
}

function invalid(message: string, at: number): TemplateError {
  return new TemplateError(
    message,
    at,
    "A condition is a value, or two with an operator between: a == b. Conditions are joined by and, or.",
  );
}

/** The text in comparisons and the words between them. */
function partsOf(markup: string): Fragment[] {
  const parts: Fragment[] = [];
  for (let start = 0; start < markup.length; ) {
    const word = joinerEnd(markup, start);
    const end = word > start ? word : comparisonEnd(markup, start);
    if (end > start) parts.push({ text: markup.slice(start, end), start, end });
    start = Math.max(end, start + 1);
  }
  return parts;
}

const isWordAt = (text: string, at: number): boolean => at >= 0 && at < text.length && isWord(text.charCodeAt(at));

const isBoundary = (text: string, at: number): boolean => isWordAt(text, at - 1) !== isWordAt(text, at);

/** The index behind `and` or `or`, with a blank on either side if that ends at a word's boundary; `at` where none stands. */
function joinerEnd(text: string, at: number): number {
  if (!isBoundary(text, at)) return at;
  const start = at < text.length && isSpace(text.charCodeAt(at)) ? at + 1 : at;
  const word = text.startsWith("and", start) ? 3 : text.startsWith("or", start) ? 2 : 0;
  if (word === 0) return at;
  const end = start + word;
  if (end < text.length && isSpace(text.charCodeAt(end)) && isBoundary(text, end + 1)) return end + 1;
  return isBoundary(text, end) ? end : at;
}

function comparisonEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const next = skipSpaces(text, end);
    if (next >= text.length || joinerEnd(text, next) > next) return end;
    const fragment = fragmentEnd(text, next);
    end = skipSpaces(text, fragment > next ? fragment : solidEnd(text, next));
  }
}

const OPERATOR = /[=!<>a-zA-Z_]*/y;

function readComparison(part: Fragment, at: number, findings: Findings): Condition {
  const { text } = part;
  const start = at + part.start;
  const left = findFragment(text);
  if (left === null) throw invalid(`${quoted(text)} is no condition.`, start);
  OPERATOR.lastIndex = skipSpaces(text, left.end);
  const at2 = OPERATOR.lastIndex;
  const operator = OPERATOR.exec(text)![0];
  const rightStart = skipSpaces(text, at2 + operator.length);
  const rightEnd = fragmentEnd(text, rightStart);
  const right = rightEnd < 0 ? null : text.slice(rightStart, rightEnd);
  const read = reader(left.text, start + left.start, findings);
  if (operator === "") {
    const rest = text.slice(left.end);
    if (rest.trim() !== "")
      findings.add(`${quoted(rest)} is passed over: the condition is ${left.text} alone.`, start + at2, whyPassedOver(rest));
    return (r) => isTrue(read(r));
  }
  const compare = operators.get(operator);
  if (compare === undefined) {
    findings.add(
      `There is no operator ${operator}: the template prints "Liquid error: Unknown operator ${operator}" when it comes here.`,
      start + at2,
      () => unknownOperatorHint(left.text, operator),
    );
    return () => {
      throw liquidException(`Unknown operator ${operator}`);
    };
  }
  const rest = rightEnd < 0 ? "" : text.slice(rightEnd);
  if (rest.trim() !== "")
    findings.add(`${quoted(rest)} is passed over.`, start + skipSpaces(text, rightEnd), whyPassedOver(rest));
  const readRight = right === null ? () => null : reader(right, start + rightStart, findings);
  return (r) => compare(read(r) ?? null, readRight(r) ?? null, r);
}

function reader(fragment: string, at: number, findings: Findings): Reader {
  const { read, path } = meaningOf(fragment);
  if (path !== null && !checkUnspaced(fragment, at, findings)) checkPath(fragment, path, at, findings);
  return read;
}

function whyPassedOver(rest: string): string | null {
  if (rest.trimStart().startsWith("|"))
    return "Filters work in outputs and in assign: assign the filtered value to a name first.";
  if (/&&|\|\|/.test(rest)) return "Conditions are joined by and, or.";
  return null;
}

function unknownOperatorHint(left: string, operator: string): string | null {
  if (left === "not") return "There is no not: use unless, or == false.";
  if (operator === "=" || operator === "===") return "Did you mean ==?";
  if (operator === "=>") return "Did you mean >=?";
  if (operator === "=<") return "Did you mean <=?";
  if (/^(?:and|or)$/i.test(operator)) return `Did you mean ${operator.toLowerCase()}?`;
  return didYouMean(operator, operatorNames);
}

/** Only nothing and `false` are false. */
export function isTrue(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false;
}
