import { DeclarationParser } from "./parser-declarations.js";
import { MAX_NESTED_CHAIN } from "./parser-grammar.js";
import type { Block, CatchClause, Expression, Statement, SwitchLabel, SwitchSection } from "./syntax.js";
import { syntaxErrors, tokenExpected } from "./syntax-errors.js";

/** Keywords with which declarations begin that no function body can hold. */
const FOREIGN_DECLARATIONS: ReadonlySet<string> = new Set(
  (
    "abstract class enum event explicit extern implicit interface internal namespace operator override private protected public " +
    "readonly sealed struct virtual volatile"
  ).split(" "),
);

/** Statements. */
export abstract class StatementParser extends DeclarationParser {
  protected block(): Block {
    const { start } = this.token;
    return this.nested<Block>(
      () => {
        // A brace is firm ground: what went wrong before it is over.
        if (this.at("{")) this.resume();
        if (!this.expect("{")) return { kind: "Block", statements: [], start, end: start };
        const statements = this.statementsUntil(() => this.at("}"));
        this.expect("}");
        return { kind: "Block", statements, start, end: this.previousEnd };
      },
      () => ({ kind: "Block", statements: [], start, end: start }),
    );
  }

  protected statementsUntil(isEnd: () => boolean): Statement[] {
    const statements: Statement[] = [];
    while (!this.at("end") && !isEnd()) {
      const before = this.token;
      statements.push(this.statement());
      if (this.token === before) this.advance();
    }
    return statements;
  }

  /** One statement. Behind an error it ends where the next one can begin. */
  private statement(): Statement {
    const { start } = this.token;
    const level = this.braceLevel;
    const statement = this.nested<Statement>(
      () => this.statementAt(start),
      () => ({ kind: "MissingStatement", start, end: start }),
    );
    this.synchronize(level);
    return statement;
  }

  /** The body of `if`, a loop and so on: no declaration. */
  private embedded(): Statement {
    const { start } = this.token;
    const statement = this.statement();
    if (statement.kind === "LocalDeclaration" || statement.kind === "LocalFunction" || statement.kind === "Labeled") {
      this.complain(start, statement.end, syntaxErrors.embeddedDeclaration());
    }
    return statement;
  }

  private statementAt(start: number): Statement {
    const { type } = this.token;
    switch (type) {
      case "{":
        return this.block();
      case ";":
        this.advance();
        return { kind: "Empty", start, end: this.previousEnd };
      case "if":
        return this.ifStatement();
      case "while": {
        this.advance();
        const condition = this.parenthesized();
        const body = this.embedded();
        return { kind: "While", condition, body, start, end: this.previousEnd };
      }
      case "do":
        return this.doStatement();
      case "for":
        return this.forStatement();
      case "foreach":
        return this.forEachStatement();
      case "switch":
        return this.switchStatement();
      case "return": {
        this.advance();
        const value = this.at(";") ? null : this.expression();
        this.semicolon();
        return { kind: "Return", value, start, end: this.previousEnd };
      }
      case "throw": {
        this.advance();
        const value = this.at(";") ? null : this.expression();
        this.semicolon();
        return { kind: "ThrowStatement", value, start, end: this.previousEnd };
      }
      case "break":
      case "continue":
        this.advance();
        this.semicolon();
        return { kind: type === "break" ? "Break" : "Continue", start, end: this.previousEnd };
      case "goto":
        return this.gotoStatement();
      case "try":
        return this.tryStatement();
      case "using":
        return this.usingStatement();
      case "lock": {
        this.advance();
        const expression = this.parenthesized();
        const body = this.embedded();
        return { kind: "Lock", expression, body, start, end: this.previousEnd };
      }
      case "const":
        return this.constantDeclaration();
      case "checked":
      case "unchecked":
        if (this.peek(1).type !== "{") break;
        this.advance();
        return { kind: "CheckedStatement", checked: type === "checked", block: this.block(), start, end: this.previousEnd };
    }
    return this.contextualStatement(start) ?? this.foreignStatement(start) ?? this.simpleStatement(start);
  }

