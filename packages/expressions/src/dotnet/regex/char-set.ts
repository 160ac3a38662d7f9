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
  return code < 128 ? asciiWord[code] === 1 : word.has(code);
}

/** What `\b` takes for a part of a word: `\w` and the zero-width joiners. */
export function isBoundaryWord(code: number): boolean {
  return isWordCode(code) || code === 0x200c || code === 0x200d;
}

/** True if the code is an ASCII letter, digit or underscore. */
export function isAsciiWord(code: number): boolean {
  return code < 128 && asciiWord[code] === 1;
}

/** A class of codes whose answers are kept, since asking the platform costs a hundred times as much: it is shared by all patterns. */
class KnownClass {
  private answers: Uint8Array | null = null;

  constructor(private readonly test: RegExp) {}

  has(code: number): boolean {
    this.answers ??= new Uint8Array(0x10000);
    const known = this.answers[code]!;
    if (known !== 0) return known === 1;
    const answer = this.test.test(String.fromCharCode(code));
    this.answers[code] = answer ? 1 : 2;
    return answer;
  }
}

const word = new KnownClass(WORD);
const space = new KnownClass(SPACE);
const digit = new KnownClass(DIGIT);
const ecmaWord = new KnownClass(/^[a-zA-Z0-9_\u0130]$/);
const ecmaSpace = new KnownClass(/^[ \t-\r]$/);
const ecmaDigit = new KnownClass(/^[0-9]$/);
const categories = new Map<string, KnownClass>();

/** General categories by their one- and two-letter names, as `\p{…}` takes them. */
const CATEGORIES = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn".split(" "),
);

/** Where case does not count each of them stands for all three. */
const CASED = new Set(["Lu", "Ll", "Lt"]);

/** A character class of a pattern: ranges and Unicode classes, perhaps negated, perhaps less another set. Build it, then `seal` it. */
export class CharSet {
  /** First and last code of each, in order and apart once the set is sealed. */
  private ranges: number[] = [];
  /** Classes of which codes are in, and of which those that are not in are. */
  private readonly classes = new Set<KnownClass>();
  private readonly others = new Set<KnownClass>();
  private subtraction: CharSet | null = null;
  /** The answers for ASCII: 1 yes, 2 no, 0 not yet asked. */
  private ascii: Uint8Array | null = null;

  constructor(
    readonly negated: boolean,
    private readonly ignoreCase: boolean,
  ) {}

  addRange(from: number, to: number): void {
    this.ranges.push(from, to);
  }

  addWord(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? ecmaWord : word, negated);
  }

  addSpace(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? ecmaSpace : space, negated);
  }

  addDigit(negated: boolean, ecma: boolean): void {
    this.addClass(ecma ? ecmaDigit : digit, negated);
  }

  /** A general category (`Lu`) or block (`IsGreek`); false if there is none of that name. */
  addProperty(name: string, negated: boolean): boolean {
    if (CATEGORIES.has(name)) {
      const category = this.ignoreCase && CASED.has(name) ? "[\\p{Lu}\\p{Ll}\\p{Lt}]" : `\\p{${name}}`;
      let known = categories.get(category);
      if (known === undefined) {
        known = new KnownClass(new RegExp(`^${category}$`, "u"));
        categories.set(category, known);
      }
      this.addClass(known, negated);
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

  private addClass(known: KnownClass, negated: boolean): void {
    (negated ? this.others : this.classes).add(known);
  }

  subtract(set: CharSet): void {
    this.subtraction = set;
  }

  /** Finishes building. */
  seal(): this {
    if (this.ranges.length > 2) this.ranges = merged(this.ranges);
    return this;
  }

  has(code: number): boolean {
    if (code >= 128) return this.compute(code);
    this.ascii ??= new Uint8Array(128);
    const known = this.ascii[code]!;
    if (known !== 0) return known === 1;
    const answer = this.compute(code);
    this.ascii[code] = answer ? 1 : 2;
    return answer;
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
    for (const known of this.classes) if (known.has(code)) return true;
    for (const known of this.others) if (!known.has(code)) return true;
    return false;
  }

  private inRanges(code: number): boolean {
    const { ranges } = this;
    // Of sorted ranges the first that does not end before the code.
    let low = 0;
    let high = ranges.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle * 2 + 1]! < code) low = middle + 1;
      else high = middle;
    }
    return low * 2 < ranges.length && code >= ranges[low * 2]!;
  }
}

/** Ranges in order, those that meet made one. */
function merged(ranges: readonly number[]): number[] {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [from, to] of pairs) {
    const last = result.length - 1;
    if (last > 0 && from <= result[last]! + 1) result[last] = Math.max(result[last]!, to);
    else result.push(from, to);
  }
  return result;
}

/** `.`: anything, or anything but a line feed. */
export function dotSet(singleline: boolean): CharSet {
  const set = new CharSet(!singleline, false);
  if (singleline) set.addRange(0, 0xffff);
  else set.addRange(10, 10);
  return set.seal();
}

/** The set of one character. */
export function singleSet(code: number, ignoreCase: boolean): CharSet {
  const set = new CharSet(false, ignoreCase);
  set.addRange(code, code);
  return set.seal();
}
