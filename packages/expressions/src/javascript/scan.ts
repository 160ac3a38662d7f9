/** A stretch of code up to the bracket that closes it, or a template whose text goes on behind its holes. */
type Level =
  | { readonly kind: "code"; readonly open: string; readonly close: string; depth: number }
  | { readonly kind: "template" };

const QUOTES = ["&quot;", "&#34;", "&#x22;", "&#X22;", "&apos;", "&#39;", "&#x27;", "&#X27;"];

/** Behind these a `/` divides; behind anything else it begins a regular expression. */
const ENDS_OPERAND = /[\w$)\]}"'`]$/;
const OPERATOR_WORD = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw)$/;

/**
 * Finds where a policy expression in JavaScript ends: the bracket that balances the opening one. Those in texts, templates,
 * regular expressions and comments do not count.
 * @param open offset of the opening `(` or `{`
 * @param entities the text holds XML entities: `&quot;` and `&apos;` are quotes
 * @returns the offset behind the closing bracket; null if there is none
 */
export function findScriptEnd(text: string, open: number, entities: boolean): number | null {
  return new Scanner(text, entities).run(open);
}

class Scanner {
  private readonly levels: Level[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly entities: boolean,
  ) {}

  run(open: number): number | null {
    const opening = this.text[open]!;
    this.levels.push({ kind: "code", open: opening, close: opening === "(" ? ")" : "}", depth: 1 });
    this.at = open + 1;
    while (this.at < this.text.length) {
      const level = this.levels[this.levels.length - 1]!;
      if (level.kind === "template") this.template();
      else this.code(level);
      if (this.levels.length === 0) return this.at;
    }
    return null;
  }

  private code(level: Level & { kind: "code" }): void {
    const { text, at } = this;
    const c = text[at]!;
    const quote = this.quoteAt(at);
    if (quote !== null) this.string(quote);
    else if (c === "`") {
      this.at++;
      this.levels.push({ kind: "template" });
    } else if (c === "/" && text[at + 1] === "/") this.at = this.lineEnd(at);
    else if (c === "/" && text[at + 1] === "*") {
      const close = text.indexOf("*/", at + 2);
      this.at = close < 0 ? text.length : close + 2;
    } else if (c === "/" && this.beginsRegex(at)) this.regex();
    else {
      if (c === level.open) level.depth++;
      else if (c === level.close && --level.depth === 0) this.levels.pop();
      this.at++;
    }
  }

  private template(): void {
    const { text } = this;
    for (; this.at < text.length; this.at++) {
      const c = text[this.at]!;
      if (c === "\\") this.at++;
      else if (c === "`") {
        this.at++;
        this.levels.pop();
        return;
      } else if (c === "$" && text[this.at + 1] === "{") {
        this.at += 2;
        this.levels.push({ kind: "code", open: "{", close: "}", depth: 1 });
        return;
      }
    }
  }

  /** A text in quotes: it ends with the quote it began with, or with its line. */
  private string(quote: string): void {
    const { text } = this;
    let i = this.at + quote.length;
    while (i < text.length && !/[\n\r]/.test(text[i]!)) {
      if (text.startsWith(quote, i)) {
        i += quote.length;
        break;
      }
      i += text[i] === "\\" ? 2 : 1;
    }
    this.at = Math.min(i, text.length);
  }

  private regex(): void {
    const { text } = this;
    let isInClass = false;
    for (let i = this.at + 1; i < text.length && !/[\n\r]/.test(text[i]!); i++) {
      const c = text[i]!;
      if (c === "\\") i++;
      else if (c === "[") isInClass = true;
      else if (c === "]") isInClass = false;
      else if (c === "/" && !isInClass) {
        this.at = i + 1;
        return;
      }
    }
    // No end in its line: it was a division.
    this.at++;
  }

  /** True if a `/` begins a regular expression. By what stands before it; at most so far back as a word is long. */
  private beginsRegex(at: number): boolean {
    let i = at;
    while (i > 0 && /\s/.test(this.text[i - 1]!)) i--;
    const before = this.text.slice(Math.max(0, i - 12), i);
    return !ENDS_OPERAND.test(before) || OPERATOR_WORD.test(before);
  }

  private quoteAt(at: number): string | null {
    const c = this.text[at];
    if (c === '"' || c === "'") return c;
    if (!this.entities || c !== "&") return null;
    return QUOTES.find((spelling) => this.text.startsWith(spelling, at)) ?? null;
  }

  private lineEnd(at: number): number {
    let i = at;
    while (i < this.text.length && !/[\n\r]/.test(this.text[i]!)) i++;
    return i;
  }
}
