import { identifierName, isBlank, isDigit, isHexDigit, isIdentifierPart, isIdentifierStart, isLineBreak } from "./characters.js";
import { type Report, readNumber } from "./lexer-numbers.js";
import { readCharacter, readInterpolated, readString, readVerbatim } from "./lexer-strings.js";
import { syntaxErrors } from "./syntax-errors.js";
import { KEYWORDS, type LiteralValue, PUNCTUATORS, type StringPart, type Token } from "./tokens.js";

const PUNCTUATORS_BY_FIRST: ReadonlyMap<string, readonly string[]> = new Map(
  [...new Set(PUNCTUATORS.map((text) => text[0]!))].map((first) => [
    first,
    [...PUNCTUATORS.filter((text) => text.startsWith(first)), ...(first === ">" ? [">="] : [])].sort(
      (a, b) => b.length - a.length,
    ),
  ]),
);

/** How many `$` can stand before a raw string. */
const MAX_DOLLARS = 8;

/** Turns C# source into tokens, one at a time. Errors are told to `report`; there is always a next token. */
export class Lexer {
  private at: number;
  private startsLine = true;

  constructor(
    private readonly source: string,
    start: number,
    private readonly end: number,
    private readonly report: Report,
  ) {
    this.at = start;
  }

  read(): Token {
    for (;;) {
      this.skipBlanks();
      const token = this.at >= this.end ? this.token("end", this.end, this.end) : this.readAt(this.at);
      if (token !== null) return token;
    }
  }

  /** The token at an offset; null for a character that begins none (an error has been told). */
  private readAt(start: number): Token | null {
    const { source } = this;
    const code = source.charCodeAt(start);
    if (isIdentifierStart(code) || code === 92) return this.word(start, start);
    if (isDigit(code) || (code === 46 && start + 1 < this.end && isDigit(source.charCodeAt(start + 1))))
      return this.number(start);
    if (code === 34) return this.string(start);
    if (code === 39) {
      const read = readCharacter(source, start, this.end, this.report);
      return this.literal(start, read.end, read.literal);
    }
    if (code === 36 || code === 64) return this.prefixed(start);
    for (const text of PUNCTUATORS_BY_FIRST.get(source[start]!) ?? []) {
      if (source.startsWith(text, start) && start + text.length <= this.end) return this.token(text, start, start + text.length);
    }
    return this.unexpected(start);
  }

  /** Blanks, line breaks and comments. */
  private skipBlanks(): void {
    const { source, end } = this;
    while (this.at < end) {
      const code = source.charCodeAt(this.at);
      if (isLineBreak(code)) {
        this.startsLine = true;
        this.at++;
      } else if (isBlank(code)) this.at++;
      else if (code === 47 && source[this.at + 1] === "/") {
        while (this.at < end && !isLineBreak(source.charCodeAt(this.at))) this.at++;
      } else if (code === 47 && source[this.at + 1] === "*") {
        const close = source.indexOf("*/", this.at + 2);
        const isOpen = close < 0 || close + 2 > end;
        if (isOpen) this.report(this.at, this.at + 2, syntaxErrors.openComment());
        this.at = isOpen ? end : close + 2;
      } else return;
    }
  }

  private token(type: string, start: number, end: number): Token {
    return this.make({ type, start, end, name: "", isPlain: false, literal: null, parts: null });
  }

  private literal(start: number, end: number, literal: LiteralValue): Token {
    return this.make({ type: "literal", start, end, name: "", isPlain: false, literal, parts: null });
  }

  private make(token: Omit<Token, "startsLine">): Token {
    const { startsLine } = this;
    this.startsLine = false;
    this.at = token.end;
    return { ...token, startsLine };
  }

  /** An identifier or keyword; `from` stands behind the `@`, if there is one. */
  private word(start: number, from: number): Token | null {
    const { source, end } = this;
    let at = from;
    while (at < end && isIdentifierPart(source.charCodeAt(at))) at++;
    if (source[at] === "\\" && at < end) return this.escapedWord(start, from);
    const text = source.slice(from, at);
    if (start === from && KEYWORDS.has(text)) return this.token(text, start, at);
    return this.identifier(start, at, identifierName(text), start === from);
  }

  private identifier(start: number, end: number, name: string, isPlain: boolean): Token {
    return this.make({ type: "identifier", start, end, name, isPlain, literal: null, parts: null });
  }

  /** An identifier with `\u0041` in it. */
  private escapedWord(start: number, from: number): Token | null {
    const { source, end } = this;
    let name = "";
    let at = from;
    while (at < end) {
      let code = source.charCodeAt(at);
      let next = at + 1;
      if (code === 92) {
        next = this.unicodeEscapeEnd(at);
        if (next < 0) break;
        code = Number.parseInt(source.slice(at + 2, next), 16);
      }
      if (code > 0xffff || !(name === "" ? isIdentifierStart(code) : isIdentifierPart(code))) break;
      name += String.fromCharCode(code);
      at = next;
    }
    return name === "" ? this.unexpected(start) : this.identifier(start, at, identifierName(name), false);
  }

