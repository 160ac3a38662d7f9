import { ODataError, type Scanner, separated } from "./scanner.js";

const STRING = /'(?:[^']|'')*'/y;
/** Dates, times, GUIDs and numbers, those with the suffixes of earlier versions included. */
const LITERAL =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|-?\d{4,10}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?|[+-]?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,10})?[mdfl]?(?![\p{L}\p{N}_])/iuy;
const JSON_STRING = /"(?:[^"\\]|\\.)*"/y;
const ALIAS = /@[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}_.]{0,255}(?:#[\p{L}_][\p{L}\p{N}_]{0,127})?/uy;
const VARIABLE = /\$(?:it|root|this|these|all|count)(?![\p{L}\p{N}_])/uy;
/** Path segments that begin with `$`. */
const SYSTEM = /\$(?:count|filter|search|ref|value|each)(?![\p{L}\p{N}_])/iuy;

const OPERATORS = ["or", "and", "eq", "ne", "gt", "ge", "lt", "le", "has", "in", "add", "sub", "mul", "divby", "div", "mod"];
/** Functions that only stand behind what they are about. */
const BEHIND_A_PATH = new Set(["any", "all", "aggregate"]);

/** `commonExpr` of the ABNF, without the service's names and types: whether an expression is a bool is not looked at. */
export function expression(scanner: Scanner): void {
  scanner.nested(() => {
    operand(scanner);
    while (scanner.takeWord(...OPERATORS) !== null) operand(scanner);
  });
}

function operand(scanner: Scanner): void {
  // `not(…)` reads as a function's call, which it looks like.
  while (scanner.word() === "not" && takeNot(scanner));
  if (scanner.match(LITERAL) !== null || scanner.match(STRING) !== null) return;
  if (scanner.takeExactly("-")) return scanner.nested(() => operand(scanner));
  if (scanner.text[scanner.at] === "(") {
    scanner.need("(");
    if (!scanner.takeExactly(")")) closed(scanner, ")", () => expression(scanner));
    return;
  }
  if (scanner.text[scanner.at] === "{" || scanner.text[scanner.at] === "[") return json(scanner);
  path(scanner);
}

/** `not` with a blank behind it. */
function takeNot(scanner: Scanner): boolean {
  const start = scanner.at;
  scanner.identifier();
  if (scanner.space()) return true;
  scanner.at = start;
  return false;
}

/** `arrayOrObject`: JSON whose values may be expressions. */
function json(scanner: Scanner): void {
  scanner.nested(() => {
    if (scanner.take("[")) {
      if (!scanner.takeExactly("]")) closed(scanner, "]", () => jsonValue(scanner));
    } else {
      scanner.need("{");
      if (scanner.takeExactly("}")) return;
      closed(scanner, "}", () => {
        if (scanner.match(JSON_STRING) === null) throw scanner.unexpected();
        scanner.need(":");
        jsonValue(scanner);
      });
    }
  });
}

function jsonValue(scanner: Scanner): void {
  if (scanner.match(JSON_STRING) === null) expression(scanner);
}

/** Items separated by commas, and what closes them; the blanks behind it belong to what follows. */
function closed(scanner: Scanner, end: string, read: () => void): void {
  separated(scanner, read);
  scanner.space();
  if (!scanner.takeExactly(end)) throw scanner.unexpected();
}

/** Names, calls and lambdas, one behind the other. */
function path(scanner: Scanner): void {
  let isFirst = true;
  do {
    segment(scanner, isFirst);
    isFirst = false;
  } while (scanner.takeExactly("/"));
}

function segment(scanner: Scanner, isFirst: boolean): void {
  if (scanner.match(ALIAS) !== null || (isFirst && scanner.match(VARIABLE) !== null)) return;
  const system = isFirst ? null : scanner.match(SYSTEM);
  const name = system ?? scanner.qualified();
  if (name === null) throw scanner.unexpected();
  if (system === null && scanner.match(STRING) !== null) return;
  if (isFirst && OPERATORS.includes(name.toLowerCase())) throw new ODataError(`"${name}" is unexpected`);
  const kind = name.toLowerCase();
  if (!BEHIND_A_PATH.has(kind)) {
    // The result of a function may be looked into by key.
    while (scanner.text[scanner.at] === "(") keysOrArguments(scanner);
    return;
  }
  if (scanner.text[scanner.at] !== "(") return;
  if (isFirst) throw new ODataError(`"${name}" stands behind no path`);
  scanner.need("(");
  if (kind === "any" && scanner.takeExactly(")")) return;
  if (kind === "aggregate") aggregated(scanner);
  else lambda(scanner);
  if (!scanner.takeExactly(")")) throw scanner.unexpected();
}

/** `name:expression`. */
function lambda(scanner: Scanner): void {
  scanner.needIdentifier();
  scanner.need(":");
  expression(scanner);
  scanner.space();
}

/** Keys, or arguments of a function, behind their opening parenthesis. */
function callArguments(scanner: Scanner): void {
  if (scanner.takeExactly(")")) return;
  closed(scanner, ")", () => {
    const start = scanner.at;
    // A name in front; what looks like one may be the beginning of an expression.
    if (scanner.qualified() === null || !scanner.take("=")) scanner.at = start;
    expression(scanner);
  });
}

/** Keys, or arguments, in parentheses. */
export function keysOrArguments(scanner: Scanner): void {
  scanner.need("(");
  scanner.nested(() => callArguments(scanner));
}

/** `expression [with method] {from path [with method]}`, inside of aggregate. Answers whether a method was named. */
export function aggregated(scanner: Scanner): boolean {
  const start = scanner.at;
  expression(scanner);
  const isCount = scanner.text.slice(start, scanner.at).endsWith("$count");
  let hasMethod = false;
  if (scanner.takeWord("with") !== null) {
    if (isCount) throw new ODataError("$count takes no method");
    if (scanner.qualified() === null) throw scanner.unexpected();
    hasMethod = true;
  }
  while (scanner.takeWord("from") !== null) {
    separated(scanner, () => expression(scanner));
    if (scanner.takeWord("with") !== null && scanner.qualified() === null) throw scanner.unexpected();
  }
  return hasMethod;
}

/** Expressions with their direction, separated by commas. */
export function orderBy(scanner: Scanner): void {
  separated(scanner, () => {
    expression(scanner);
    scanner.takeWord("asc", "desc");
  });
}

/** `expression as name`, separated by commas. */
export function compute(scanner: Scanner): void {
  separated(scanner, () => {
    expression(scanner);
    alias(scanner);
  });
}

/** `as name`. */
export function alias(scanner: Scanner): void {
  if (scanner.takeWord("as") === null) throw scanner.unexpected();
  scanner.needIdentifier();
}
