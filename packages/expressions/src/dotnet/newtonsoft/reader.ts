import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { JArray, JConstructor } from "./array.js";
import { dateOfText } from "./dates.js";
import { jsonError } from "./errors.js";
import type { Meter } from "./meter.js";
import { numberToken } from "./numbers.js";
import { JObject } from "./object.js";
import { JProperty } from "./property.js";
import type { JToken } from "./token.js";
import { joinPath, propertyStep } from "./token.js";
import { JTokenType } from "./token-type.js";
import { JValue } from "./value.js";

/** How a document is read. */
export interface ReadOptions {
  /** Texts that look like dates become dates (default). */
  readonly dates?: boolean;
  /** Numbers with decimals keep their text (see ReadNumber). */
  readonly keepsNumbers?: boolean;
}

/** What a document has to be: anything, an object or an array. */
export type Root = "JToken" | "JObject" | "JArray";

/** Documents nested deeper are refused, so that work on them is bounded. */
const MOST_DEPTH = 512;

const LINE_FEED = 10;
const QUOTE = 34;
const APOSTROPHE = 39;
const COMMA = 44;
const MINUS = 45;
const SLASH = 47;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const CLOSE_PARENTHESIS = 41;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  "\\": "\\",
  "/": "/",
  '"': '"',
  "'": "'",
};

