import { MAX_FLAT_CHAIN, MAX_NESTED_CHAIN } from "./parser-grammar.js";
import { PatternParser } from "./parser-patterns.js";
import { canStartExpression } from "./parser-types.js";
import type { BinaryOperator, CompoundOperator, Expression } from "./syntax.js";
import { syntaxErrors } from "./syntax-errors.js";

/** How tightly binary operators bind. `??`, `?:` and assignments bind less, to the right, and have methods of their own. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map<BinaryOperator | "is" | "as", number>([
  ["||", 1],
  ["&&", 2],
  ["|", 3],
  ["^", 4],
  ["&", 5],
  ["==", 6],
  ["!=", 6],
  ["<", 7],
  [">", 7],
  ["<=", 7],
  [">=", 7],
  ["is", 7],
  ["as", 7],
  ["<<", 8],
  [">>", 8],
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
  ["%", 10],
]);

const SHIFT = PRECEDENCE.get("<<")!;

const ASSIGNMENTS: ReadonlySet<string> = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^=", "??="]);

/** Operators: assignment, conditional, coalescing, binary, unary, casts. */
export abstract class ExpressionParser extends PatternParser {
  protected expression(): Expression {
    return this.nested(
      () => this.assigned(this.conditional()),
      () => this.missingExpression(),
    );
  }

  protected expressionOrThrow(): Expression {
    return this.at("throw") ? this.throwExpression() : this.expression();
  }

  /** The assignment whose target has been read, or just that. */
  private assigned(target: Expression): Expression {
    const operator = this.assignmentOperator();
    if (operator === null || this.isPanicking) return target;
    const operatorToken = this.token;
    this.advance();
    if (operator === ">>=") this.advance();
    const value = operator === "=" && this.at("throw") ? this.throwHere() : this.expression();
    const { start } = target;
    if (operator !== "??=") {
      const assigned = operator as "=" | CompoundOperator;
      return { kind: "Assignment", operator: assigned, target, value, start, end: this.previousEnd };
    }
    const hint = "Write x = x ?? y.";
    const { start: from, end: to } = operatorToken;
    this.complain(from, to, syntaxErrors.feature("coalescing assignment", "8.0", hint));
    return { kind: "Assignment", operator: "=", target, value, start, end: this.previousEnd };
  }

  private throwHere(): Expression {
    this.complain(this.token.start, this.token.end, syntaxErrors.throwHere());
    return this.throwExpression();
  }

  private assignmentOperator(): string | null {
    const { type } = this.token;
    if (type === ">" && this.isNeighbour(1, ">=")) return ">>=";
    return ASSIGNMENTS.has(type) ? type : null;
  }

  /** True if the token `ahead` stands directly behind the one before it. */
  private isNeighbour(ahead: number, type: string): boolean {
    const next = this.peek(ahead);
    return next.type === type && next.start === this.peek(ahead - 1).end;
  }

  /** conditional: `a ? b : c`; chains of them are read in a loop. */
  private conditional(): Expression {
    let otherwise = this.coalescing();
    const arms: { readonly condition: Expression; readonly then: Expression; readonly operatorStart: number }[] = [];
    while (this.at("?") && !this.isPanicking) {
      if (arms.length >= MAX_NESTED_CHAIN) this.abort(syntaxErrors.tooMany(MAX_NESTED_CHAIN));
      const operatorStart = this.advance().start;
      const then = this.expressionOrThrow();
      arms.push({ condition: otherwise, then, operatorStart });
      if (this.isInFormattedHole && this.at("end")) {
        this.report(otherwise.start, this.previousEnd, syntaxErrors.conditionalInHole());
      }
      this.expect(":");
      otherwise = this.at("throw") ? this.throwExpression() : this.coalescing();
    }
    if (arms.length === 0) return otherwise;
    return arms.reduceRight<Expression>(
      (rest, { condition, then, operatorStart }) => ({
        kind: "Conditional",
        condition,
        then,
        otherwise: rest,
        operatorStart,
        start: condition.start,
        end: rest.end,
      }),
      this.assigned(otherwise),
    );
  }

  /** null coalescing: `a ?? b ?? c`, to the right */
  private coalescing(): Expression {
    const operands = [this.binary(1)];
    const operators: number[] = [];
    while (this.at("??") && !this.isPanicking) {
      if (operands.length >= MAX_NESTED_CHAIN) this.abort(syntaxErrors.tooMany(MAX_NESTED_CHAIN));
      operators.push(this.advance().start);
      operands.push(this.at("throw") ? this.throwExpression() : this.binary(1));
    }
    const last = operands.pop()!;
    return operands.reduceRight<Expression>((right, left, index) => {
      const operatorStart = operators[index]!;
      return { kind: "Binary", operator: "??", left, right, operatorStart, start: left.start, end: right.end };
    }, last);
  }

  protected shiftOperand(): Expression {
    return this.binary(SHIFT);
  }

