import { jsonError } from "../errors.js";
import { JTokenType } from "../token-type.js";
import { JValue } from "../value.js";
import { field, fields, item, items, root, scan, scanFields, scanWhere, slice, where } from "./filters.js";
import { both, comparison, either, exists, type Operator, type Side } from "./query.js";
import type { Filter, Query } from "./step.js";

const INDEX_ENDED = "Path ended with open indexer.";
const QUERY_ENDED = "Path ended with open query.";
const MOST_NESTING = 32;
const MOST_LENGTH = 10_000;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "/": "/",
};

const OPERATORS: readonly (readonly [string, Operator])[] = [
  ["===", "==="],
  ["==", "=="],
  ["=~", "=~"],
  ["!==", "!=="],
  ["!=", "!="],
  ["<>", "!="],
  ["<=", "<="],
  ["<", "<"],
  [">=", ">="],
  [">", ">"],
];

/** Several conditions under `&&` or `||`, filled as they are read. */
interface Group {
  readonly isAnd: boolean;
  readonly members: (Query | Group)[];
}

/** Newtonsoft.Json's JSONPath. Throws JsonException. */
class PathParser {
  private at = 0;
  private nesting = 0;

  constructor(private readonly source: string) {}

  parse(): Filter[] {
    const filters: Filter[] = [];
    let start = this.at;
    this.skip();
    if (this.source.length === this.at) return filters;
    if (this.peek === "$") {
      if (this.source.length === 1) return filters;
      // A name may begin with $.
      const next = this.source[this.at + 1];
      if (next === "." || next === "[") start = ++this.at;
    }
    if (!this.path(filters, start, false)) {
      const last = this.at;
      this.skip();
      if (this.at < this.source.length) throw jsonError.json(`Unexpected character while parsing path: ${this.source[last]}`);
    }
    return filters;
  }

  private get peek(): string | undefined {
    return this.source[this.at];
  }

  private skip(): void {
    while (this.peek === " ") this.at++;
  }

  private ensure(message: string): void {
    if (this.at >= this.source.length) throw jsonError.json(message);
  }

  private unexpected(where: string): Error {
    return jsonError.json(`Unexpected character while parsing path ${where}: ${this.peek ?? ""}`);
  }

  /** A path up to its end; true if that is the end of the text. */
  private path(filters: Filter[], start: number, inQuery: boolean): boolean {
    let from = start;
    let isScan = false;
    let afterIndexer = false;
    let afterDot = false;
    const takeName = () => {
      if (this.at <= from) return;
      filters.push(named(this.source.slice(from, this.at), isScan));
      isScan = false;
    };
    scanning: while (this.at < this.source.length) {
      const c = this.peek!;
      switch (c) {
        case "[":
        case "(":
          takeName();
          filters.push(this.indexer(c, isScan));
          isScan = false;
          from = ++this.at;
          afterIndexer = true;
          afterDot = false;
          break;
        case "]":
        case ")":
        case " ":
          break scanning;
        case ".":
          takeName();
          if (this.source[this.at + 1] === ".") {
            isScan = true;
            this.at++;
          }
          from = ++this.at;
          afterIndexer = false;
          afterDot = true;
          break;
        default:
          if (inQuery && "=<!>|&".includes(c)) break scanning;
          if (afterIndexer) throw jsonError.json(`Unexpected character following indexer: ${c}`);
          this.at++;
      }
    }
    const isEnd = this.at === this.source.length;
    if (this.at > from) filters.push(named(this.source.slice(from, this.at).trimEnd(), isScan));
    else if (afterDot && (isEnd || inQuery)) throw jsonError.json("Unexpected end while parsing path.");
    return isEnd;
  }

  private indexer(open: string, isScan: boolean): Filter {
    if (++this.nesting > MOST_NESTING) throw jsonError.json("The path is nested too deep.");
    this.at++;
    const close = open === "[" ? "]" : ")";
    this.ensure(INDEX_ENDED);
    this.skip();
    this.ensure(INDEX_ENDED);
    const filter =
      this.peek === "'" ? this.quotedNames(close, isScan) : this.peek === "?" ? this.query(close, isScan) : this.numbers(close);
    this.nesting--;
    return filter;
  }

  private quotedNames(close: string, isScan: boolean): Filter {
    const names: string[] = [];
    for (;;) {
      names.push(this.quotedText());
      this.skip();
      this.ensure(INDEX_ENDED);
      if (this.peek === close) break;
      if (this.peek !== ",") throw this.unexpected("indexer");
      this.at++;
      this.skip();
      this.ensure(INDEX_ENDED);
    }
    if (names.length === 1) return isScan ? scan(names[0]!) : field(names[0]!);
    return isScan ? scanFields(names) : fields(names);
  }

  private quotedText(): string {
    let text = "";
    for (this.at++; this.at < this.source.length; this.at++) {
      const c = this.peek!;
      if (c === "'") {
        this.at++;
        return text;
      }
      if (c !== "\\") {
        text += c;
        continue;
      }
      const letter = this.source[++this.at];
      if (letter === undefined) break;
      const plain = ESCAPES[letter];
      if (plain === undefined) throw jsonError.json(`Unknown escape character: \\${letter}`);
      text += plain;
    }
    throw jsonError.json("Path ended with an open string.");
  }

