/** How {@link findExpressionEnd} reads the text. */
export interface ScanOptions {
  /**
   * The text holds XML entities that stand for characters of the program: `&quot;` is a quote, `&apos;` an apostrophe, `&#10;`
   * a line break (numeric forms too). A literal that opens with a plain quote closes with one: an entity inside is its text.
   */
  readonly entities?: boolean;
}

/**
 * Finds where a policy expression ends: the bracket that balances the opening one. Brackets inside strings of all kinds,
 * character literals and comments do not count; those in the holes of interpolated strings are balanced by themselves.
 * @param start offset of the opening `(` or `{`, or of the `@` before it
 * @returns the offset behind the closing bracket; null if there is none
 */
export function findExpressionEnd(text: string, start: number, options: ScanOptions = {}): number | null {
  const open = text[start] === "@" ? start + 1 : start;
  if (text[open] !== "(" && text[open] !== "{") return null;
  const entities = options.entities ?? false;
  const end = new Scanner(text, entities, false).run(open);
  // A hole that is never closed would swallow the rest: read once more, with holes that end at the line's end as in C# 7.
  return end === "open hole" ? (new Scanner(text, entities, true).run(open) as number | null) : end;
}

/** A stretch of code being read (the expression or a hole), or an interpolated string whose text goes on behind its holes. */
type Level =
  | { readonly kind: "code"; readonly open: string; readonly close: string; depth: number; other: number }
  | { readonly kind: "string"; readonly verbatim: boolean; readonly quote: string };

class Scanner {
  private readonly levels: Level[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly entities: boolean,
    private readonly strict: boolean,
  ) {}

  run(open: number): number | null | "open hole" {
    const opening = this.text[open]!;
    this.levels.push({ kind: "code", open: opening, close: opening === "(" ? ")" : "}", depth: 1, other: 0 });
    this.at = open + 1;
    while (this.at < this.text.length) {
      const level = this.levels[this.levels.length - 1]!;
      if (level.kind === "string") this.interpolatedText(level);
      else if (this.code(level) && this.levels.length === 0) return this.at;
    }
    return this.levels.length > 1 && !this.strict ? "open hole" : null;
  }

  /** Reads one item of code; true if it closed its level. */
  private code(level: Level & { kind: "code" }): boolean {
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
      if (level.depth > 0) return false;
      this.levels.pop();
      return true;
    } else if (this.levels.length > 1) this.insideHole(level, c);
    else this.at++;
    return false;
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
      this.format(string);
      return;
    } else if (this.strict && !string.verbatim && isLineBreak(c)) {
      this.levels.length -= 2;
    }
    this.at += c === ":" && this.text[this.at + 1] === ":" ? 2 : 1;
  }

  private format(string: Level & { kind: "string" }): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at]!;
      if (c === "}") return;
      // The string ends inside its hole: not C#, but the rest of the line is code again.
      if (this.text.startsWith(string.quote, this.at) || (isLineBreak(c) && !string.verbatim)) {
        this.levels.pop();
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
        this.at++;
        this.levels.push({ kind: "code", open: "{", close: "}", depth: 1, other: 0 });
        return;
      } else if (!string.verbatim && this.lineBreakAt(this.at)) {
        this.levels.pop();
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