  /** Binary operators of at least this precedence: one loop, as they all bind to the left. */
  private binary(least: number): Expression {
    let left = this.unary();
    for (let links = 0; !this.isPanicking; links++) {
      if (links > MAX_FLAT_CHAIN) this.abort(syntaxErrors.tooMany(MAX_FLAT_CHAIN));
      if (this.at("..")) this.range();
      const operator = this.binaryOperator();
      const precedence = operator === null ? 0 : PRECEDENCE.get(operator)!;
      if (precedence < least) break;
      left = this.operation(left, operator!, precedence);
    }
    return left;
  }

  private binaryOperator(): string | null {
    const { type } = this.token;
    if (type === ">") {
      if (this.isNeighbour(1, ">=")) return null;
      return this.isNeighbour(1, ">") ? ">>" : ">";
    }
    return PRECEDENCE.has(type) ? type : null;
  }

  private operation(left: Expression, operator: string, precedence: number): Expression {
    const { start } = left;
    const { start: operatorStart } = this.advance();
    if (operator === "is") {
      const pattern = this.pattern("is");
      return { kind: "Is", operand: left, pattern, start, end: this.previousEnd };
    }
    if (operator === "as") {
      const type = this.type("test");
      return { kind: "As", operand: left, type, start, end: this.previousEnd };
    }
    if (operator === ">>") {
      this.advance();
      if (this.at(">") && this.token.start === this.previousEnd) this.unsignedShift(operatorStart);
    }
    const right = this.binary(precedence + 1);
    const kind = "Binary";
    return { kind, operator: operator as BinaryOperator, left, right, operatorStart, start, end: this.previousEnd };
  }

  private unsignedShift(start: number): void {
    const { end } = this.advance();
    this.complain(start, end, syntaxErrors.feature("unsigned right shift", "11.0", "Cast to uint or ulong and use >>."));
  }

  /** `a..b` is a later C#'s. */
  private range(): void {
    const { start, end } = this.advance();
    this.complain(start, end, syntaxErrors.feature("range operator", "8.0", "Write text.Substring(start, length)."));
    if (canStartExpression(this.token) || this.at("^")) this.unary();
  }

  protected unary(): Expression {
    const { start, type } = this.token;
    switch (type) {
      case "-": {
        const least = this.leastInteger();
        if (least !== null) return least;
        return this.prefixed((operand, end) => ({ kind: "Unary", operator: type, operand, start, end }));
      }
      case "+":
      case "!":
      case "~":
        return this.prefixed((operand, end) => ({ kind: "Unary", operator: type, operand, start, end }));
      case "++":
      case "--":
        return this.prefixed((operand, end) => ({ kind: "Increment", operator: type, prefix: true, operand, start, end }));
      case "(":
        return !this.isLambda() && this.isCast() ? this.cast() : this.postfix();
      case "^":
        this.complain(
          start,
          this.token.end,
          syntaxErrors.feature("index operator", "8.0", "Write a[a.Length - 1], or a.Last()."),
        );
        return this.prefixed((operand) => operand);
      case "&":
      case "*":
        if (canStartExpression(this.peek(1))) {
          this.reportToken(syntaxErrors.unsupported("Pointers", "Use the variable itself."));
          return this.missingExpression();
        }
        return this.postfix();
      case "..":
        this.range();
        return this.missingExpression(start);
      default:
        return this.isAwait() ? this.awaited() : this.postfix();
    }
  }

  /** A prefix operator and its operand, one level deeper. */
  private prefixed(make: (operand: Expression, end: number) => Expression): Expression {
    this.advance();
    const operand = this.nested(
      () => this.unary(),
      () => this.missingExpression(),
    );
    return make(operand, this.previousEnd);
  }

  private cast(): Expression {
    const { start } = this.advance();
    const type = this.type();
    this.expect(")");
    const operand = this.nested(
      () => this.unary(),
      () => this.missingExpression(),
    );
    return { kind: "Cast", type, operand, start, end: this.previousEnd };
  }

  /** `-2147483648` and `-9223372036854775808`, whose digits alone would be a larger type. */
  private leastInteger(): Expression | null {
    const { literal, start, end } = this.peek(1);
    const isInt = literal?.type === "uint" && literal.value === 0x8000_0000;
    const isLong = literal?.type === "ulong" && literal.value === 0x8000_0000_0000_0000n;
    if ((!isInt && !isLong) || !/^\d[\d_]*[lL]?$/.test(this.source.slice(start, end))) return null;
    if (/^(?:\.|\(|\[|\+\+|--)$/.test(this.peek(2).type)) return null;
    const from = this.advance().start;
    this.advance();
    const value = isInt ? -0x8000_0000 : -0x8000_0000_0000_0000n;
    return { kind: "Literal", value, type: isInt ? "int" : "long", start: from, end };
  }

  private isAwait(): boolean {
    if (!this.isWord("await")) return false;
    const { type } = this.peek(1);
    return type === "identifier" || type === "new" || type === "(" || type === "literal" || type === "this";
  }

  private awaited(): Expression {
    const { start, end } = this.token;
    this.complain(start, end, syntaxErrors.unsupported("await", "Expressions run synchronously: leave out await."));
    return this.prefixed((operand) => operand);
  }
}
