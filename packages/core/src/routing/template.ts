/** One segment of an operation's URL template. */
export type TemplateSegment =
  /** Lower case. */
  | { readonly kind: "literal"; readonly text: string }
  /** Literals with parameters between them, as in `report-{id}.json`. */
  | { readonly kind: "mixed"; readonly literals: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: "parameter"; readonly name: string }
  /** The rest of the path: `{*name}`, or `*`, whose name is `*`. Always the last one. */
  | { readonly kind: "rest"; readonly name: string };

/** A parameter of the template's query part: `?top={n}`, or one that must have a certain value. */
export interface TemplateQuery {
  readonly name: string;
  readonly parameter: string | null;
  readonly literal: string | null;
}

/** An operation's URL template, taken apart. */
export interface UrlTemplate {
  readonly segments: readonly TemplateSegment[];
  readonly query: readonly TemplateQuery[];
}

const NAME = /^[^{}*/?]{1,100}$/;

/** Parses `/accounts/{id}`, `/files/{*path}`, `/a-{x}.json`, `/list?date={d}`. */
export function parseTemplate(text: string): UrlTemplate | { readonly error: string } {
  const question = findQuestion(text);
  const path = question < 0 ? text : text.slice(0, question);
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  const segments: TemplateSegment[] = [];
  if (parts.length > 1 || parts[0] !== "") {
    for (const [index, part] of parts.entries()) {
      const segment = parseSegment(part);
      if (typeof segment === "string") return { error: segment };
      if (segment.kind === "rest" && index < parts.length - 1) return { error: "a wildcard can only be the last segment." };
      segments.push(segment);
    }
  }
  const query = question < 0 ? [] : parseQuery(text.slice(question + 1));
  if (typeof query === "string") return { error: query };
  const names = [...segments.flatMap(namesOf), ...query.flatMap(({ parameter }) => (parameter === null ? [] : [parameter]))];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { error: `the parameter ${twice} is there twice.` };
  return { segments, query };
}

/** The names that a segment gives values to. */
export function namesOf(segment: TemplateSegment): readonly string[] {
  if (segment.kind === "literal") return [];
  return segment.kind === "mixed" ? segment.names : [segment.name];
}

/** The `?` of the query part; one inside braces is none. */
function findQuestion(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}") depth--;
    else if (text[i] === "?" && depth <= 0) return i;
  }
  return -1;
}

function parseSegment(text: string): TemplateSegment | string {
  if (text === "*") return { kind: "rest", name: "*" };
  const literals: string[] = [];
  const names: string[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{", at);
    literals.push(decodeSegment(open < 0 ? text.slice(at) : text.slice(at, open)).toLowerCase());
    if (open < 0) break;
    const close = text.indexOf("}", open);
    if (close < 0) return "a '{' is not closed.";
    const name = text.slice(open + 1, close);
    if (name.startsWith("*") && open === 0 && close === text.length - 1) {
      if (name !== "*" && !NAME.test(name.slice(1))) return `"${name}" is no name of a parameter.`;
      return { kind: "rest", name: name === "*" ? "*" : name.slice(1) };
    }
    if (!NAME.test(name)) return `"${name}" is no name of a parameter.`;
    names.push(name);
    at = close + 1;
  }
  if (literals.some((literal) => literal.includes("}"))) return "a '}' closes nothing.";
  if (names.length === 0) return { kind: "literal", text: literals[0]! };
  if (names.length === 1 && literals.every((literal) => literal === "")) return { kind: "parameter", name: names[0]! };
  if (literals.slice(1, -1).includes("")) return "two parameters need something between them.";
  return { kind: "mixed", literals, names };
}

function parseQuery(text: string): TemplateQuery[] | string {
  const query: TemplateQuery[] = [];
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeSegment(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    const match = /^\{([^{}]+)\}$/.exec(value);
    if (match === null && /[{}]/.test(value)) return "a query parameter's value is one {name} or plain text.";
    query.push({ name, parameter: match?.[1] ?? null, literal: match === null ? decodeSegment(value) : null });
  }
  return query;
}

/**
 * Matches a decoded segment against a mixed one, each parameter as short as it can be.
 * @returns the parameters' values, or null
 */
export function matchMixed(segment: TemplateSegment & { readonly kind: "mixed" }, text: string): string[] | null {
  const lower = text.toLowerCase();
  const { literals } = segment;
  const first = literals[0]!;
  const last = literals.at(-1)!;
  if (!lower.startsWith(first) || !lower.endsWith(last) || lower.length < first.length + last.length) return null;
  const values: string[] = [];
  let at = first.length;
  const end = text.length - last.length;
  for (let i = 1; i < literals.length; i++) {
    const next = i === literals.length - 1 ? end : lower.indexOf(literals[i]!, at + 1);
    if (next <= at || next > end) return null;
    values.push(text.slice(at, next));
    at = next + literals[i]!.length;
  }
  return values;
}

/** Percent-decodes; text that is not well-formed stays as it is. */
export function decodeSegment(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
