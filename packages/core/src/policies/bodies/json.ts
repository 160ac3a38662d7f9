/** A JSON number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** A JSON value that keeps the text of numbers and the order of members; a member that is there twice has its last value. */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | Map<string, JsonValue>;

/** Deepest nesting that is read. */
const MOST_DEPTH = 256;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANKS = /[ \t\r\n]*/y;
const PLAIN = /[^"\\\0-\x1f]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Reads JSON text. Throws SyntaxError, with the place, for what is none. */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).whole();
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): JsonValue {
    const value = this.value(0);
    this.skip(BLANKS);
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > MOST_DEPTH) throw new SyntaxError(`JSON is nested more than ${MOST_DEPTH} levels deep.`);
    this.skip(BLANKS);
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
      default: {
        const number = this.skip(NUMBER);
        if (number === "") throw this.unexpected();
        return new JsonNumber(number);
      }
    }
  }

  private object(depth: number): Map<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    this.at++;
    if (this.isNext("}")) return members;
    do {
      this.skip(BLANKS);
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
    this.at++;
    let result = "";
    for (;;) {
      result += this.skip(PLAIN);
      const char = this.text[this.at];
      if (char === '"') {
        this.at++;
        return result;
      }
      if (char !== "\\") throw this.unexpected();
      const letter = this.text[this.at + 1] ?? "";
      if (letter === "u") {
        const digits = this.text.slice(this.at + 2, this.at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unexpected();
        result += String.fromCharCode(Number.parseInt(digits, 16));
        this.at += 6;
      } else {
        if (!Object.hasOwn(ESCAPES, letter)) throw this.unexpected();
        result += ESCAPES[letter]!;
        this.at += 2;
      }
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected();
    this.at += word.length;
    return value;
  }

  private isNext(char: string): boolean {
    this.skip(BLANKS);
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
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
  if (value instanceof Map) return `{${[...value].map(([name, one]) => `${JSON.stringify(name)}:${writeJson(one)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  return JSON.stringify(value);
}
