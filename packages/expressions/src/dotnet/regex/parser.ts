import { chargeStep } from "../../runtime/current.js";
import { CharSet, dotSet, isWordCode, lowerCode } from "./char-set.js";
import { scanGroups } from "./groups.js";
import { isDigit, PatternScanner } from "./scanner.js";
import { type Anchor, type GroupTable, type ParsedRegex, RegexFlag, type RegexNode } from "./syntax.js";

const INFINITE = 2_147_483_647;
const MAX_DEPTH = 200;

/** Parses a .NET pattern. Throws ArgumentException where .NET does, and for groups nested more than 200 deep. */
export function parseRegex(pattern: string, options: number): ParsedRegex {
  const groups = scanGroups(pattern, options);
  return { root: new Parser(pattern, options, groups).parse(), groups };
}

class Parser {
  private readonly scanner: PatternScanner;
  private readonly known: ReadonlySet<number>;
  private automatic = 1;
  private depth = 0;

  constructor(
    pattern: string,
    options: number,
    private readonly groups: GroupTable,
  ) {
    this.scanner = new PatternScanner(pattern, options);
    this.known = new Set(groups.numbers);
  }

  parse(): RegexNode {
    const root = this.alternatives();
    if (this.scanner.rest > 0) throw this.scanner.fail("Too many )'s.");
    return root.length === 1 ? root[0]! : { kind: "alternation", branches: root };
  }

  private get backward(): boolean {
    return this.scanner.has(RegexFlag.rightToLeft);
  }

  /** Branches up to a closing parenthesis or the end; inline options hold to the end of the group, across branches. */
  private alternatives(): RegexNode[] {
    if (++this.depth > MAX_DEPTH) throw this.scanner.fail("Groups are nested too deeply.");
    const saved = this.scanner.options;
    const branches: RegexNode[] = [];
    do branches.push(this.sequence());
    while (this.scanner.peek() === "|" && this.scanner.next() !== "");
    this.scanner.options = saved;
    this.depth--;
    return branches;
  }

  private sequence(): RegexNode {
    const { scanner } = this;
    const items: RegexNode[] = [];
    let wasQuantified = false;
    for (;;) {
      scanner.skipBlanks();
      if (scanner.rest === 0 || scanner.peek() === "|" || scanner.peek() === ")") break;
      if (scanner.atQuantifier())
        throw scanner.fail(wasQuantified ? `Nested quantifier ${scanner.peek()}.` : "Quantifier {x,y} following nothing.");
      const unit = this.unit();
      if (unit === null) {
        wasQuantified = false;
        continue;
      }
      scanner.skipBlanks();
      wasQuantified = scanner.rest > 0 && scanner.atQuantifier();
      items.push(wasQuantified ? this.quantified(unit) : unit);
    }
    return items.length === 1 ? items[0]! : items.length === 0 ? { kind: "empty" } : this.sequenceOf(items);
  }

  private sequenceOf(items: readonly RegexNode[]): RegexNode {
    return { kind: "sequence", items, backward: this.backward };
  }

  private quantified(body: RegexNode): RegexNode {
    const { scanner } = this;
    const c = scanner.next();
    let min = c === "+" ? 1 : 0;
    let max = c === "?" ? 1 : INFINITE;
    if (c === "{") {
      min = scanner.decimal();
      max = min;
      if (scanner.peek() === ",") {
        scanner.position++;
        max = scanner.peek() === "}" ? INFINITE : scanner.decimal();
      }
      scanner.position++;
    }
    scanner.skipBlanks();
    const lazy = scanner.peek() === "?";
    if (lazy) scanner.position++;
    if (min > max) throw scanner.fail("Illegal {x,y} with x > y.");
    return { kind: "loop", body, min, max, lazy };
  }

  /** One item; null for inline options, which are none. */
  private unit(): RegexNode | null {
    const { scanner } = this;
    chargeStep();
    const c = scanner.next();
    switch (c) {
      case "[":
        return { kind: "set", set: scanner.charClass(), backward: this.backward };
      case "(":
        return this.group();
      case "\\":
        return this.backslash();
      case "^":
        return { kind: "anchor", anchor: scanner.has(RegexFlag.multiline) ? "line-start" : "start" };
      case "$":
        return { kind: "anchor", anchor: scanner.has(RegexFlag.multiline) ? "line-end" : "end-or-newline" };
      case ".":
        return { kind: "set", set: dotSet(scanner.has(RegexFlag.singleline)), backward: this.backward };
      default:
        return this.char(c.charCodeAt(0));
    }
  }

  private char(code: number): RegexNode {
    const ignoreCase = this.scanner.has(RegexFlag.ignoreCase);
    return { kind: "char", code: ignoreCase ? lowerCode(code) : code, ignoreCase, backward: this.backward };
  }

