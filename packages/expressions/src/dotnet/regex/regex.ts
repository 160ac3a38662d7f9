import { raise } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { Match, type MatchSource, noMatch } from "./match.js";
import { Matcher } from "./matcher.js";
import { parseRegex } from "./parser.js";
import { compileRegex, type RegexProgram } from "./program.js";
import { expandReplacement, parseReplacement } from "./replacement.js";
import { PatternScanner } from "./scanner.js";
import { RegexFlag } from "./syntax.js";

/** What a character of a pattern may take, compiled, in characters of text: `[a]` makes a set. */
const WEIGHT_OF_CHARACTER = 80;

/** Patterns up to here are compiled in no time; a character of a longer one takes as long as so many steps. */
const FEW_CHARACTERS = 1_000;
const STEPS_OF_CHARACTER = 50;

const ALL_OPTIONS = 0x37f;
const ECMA_COMPATIBLE = RegexFlag.ignoreCase | RegexFlag.multiline | RegexFlag.ecmaScript | 8 | 512;

/** The header of System.Text.RegularExpressions.Regex. */
export const regexHeader: TypeHeader = { header: "class System.Text.RegularExpressions.Regex" };

/** System.Text.RegularExpressions.Regex: a compiled pattern. */
export class Regex extends NetObject implements MatchSource {
  private constructor(
    readonly pattern: string,
    readonly options: number,
    readonly program: RegexProgram,
  ) {
    super();
  }

  override get declaration() {
    return regexHeader;
  }

  override toText(): string {
    return this.pattern;
  }

  /** The pattern compiled, or taken from the cache. Throws ArgumentNullException, ArgumentOutOfRangeException (options), ArgumentException. */
  static of(run: Run, pattern: string | null, options: number): Regex {
    if (pattern === null) throw raise.argumentNull("pattern");
    const key = options === 0 ? pattern : `${options}:${pattern}`;
    const known = cache.get(key);
    if (known !== undefined && known.options === options && known.pattern === pattern) return known;
    const isEcma = (options & RegexFlag.ecmaScript) !== 0;
    if ((options & ~ALL_OPTIONS) !== 0 || (isEcma && (options & ~ECMA_COMPATIBLE) !== 0))
      throw raise.argumentOutOfRange("options");
    run.allocate(pattern.length * WEIGHT_OF_CHARACTER);
    run.steps(pattern.length + Math.max(pattern.length - FEW_CHARACTERS, 0) * STEPS_OF_CHARACTER);
    const rightToLeft = (options & RegexFlag.rightToLeft) !== 0;
    const regex = new Regex(pattern, options, compileRegex(parseRegex(pattern, options), rightToLeft));
    if (pattern.length <= LONGEST_CACHED) {
      cache.set(key, regex);
      if (cache.size > CACHE_SIZE) cache.delete(cache.keys().next().value!);
    }
    return regex;
  }

  get rightToLeft(): boolean {
    return this.program.rightToLeft;
  }

  /** Where a search without a given start begins. */
  startOf(input: string): number {
    return this.rightToLeft ? input.length : 0;
  }

  /** The first match at or behind `start`. Throws ArgumentNullException, ArgumentOutOfRangeException. */
  match(run: Run, input: string | null, start?: number): Match {
    if (input === null) throw raise.argumentNull("input");
    const from = start ?? this.startOf(input);
    this.checkStart(input, from);
    return this.search(run, input, 0, input.length, from, false);
  }

  /** True if there is a match at or behind `start`. As {@link match}, without making one. */
  isMatch(run: Run, input: string | null, start?: number): boolean {
    if (input === null) throw raise.argumentNull("input");
    const from = start ?? this.startOf(input);
    this.checkStart(input, from);
    const matcher = new Matcher(this.program, input, 0, input.length, run);
    const isFound = matcher.search(from, false, false) !== null;
    matcher.release();
    return isFound;
  }

  /** A match within a part of the text, as if the rest were not there. */
  matchWithin(run: Run, input: string | null, beginning: number, length: number): Match {
    if (input === null) throw raise.argumentNull("input");
    if (beginning < 0 || beginning > input.length) throw raise.argumentOutOfRange("beginning");
    if (length < 0 || length > input.length - beginning) throw raise.argumentOutOfRange("length");
    const end = beginning + length;
    return this.search(run, input, beginning, end, this.rightToLeft ? end : beginning, false);
  }

