import type { Diagnostic, Problem } from "../diagnostics/diagnostic.js";
import { diagnosticAt } from "../diagnostics/problem.js";
import { Lexer } from "./lexer.js";
import { syntaxErrors, tokenExpected } from "./syntax-errors.js";
import type { Token } from "./tokens.js";

/** How deep expressions, statements and types may be nested. */
const MAX_DEPTH = 256;

/** Behind so many diagnostics the text counts as ended: broken text can give one for each character. */
const MAX_DIAGNOSTICS = 100;

/**
 * The parser's view of the tokens: one current token, any number ahead, and the rules of error recovery. After an error the
 * reader is in panic: further errors are held back until a statement's end is found. Nothing throws; a parse method that
 * finds nothing to its liking leaves the token where it is.
 */
export class TokenReader {
  protected token: Token;
  /** Where the token before the current one ends. */
  protected previousEnd: number;
  protected isPanicking = false;
  /** Set for good when the nesting is too deep: then the text counts as ended. */
  private isAborted = false;
  private depth = 0;
  /** How many braces are open. */
  protected braceLevel = 0;
  /** A literal or comment was never closed: it has swallowed what will be missing at the end. */
  private isSwallowed = false;
  private tokens: Token[] = [];
  private index = 0;
  private lexer: Lexer;
  private readonly found: Diagnostic[] = [];

  constructor(
    protected readonly source: string,
    start: number,
    end: number,
  ) {
    this.lexer = this.lexerFor(start, end);
    this.previousEnd = start;
    this.token = this.peek(0);
  }

  /** All diagnostics so far, by their place. */
  get diagnostics(): readonly Diagnostic[] {
    return [...this.found].sort((a, b) => a.start - b.start);
  }

  private lexerFor(start: number, end: number): Lexer {
    return new Lexer(this.source, start, end, (from, to, problem) => {
      if (SWALLOWING.has(problem.code)) this.isSwallowed = true;
      this.complain(from, to, problem);
    });
  }

  /** The token `ahead` of the current one. */
  protected peek(ahead: number): Token {
    const at = this.index + ahead;
    while (this.tokens.length <= at) {
      const last = this.tokens[this.tokens.length - 1];
      if (last?.type === "end") this.tokens.push(last);
      else if (this.found.length >= MAX_DIAGNOSTICS) this.tokens.push(endToken(last?.end ?? this.previousEnd));
      else this.tokens.push(this.lexer.read());
    }
    return this.tokens[at]!;
  }

  protected advance(): Token {
    const passed = this.token;
    this.previousEnd = passed.end;
    if (passed.type !== "end") this.index++;
    if (passed.type === "{") this.braceLevel++;
    else if (passed.type === "}") this.braceLevel--;
    this.token = this.peek(0);
    return passed;
  }

  protected at(type: string): boolean {
    return this.token.type === type;
  }

  /** True if the token `ahead` is this contextual keyword. */
  protected isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.isPlain && token.name === word;
  }

  /** Takes the current token if it is of that type. */
  protected accept(type: string): boolean {
    if (this.token.type !== type) return false;
    this.advance();
    return true;
  }

  /** Takes the token or tells that it is missing. */
  protected expect(type: string): boolean {
    if (this.accept(type)) return true;
    this.missing(tokenExpected(type));
    return false;
  }

  protected textOf(token: Token): string {
    return this.source.slice(token.start, token.end);
  }

  /** Runs a parse method on a part of the source, as on the holes of interpolated strings. Errors in it stay in it. */
  protected within<T>(start: number, end: number, parse: () => T): T {
    const { token, previousEnd, isPanicking, tokens, index, lexer, braceLevel, isSwallowed } = this;
    this.lexer = this.lexerFor(start, end);
    this.tokens = [];
    this.index = 0;
    this.previousEnd = start;
    this.isPanicking = false;
    this.token = this.peek(0);
    const result = parse();
    Object.assign(this, { token, previousEnd, isPanicking, tokens, index, lexer, braceLevel, isSwallowed });
    if (this.isAborted) this.endHere();
    return result;
  }

  /** Tells of an error that leaves the parser's course unclear. */
  protected report(start: number, end: number, problem: Problem): void {
    if (this.isPanicking) return;
    this.isPanicking = true;
    this.complain(start, end, problem);
  }

  /** Tells of an error that does not hinder reading on. */
  protected complain(start: number, end: number, problem: Problem): void {
    if (this.isAborted || this.found.length >= MAX_DIAGNOSTICS) return;
    this.found.push(diagnosticAt({ start, end }, problem));
  }

  /** Tells that something is missing: at the current token, or behind the previous one where that ends its line. */
  protected missing(problem: Problem): void {
    const { token } = this;
    if (token.type === "end" && this.isSwallowed) this.isPanicking = true;
    else if (token.startsLine || token.type === "end") this.report(this.previousEnd, this.previousEnd, problem);
    else this.report(token.start, token.end, problem);
  }

  /** Tells of the current token. */
  protected reportToken(problem: Problem): void {
    this.report(this.token.start, this.token.end, problem);
  }

  /** Runs a parse method one level deeper; `refused` is the result where that is too deep. */
  protected nested<T>(parse: () => T, refused: () => T): T {
    if (this.depth >= MAX_DEPTH) {
      this.abort(syntaxErrors.tooDeep(MAX_DEPTH));
      return refused();
    }
    this.depth++;
    const result = parse();
    this.depth--;
    return result;
  }

  /** Gives up: the text counts as ended here, and no other error will be told. */
  protected abort(problem: Problem): void {
    if (this.isAborted) return;
    this.found.push(diagnosticAt(this.token, problem));
    this.isAborted = true;
    this.endHere();
  }

  private endHere(): void {
    const end = endToken(this.token.start);
    this.tokens.length = this.index;
    this.tokens.push(end);
    this.token = end;
    this.isPanicking = true;
  }

  /** After an error: what comes next is known again. */
  protected resume(): void {
    this.isPanicking = this.isAborted;
  }

  /** After an error: passes over what is left of a statement that began at a level of braces. */
  protected synchronize(level: number): void {
    if (!this.isPanicking || this.isAborted) return;
    const brackets = Array<string>(Math.max(0, this.braceLevel - level)).fill("}");
    for (let first = true; !this.at("end"); first = false) {
      const { type } = this.token;
      const close = CLOSING.get(type);
      if (close !== undefined) brackets.push(close);
      else if (brackets.length > 0 && type === brackets[brackets.length - 1]) brackets.pop();
      else if (brackets.length === 0) {
        if (type === ";") {
          this.advance();
          break;
        }
        if (type === "}") break;
      }
      if (!first && this.token.startsLine && this.startsStatement()) break;
      this.advance();
      // Behind a block the next line is a new statement.
      if (type === "}" && brackets.length === 0 && this.token.startsLine) break;
    }
    this.resume();
  }

  private startsStatement(): boolean {
    return STATEMENT_KEYWORDS.has(this.token.type) || this.isWord("var");
  }
}

function endToken(at: number): Token {
  return { type: "end", start: at, end: at, startsLine: false, name: "", isPlain: false, literal: null, parts: null };
}

/** Literals and comments without an end. */
const SWALLOWING: ReadonlySet<string> = new Set(["CS1010", "CS1035", "CS1039", "CS8076"]);

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

const STATEMENT_KEYWORDS: ReadonlySet<string> = new Set(
  "break case const continue do for foreach goto if lock return switch throw try using while".split(" "),
);
