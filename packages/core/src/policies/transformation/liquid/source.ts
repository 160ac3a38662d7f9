import { isSpace } from "./fragments.js";

/** A piece of a template: text as it stands, `{{ output }}` or `{% tag %}`. */
export interface Token {
  readonly kind: "text" | "output" | "tag";
  readonly text: string;
  /** Offset in the trimmed source; see {@link Source.offset}. */
  readonly at: number;
}

/** A text that was made from parts of another, and knows where each part was. */
class Derived {
  text = "";
  private readonly starts: number[] = [];
  private readonly origins: number[] = [];

  add(text: string, origin: number): void {
    if (text === "") return;
    this.starts.push(this.text.length);
    this.origins.push(origin);
    this.text += text;
  }

  /** Where the character at `at` was. */
  origin(at: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return high < 0 ? 0 : this.origins[low]! + at - this.starts[low]!;
  }
}

/** A template cut into pieces. The cut is made before anything is understood: by marks alone, and within one line. */
export interface Source {
  readonly tokens: readonly Token[];
  /** The offset in the template as written of an offset in what the tokens were cut from. */
  offset(at: number): number;
}

/** Takes a template apart: texts, outputs and tags. */
export function readSource(template: string): Source {
  const whole = shorthand(template);
  const before = trimBefore(whole.text);
  const behind = trimBehind(before.text);
  return { tokens: cut(behind.text), offset: (at) => whole.origin(before.origin(behind.origin(at))) };
}

/** A whole template `{{{ … }}}` is literal text, a whole template `{# … #}` a comment. */
function shorthand(template: string): Derived {
  const result = new Derived();
  const wrapped = inner(template, ["{", "{", "{"], ["}", "}", "}"], false);
  const note = wrapped === null ? inner(template, ["{", "#"], ["#", "}"], true) : null;
  const [tag, content] = wrapped === null ? ["comment", note] : ["literal", wrapped];
  if (content === null) {
    result.add(template, 0);
    return result;
  }
  result.add(`{% ${tag} %}`, 0);
  result.add(template.slice(content.start, content.end), content.start);
  result.add(`{% end${tag} %}`, content.end);
  return result;
}

/** What stands between the marks if the whole template does; one line. `spaced`: there may be a blank between the marks' characters. */
function inner(
  template: string,
  open: readonly string[],
  close: readonly string[],
  spaced: boolean,
): { readonly start: number; readonly end: number } | null {
  const isBlank = (at: number): boolean => at >= 0 && at < template.length && isSpace(template.charCodeAt(at));
  let start = 0;
  for (const [i, mark] of open.entries()) {
    if (spaced && i > 0 && isBlank(start)) start++;
    if (template[start++] !== mark) return null;
  }
  let end = template.endsWith("\n") ? template.length - 1 : template.length;
  for (const [i, mark] of close.toReversed().entries()) {
    if (spaced && i > 0 && isBlank(end - 1)) end--;
    if (template[--end] !== mark) return null;
  }
  if (end < start) return null;
  if (isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return end < start || template.slice(start, end).includes("\n") ? null : { start, end: Math.max(start, end) };
}

/** `{{-` and `{%-` take the blanks and tabs before them. */
function trimBefore(text: string): Derived {
  const result = new Derived();
  let last = 0;
  for (const { index } of text.matchAll(/\{[{%]-/g)) {
    let end = index;
    while (end > last && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
    result.add(text.slice(last, end), last);
    result.add(text.slice(index, index + 2), index);
    last = index + 3;
  }
  result.add(text.slice(last), last);
  return result;
}

/** `-}}` and `-%}` take one line end, or the blanks and tabs, behind them. */
function trimBehind(text: string): Derived {
  const result = new Derived();
  let last = 0;
  for (const match of text.matchAll(/-(\}\}|%\})(?:\n|\r\n|[ \t]+)?/g)) {
    result.add(text.slice(last, match.index), last);
    result.add(match[1]!, match.index + 1);
    last = match.index + match[0].length;
  }
  result.add(text.slice(last), last);
  return result;
}

/** Where something is next; each search begins where the last one ended, so that all of them together read the text once. */
class Ahead {
  private found = -1;

  constructor(
    private readonly text: string,
    private readonly mark: string,
  ) {}

  /** At or behind `from`, which never goes back. The text's length if there is none. */
  next(from: number): number {
    if (this.found < from) {
      const at = this.text.indexOf(this.mark, from);
      this.found = at < 0 ? this.text.length : at;
    }
    return this.found;
  }
}

function cut(text: string): Token[] {
  const tokens: Token[] = [];
  const lineEnd = new Ahead(text, "\n");
  const brace = new Ahead(text, "}");
  const tagEnd = new Ahead(text, "%}");
  const marks = /\{[{%]/g;
  let last = 0;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const at = match.index;
    const isTag = text[at + 1] === "%";
    const close = (isTag ? tagEnd : brace).next(at + 2);
    const isClosed = close < lineEnd.next(at + 2);
    const end = !isClosed ? at + 2 : isTag || text[close + 1] === "}" ? close + 2 : close + 1;
    if (at > last) tokens.push({ kind: "text", text: text.slice(last, at), at: last });
    tokens.push({ kind: isTag ? "tag" : "output", text: text.slice(at, end), at });
    last = end;
    marks.lastIndex = end;
  }
  if (last < text.length) tokens.push({ kind: "text", text: text.slice(last), at: last });
  return tokens;
}