  /** As {@link match}; `bump` for a search behind an empty match. */
  search(run: Run, input: string, begin: number, end: number, from: number, bump: boolean): Match {
    const matcher = new Matcher(this.program, input, begin, end, run);
    const found = matcher.search(from, bump);
    matcher.release();
    return found === null ? noMatch : new Match(this, input, begin, end, found);
  }

  /** All matches from `start` on, at once. */
  matches(run: Run, input: string | null, start?: number): Match[] {
    const all: Match[] = [];
    for (let match = this.match(run, input, start); match.success; match = match.next(run)) {
      run.allocate(Weight.match + Weight.object * 2 * this.program.groups.numbers.length);
      all.push(match);
    }
    return all;
  }

  /** `Replace` by a pattern or by a function of the match. `count` -1 replaces all. */
  replace(run: Run, input: string | null, by: string | ((match: Match) => unknown) | null, count = -1, start?: number): string {
    if (by === null) throw raise.argumentNull(input === null ? "input" : "replacement");
    if (input === null) throw raise.argumentNull("input");
    if (count < -1) throw raise.argumentOutOfRange("count", "Count cannot be less than -1.");
    const from = start ?? this.startOf(input);
    this.checkStart(input, from);
    if (count === 0) return input;
    const template = typeof by === "string" ? parseReplacement(by, this.program.groups, this.options) : null;

    const pieces: string[] = [];
    let at = this.rightToLeft ? input.length : 0;
    let left = count;
    let match = this.match(run, input, from);
    if (!match.success) return input;
    for (; match.success && left !== 0; left--) {
      const middle = template === null ? ((by as (m: Match) => unknown)(match) ?? "") : expandReplacement(template, match);
      const gap = this.rightToLeft ? input.slice(match.end, at) : input.slice(at, match.index);
      run.allocate(gap.length + String(middle).length);
      pieces.push(gap, String(middle));
      at = this.rightToLeft ? match.index : match.end;
      if (left !== 1) match = match.next(run);
    }
    pieces.push(this.rightToLeft ? input.slice(0, at) : input.slice(at));
    return (this.rightToLeft ? pieces.reverse() : pieces).join("");
  }

  /** `Split`: the text between matches, with what groups captured in between. `count` 0 splits at all. */
  split(run: Run, input: string | null, count = 0, start?: number): string[] {
    if (count < 0) throw raise.argumentOutOfRange("count", "Count cannot be less than -1.");
    if (input === null) throw raise.argumentNull("input");
    const from = start ?? this.startOf(input);
    this.checkStart(input, from);
    if (count === 1) return [input];
    const parts: string[] = [];
    let at = this.rightToLeft ? input.length : 0;
    let match = this.match(run, input, from);
    for (let left = count - 1; match.success; match = match.next(run)) {
      run.allocate(Weight.part);
      parts.push(this.rightToLeft ? input.slice(match.end, at) : input.slice(at, match.index));
      at = this.rightToLeft ? match.index : match.end;
      for (const link of match.captures.slice(1)) if (link !== null) parts.push(input.slice(link.start, link.end));
      if (--left === 0) break;
    }
    parts.push(this.rightToLeft ? input.slice(0, at) : input.slice(at));
    return this.rightToLeft ? parts.reverse() : parts;
  }

  private checkStart(input: string, start: number): void {
    if (start < 0 || start > input.length)
      throw raise.argumentOutOfRange("startat", "Start index cannot be less than 0 or greater than input length.");
  }
}

/** Compiled patterns, oldest first: a pure function's results, so sharing them is not seen from outside. */
const cache = new Map<string, Regex>();
const CACHE_SIZE = 500;
const LONGEST_CACHED = 2_000;

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\f", "\\f"],
]);

/** `Regex.Escape`. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*+?|{[()^$.# \n\r\t\f]/g, (c) => ESCAPED.get(c) ?? `\\${c}`);
}

/** `Regex.Unescape`. Throws ArgumentException for escapes that are none. */
export function unescapePattern(text: string): string {
  const scanner = new PatternScanner(text, 0);
  let result = "";
  while (scanner.rest > 0) {
    const c = scanner.next();
    if (c !== "\\") result += c;
    else if (scanner.rest > 0) result += String.fromCharCode(scanner.charEscape());
  }
  return result;
}
