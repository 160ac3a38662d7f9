import { chargeStep } from "../../runtime/current.js";
import { raise } from "../../runtime/exceptions.js";
import { CharSet, isWordCode } from "./char-set.js";
import { RegexFlag } from "./syntax.js";

const INT_MAX = 2_147_483_647;

/**
 * Reads the pieces of a .NET pattern: characters, escapes, numbers, names, character classes, comments. A position and the options in
 * force; what is wrong is thrown as the ArgumentException that .NET throws.
 */
export class PatternScanner {
  position = 0;

  constructor(
    readonly pattern: string,
    public options: number,
  ) {}

  has(flag: number): boolean {
    return (this.options & flag) !== 0;
  }

  get rest(): number {
    return this.pattern.length - this.position;
  }

  /** The character `offset` ahead; "" behind the end. */
  peek(offset = 0): string {
    return this.pattern.charAt(this.position + offset);
  }

  next(): string {
    return this.pattern.charAt(this.position++);
  }

  fail(message: string): Error {
    return raise.argument(`parsing "${this.pattern}" - ${message}`);
  }

  /** Skips comments and, with IgnorePatternWhitespace, blanks and `#` lines. */
  skipBlanks(): void {
    for (;;) {
      if (this.has(RegexFlag.ignorePatternWhitespace)) {
        while (this.rest > 0 && /[ \t-\r]/.test(this.peek())) this.position++;
        if (this.peek() === "#") {
          while (this.rest > 0 && this.peek() !== "\n") this.position++;
          continue;
        }
      }
      if (!this.pattern.startsWith("(?#", this.position)) return;
      const end = this.pattern.indexOf(")", this.position);
      if (end < 0) throw this.fail("Unterminated (?#...) comment.");
      this.position = end + 1;
    }
  }

  /** True if a quantifier stands here. A brace that is none is a literal. */
  atQuantifier(): boolean {
    const c = this.peek();
    if (c === "*" || c === "+" || c === "?") return true;
    if (c !== "{") return false;
    QUANTIFIER.lastIndex = this.position;
    return QUANTIFIER.test(this.pattern);
  }

  decimal(): number {
    let value = 0;
    while (this.rest > 0 && isDigit(this.peek())) {
      value = value * 10 + Number(this.next());
      if (value > INT_MAX) throw this.fail("Capture group numbers must be less than or equal to Int32.MaxValue.");
    }
    return value;
  }

  name(): string {
    const start = this.position;
    while (this.rest > 0 && isWordCode(this.pattern.charCodeAt(this.position))) this.position++;
    return this.pattern.slice(start, this.position);
  }

  /** Inline options behind `(?`: stops at the first character that is none. */
  inlineOptions(): void {
    let off = false;
    for (; this.rest > 0; this.position++) {
      const c = this.peek();
      if (c === "-") off = true;
      else if (c === "+") off = false;
      else {
        const flag = INLINE.get(c.toLowerCase());
        if (flag === undefined) return;
        this.options = off ? this.options & ~flag : this.options | flag;
      }
    }
  }

  /** A character escape, behind its backslash. */
  charEscape(): number {
    const c = this.next();
    if (c >= "0" && c <= "7") {
      this.position--;
      return this.octal();
    }
    switch (c) {
      case "x":
        return this.hex(2);
      case "u":
        return this.hex(4);
      case "a":
        return 7;
      case "b":
        return 8;
      case "e":
        return 27;
      case "f":
        return 12;
      case "n":
        return 10;
      case "r":
        return 13;
      case "t":
        return 9;
      case "v":
        return 11;
      case "c":
        return this.control();
      default:
    }
    const code = c.charCodeAt(0);
    if (!this.has(RegexFlag.ecmaScript) && isWordCode(code)) throw this.fail(`Unrecognized escape sequence \\${c}.`);
    return code;
  }

  private octal(): number {
    let value = 0;
    for (let left = 3; left > 0 && this.peek() >= "0" && this.peek() <= "7"; left--) {
      value = value * 8 + Number(this.next());
      if (this.has(RegexFlag.ecmaScript) && value >= 0x20) break;
    }
    return value & 0xff;
  }

