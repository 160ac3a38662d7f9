/** How `findExpressionEnd` reads the text. */
export interface ScanOptions {
  /** Default `csharp`. */
  readonly language?: "csharp" | "javascript";
  /**
   * The text holds XML entities that stand for characters of the program: `&quot;` is a quote, `&apos;` an apostrophe, `&#10;`
   * a line break (numeric forms too). A literal that opens with a plain quote closes with one: an entity inside is its text.
   */
  readonly entities?: boolean;
}

/**
 * Finds where a policy expression in C# ends: the bracket that balances the opening one. Brackets inside strings of all kinds,
 * character literals and comments do not count; those in the holes of interpolated strings are balanced by themselves.
 * @param open offset of the opening `(` or `{`
 * @returns the offset behind the closing bracket; null if there is none
 */
export function findCSharpEnd(text: string, open: number, entities: boolean): number | null {
  // A hole that is never closed would swallow the rest: read once more, with holes that end at the line's end as in C# 7.
  return new Scanner(text, entities, false).expression(open) ?? new Scanner(text, entities, true).expression(open);
}

/** An interpolated string, as {@link scanInterpolated} finds it. */
export interface InterpolatedScan {
  /** Offset behind the closing quote, or where the string breaks off. */
  readonly end: number;
  readonly isTerminated: boolean;
  readonly holes: readonly HoleScan[];
}

/** Offsets of a hole's braces and of the colon before its format; -1 for a brace or colon that is not there. */
export interface HoleScan {
  readonly open: number;
  readonly colon: number;
  readonly close: number;
}

/**
 * Reads an interpolated string and finds its holes. A hole may hold line breaks, also in a string that is not verbatim (an
 * error in C# 7, which is for the caller to report).
 * @param from offset behind the opening quote
 * @param end offset at which the code ends
 */
export function scanInterpolated(text: string, from: number, end: number, isVerbatim: boolean): InterpolatedScan {
  const code = text.slice(0, end);
  const scan = new Scanner(code, false, false).interpolated(from, isVerbatim);
  return scan.isTerminated ? scan : new Scanner(code, false, true).interpolated(from, isVerbatim);
}

/** A stretch of code being read (the expression or a hole), or an interpolated string whose text goes on behind its holes. */
type Level =
  | { readonly kind: "code"; readonly open: string; readonly close: string; depth: number; other: number }
  | { readonly kind: "string"; readonly verbatim: boolean; readonly quote: string };

class Scanner {
  private readonly levels: Level[] = [];
  private readonly holes: HoleScan[] = [];
  private at = 0;
  /** The outermost string ended at a line break or inside a hole. */
  private isBroken = false;

  constructor(
    private readonly text: string,
    private readonly entities: boolean,
    private readonly strict: boolean,
  ) {}

  /** Reads from the bracket at `open` to the one that balances it: the offset behind that, or null. */
  expression(open: number): number | null {
    const opening = this.text[open]!;
    this.levels.push({ kind: "code", open: opening, close: opening === "(" ? ")" : "}", depth: 1, other: 0 });
    this.at = open + 1;
    return this.run() ? this.at : null;
  }

  /** Reads an interpolated string from behind its quote. */
  interpolated(from: number, isVerbatim: boolean): InterpolatedScan {
    this.levels.push({ kind: "string", verbatim: isVerbatim, quote: '"' });
    this.at = from;
    const isTerminated = this.run() && this.text[this.at - 1] === '"' && !this.isBroken;
    return { end: this.at, isTerminated, holes: this.holes };
  }

  /** True if the outermost level was closed before the text ended. */
  private run(): boolean {
    while (this.levels.length > 0 && this.at < this.text.length) {
      const level = this.levels[this.levels.length - 1]!;
      if (level.kind === "string") this.interpolatedText(level);
      else this.code(level);
    }
    return this.levels.length === 0;
  }

  /** Reads one item of code. */
  private code(level: Level & { kind: "code" }): void {
    const { text } = this;
    const c = text[this.at]!;
    if (c === "/" && text[this.at + 1] === "/") this.at = this.lineEnd(this.at);
    else if (c === "/" && text[this.at + 1] === "*") {
      const close = text.indexOf("*/", this.at + 2);
      this.at = close < 0 ? text.length : close + 2;
    } else if (c === "$" || c === "@") this.prefixed();
    else if (this.quoteAt(this.at, '"') !== null) this.literal(this.at, false);
    else if (this.quoteAt(this.at, "'") !== null) this.character();
    else if (c === level.open) this.step(level, 1);
    else if (c === level.close) {
      this.step(level, -1);
      if (level.depth === 0) this.closeLevel();
    } else if (this.levels.length > 1) this.insideHole(level, c);
    else this.at++;
  }

  private closeLevel(): void {
    this.levels.pop();
    if (this.levels.length === 1) this.hole({ close: this.at - 1 });
  }

  /** Notes something about the latest hole of the outermost string. */
  private hole(known: Partial<HoleScan>): void {
    const last = this.holes.length - 1;
    if (last >= 0) this.holes[last] = { ...this.holes[last]!, ...known };
  }

  private step(level: Level & { kind: "code" }, by: number): void {
    level.depth += by;
    this.at++;
  }

  /** In a hole, a colon outside brackets begins the format, which is text up to the closing brace. */
  private insideHole(level: Level & { kind: "code" }, c: string): void {
    const string = this.levels[this.levels.length - 2] as Level & { kind: "string" };
    if (c === "(" || c === "[") level.other++;
    else if (c === ")" || c === "]") level.other--;
    else if (c === ":" && level.depth === 1 && level.other <= 0 && this.text[this.at + 1] !== ":") {
      if (this.levels.length === 2) this.hole({ colon: this.at });
      this.format(string);
      return;
    } else if (this.strict && !string.verbatim && isLineBreak(c)) {
      this.levels.length -= 2;
      if (this.levels.length === 0) this.isBroken = true;
      return;
    }
    this.at += c === ":" && this.text[this.at + 1] === ":" ? 2 : 1;
  }

