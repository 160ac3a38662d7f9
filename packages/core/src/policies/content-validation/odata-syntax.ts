/** Longest text of one option, in characters. */
const LONGEST = 32_768;
/** Deepest nesting of an expression. */
const MOST_DEPTH = 64;

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9][0-9A-Za-z:.+-]*)|([\p{L}_@$][\p{L}\p{N}_.]*)|([(),/:;=*-]))/uy;
const BINARY = new Set("or and eq ne gt ge lt le has in add sub mul div divby mod".split(" "));

type Token = { readonly kind: "literal" | "word" | "sign" | "end"; readonly text: string };

/** Thrown for what OData's grammar does not know. */
export class ODataError extends Error {}

function tokens(text: string): Token[] {
  if (text.length > LONGEST) throw new ODataError(`it is longer than ${LONGEST} characters`);
  const all: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new ODataError(`unexpected character at position ${at + 1}`);
    const [, string, literal, word, sign] = match;
    if (word !== undefined) all.push({ kind: "word", text: word });
    else if (sign !== undefined) all.push({ kind: "sign", text: sign });
    else all.push({ kind: "literal", text: string ?? literal! });
  }
  all.push({ kind: "end", text: "" });
  return all;
}

/** Reads one option by OData's common expression grammar, without knowing the service's names. */
class Reader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    this.tokens = tokens(text);
  }

  /** A whole expression. */
  filter(): void {
    this.expression(0);
    this.end();
  }

  /** Expressions with their direction, separated by commas. */
  orderBy(): void {
    do {
      this.expression(0);
      if (this.isWord("asc") || this.isWord("desc")) this.at++;
    } while (this.take(","));
    this.end();
  }

  /** Paths separated by commas; each may have options of its own in parentheses. */
  paths(): void {
    do this.path(0);
    while (this.take(","));
    this.end();
  }

  private path(depth: number): void {
    do {
      if (this.take("*")) continue;
      if (this.next.kind !== "word") throw this.unexpected();
      this.at++;
      if (this.take("(")) this.balanced(depth + 1);
    } while (this.take("/"));
  }

  /** The inside of parentheses, whose options stand for themselves. */
  private balanced(depth: number): void {
    let open = 1 + depth;
    while (open > depth) {
      if (this.next.kind === "end") throw this.unexpected();
      if (this.next.text === "(" && ++open > MOST_DEPTH) throw new ODataError("it is nested too deep");
      if (this.next.text === ")") open--;
      this.at++;
    }
  }

  private expression(depth: number): void {
    if (depth > MOST_DEPTH) throw new ODataError("it is nested too deep");
    do this.operand(depth);
    while (this.next.kind === "word" && BINARY.has(this.next.text) && ++this.at > 0);
  }

  private operand(depth: number): void {
    while (this.isWord("not") || this.next.text === "-") this.at++;
    if (this.take("(")) return this.list(depth);
    if (this.next.kind === "literal") {
      this.at++;
      return;
    }
    do {
      if (this.next.kind !== "word" || BINARY.has(this.next.text)) throw this.unexpected();
      this.at++;
      // duration'PT1H' and the like
      if (this.tokens[this.at]!.text.startsWith("'")) this.at++;
      if (this.take("(") && !this.take(")")) this.list(depth);
    } while (this.take("/"));
  }

  /** Expressions up to the closing parenthesis; lambdas (`x:x/a eq 1`) and named arguments among them. */
  private list(depth: number): void {
    do {
      const following = this.tokens[this.at + 1]?.text;
      if (this.next.kind === "word" && (following === ":" || following === "=")) this.at += 2;
      this.expression(depth + 1);
    } while (this.take(","));
    if (!this.take(")")) throw this.unexpected();
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private isWord(text: string): boolean {
    return this.next.kind === "word" && this.next.text === text;
  }

  private take(sign: string): boolean {
    if (this.next.kind !== "sign" || this.next.text !== sign) return false;
    this.at++;
    return true;
  }

  private end(): void {
    if (this.next.kind !== "end") throw this.unexpected();
  }

  private unexpected(): ODataError {
    const { kind, text } = this.next;
    return new ODataError(kind === "end" ? "it ends too early" : `"${text.slice(0, 50)}" is unexpected`);
  }
}

const count = (text: string): void => {
  if (!/^\d{1,19}$/.test(text)) throw new ODataError("it is no number of items");
};
const anything = (text: string): void => {
  if (text === "") throw new ODataError("it is empty");
};
const OPTIONS: ReadonlyMap<string, (text: string) => void> = new Map<string, (text: string) => void>([
  ["$filter", (text) => new Reader(text).filter()],
  ["$orderby", (text) => new Reader(text).orderBy()],
  ["$select", (text) => new Reader(text).paths()],
  ["$expand", (text) => new Reader(text).paths()],
  ["$top", count],
  ["$skip", count],
  ["$index", (text) => count(text.replace(/^-/, ""))],
  [
    "$count",
    (text) => {
      if (text !== "true" && text !== "false") throw new ODataError("it is neither true nor false");
    },
  ],
  ...["$search", "$format", "$apply", "$compute", "$skiptoken", "$deltatoken", "$id", "$schemaversion", "$levels"].map(
    (name) => [name, anything] as const,
  ),
]);

/** What is wrong with a query option; null if nothing is. Options without `$` are the service's own. */
export function queryOptionFault(name: string, values: readonly string[]): string | null {
  if (!name.startsWith("$")) return null;
  const check = OPTIONS.get(name);
  if (check === undefined) return `The query option ${name} is unknown.`;
  if (values.length > 1) return `The query option ${name} is there more than once.`;
  try {
    check(values[0] ?? "");
    return null;
  } catch (error) {
    if (!(error instanceof ODataError)) throw error;
    return `The query option ${name} is not valid: ${error.message}.`;
  }
}

const SYSTEM_SEGMENT = /^\$(?:metadata|batch|entity|count|value|ref|all|links|root|each|filter\(.*\)|query|crossjoin\(.*\))$/s;

/** What is wrong with a resource path, percent-encoded as sent; null if nothing is. */
export function resourcePathFault(path: string): string | null {
  for (const segment of path.split("/")) {
    let text: string;
    try {
      text = decodeURIComponent(segment);
    } catch {
      return "The path is not percent-encoded as it should be.";
    }
    if (text.startsWith("$") && !SYSTEM_SEGMENT.test(text)) return `The path segment ${text.slice(0, 50)} is unknown.`;
    const bare = text.replace(/'(?:[^']|'')*'/g, "");
    if (bare.includes("'")) return "The path has a text that is not closed.";
    let depth = 0;
    for (const char of bare) if ((char === "(" && ++depth > MOST_DEPTH) || (char === ")" && --depth < 0)) break;
    if (depth !== 0) return "The path has parentheses that do not match.";
  }
  return null;
}
