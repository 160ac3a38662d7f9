/** A JSON number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** A JSON value that keeps the text of numbers and the order of members; a member that is there twice has its last value. */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | Map<string, JsonValue>;

/** Deepest nesting that is read. */
const MOST_DEPTH = 256;

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

const QUOTE = 0x22;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Reads JSON text. Throws SyntaxError, with the place, for what is none. */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).whole();
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): JsonValue {
    const value = this.value(0);
    this.skipBlanks();
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > MOST_DEPTH) throw new SyntaxError(`JSON is nested more than ${MOST_DEPTH} levels deep.`);
    this.skipBlanks();
    switch (this.text[this.at]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private object(depth: number): Map<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    this.at++;
    if (this.isNext("}")) return members;
    do {
      this.skipBlanks();
      if (this.text[this.at] !== '"') throw this.unexpected();
      const name = this.string();
      if (!this.isNext(":")) throw this.unexpected();
      members.set(name, this.value(depth + 1));
    } while (this.isNext(","));
    if (!this.isNext("}")) throw this.unexpected();
    return members;
  }

  private array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.at++;
    if (this.isNext("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.isNext(","));
    if (!this.isNext("]")) throw this.unexpected();
    return items;
  }

  private string(): string {
    const { text } = this;
    let start = ++this.at;
    let result = "";
    for (;;) {
      let end = start;
      let code = text.charCodeAt(end);
      while (code !== QUOTE && code !== BACKSLASH && code >= 0x20) code = text.charCodeAt(++end);
      this.at = end;
      if (code === QUOTE) {
        this.at++;
        return start === end ? result : result + text.slice(start, end);
      }
      if (code !== BACKSLASH) throw this.unexpected();
      result += text.slice(start, end) + this.escape();
      start = this.at;
    }
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unexpected();
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, letter)) throw this.unexpected();
    this.at += 2;
    return ESCAPES[letter]!;
  }

  private number(): JsonNumber {
    const { text, at: start } = this;
    let at = start;
    if (text.charCodeAt(at) === MINUS) at++;
    if (text[at] === "0") at++;
    else at = this.digits(at);
    if (text[at] === "." && isDigit(text.charCodeAt(at + 1))) at = this.digits(at + 1);
    const isExponent = text[at] === "e" || text[at] === "E";
    const sign = isExponent && (text[at + 1] === "+" || text[at + 1] === "-") ? 2 : 1;
    if (isExponent && isDigit(text.charCodeAt(at + sign))) at = this.digits(at + sign);
    this.at = at;
    return new JsonNumber(text.slice(start, at));
  }

  /** Where a run of digits ends that begins at a place. */
  private digits(start: number): number {
    let at = start;
    while (isDigit(this.text.charCodeAt(at))) at++;
    if (at > start) return at;
    throw this.unexpected();
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected();
    this.at += word.length;
    return value;
  }

  private isNext(char: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private skipBlanks(): void {
    for (let code = this.text.charCodeAt(this.at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; )
      code = this.text.charCodeAt(++this.at);
  }

  private unexpected(): SyntaxError {
    const char = this.text[this.at];
    return new SyntaxError(
      char === undefined ? "JSON ends too early." : `Unexpected character '${char}' at position ${this.at} of the JSON text.`,
    );
  }
}

/** Writes a value as JSON text without blanks. */
export function writeJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Map)
    return `{${Array.from(value, ([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  return JSON.stringify(value);
}