  private format(string: Level & { kind: "string" }): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at]!;
      // A doubled brace is one of the format's text.
      if (c === "}" && this.text[this.at + 1] !== "}") return;
      if (c === "}") this.at++;
      // The string ends inside its hole: not C#, but the rest of the line is code again.
      if (this.text.startsWith(string.quote, this.at) || (isLineBreak(c) && !string.verbatim)) {
        this.levels.pop();
        if (this.levels.length === 1 && isLineBreak(c)) this.isBroken = true;
        return;
      }
    }
  }

  /** Text of an interpolated string up to its end or its next hole. */
  private interpolatedText(string: Level & { kind: "string" }): void {
    const { text } = this;
    while (this.at < text.length) {
      const c = text[this.at]!;
      if (text.startsWith(string.quote, this.at)) {
        this.at += string.quote.length;
        if (!string.verbatim || !text.startsWith(string.quote, this.at)) {
          this.levels.pop();
          return;
        }
        this.at += string.quote.length;
      } else if (c === "\\" && !string.verbatim) this.at = this.behindEscape(this.at);
      else if (c === "{" && text[this.at + 1] === "{") this.at += 2;
      else if (c === "{") {
        if (this.levels.length === 1) this.holes.push({ open: this.at, colon: -1, close: -1 });
        this.at++;
        this.levels.push({ kind: "code", open: "{", close: "}", depth: 1, other: 0 });
        return;
      } else if (!string.verbatim && this.lineBreakAt(this.at)) {
        this.levels.pop();
        if (this.levels.length === 0) this.isBroken = true;
        return;
      } else this.at++;
    }
  }

  /** `$` or `@`: a string with that prefix, or just the character. */
  private prefixed(): void {
    const first = this.text[this.at]!;
    const second = this.text[this.at + 1];
    const two = (second === "$" || second === "@") && second !== first;
    const from = this.at + (two ? 2 : 1);
    const quote = this.quoteAt(from, '"');
    if (quote === null) this.at++;
    else if (!two && first === "@") this.literal(from, true);
    else if (!two && this.rawString(from)) return;
    else {
      this.at = from + quote.length;
      this.levels.push({ kind: "string", verbatim: two, quote });
    }
  }

  /** A string without holes, from its quote on. */
  private literal(from: number, verbatim: boolean): void {
    if (!verbatim && this.rawString(from)) return;
    const { text } = this;
    const quote = this.quoteAt(from, '"')!;
    let i = from + quote.length;
    while (i < text.length) {
      if (text.startsWith(quote, i)) {
        i += quote.length;
        if (!verbatim || !text.startsWith(quote, i)) break;
        i += quote.length;
      } else if (verbatim) i++;
      else if (this.lineBreakAt(i)) break;
      else i = text[i] === "\\" ? this.behindEscape(i) : i + 1;
    }
    this.at = Math.min(i, text.length);
  }

  /** `"""…"""` is no C# 7, but its end is known: the parser then names it. */
  private rawString(from: number): boolean {
    const { text } = this;
    let opening = from;
    while (text[opening] === '"') opening++;
    if (opening - from < 3) return false;
    const close = text.indexOf('"'.repeat(opening - from), opening);
    if (close < 0) return false;
    this.at = close + (opening - from);
    while (text[this.at] === '"') this.at++;
    return true;
  }

  /** A character literal, also a wrong one such as `'abc'`; an apostrophe without another one in its line is passed over alone. */
  private character(): void {
    const { text } = this;
    const quote = this.quoteAt(this.at, "'")!;
    const from = this.at + quote.length;
    let i = from;
    while (i < text.length && !this.lineBreakAt(i)) {
      // `'''` is a wrong literal, but the middle one is what it is about.
      if (text.startsWith(quote, i) && !(i === from && text.startsWith(quote, i + quote.length))) {
        this.at = i + quote.length;
        return;
      }
      i = text[i] === "\\" ? this.behindEscape(i) : i + 1;
    }
    this.at = from;
  }

  /** The spelling of a quote or apostrophe at an offset. */
  private quoteAt(at: number, quote: '"' | "'"): string | null {
    if (this.text[at] === quote) return quote;
    if (!this.entities || this.text[at] !== "&") return null;
    return (quote === '"' ? QUOTES : APOSTROPHES).find((spelling) => this.text.startsWith(spelling, at)) ?? null;
  }

  private behindEscape(at: number): number {
    const next = at + 1;
    if (this.lineBreakAt(next)) return next;
    const spelling = this.quoteAt(next, '"') ?? this.quoteAt(next, "'");
    return next + (spelling?.length ?? 1);
  }

  private lineBreakAt(at: number): boolean {
    const c = this.text[at];
    if (c === undefined) return false;
    return isLineBreak(c) || (c === "&" && this.entities && LINE_BREAKS.some((spelling) => this.text.startsWith(spelling, at)));
  }

  private lineEnd(at: number): number {
    let i = at;
    while (i < this.text.length && !this.lineBreakAt(i)) i++;
    return i;
  }
}

const QUOTES = ["&quot;", "&#34;", "&#x22;", "&#X22;"];
const APOSTROPHES = ["&apos;", "&#39;", "&#x27;", "&#X27;"];
const LINE_BREAKS = ["&#10;", "&#13;", "&#xA;", "&#xa;", "&#xD;", "&#xd;"];

function isLineBreak(c: string): boolean {
  return c === "\n" || c === "\r" || c === "\u0085" || c === "\u2028" || c === "\u2029";
}
