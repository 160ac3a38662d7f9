/** Longest text of one option, in characters. */
const LONGEST = 32_768;
/** Deepest nesting of parentheses, brackets and expressions. */
const MOST_DEPTH = 64;

/** Thrown for what OData's grammar does not know. */
export class ODataError extends Error {}

const SPACE = /[ \t]*/y;
/** `odataIdentifier` of the ABNF. */
const IDENTIFIER = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}/uy;
const QUALIFIED =
  /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}(?:\.[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}){0,127}/uy;

/** A place in a decoded text, moved on by what the grammar's readers take. Every pattern is tried at the place, so that reading is linear. */
export class Scanner {
  at = 0;
  private depth = 0;

  constructor(readonly text: string) {
    if (text.length > LONGEST) throw new ODataError(`it is longer than ${LONGEST} characters`);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes a sign, blanks around it included (`BWS`). */
  take(sign: string): boolean {
    const start = this.at;
    this.space();
    if (!this.text.startsWith(sign, this.at)) {
      this.at = start;
      return false;
    }
    this.at += sign.length;
    this.space();
    return true;
  }

  /** Takes a text as it stands, without blanks. */
  takeExactly(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  need(sign: string): void {
    if (!this.take(sign)) throw this.unexpected();
  }

  /** Takes what a sticky pattern matches here; null if it does not. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  /** Takes blanks; answers whether there were any. */
  space(): boolean {
    return this.match(SPACE) !== "";
  }

  identifier(): string | null {
    return this.match(IDENTIFIER);
  }

  needIdentifier(): string {
    const name = this.identifier();
    if (name === null) throw this.unexpected();
    return name;
  }

  /** A name that may have namespaces in front. */
  qualified(): string | null {
    return this.match(QUALIFIED);
  }

  /** The lower-case word that comes here, if it is one; not taken. */
  word(): string | null {
    const start = this.at;
    const found = this.identifier();
    this.at = start;
    return found?.toLowerCase() ?? null;
  }

  /** Takes a keyword between blanks (`RWS`), whatever its case. */
  takeWord(...words: readonly string[]): string | null {
    const start = this.at;
    if (this.space()) {
      const found = this.identifier()?.toLowerCase();
      if (found !== undefined && words.includes(found)) {
        this.space();
        return found;
      }
    }
    this.at = start;
    return null;
  }

  /** Reads something that may hold itself. */
  nested<T>(read: () => T): T {
    if (++this.depth > MOST_DEPTH) throw new ODataError("it is nested too deep");
    const result = read();
    this.depth--;
    return result;
  }

  end(): void {
    if (!this.isAtEnd) throw this.unexpected();
  }

  unexpected(): ODataError {
    if (this.isAtEnd) return new ODataError("it ends too early");
    return new ODataError(`unexpected character at position ${this.at + 1}`);
  }
}

/** Takes what `read` reads, once or more, separated by commas. */
export function separated(scanner: Scanner, read: () => void): void {
  do read();
  while (scanner.take(","));
}
