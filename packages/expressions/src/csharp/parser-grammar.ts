import { TypeParser } from "./parser-types.js";
import type { Block, Expression, Lambda } from "./syntax.js";
import { syntaxErrors, tokenExpected } from "./syntax-errors.js";
import { KEYWORDS } from "./tokens.js";

/** Chains that end up nested: `a.b.c`, `a ? b : c ? d : e`, `if … else if …`. */
export const MAX_NESTED_CHAIN = 1000;
/** Chains that are read and bound in loops: `a + b + c`. */
export const MAX_FLAT_CHAIN = 10_000;

/**
 * The rules that refer to one another across files, and what all of them use. Each parser class adds the methods of its part
 * of the grammar: types, creation, lambdas, queries, primary expressions, patterns, operators, statements.
 */
export abstract class GrammarParser extends TypeParser {
  /** Inside a query its contextual keywords are keywords. */
  protected isInQuery = false;

  /** expression: assignment, lambda, query or conditional */
  protected abstract expression(): Expression;
  /** An expression, or `throw` where that is allowed. */
  protected abstract expressionOrThrow(): Expression;
  protected abstract block(): Block;
  /** True if there is a lambda at the current token. */
  protected abstract isLambda(): boolean;
  protected abstract lambda(): Lambda;
  protected abstract delegate(): Lambda;
  protected abstract isQuery(): boolean;
  protected abstract query(): Expression;
  protected abstract creation(): Expression;
  /** unary: prefix operators and casts */
  protected abstract unary(): Expression;

  protected missingExpression(start: number = this.token.start): Expression {
    return { kind: "Missing", start, end: start };
  }

  /** An identifier that is declared or named here; the empty name where there is none. */
  protected identifier(): string {
    if (this.at("identifier")) return this.advance().name;
    const { type } = this.token;
    if (KEYWORDS.has(type)) this.reportToken(syntaxErrors.keywordAsIdentifier(type));
    else this.missing(syntaxErrors.identifierExpected());
    return "";
  }

  protected parenthesized(): Expression {
    this.expect("(");
    const expression = this.expression();
    this.expect(")");
    return expression;
  }

  /** `item, item, …` up to `close`, which is taken; empty lists and, with `trailing`, a last comma are fine. */
  protected list<T>(close: string, trailing: boolean, item: () => T): T[] {
    const items: T[] = [];
    if (!this.at(close)) {
      do {
        if (trailing && this.at(close)) break;
        items.push(item());
      } while (!this.isPanicking && this.separator(close));
    }
    this.expect(close);
    return items;
  }

  private separator(close: string): boolean {
    if (this.accept(",")) return true;
    if (!this.at(close) && !this.at(";") && !this.at("end") && !CLOSERS.has(this.token.type)) {
      this.missing(tokenExpected(","));
    }
    return false;
  }

  /** Passes over a bracketed stretch, its brackets included. */
  protected skipBrackets(): void {
    let depth = 0;
    do {
      const { type } = this.token;
      if (OPENERS.has(type)) depth++;
      else if (CLOSERS.has(type)) depth--;
      this.advance();
    } while (depth > 0 && !this.at("end"));
  }
}

const OPENERS: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSERS: ReadonlySet<string> = new Set([")", "]", "}"]);