  private unicodeEscapeEnd(at: number): number {
    const { source } = this;
    const length = { u: 4, U: 8 }[source[at + 1] ?? ""];
    if (length === undefined || at + 2 + length > this.end) return -1;
    for (let i = at + 2; i < at + 2 + length; i++) if (!isHexDigit(source.charCodeAt(i))) return -1;
    return at + 2 + length;
  }

  private number(start: number): Token {
    const read = readNumber(this.source, start, this.end, this.report);
    return this.literal(start, read.end, read.literal);
  }

  private string(start: number): Token {
    const { source, end } = this;
    const raw = this.rawString(start);
    if (raw !== null) return raw;
    const read = readString(source, start, end, this.report);
    if ((source.startsWith("u8", read.end) || source.startsWith("U8", read.end)) && read.end + 2 <= end) {
      this.report(
        start,
        read.end + 2,
        syntaxErrors.feature("UTF-8 string literals", "11.0", 'Write Encoding.UTF8.GetBytes("…").'),
      );
      return this.literal(start, read.end + 2, read.literal);
    }
    return this.literal(start, read.end, read.literal);
  }

  /** `"""…"""`: known, so that it can be named; null for other strings. */
  private rawString(start: number): Token | null {
    const { source } = this;
    let quotes = start;
    while (source[quotes] === "$" && quotes - start < MAX_DOLLARS) quotes++;
    let from = quotes;
    while (source[from] === '"' && from < this.end) from++;
    const mark = source.slice(quotes, from);
    if (mark.length < 3) return null;
    const close = source.indexOf(mark, from);
    if (close < 0 || close + mark.length > this.end) return null;
    let end = close + mark.length;
    while (source[end] === '"' && end < this.end) end++;
    this.report(
      start,
      end,
      syntaxErrors.feature("raw string literals", "11.0", 'Write a verbatim string: @"…", with "" for each quote.'),
    );
    return this.literal(start, end, { value: source.slice(from, close), type: "string" });
  }

  /** `$"`, `$@"`, `@"` or `@name`. */
  private prefixed(start: number): Token | null {
    const { source, end } = this;
    const first = source[start]!;
    const second = source[start + 1];
    if (first === "@" && second === '"') {
      const read = readVerbatim(source, start, start + 2, end, this.report);
      return this.literal(start, read.end, read.literal);
    }
    if (first === "$" && (second === '"' || second === "$")) {
      const raw = this.rawString(start);
      if (raw !== null) return raw;
      if (second === '"') return this.interpolated(start, start + 2, false);
    }
    if ((second === "@" || second === "$") && second !== first && source[start + 2] === '"') {
      if (first === "@") this.report(start, start + 3, syntaxErrors.verbatimOrder());
      return this.interpolated(start, start + 3, true);
    }
    if (first === "@" && start + 1 < end) {
      const code = source.charCodeAt(start + 1);
      if (isIdentifierStart(code) || code === 92) return this.word(start, start + 1);
    }
    return this.unexpected(start);
  }

  private interpolated(start: number, from: number, isVerbatim: boolean): Token {
    const read = readInterpolated(this.source, start, from, this.end, isVerbatim, this.report);
    const parts: readonly StringPart[] = read.parts;
    return this.make({ type: "interpolated", start, end: read.end, name: "", isPlain: false, literal: null, parts });
  }

  /** Tells of a character that begins no token, and passes over it: over its line if it begins a directive. */
  private unexpected(start: number): null {
    const text = String.fromCodePoint(this.source.codePointAt(start)!);
    this.report(start, start + text.length, syntaxErrors.unexpectedCharacter(text, HINTS.get(text)));
    this.at = start + text.length;
    if (text === "#" && this.startsLine) while (this.at < this.end && !isLineBreak(this.source.charCodeAt(this.at))) this.at++;
    return null;
  }
}

const STRAIGHT = "Use straight quotes.";

const HINTS: ReadonlyMap<string, string> = new Map([
  ["`", 'Text stands in double quotes; with values in it: $"… {x} …".'],
  ["“", STRAIGHT],
  ["”", STRAIGHT],
  ["„", STRAIGHT],
  ["‘", STRAIGHT],
  ["’", STRAIGHT],
  ["#", "Preprocessor directives cannot be used in policy expressions."],
  ["$", 'An interpolated string is written $"… {x} …".'],
  ["@", "Only the beginning of a policy expression has an @."],
]);
