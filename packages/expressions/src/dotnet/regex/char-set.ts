import { unicodeBlocks } from "./unicode-blocks.js";

/** The lower case of one UTF-16 code under the invariant culture. Letters whose lower case is ASCII though they are not stay. */
export function lowerCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  const lower = String.fromCharCode(code).toLowerCase();
  const first = lower.charCodeAt(0);
  return lower.length === 1 && first >= 128 ? first : code;
}

function upperCode(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code;
  const upper = String.fromCharCode(code).toUpperCase();
  return upper.length === 1 ? upper.charCodeAt(0) : code;
}

const WORD = /^[\p{L}\p{Mn}\p{Nd}\p{Pc}]$/u;
const SPACE = /^[\t-\r\x85\p{Z}]$/u;
const DIGIT = /^\p{Nd}$/u;

const asciiWord = Uint8Array.from({ length: 128 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));

/** `\w`: letters, marks, decimal digits and connectors. */
export function isWordCode(code: number): boolean {
  return code < 128 ? asciiWord[code] === 1 : WORD.test(String.fromCharCode(code));
}

/** What `\b` takes for a part of a word: `\w` and the zero-width joiners. */
export function isBoundaryWord(code: number): boolean {
  return isWordCode(code) || code === 0x200c || code === 0x200d;
}

export function isAsciiWord(code: number): boolean {
  return code < 128 && asciiWord[code] === 1;
}

interface CodeClass {
  readonly test: RegExp;
  readonly negated: boolean;
}

/** General categories by their one- and two-letter names, as `\p{…}` takes them. */
const CATEGORIES = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn".split(" "),
);

/** Where case does not count each of them stands for all three. */
const CASED = new Set(["Lu", "Ll", "Lt"]);

/** A character class of a pattern: ranges and Unicode classes, perhaps negated, perhaps less another set. Build it, then `seal` it. */
export class CharSet {
  private readonly ranges: number[] = [];
  private readonly classes: CodeClass[] = [];
  private subtraction: CharSet | null = null;
  private ascii: Uint8Array | null = null;

  constructor(
    readonly negated: boolean,
    private readonly ignoreCase: boolean,
  ) {}

  addRange(from: number, to: number): void {
    this.ranges.push(from, to);
  }

  addWord(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? /^[a-zA-Z0-9_\u0130]$/ : WORD, negated);
  }

  addSpace(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? /^[ \t-\r]$/ : SPACE, negated);
  }

  addDigit(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? /^[0-9]$/ : DIGIT, negated);
  }

  /** A general category (`Lu`) or block (`IsGreek`); false if there is none of that name. */
  addProperty(name: string, negated: boolean): boolean {
    if (CATEGORIES.has(name)) {
      const category = this.ignoreCase && CASED.has(name) ? "[\\p{Lu}\\p{Ll}\\p{Lt}]" : `\\p{${name}}`;
      this.addClass(new RegExp(`^${category}$`, "u"), negated);
      return true;
    }
    const block = unicodeBlocks.get(name);
    if (block === undefined) return false;
    if (!negated) this.addRange(block[0], block[1]);
    else {
      if (block[0] > 0) this.addRange(0, block[0] - 1);
      if (block[1] < 0xffff) this.addRange(block[1] + 1, 0xffff);
    }
    return true;
  }

  private addClass(test: RegExp, negated: boolean): void {
    this.classes.push({ test, negated });
  }

  subtract(set: CharSet): void {
    this.subtraction = set;
  }

  /** Finishes building: answers for ASCII are tabled. */
  seal(): this {
    const ascii = new Uint8Array(128);
    for (let code = 0; code < 128; code++) ascii[code] = this.compute(code) ? 1 : 0;
    this.ascii = ascii;
    return this;
  }

  has(code: number): boolean {
    return code < 128 && this.ascii !== null ? this.ascii[code] === 1 : this.compute(code);
  }

  private compute(original: number): boolean {
    const code = this.ignoreCase ? lowerCode(original) : original;
    if (this.includes(code) === this.negated) return false;
    return this.subtraction === null || !this.subtraction.has(original);
  }

  private includes(code: number): boolean {
    if (this.inRanges(code)) return true;
    if (this.ignoreCase) {
      const upper = upperCode(code);
      if (upper !== code && lowerCode(upper) === code && this.inRanges(upper)) return true;
    }
    if (this.classes.length === 0) return false;
    const text = String.fromCharCode(code);
    for (const one of this.classes) if (one.test.test(text) !== one.negated) return true;
    return false;
  }

  private inRanges(code: number): boolean {
    const ranges = this.ranges;
    for (let i = 0; i < ranges.length; i += 2) if (code >= ranges[i]! && code <= ranges[i + 1]!) return true;
    return false;
  }
}

/** `.`: anything, or anything but a line feed. */
export function dotSet(singleline: boolean): CharSet {
  const set = new CharSet(!singleline, false);
  if (singleline) set.addRange(0, 0xffff);
  else set.addRange(10, 10);
  return set.seal();
}

export function singleSet(code: number, ignoreCase: boolean): CharSet {
  const set = new CharSet(false, ignoreCase);
  set.addRange(code, code);
  return set.seal();
}