  private backslash(): RegexNode {
    const { scanner } = this;
    if (scanner.rest === 0) throw scanner.fail("Illegal \\ at end of pattern.");
    const letter = scanner.peek();
    const anchor = scanner.has(RegexFlag.ecmaScript) ? (ECMA_ANCHORS.get(letter) ?? ANCHORS.get(letter)) : ANCHORS.get(letter);
    if (anchor !== undefined) {
      scanner.position++;
      return { kind: "anchor", anchor };
    }
    if (/[dDsSwWpP]/.test(letter)) {
      scanner.position++;
      const set = new CharSet(false, scanner.has(RegexFlag.ignoreCase));
      scanner.addClass(set, letter);
      return { kind: "set", set: set.seal(), backward: this.backward };
    }
    return this.reference() ?? this.char(scanner.charEscape());
  }

  private backreference(group: number): RegexNode {
    const { scanner } = this;
    const ignoreCase = scanner.has(RegexFlag.ignoreCase);
    return { kind: "backreference", group, ignoreCase, backward: this.backward, lenient: scanner.has(RegexFlag.ecmaScript) };
  }

  /** `\1`, `\k<name>`, `\<name>` and the like; null, with the position put back, if what follows is a character escape. */
  private reference(): RegexNode | null {
    const { scanner } = this;
    const start = scanner.position;
    let close = "";
    if (scanner.peek() === "k") {
      const open = scanner.peek(1);
      if (scanner.rest < 2 || (open !== "<" && open !== "'") || scanner.rest < 3)
        throw scanner.fail("Malformed \\k<...> named back reference.");
      close = open === "<" ? ">" : "'";
      scanner.position += 2;
    } else if ((scanner.peek() === "<" || scanner.peek() === "'") && scanner.rest > 1) close = scanner.next() === "<" ? ">" : "'";

    const c = scanner.peek();
    if (close !== "" && isDigit(c)) {
      const group = scanner.decimal();
      if (scanner.next() === close) return this.numbered(group);
    } else if (close !== "" && isWordCode(c.charCodeAt(0))) {
      const name = scanner.name();
      if (scanner.next() === close) return this.backreference(this.named(name));
    } else if (close === "" && c >= "1" && c <= "9") {
      if (scanner.has(RegexFlag.ecmaScript)) {
        const group = this.longestKnown();
        if (group > 0) return this.backreference(group);
      } else {
        const group = scanner.decimal();
        if (this.known.has(group) || group <= 9) return this.numbered(group);
      }
    }
    scanner.position = start;
    return null;
  }

  private numbered(group: number): RegexNode {
    if (!this.known.has(group)) throw this.scanner.fail(`Reference to undefined group number ${group}.`);
    return this.backreference(group);
  }

  private named(name: string): number {
    const group = this.groups.byName.get(name);
    if (group === undefined) throw this.scanner.fail(`Reference to undefined group name ${name}.`);
    return group;
  }

  /** ECMAScript: the longest run of digits that is a group's number; the position stands behind it. */
  private longestKnown(): number {
    const { scanner } = this;
    const start = scanner.position;
    let found = 0;
    let end = start;
    for (let value = 0; isDigit(scanner.peek()) && value < 100_000; ) {
      value = value * 10 + Number(scanner.next());
      if (this.known.has(value)) {
        found = value;
        end = scanner.position;
      }
    }
    scanner.position = end;
    return found;
  }

  private close(): void {
    if (this.scanner.next() !== ")") throw this.scanner.fail("Not enough )'s.");
  }

  private body(): RegexNode {
    const branches = this.alternatives();
    this.close();
    return branches.length === 1 ? branches[0]! : { kind: "alternation", branches };
  }

  /** The body under changed options; the group's own options come back behind it. */
  private bodyWith(options: number): RegexNode {
    const saved = this.scanner.options;
    this.scanner.options = options;
    const body = this.body();
    this.scanner.options = saved;
    return body;
  }

  /** Behind an opening parenthesis. */
  private group(): RegexNode | null {
    const { scanner } = this;
    if (scanner.peek() !== "?" || scanner.peek(1) === ")") {
      if (scanner.has(RegexFlag.explicitCapture)) return this.body();
      const capture = this.automatic++;
      return { kind: "group", body: this.body(), capture, release: -1 };
    }
    scanner.position++;
    const c = scanner.next();
    switch (c) {
      case ":":
        return this.body();
      case "=":
      case "!":
        return { kind: "look", body: this.bodyWith(scanner.options & ~RegexFlag.rightToLeft), negative: c === "!" };
      case ">":
        return { kind: "atomic", body: this.body() };
      case "<":
        if (scanner.peek() === "=" || scanner.peek() === "!") {
          const negative = scanner.next() === "!";
          return { kind: "look", body: this.bodyWith(scanner.options | RegexFlag.rightToLeft), negative };
        }
        return this.namedGroup(">");
      case "'":
        return this.namedGroup("'");
      case "(":
        return this.conditional();
      default:
        return this.optionGroup();
    }
  }

