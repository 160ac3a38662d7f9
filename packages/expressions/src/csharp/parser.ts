import { diagnosticAt } from "../diagnostics/problem.js";
import { StatementParser } from "./parser-statements.js";
import type { Block, Expression, ParseResult } from "./syntax.js";
import { syntaxErrors, tokenExpected } from "./syntax-errors.js";

class Parser extends StatementParser {
  /** `(E)` of `@(E)`. */
  bracketed(): Expression {
    this.expect("(");
    const expression = this.expression();
    if (this.at(")")) this.advance();
    else {
      const isStatement = this.at(";") || (expression.kind === "Name" && this.at("identifier"));
      this.missing(isStatement ? syntaxErrors.statementsInBrackets() : tokenExpected(")"));
    }
    this.end();
    return expression;
  }

  bare(): Expression {
    const expression = this.expression();
    this.end();
    return expression;
  }

  /** `{ S }` of `@{ S }`. */
  body(): Block {
    const block = this.block();
    this.end();
    return block;
  }

  bareBody(start: number, end: number): Block {
    const statements = this.statementsUntil(() => false);
    return { kind: "Block", statements, start, end };
  }

  private end(): void {
    if (!this.at("end")) this.reportToken(syntaxErrors.trailing());
  }
}

/**
 * Parses a policy expression in C# 7.
 * @param source the whole text, `@( expression )` or `@{ statements }`, with blanks around it at most; offsets refer to it
 * @param form given for a text that is not wrapped in `@(…)` or `@{…}`: what it holds
 * @returns a tree in any case: where something could not be read it holds `Missing` nodes, and the diagnostics an error
 */
export function parseCSharp(source: string, form?: "expression" | "statements"): ParseResult {
  const at = source.search(/\S/);
  const isWrapped = source[at] === "@" && (source[at + 1] === "(" || source[at + 1] === "{");
  if (!isWrapped && form === undefined) {
    const start = Math.max(at, 0);
    const diagnostics = [diagnosticAt({ start, end: source.length }, syntaxErrors.noExpression())];
    return { body: { kind: "Missing", start, end: source.length }, diagnostics };
  }
  const parser = new Parser(source, isWrapped ? at + 1 : 0, source.length);
  const isStatements = isWrapped ? source[at + 1] === "{" : form === "statements";
  const body = isWrapped
    ? isStatements
      ? parser.body()
      : parser.bracketed()
    : isStatements
      ? parser.bareBody(0, source.length)
      : parser.bare();
  return { body, diagnostics: parser.diagnostics };
}