  private hex(length: number): number {
    const digits = this.pattern.slice(this.position, this.position + length);
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) throw this.fail("Insufficient hexadecimal digits.");
    this.position += length;
    return Number.parseInt(digits, 16);
  }

  private control(): number {
    if (this.rest <= 0) throw this.fail("Missing control character.");
    const code = this.next().toUpperCase().charCodeAt(0) - 64;
    if (code >= 0 && code < 32) return code;
    throw this.fail("Unrecognized control character.");
  }

  /** The name in `\p{name}`, behind the `p`. */
  property(): string {
    if (this.rest < 3) throw this.fail("Incomplete \\p{X} character escape.");
    if (this.next() !== "{") throw this.fail("Malformed \\p{X} character escape.");
    const start = this.position;
    while (this.rest > 0 && (isWordCode(this.pattern.charCodeAt(this.position)) || this.peek() === "-")) this.position++;
    const name = this.pattern.slice(start, this.position);
    if (this.rest === 0 || this.next() !== "}") throw this.fail("Incomplete \\p{X} character escape.");
    return name;
  }

  addProperty(set: CharSet, negated: boolean): void {
    const name = this.property();
    if (!set.addProperty(name, negated)) throw this.fail(`Unknown property '${name}'.`);
  }

  /** Adds `\d \D \s \S \w \W \p{…} \P{…}` to a set, if `letter` is one of these. */
  addClass(set: CharSet, letter: string): boolean {
    const ecma = this.has(RegexFlag.ecmaScript);
    const negated = letter >= "A" && letter <= "Z";
    switch (letter.toLowerCase()) {
      case "d":
        set.addDigit(negated, ecma);
        return true;
      case "s":
        set.addSpace(negated, ecma);
        return true;
      case "w":
        set.addWord(negated, ecma);
        return true;
      case "p":
        this.addProperty(set, negated);
        return true;
      default:
        return false;
    }
  }

  /** A character class, behind its opening bracket. `depth` bounds subtractions in subtractions. */
  charClass(depth = 0): CharSet {
    if (depth > 100) throw this.fail("Character classes are nested too deeply.");
    const negated = this.peek() === "^";
    if (negated) this.position++;
    const set = new CharSet(negated, this.has(RegexFlag.ignoreCase));
    let rangeFrom = -1;
    for (let isFirst = true; this.rest > 0; isFirst = false) {
      chargeStep();
      let isEscaped = false;
      const c = this.next();
      let code = c.charCodeAt(0);
      if (c === "]" && !isFirst) return set.seal();
      if (c === "\\" && this.rest > 0) {
        const letter = this.peek();
        if (/[dDsSwWpP]/.test(letter)) {
          if (rangeFrom >= 0) throw this.fail(`Cannot include class \\${letter} in character range.`);
          this.position++;
          this.addClass(set, letter);
          continue;
        }
        if (letter === "-") {
          this.position++;
          set.addRange(45, 45);
          continue;
        }
        code = this.charEscape();
        isEscaped = true;
      } else if (c === "[" && this.peek() === ":" && rangeFrom < 0) {
        // POSIX style names are read over, as .NET does.
        POSIX.lastIndex = this.position;
        this.position += POSIX.exec(this.pattern)?.[0].length ?? 0;
      }

      const opensSubtraction = !isEscaped && !isFirst;
      if (rangeFrom >= 0) {
        if (c === "[" && opensSubtraction) {
          set.addRange(rangeFrom, rangeFrom);
          this.subtract(set, depth);
        } else {
          if (rangeFrom > code) throw this.fail("[x-y] range in reverse order.");
          set.addRange(rangeFrom, code);
        }
        rangeFrom = -1;
      } else if (this.rest >= 2 && this.peek() === "-" && this.peek(1) !== "]") {
        rangeFrom = code;
        this.position++;
      } else if (c === "-" && opensSubtraction && this.peek() === "[") {
        this.position++;
        this.subtract(set, depth);
      } else set.addRange(code, code);
    }
    throw this.fail("Unterminated [] set.");
  }

  private subtract(set: CharSet, depth: number): void {
    set.subtract(this.charClass(depth + 1));
    if (this.rest > 0 && this.peek() !== "]") throw this.fail("A subtraction must be the last element in a character class.");
  }
}

const QUANTIFIER = /\{\d+(?:,\d*)?\}/y;
const POSIX = /:[\p{L}\p{Mn}\p{Nd}\p{Pc}]*:\]/uy;

const INLINE: ReadonlyMap<string, number> = new Map([
  ["i", RegexFlag.ignoreCase],
  ["m", RegexFlag.multiline],
  ["n", RegexFlag.explicitCapture],
  ["s", RegexFlag.singleline],
  ["x", RegexFlag.ignorePatternWhitespace],
]);

/** True if the text is one decimal digit. */
export function isDigit(c: string): boolean {
  return c >= "0" && c <= "9" && c.length === 1;
}