  /** `(?i)` holds for the rest of the enclosing group; `(?i:…)` for its own body. */
  private optionGroup(): RegexNode | null {
    const { scanner } = this;
    scanner.position--;
    const saved = scanner.options;
    scanner.inlineOptions();
    const end = scanner.next();
    if (end === ")") return null;
    if (end !== ":") throw scanner.fail("Unrecognized grouping construct.");
    const body = this.body();
    scanner.options = saved;
    return body;
  }

  private namedGroup(close: string): RegexNode {
    const { scanner } = this;
    const unrecognized = "Unrecognized grouping construct.";
    const invalid = "Invalid group name: Group names must begin with a word character.";
    if (scanner.rest === 0) throw scanner.fail(unrecognized);
    let capture = -1;
    let release = -1;
    const first = scanner.peek();
    if (isDigit(first)) {
      capture = scanner.decimal();
      if (!this.known.has(capture)) capture = -1;
    } else if (isWordCode(first.charCodeAt(0))) capture = this.groups.byName.get(scanner.name()) ?? -1;
    else if (first !== "-") throw scanner.fail(invalid);
    if (first !== "-" && scanner.rest > 0 && scanner.peek() !== close && scanner.peek() !== "-") throw scanner.fail(invalid);
    if (capture === 0) throw scanner.fail("Capture number cannot be zero.");

    if ((capture !== -1 || first === "-") && scanner.rest > 1 && scanner.peek() === "-") {
      scanner.position++;
      const other = scanner.peek();
      if (isDigit(other)) {
        release = scanner.decimal();
        if (!this.known.has(release)) throw scanner.fail(`Reference to undefined group number ${release}.`);
      } else if (isWordCode(other.charCodeAt(0))) release = this.named(scanner.name());
      else throw scanner.fail(invalid);
      if (scanner.rest > 0 && scanner.peek() !== close) throw scanner.fail(invalid);
    }
    if ((capture === -1 && release === -1) || scanner.next() !== close) throw scanner.fail(unrecognized);
    return { kind: "group", body: this.body(), capture, release };
  }

  /** `(?(1)yes|no)`, `(?(name)yes|no)`, `(?(expression)yes|no)`, behind the second parenthesis. */
  private conditional(): RegexNode {
    const { scanner } = this;
    const start = scanner.position;
    if (isDigit(scanner.peek())) {
      const group = scanner.decimal();
      if (scanner.next() !== ")") throw scanner.fail(`(?(${group}) ) malformed.`);
      if (!this.known.has(group)) throw scanner.fail(`(?(${group}) ) reference to undefined group.`);
      return this.branches((yes, no) => ({ kind: "if-captured", group, yes, no }));
    }
    const group = this.groups.byName.get(scanner.name());
    if (group !== undefined && scanner.peek() === ")") {
      scanner.position++;
      return this.branches((yes, no) => ({ kind: "if-captured", group, yes, no }));
    }
    scanner.position = start;
    if (scanner.peek() === "?" && scanner.peek(1) === "#") throw scanner.fail("Alternation conditions cannot be comments.");
    if (/^\?(?:'|<[^!=])/.test(scanner.pattern.slice(start, start + 3)))
      throw scanner.fail("Alternation conditions do not capture and cannot be named.");
    if (/^\?(?![:=!<>])/.test(scanner.pattern.slice(start, start + 2))) throw scanner.fail("Unrecognized grouping construct.");
    const condition = scanner.peek() === "?" ? this.group()! : this.body();
    return this.branches((yes, no) => ({ kind: "if-matches", condition, yes, no }));
  }

  private branches(make: (yes: RegexNode, no: RegexNode) => RegexNode): RegexNode {
    const branches = this.alternatives();
    this.close();
    if (branches.length > 2) throw this.scanner.fail("Too many | in (?()|).");
    return make(branches[0]!, branches[1] ?? { kind: "empty" });
  }
}

const ANCHORS: ReadonlyMap<string, Anchor> = new Map<string, Anchor>([
  ["b", "word"],
  ["B", "not-word"],
  ["A", "start"],
  ["G", "search-start"],
  ["Z", "end-or-newline"],
  ["z", "end"],
]);

const ECMA_ANCHORS: ReadonlyMap<string, Anchor> = new Map<string, Anchor>([
  ["b", "ascii-word"],
  ["B", "not-ascii-word"],
]);
