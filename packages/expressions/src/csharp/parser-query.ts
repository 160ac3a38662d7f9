import { LambdaParser } from "./parser-lambdas.js";
import type { Expression, QueryClause } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";
import { PREDEFINED_TYPES, type Token } from "./tokens.js";

const QUERY_WORDS: ReadonlySet<string> = new Set(
  "from where select group into orderby join let on equals by ascending descending".split(" "),
);

type OrderKey = (QueryClause & { kind: "OrderBy" })["keys"][number];

/** Query expressions: `from x in xs where … orderby … select …`. */
export abstract class QueryParser extends LambdaParser {
  /** Inside a query: is this one of its words, and so no name? */
  protected isQueryWord(token: Token): boolean {
    return this.isInQuery && token.isPlain && QUERY_WORDS.has(token.name);
  }

  protected isQuery(): boolean {
    if (!this.isWord("from")) return false;
    const { type } = this.peek(1);
    return type === "identifier" || PREDEFINED_TYPES.has(type);
  }

  protected query(): Expression {
    const { start } = this.token;
    const outer = this.isInQuery;
    this.isInQuery = true;
    const clauses: QueryClause[] = [];
    let clause: QueryClause | null = this.fromClause();
    while (clause !== null && !this.isPanicking) {
      clauses.push(clause);
      const isEnd: boolean = clause.kind === "Select" || clause.kind === "GroupBy";
      clause = isEnd ? this.continuation() : this.bodyClause();
    }
    this.isInQuery = outer;
    return { kind: "Query", clauses, start, end: this.previousEnd };
  }

  private acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  private expectWord(word: "on" | "equals" | "by"): void {
    if (!this.acceptWord(word)) this.missing(syntaxErrors[`${word}Expected`]());
  }

  /** A clause that does not end the query, or the select or group clause that does. */
  private bodyClause(): QueryClause | null {
    const { start, name } = this.token;
    if (this.token.isPlain) {
      switch (name) {
        case "from":
          return this.fromClause();
        case "let":
          return this.letClause();
        case "where": {
          this.advance();
          const condition = this.expression();
          return { kind: "Where", condition, start, end: this.previousEnd };
        }
        case "join":
          return this.joinClause();
        case "orderby":
          return this.orderByClause();
        case "select": {
          this.advance();
          const value = this.expression();
          return { kind: "Select", value, start, end: this.previousEnd };
        }
        case "group":
          return this.groupClause();
      }
    }
    this.missing(syntaxErrors.queryEnd());
    return null;
  }

  private fromClause(): QueryClause {
    const { start } = this.advance();
    const variable = this.rangeVariable();
    const source = this.expression();
    return { kind: "From", ...variable, source, start, end: this.previousEnd };
  }

  /** `x in`, `int x in` */
  private rangeVariable() {
    const isTyped = !(this.at("identifier") && this.peek(1).type === "in");
    const type = isTyped && this.scanType(0) >= 0 && this.peek(this.scanType(0)).type === "identifier" ? this.type() : null;
    const name = this.identifier();
    if (!this.accept("in")) this.missing(syntaxErrors.inExpected());
    return { type, name };
  }

  private letClause(): QueryClause {
    const { start } = this.advance();
    const name = this.identifier();
    this.expect("=");
    const value = this.expression();
    return { kind: "Let", name, value, start, end: this.previousEnd };
  }

  private joinClause(): QueryClause {
    const { start } = this.advance();
    const variable = this.rangeVariable();
    const source = this.expression();
    this.expectWord("on");
    const left = this.expression();
    this.expectWord("equals");
    const right = this.expression();
    const into = this.acceptWord("into") ? this.identifier() : null;
    return { kind: "Join", ...variable, source, left, right, into, start, end: this.previousEnd };
  }

  private orderByClause(): QueryClause {
    const { start } = this.advance();
    const keys: OrderKey[] = [];
    do {
      const key = this.expression();
      const descending = this.acceptWord("descending");
      if (!descending) this.acceptWord("ascending");
      keys.push({ key, descending });
    } while (this.accept(","));
    return { kind: "OrderBy", keys, start, end: this.previousEnd };
  }

  private groupClause(): QueryClause {
    const { start } = this.advance();
    const element = this.expression();
    this.expectWord("by");
    const key = this.expression();
    return { kind: "GroupBy", element, key, start, end: this.previousEnd };
  }

  /** `into x`, behind which the query goes on. */
  private continuation(): QueryClause | null {
    const { start } = this.token;
    if (!this.acceptWord("into")) return null;
    const name = this.identifier();
    return { kind: "Into", name, start, end: this.previousEnd };
  }
}