  /** Statements that begin with a name: labels, deconstruction, declarations; null for others. */
  private contextualStatement(start: number): Statement | null {
    if (this.at("identifier") && this.peek(1).type === ":") {
      const { name } = this.advance();
      this.advance();
      return { kind: "Labeled", label: name, statement: this.statement(), start, end: this.previousEnd };
    }
    if (this.isDeconstruction()) return this.deconstruction();
    const next = this.peek(1).type;
    if (this.isWord("yield") && (next === "return" || next === "break")) {
      return this.refuse(
        start,
        syntaxErrors.unsupported("Iterators (`yield`)", "Collect the values in a List<T> and return that."),
      );
    }
    if (this.isWord("record") && next === "identifier" && /^[({]$/.test(this.peek(2).type)) {
      return this.refuse(
        start,
        syntaxErrors.unsupported("Type declarations", "Use an anonymous object, new { A = 1 }, or a dictionary."),
      );
    }
    if (this.isWord("async") && this.scanType(1) > 0 && this.peek(this.scanType(1)).type === "identifier") {
      const hint = "Expressions run synchronously: leave out async and await.";
      return this.refuse(start, syntaxErrors.unsupported("Asynchronous functions", hint));
    }
    return this.isDeclaration() ? this.declaration() : null;
  }

  /** What C# has, but no policy expression; null for other statements. */
  private foreignStatement(start: number): Statement | null {
    const { type, end } = this.token;
    if (type === "static" && this.scanType(1) > 0) {
      this.complain(start, end, syntaxErrors.feature("static local functions", "8.0", "Leave out static."));
      this.advance();
      return this.isDeclaration() ? this.declaration() : null;
    }
    if (type === "else") return this.refuse(start, syntaxErrors.elseAlone());
    if (type === "unsafe" || type === "fixed") {
      return this.refuse(start, syntaxErrors.unsupported("Unsafe code", "Use arrays and their indices."));
    }
    if (type === "ref" && this.scanType(1) > 0) return this.referenceDeclaration();
    if (type === "ref" || type === "static") {
      return this.refuse(start, syntaxErrors.unsupported(`\`${type}\` before a variable`, "Leave it out."));
    }
    if (type === "catch" || type === "finally") {
      return this.refuse(start, tokenExpected("try"));
    }
    if (FOREIGN_DECLARATIONS.has(type)) {
      const hint = "Use an anonymous object, new { A = 1 }, or a dictionary; a function is written without modifiers.";
      return this.refuse(start, syntaxErrors.unsupported("Type and member declarations", hint));
    }
    return null;
  }

  private refuse(start: number, problem: ReturnType<typeof syntaxErrors.elseAlone>): Statement {
    this.reportToken(problem);
    this.advance();
    return { kind: "MissingStatement", start, end: this.previousEnd };
  }

  private simpleStatement(start: number): Statement {
    const expression = this.expression();
    if (!this.isPanicking && !isStatementExpression(expression)) {
      this.complain(expression.start, expression.end, syntaxErrors.notAStatement());
    }
    this.semicolon();
    return { kind: "ExpressionStatement", expression, start, end: this.previousEnd };
  }

  /** `if … else if … else`: the chain is read in a loop. */
  private ifStatement(): Statement {
    const arms: { readonly start: number; readonly condition: Expression; readonly then: Statement }[] = [];
    let otherwise: Statement | null = null;
    for (;;) {
      if (arms.length >= MAX_NESTED_CHAIN) this.abort(syntaxErrors.tooMany(MAX_NESTED_CHAIN));
      const { start } = this.advance();
      const condition = this.parenthesized();
      arms.push({ start, condition, then: this.embedded() });
      if (!this.accept("else")) break;
      if (!this.at("if")) {
        otherwise = this.embedded();
        break;
      }
    }
    const end = this.previousEnd;
    return arms.reduceRight<Statement | null>(
      (rest, { start, condition, then }) => ({ kind: "If", condition, then, otherwise: rest, start, end }),
      otherwise,
    )!;
  }

  private switchStatement(): Statement {
    const { start } = this.advance();
    const value = this.parenthesized();
    if (this.at("{")) this.resume();
    const sections: SwitchSection[] = [];
    if (this.expect("{")) {
      while (!this.at("}") && !this.at("end")) {
        const before = this.token;
        sections.push(this.switchSection());
        if (this.token === before) this.advance();
      }
      this.expect("}");
    }
    return { kind: "Switch", value, sections, start, end: this.previousEnd };
  }

  private isLabel(): boolean {
    return this.at("case") || (this.at("default") && this.peek(1).type !== "(");
  }

  private switchSection(): SwitchSection {
    const { start } = this.token;
    const labels: SwitchLabel[] = [];
    while (this.isLabel()) labels.push(this.switchLabel());
    if (labels.length === 0) this.reportToken(syntaxErrors.caseExpected());
    const statements = this.statementsUntil(() => this.at("}") || this.isLabel());
    return { labels, statements, start, end: this.previousEnd };
  }

  private switchLabel(): SwitchLabel {
    const { start, type } = this.advance();
    if (type === "default") {
      this.expect(":");
      return { kind: "Default", start, end: this.previousEnd };
    }
    const pattern = this.pattern("case");
    let when: Expression | null = null;
    if (this.isWord("when")) {
      this.advance();
      when = this.expression();
    }
    this.expect(":");
    return { kind: "Case", pattern, when, start, end: this.previousEnd };
  }

  private gotoStatement(): Statement {
    const { start } = this.advance();
    let target: "case" | "default" | "label" = "label";
    let value: Expression | null = null;
    let label: string | null = null;
    if (this.accept("case")) {
      target = "case";
      value = this.expression();
    } else if (this.accept("default")) target = "default";
    else label = this.identifier();
    this.semicolon();
    return { kind: "Goto", target, value, label, start, end: this.previousEnd };
  }

  private doStatement(): Statement {
    const { start } = this.advance();
    const body = this.embedded();
    this.expect("while");
    const condition = this.parenthesized();
    this.semicolon();
    return { kind: "DoWhile", body, condition, start, end: this.previousEnd };
  }

  private forStatement(): Statement {
    const { start } = this.advance();
    this.expect("(");
    const declaration = this.isDeclaration() ? this.headDeclaration() : null;
    const initializers = declaration === null && !this.at(";") ? this.expressions() : [];
    this.expect(";");
    const condition = this.at(";") ? null : this.expression();
    this.expect(";");
    const updates = this.at(")") ? [] : this.expressions();
    this.expect(")");
    const body = this.embedded();
    return { kind: "For", declaration, initializers, condition, updates, body, start, end: this.previousEnd };
  }

  private expressions(): Expression[] {
    const found: Expression[] = [];
    do {
      const expression = this.expression();
      if (!this.isPanicking && !isStatementExpression(expression)) {
        this.complain(expression.start, expression.end, syntaxErrors.notAStatement());
      }
      found.push(expression);
    } while (!this.isPanicking && this.accept(","));
    return found;
  }

  private forEachStatement(): Statement {
    const { start } = this.advance();
    this.expect("(");
    if ((this.isWord("var") && this.peek(1).type === "(") || this.at("(")) {
      const hint = "Take the element's members inside the loop: var key = pair.Key;";
      this.reportToken(syntaxErrors.unsupported("Deconstruction (`foreach (var (a, b) in …)`)", hint));
    }
    if (this.at("identifier") && this.peek(1).type === "in") this.reportToken(syntaxErrors.loopVariable());
    const type = this.type();
    const name = this.identifier();
    if (!this.accept("in")) this.missing(syntaxErrors.inExpected());
    const source = this.expression();
    this.expect(")");
    const body = this.embedded();
    return { kind: "ForEach", type, name, source, body, start, end: this.previousEnd };
  }

  private tryStatement(): Statement {
    const { start } = this.advance();
    const block = this.block();
    const catches: CatchClause[] = [];
    while (this.at("catch")) {
      const last = catches[catches.length - 1];
      if (last !== undefined && last.type === null && last.when === null) {
        this.complain(this.token.start, this.token.end, syntaxErrors.catchAfterGeneral());
      }
      catches.push(this.catchClause());
    }
    const handler = this.accept("finally") ? this.block() : null;
    if (catches.length === 0 && handler === null) {
      this.missing(syntaxErrors.catchExpected());
      this.resume();
    }
    return { kind: "Try", block, catches, finally: handler, start, end: this.previousEnd };
  }

  private catchClause(): CatchClause {
    const { start } = this.advance();
    const isTyped = this.accept("(");
    const type = isTyped ? this.type() : null;
    const name = isTyped && this.at("identifier") ? this.identifier() : null;
    if (isTyped) this.expect(")");
    let when: Expression | null = null;
    if (this.isWord("when")) {
      this.advance();
      when = this.parenthesized();
    }
    const block = this.block();
    return { type, name, when, block, start, end: this.previousEnd };
  }

  private usingStatement(): Statement {
    const { start, end } = this.advance();
    if (!this.at("(")) return this.laterUsing(start, end);
    this.advance();
    const declaration = this.isDeclaration() ? this.headDeclaration() : null;
    const expression = declaration === null ? this.expression() : null;
    this.expect(")");
    const body = this.embedded();
    return { kind: "Using", declaration, expression, body, start, end: this.previousEnd };
  }

  /** `using var x = …;` of a later C#, or a directive. */
  private laterUsing(start: number, end: number): Statement {
    if (this.isDeclaration()) {
      this.complain(start, end, syntaxErrors.feature("using declarations", "8.0", "Write using (var x = …) { … }."));
      return this.declaration();
    }
    const hint = "Leave it out: the usual namespaces are there, others are written before the type.";
    this.report(start, end, syntaxErrors.unsupported("Using directives", hint));
    return { kind: "MissingStatement", start, end };
  }
}

/** Assignments, calls, increments and creations may stand as statements. */
function isStatementExpression(expression: Expression): boolean {
  switch (expression.kind) {
    case "Assignment":
    case "Invocation":
    case "Increment":
    case "New":
    case "Missing":
      return true;
    case "ConditionalAccess":
      return isStatementExpression(expression.access);
    default:
      return false;
  }
}