const NUMBER_CHARACTERS = /[-+\da-fA-FxX.]*/y;
const NAME_CHARACTERS = /[\p{L}\p{N}_$]*/uy;
const WORD = /[A-Za-z]*/y;
const SPECIAL_NUMBERS: readonly (readonly [string, number])[] = [
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

type Open = JObject | JArray | JConstructor;

/**
 * Newtonsoft.Json's reader, with its leniency: comments, single quotes, names without quotes, a comma before the closing bracket,
 * `undefined` between two commas, NaN and Infinity, octal and hexadecimal numbers, `new Date(…)`, text over several lines. Of two
 * properties of one name the last wins. Throws JsonReaderException.
 */
class JsonReader {
  private at = 0;
  private readonly stack: Open[] = [];
  private readonly dates: boolean;
  private readonly keepsNumbers: boolean;
  /** The property whose value is being read, of the innermost object. */
  private name: string | null = null;

  constructor(
    private readonly text: string,
    private readonly meter: Meter,
    options: ReadOptions,
  ) {
    this.dates = options.dates ?? true;
    this.keepsNumbers = options.keepsNumbers ?? false;
  }

  /** The whole document: one value, then at most comments. */
  read(what: Root): JToken {
    this.skip();
    if (this.at >= this.text.length) throw this.error(`Error reading ${what} from JsonReader.`);
    const code = this.text.charCodeAt(this.at);
    if (what === "JObject" && code !== OPEN_BRACE) throw this.wrongStart("JObject", "an object");
    if (what === "JArray" && code !== OPEN_BRACKET) throw this.wrongStart("JArray", "an array");
    const root = this.value();
    while (this.stack.length > 0) this.inside(this.stack[this.stack.length - 1]!);
    this.skip();
    if (this.at < this.text.length)
      throw this.error(`Additional text encountered after finished reading JSON content: ${this.text[this.at]}.`);
    return root;
  }

  private wrongStart(what: string, described: string): Error {
    const token = this.value();
    const name = token.type === JTokenType.Object ? "StartObject" : token.type === JTokenType.Array ? "StartArray" : "a value";
    return this.error(`Error reading ${what} from JsonReader. Current JsonReader item is not ${described}: ${name}.`);
  }

  /** All items of the innermost container, until it ends or another begins. */
  private inside(open: Open): void {
    if (open instanceof JObject) this.properties(open);
    else this.elements(open);
  }

  private properties(object: JObject): void {
    const depth = this.stack.length;
    const { text } = this;
    for (;;) {
      let code = this.skip();
      if (object.count > 0 && this.isAfterValue) {
        if (code === COMMA) {
          this.at++;
          code = this.skip();
        } else if (code !== CLOSE_BRACE) throw this.afterValue("JObject");
      }
      this.isAfterValue = false;
      if (code === CLOSE_BRACE) {
        this.at++;
        this.close();
        return;
      }
      if (this.at >= text.length) throw this.endOf("JObject");
      const name = this.propertyName(code);
      if (this.skip() !== COLON)
        throw this.error(`Invalid character after parsing property name. Expected ':' but got: ${text[this.at] ?? "\0"}.`);
      this.at++;
      this.skip();
      this.name = name;
      if (this.at >= text.length) throw this.endOf("JObject");
      // Nothing between colon and comma.
      const value = this.text.charCodeAt(this.at) === COMMA ? this.nothing() : this.value();
      this.attach(object, name, value);
      this.isAfterValue = true;
      if (this.stack.length > depth) {
        this.isAfterValue = false;
        return;
      }
      this.name = null;
    }
  }

  /** True if the innermost container has just got an item. */
  private isAfterValue = false;

  private attach(object: JObject, name: string, value: JToken): void {
    const known = object.property(name);
    this.meter?.allocate(Weight.token);
    if (known === null) object.attach(JProperty.of(name, value));
    else known.attach(value);
  }

  private elements(list: JArray | JConstructor): void {
    const depth = this.stack.length;
    const closing = list instanceof JArray ? CLOSE_BRACKET : CLOSE_PARENTHESIS;
    const what = list instanceof JArray ? "JArray" : "JConstructor";
    for (;;) {
      let code = this.skip();
      if (this.isAfterValue) {
        if (code === COMMA) {
          this.at++;
          code = this.skip();
        } else if (code !== closing) throw this.afterValue(what);
      }
      this.isAfterValue = false;
      if (code === closing) {
        this.at++;
        this.close();
        return;
      }
      if (this.at >= this.text.length) throw this.endOf(what);
      // Nothing between two commas.
      const value = code === COMMA ? this.nothing() : this.value();
      list.attach(value);
      this.isAfterValue = true;
      if (this.stack.length > depth) {
        this.isAfterValue = false;
        return;
      }
    }
  }

  private close(): void {
    this.stack.pop();
    this.isAfterValue = true;
  }

  private open(container: Open): JToken {
    if (this.stack.length >= MOST_DEPTH) throw this.error(`The reader's MaxDepth of ${MOST_DEPTH} has been exceeded.`);
    this.stack.push(container);
    this.isAfterValue = false;
    return container;
  }

  /** What stands where a value is left out. */
  private nothing(): JToken {
    this.meter?.step();
    this.meter?.allocate(Weight.token);
    return JValue.ofUndefined();
  }

  /** A value; containers are opened and read on by the main loop. */
  private value(): JToken {
    this.meter?.step();
    this.meter?.allocate(Weight.token);
    const { text, at } = this;
    const code = text.charCodeAt(at);
    switch (code) {
      case QUOTE:
      case APOSTROPHE: {
        const value = this.quoted(code);
        const date = this.dates ? dateOfText(value) : null;
        return date === null ? JValue.ofString(value) : new JValue(JTokenType.Date, "other", date);
      }
      case OPEN_BRACE:
        this.at++;
        return this.open(new JObject());
      case OPEN_BRACKET:
        this.at++;
        return this.open(new JArray());
      default:
    }
    if ((code >= 48 && code <= 57) || code === 46) return this.number();
    if (code === MINUS) return text.charCodeAt(at + 1) === 73 ? this.word() : this.number();
    if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return this.word();
    throw this.unexpected();
  }

  private unexpected(): Error {
    return this.error(`Unexpected character encountered while parsing value: ${this.text[this.at] ?? "\0"}.`);
  }

  private word(): JToken {
    const { text, at } = this;
    switch (text[at]) {
      case "t":
        this.literal("true", "boolean");
        return JValue.ofBoolean(true);
      case "f":
        this.literal("false", "boolean");
        return JValue.ofBoolean(false);
      case "u":
        this.literal("undefined", "undefined");
        return JValue.ofUndefined();
      case "n":
        if (text.startsWith("new", at) && this.isSeparator(at + 3)) return this.newConstructor();
        this.literal("null", "null");
        return JValue.ofNull();
      default:
    }
    for (const [name, value] of SPECIAL_NUMBERS)
      if (text.startsWith(name, at)) {
        this.literal(name, "number");
        return JValue.ofDouble(value);
      }
    throw this.unexpected();
  }

  /** A literal, which a separator must follow. */
  private literal(word: string, what: string): void {
    const end = this.at + word.length;
    if (!this.text.startsWith(word, this.at) || !this.isSeparator(end)) throw this.error(`Error parsing ${what} value.`);
    this.at = end;
  }

  private isSeparator(at: number): boolean {
    return at >= this.text.length || /[\s,}\])/]/.test(this.text[at]!);
  }

  private newConstructor(): JToken {
    this.at += 3;
    this.skip();
    WORD.lastIndex = this.at;
    const name = WORD.exec(this.text)![0];
    this.at += name.length;
    this.skip();
    if (name === "" || this.text[this.at] !== "(")
      throw this.error(`Unexpected character while parsing constructor: ${this.text[this.at] ?? "\0"}.`);
    this.at++;
    return this.open(new JConstructor(name));
  }

  private number(): JToken {
    const { text } = this;
    const start = this.at;
    // Plain integers of few digits, by far the most: no text is cut out for them.
    let at = start;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= 48 && code <= 57 && at - start < 15; code = text.charCodeAt(++at))
      value = value * 10 + (code - 48);
    if (at > start && (at - start === 1 || text.charCodeAt(start) !== 48)) {
      const next = text.charCodeAt(at);
      if (next === COMMA || next === CLOSE_BRACE || next === CLOSE_BRACKET || next === 10 || next === 32) {
        this.at = at;
        return JValue.ofLong(value);
      }
    }
    NUMBER_CHARACTERS.lastIndex = start;
    const digits = NUMBER_CHARACTERS.exec(text)![0];
    this.at = start + digits.length;
    if (!this.isSeparator(this.at)) throw this.error(`Unexpected character encountered while parsing number: ${text[this.at]}.`);
    const token = numberToken(digits, this.keepsNumbers);
    if (token === null) throw this.error(`Input string '${digits.slice(0, 50)}' is not a valid number.`);
    return token;
  }

  private quoted(quote: number): string {
    const { text } = this;
    const start = this.at + 1;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === BACKSLASH) return this.escaped(start, at, quote);
    }
    this.at = text.length;
    throw this.error(`Unterminated string. Expected delimiter: ${String.fromCharCode(quote)}.`);
  }

  /** A text with escapes, of which the first stands at an index. */
  private escaped(start: number, first: number, quote: number): string {
    const { text } = this;
    let result = "";
    let from = start;
    let at = first;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return result + text.slice(from, at);
      }
      if (code !== BACKSLASH) {
        at++;
        continue;
      }
      this.meter?.step();
      this.meter?.allocate(Weight.part);
      result += text.slice(from, at);
      const letter = text.charAt(at + 1);
      if (letter === "u") {
        result += this.unicode(at + 2, result);
        at += 6;
      } else {
        const plain = ESCAPES[letter];
        if (plain === undefined) {
          this.at = at + 2;
          throw this.error(`Bad JSON escape sequence: \\${letter}.`);
        }
        result += plain;
        at += 2;
      }
      from = at;
    }
    this.at = text.length;
    throw this.error(`Unterminated string. Expected delimiter: ${String.fromCharCode(quote)}.`);
  }

  /** Half of a surrogate pair without the other is replaced. `before` is the text up to here. */
  private unicode(at: number, before: string): string {
    const code = this.hexadecimal(at);
    if (code < 0xd800 || code > 0xdfff) return String.fromCharCode(code);
    if (code < 0xdc00) {
      const next = this.text.startsWith("\\u", at + 4) ? this.hexadecimal(at + 6) : 0;
      return next >= 0xdc00 && next <= 0xdfff ? String.fromCharCode(code) : "\ufffd";
    }
    const last = before.charCodeAt(before.length - 1);
    return last >= 0xd800 && last < 0xdc00 ? String.fromCharCode(code) : "\ufffd";
  }

  private hexadecimal(at: number): number {
    const digits = this.text.slice(at, at + 4);
    this.at = at;
    if (digits.length < 4) throw this.error("Unexpected end while parsing unicode character.");
    if (!/^[\da-fA-F]{4}$/.test(digits)) throw this.error(`Could not convert string to integer: ${digits}.`);
    return Number.parseInt(digits, 16);
  }

  private propertyName(code: number): string {
    if (code === QUOTE || code === APOSTROPHE) return this.quoted(code);
    NAME_CHARACTERS.lastIndex = this.at;
    const name = NAME_CHARACTERS.exec(this.text)![0];
    if (name === "") throw this.error(`Invalid property identifier character: ${this.text[this.at]}.`);
    this.at += name.length;
    if (!/[\s:/]/.test(this.text[this.at] ?? " "))
      throw this.error(`Invalid JavaScript property identifier character: ${this.text[this.at]}.`);
    return name;
  }

  /** Skips white space and comments; the code of what follows. */
  private skip(): number {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0x2028 || code === 0x2029) this.at++;
      else if (code === SLASH) this.comment();
      else return code;
    }
  }

  private comment(): void {
    const { text, at } = this;
    const kind = text[at + 1];
    if (kind === "*") {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw this.error("Unexpected end while parsing comment.");
      this.at = end + 2;
    } else if (kind === "/") {
      const end = text.slice(at).search(/[\r\n]/);
      this.at = end < 0 ? text.length : at + end;
    } else throw this.error(`Error parsing comment. Expected: *, got ${kind ?? "\0"}.`);
  }

  private afterValue(what: string): Error {
    if (this.at >= this.text.length) return this.endOf(what);
    return this.error(`After parsing a value an unexpected character was encountered: ${this.text[this.at]}.`);
  }

  private endOf(what: string): Error {
    return this.error(`Unexpected end of content while loading ${what}.`);
  }

  private error(message: string): Error {
    const { line, position } = this.place();
    return jsonError.reader(`${message} Path '${this.path()}', line ${line}, position ${position}.`);
  }

  /** Counts lines without making them: a text may have millions. */
  private place(): { readonly line: number; readonly position: number } {
    let line = 1;
    let start = 0;
    for (let i = 0; i < this.at; i++)
      if (this.text.charCodeAt(i) === LINE_FEED) {
        line++;
        start = i + 1;
      }
    return { line, position: this.at - start };
  }

  private path(): string {
    const steps: string[] = [];
    for (const [i, open] of this.stack.entries()) {
      const isInner = i === this.stack.length - 1;
      const last = open.children[open.children.length - 1];
      if (open instanceof JObject) {
        const name = isInner && this.name !== null ? this.name : (last as JProperty | undefined)?.name;
        if (name !== undefined) steps.push(propertyStep(name));
      } else if (last !== undefined) steps.push(`[${open.children.length - 1}]`);
    }
    return joinPath(steps);
  }
}

/**
 * Reads a JSON text as `JToken.Parse` (or JObject's, JArray's) does. Throws ArgumentNullException and JsonReaderException.
 * @param meter charged by the length of the text and for each token; not for the work, which is told before (`runtime/text-work.ts`)
 */
export function readJson(text: string | null, meter: Meter, what: Root = "JToken", options: ReadOptions = {}): JToken {
  if (text === null) throw raise.argumentNull("s");
  meter?.allocate(text.length);
  meter?.steps(text.length >> 5);
  return new JsonReader(text, meter, options).read(what);
}