  /** `[1]`, `[1,2]`, `[1:2:3]`, `[*]`. */
  private numbers(close: string): Filter {
    const listed: number[] = [];
    const parts: (number | null)[] = [];
    let digits = "";
    let isDone = false;
    const number = (): number => {
      const value = Number(digits);
      if (digits === "" || !Number.isInteger(value) || Math.abs(value) > 2147483647)
        throw jsonError.json(digits === "" ? "Array index expected." : `Invalid array index: ${digits}`);
      return value;
    };
    for (; this.at < this.source.length; this.at++) {
      const c = this.peek!;
      if (c === " ") {
        isDone = digits !== "";
        continue;
      }
      if (c === close) {
        if (listed.length > 0) return items([...listed, number()]);
        if (parts.length === 0) return item(number());
        parts.push(digits === "" ? null : number());
        return slice(parts[0] ?? null, parts[1] ?? null, parts[2] ?? null);
      }
      if (c === ",") listed.push(number());
      else if (c === ":") parts.push(digits === "" ? null : number());
      else if (c === "*") return this.wildcard(close);
      else if (isDone || !/[\d-]/.test(c)) throw this.unexpected("indexer");
      else {
        digits += c;
        continue;
      }
      digits = "";
      isDone = false;
    }
    throw jsonError.json(INDEX_ENDED);
  }

  private wildcard(close: string): Filter {
    this.at++;
    this.ensure(INDEX_ENDED);
    this.skip();
    if (this.peek !== close) throw this.unexpected("indexer");
    return item(null);
  }

  private query(close: string, isScan: boolean): Filter {
    this.at++;
    this.ensure(INDEX_ENDED);
    if (this.peek !== "(") throw this.unexpected("indexer");
    this.at++;
    const query = this.conditions();
    this.at++;
    this.ensure(INDEX_ENDED);
    this.skip();
    if (this.peek !== close) throw this.unexpected("indexer");
    return isScan ? scanWhere(query) : where(query);
  }

  /** Conditions with `&&` and `||`: whenever the operator changes, what follows belongs to the last condition before it. */
  private conditions(): Query {
    let whole: Group | null = null;
    let inner: Group | null = null;
    while (this.at < this.source.length) {
      const query = this.condition();
      const c = this.peek;
      if (c === ")") {
        if (whole === null) return query;
        inner!.members.push(query);
        return combine(whole);
      }
      if (c !== "&" && c !== "|") throw this.unexpected("query");
      const isAnd = c === "&";
      if (!this.match(isAnd ? "&&" : "||")) throw this.unexpected("query");
      if (inner === null || inner.isAnd !== isAnd) {
        const group: Group = { isAnd, members: [] };
        inner?.members.push(group);
        inner = group;
        whole ??= group;
      }
      inner.members.push(query);
    }
    throw jsonError.json(QUERY_ENDED);
  }

  private condition(): Query {
    const left = this.side();
    if (this.peek === ")" || this.peek === "|" || this.peek === "&") return exists(left);
    const operator = this.operator();
    return comparison(left, operator, this.side());
  }

  private operator(): Operator {
    if (this.at + 1 >= this.source.length) throw jsonError.json(QUERY_ENDED);
    for (const [text, operator] of OPERATORS) if (this.match(text)) return operator;
    throw jsonError.json("Could not read query operator.");
  }

  private match(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private side(): Side {
    this.skip();
    const side = this.pathSide() ?? this.valueSide();
    if (side === null) throw this.unexpected("query");
    this.skip();
    this.ensure(QUERY_ENDED);
    return side;
  }

  private pathSide(): Side | null {
    if (this.peek !== "$" && this.peek !== "@") return null;
    const path: Filter[] = this.peek === "$" ? [root] : [];
    this.at++;
    if (this.path(path, this.at, true)) throw jsonError.json(QUERY_ENDED);
    return { path };
  }

  private valueSide(): Side | null {
    const c = this.peek;
    if (c === "'") return { value: JValue.ofString(this.quotedText()) };
    if (c === "/") return { value: JValue.ofString(this.regexText()) };
    if (c !== undefined && /[\d-]/.test(c)) return this.numberSide();
    if (this.match("true")) return { value: JValue.ofBoolean(true) };
    if (this.match("false")) return { value: JValue.ofBoolean(false) };
    return this.match("null") ? { value: JValue.ofNull() } : null;
  }

  private numberSide(): Side {
    const end = this.source.slice(this.at).search(/[ )]/);
    const text = end < 0 ? this.source.slice(this.at) : this.source.slice(this.at, this.at + end);
    if (!/^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text)) throw this.unexpected("query");
    this.at += text.length;
    if (/[.eE]/.test(text)) return { value: JValue.ofDouble(Number(text)) };
    if (text.length <= 15) return { value: JValue.ofLong(Number(text)) };
    const value = BigInt(text);
    return { value: new JValue(JTokenType.Integer, BigInt.asIntN(64, value) === value ? "long" : "big", value) };
  }

  private regexText(): string {
    const start = this.at;
    for (this.at++; this.at < this.source.length; this.at++) {
      if (this.peek === "\\") this.at++;
      else if (this.peek === "/") {
        this.at++;
        while (/[a-z]/i.test(this.peek ?? "")) this.at++;
        return this.source.slice(start, this.at);
      }
    }
    throw jsonError.json("Path ended with an open regex.");
  }
}

function named(name: string, isScan: boolean): Filter {
  const wanted = name === "*" ? null : name;
  return isScan ? scan(wanted) : field(wanted);
}

function combine({ isAnd, members }: Group): Query {
  const queries = members.map((member) => (typeof member === "function" ? member : combine(member)));
  return isAnd ? both(queries) : either(queries);
}

const MOST_KEPT = 500;
const kept = new Map<string, readonly Filter[]>();

/** The steps of a path. Throws JsonException. Paths are kept, as most are constants. */
export function parsePath(source: string): readonly Filter[] {
  let filters = kept.get(source);
  if (filters !== undefined) return filters;
  if (source.length > MOST_LENGTH) throw jsonError.json("The path is too long.");
  filters = new PathParser(source).parse();
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(source, filters);
  return filters;
}
