import type { Code } from "../diagnostics/codes.js";
import { decodeText } from "./entities.js";
import {
  type DocumentFormat,
  decodeExpression,
  type ExpressionRange,
  expressionEnd,
  findExpression,
  isOneExpression,
} from "./expressions.js";
import type { ExpressionLanguage, XmlAttribute, XmlText } from "./nodes.js";
import type { MappedText } from "./source.js";

/** What the scan notes of an element, by the offset of its `<`. */
export interface ScannedElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly texts: XmlText[];
  readonly start: number;
  readonly contentStart: number;
  contentEnd: number;
  end: number;
}

export interface Finding {
  readonly severity: "error" | "warning";
  readonly code: Code;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

/** Everything that fast-xml-parser does not tell, and the stretches that it must not see. */
export interface Scan {
  readonly elements: ReadonlyMap<number, ScannedElement>;
  /** Stretches of the source that are C# code or literal text which need not be well-formed: to be masked. */
  readonly masked: readonly (readonly [start: number, end: number])[];
  readonly findings: readonly Finding[];
  readonly language: ExpressionLanguage;
}

export interface ScanLimits {
  readonly depth: number;
  readonly attributes: number;
}

const NAME = /[\p{L}_:][\p{L}\p{N}_:.\-\u00b7]*/uy;
const BLANK = /[ \t\r\n]*/y;
const MOST_FINDINGS = 100;

/**
 * Walks over a policy document once, with an eye for C#: finds where tags, attributes, texts and expressions stand, and what is wrong
 * with them. Goes on after an error, so that several show at once.
 */
export function scan(source: string, format: DocumentFormat, limits: ScanLimits): Scan {
  const scanner = new Scanner(source, format, limits);
  scanner.run();
  return scanner;
}

class Scanner implements Scan {
  readonly elements = new Map<number, ScannedElement>();
  readonly masked: (readonly [number, number])[] = [];
  readonly findings: Finding[] = [];
  language: ExpressionLanguage = "csharp";
  private readonly open: ScannedElement[] = [];
  private at = 0;
  private tooDeep = false;
  /** So much is wrong that the rest is not looked at. */
  private isOver = false;

  constructor(
    private readonly source: string,
    private readonly format: DocumentFormat,
    private readonly limits: ScanLimits,
  ) {}

  run(): void {
    const { source } = this;
    while (this.at < source.length && !this.isOver) {
      if (source[this.at] !== "<") this.text();
      else if (source.startsWith("<!--", this.at)) this.skipPast("-->", 4, "comment");
      else if (source.startsWith("<![CDATA[", this.at)) this.cdata();
      else if (source.startsWith("<!", this.at)) this.declaration();
      else if (source.startsWith("<?", this.at)) this.skipPast("?>", 2, "processing instruction");
      else if (source[this.at + 1] === "/") this.endTag();
      else this.startTag();
    }
    for (const element of this.isOver ? [] : this.open.reverse()) {
      this.error("TP0103", `<${element.name}> is never closed.`, element.start, element.contentStart, `Add </${element.name}>.`);
      element.contentEnd = element.end = source.length;
    }
  }

  private text(): void {
    const { source } = this;
    const start = this.at;
    const end = indexOr(source, "<", start, source.length);
    const range = this.expressionIn(start, end, "element");
    if (range === null) {
      this.at = end;
      this.addText(start, end, false);
      return;
    }
    if (range === "open") {
      // The end tag is the best guess at where the code was meant to end.
      const parent = this.open.at(-1);
      const closing = parent === undefined ? -1 : source.indexOf(`</${parent.name}`, start);
      this.at = closing < 0 ? end : closing;
      this.masked.push([start, this.at]);
      return;
    }
    const rest = indexOr(source, "<", range.end, source.length);
    this.masked.push([range.start, range.end]);
    this.at = rest;
    const isWhole = source.slice(range.end, rest).trim() === "";
    if (!isWhole) this.mixed(range.start, rest);
    this.addText(start, rest, isWhole, isWhole ? range : null);
  }

  private addText(start: number, end: number, isExpression: boolean, range: ExpressionRange | null = null): void {
    const parent = this.open.at(-1);
    if (parent === undefined) {
      if (this.source.slice(start, end).trim() !== "")
        this.error("TP0105", "There is text outside of any element.", start, end, "Remove it, or put it into a comment.");
      return;
    }
    const value =
      range === null
        ? decodeText(this.source, start, end, { lineBreaks: "lines", entities: true, onBadEntity: this.badEntity })
        : decodeExpression(this.source, range, this.format);
    parent.texts.push({ value, start, end, isExpression, isCdata: false });
  }

  private cdata(): void {
    const start = this.at;
    const close = this.source.indexOf("]]>", start);
    if (close < 0) {
      this.error("TP0106", "The CDATA section is never closed.", start, start + 9, "Add ]]>.");
      this.at = this.source.length;
      return;
    }
    this.at = close + 3;
    const parent = this.open.at(-1);
    if (parent === undefined) return this.error("TP0105", "There is text outside of any element.", start, this.at);
    const value = decodeText(this.source, start + 9, close, { lineBreaks: "lines", entities: false });
    const isExpression = isOneExpression(value.text, this.language);
    parent.texts.push({ value, start: start + 9, end: close, isExpression, isCdata: true });
  }

  private startTag(): void {
    const { source } = this;
    const start = this.at;
    const name = this.match(NAME, start + 1);
    if (name === "") {
      this.error("TP0102", "A '<' that starts no tag.", start, start + 1, "In text, write &lt; instead.");
      // What follows is taken as text; it must not be taken for the '<' again.
      this.masked.push([start, start + 1]);
      this.at = start + 1;
      return;
    }
    this.at = start + 1 + name.length;
    const attributes: XmlAttribute[] = [];
    let isEmpty = false;
    for (;;) {
      const before = this.at;
      this.at += this.match(BLANK, this.at).length;
      if (this.at >= source.length) {
        this.error("TP0102", `The tag <${name}> is never ended.`, start, source.length, "Add '>'.");
        break;
      }
      if (source[this.at] === ">") {
        this.at++;
        break;
      }
      if (source.startsWith("/>", this.at)) {
        this.at += 2;
        isEmpty = true;
        break;
      }
      if (source[this.at] === "<") {
        this.error("TP0102", `The tag <${name}> is not ended before the next one starts.`, start, this.at, "Add '>'.");
        break;
      }
      if (!this.attribute(name, attributes, before === this.at)) this.resync();
      if (this.isOver) return;
    }
    const element = { name, attributes, texts: [], start, contentStart: this.at, contentEnd: this.at, end: this.at };
    this.elements.set(start, element);
    if (this.open.length === 0 && this.elements.size === 1) this.setLanguage(attributes);
    if (isEmpty) return;
    this.open.push(element);
    if (this.open.length > this.limits.depth && !this.tooDeep) {
      this.tooDeep = true;
      this.error("TP0108", `Elements are nested more than ${this.limits.depth} deep.`, start, this.at);
      this.at = source.length;
      this.open.length = 0;
    }
  }

  private setLanguage(attributes: readonly XmlAttribute[]): void {
    const language = attributes
      .find((one) => one.name === "language")
      ?.value.text.trim()
      .toLowerCase();
    if (language === "javascript") this.language = "javascript";
  }

  private endTag(): void {
    const { source } = this;
    const start = this.at;
    const name = this.match(NAME, start + 2);
    const close = start + 2 + name.length + this.match(BLANK, start + 2 + name.length).length;
    if (name === "" || source[close] !== ">") {
      this.error("TP0102", "This end tag is not well-formed.", start, close, "An end tag is </name>.");
      this.at = indexOr(source, ">", start, source.length - 1) + 1;
      return;
    }
    this.at = close + 1;
    const match = this.open.findLastIndex((one) => one.name === name);
    if (match < 0) {
      const top = this.open.at(-1);
      const hint = top === undefined ? "Remove it." : `<${top.name}> is what is open here.`;
      return this.error("TP0104", `</${name}> closes nothing.`, start, this.at, hint);
    }
    for (const unclosed of this.open.splice(match + 1).reverse()) {
      unclosed.contentEnd = unclosed.end = start;
      this.error(
        "TP0103",
        `<${unclosed.name}> is not closed before </${name}>.`,
        unclosed.start,
        unclosed.contentStart,
        `Add </${unclosed.name}>.`,
      );
    }
    const element = this.open.pop()!;
    element.contentEnd = start;
    element.end = this.at;
  }

  /** Reads one attribute. False: it makes no sense. */
  private attribute(tag: string, attributes: XmlAttribute[], isGlued: boolean): boolean {
    const { source } = this;
    const start = this.at;
    const name = this.match(NAME, start);
    if (name === "") {
      this.error(
        "TP0107",
        `The tag <${tag}> has something in it that is no attribute.`,
        start,
        start + 1,
        this.attributeHint(attributes),
      );
      return false;
    }
    this.at += name.length;
    this.at += this.match(BLANK, this.at).length;
    if (source[this.at] !== "=") {
      this.error(
        "TP0107",
        `The attribute ${name} has no value.`,
        start,
        start + name.length,
        this.attributeHint(attributes, name),
      );
      return false;
    }
    this.at++;
    this.at += this.match(BLANK, this.at).length;
    const quote = source[this.at];
    if (quote !== '"' && quote !== "'") {
      this.error("TP0107", `The value of ${name} is not in quotes.`, this.at, this.at + 1, `Write ${name}="…".`);
      return false;
    }
    if (isGlued) this.error("TP0107", `A blank is missing before the attribute ${name}.`, start, start + name.length);
    const value = this.attributeValue(this.at + 1, quote);
    if (value === null) return false;
    if (attributes.length > this.limits.attributes) return true;
    if (attributes.some((one) => one.name === name))
      this.error("TP0109", `The attribute ${name} is there twice.`, start, start + name.length, "Remove one of them.");
    else {
      attributes.push({ name, start, ...value });
      if (attributes.length > this.limits.attributes)
        this.error("TP0108", `<${tag}> has more than ${this.limits.attributes} attributes.`, start, start + name.length);
    }
    return true;
  }

  private attributeValue(start: number, quote: string): { value: MappedText; valueStart: number; isExpression: boolean } | null {
    const { source } = this;
    const end = source.indexOf(quote, start);
    const range = this.expressionIn(start, end < 0 ? source.length : end, "attribute");
    if (range === "open") {
      this.at = end < 0 ? source.length : end + 1;
      return {
        value: decodeText(source, start, this.at - 1, { lineBreaks: "none", entities: false }),
        valueStart: start,
        isExpression: true,
      };
    }
    if (range !== null) {
      const close = range.end + this.match(BLANK, range.end).length;
      this.masked.push([range.start, range.end]);
      if (source[close] === quote) {
        this.at = close + 1;
        return { value: decodeExpression(this.source, range, this.format), valueStart: start, isExpression: true };
      }
      return this.mixedAttribute(start, range.end, quote);
    }
    if (end < 0) {
      this.error("TP0107", "The value of the attribute is never closed.", start - 1, start, `Add ${quote}.`);
      this.at = source.length;
      return null;
    }
    this.at = end + 1;
    const value = decodeText(source, start, end, { lineBreaks: "blanks", entities: true, onBadEntity: this.badEntity });
    if (source.slice(start, end).includes("<")) this.masked.push([start, end]);
    if (/@[({]/.test(value.text)) this.mixed(start, end);
    return { value, valueStart: start, isExpression: false };
  }

  /** A value that starts with an expression and goes on behind it: literal text, as far as the quote that ends it. */
  private mixedAttribute(start: number, from: number, quote: string): ReturnType<Scanner["attributeValue"]> {
    const { source } = this;
    let at: number;
    let end = indexOr(source, quote, from, source.length);
    for (at = source.indexOf("@", from); at >= 0 && at < end; at = source.indexOf("@", at)) {
      const isStart = source[at + 1] === "(" || source[at + 1] === "{";
      const close = isStart ? expressionEnd(source, at, this.language) : at + 1;
      if (close < 0) break;
      at = close;
      if (isStart) end = indexOr(source, quote, at, source.length);
    }
    this.masked.push([from, end]);
    this.mixed(start, end);
    this.at = Math.min(source.length, end + 1);
    const value = decodeText(source, start, end, { lineBreaks: "blanks", entities: true });
    return { value, valueStart: start, isExpression: false };
  }

  /** After an error inside a tag: goes on at the next thing that looks like an attribute or the end of the tag. */
  private resync(): void {
    const next = /[\s"'][A-Za-z_:][\w:.-]*\s*=\s*["']|\/?>|<(?=[A-Za-z/!?])/g;
    next.lastIndex = this.at;
    const match = next.exec(this.source);
    if (match === null) this.at = this.source.length;
    else this.at = /^[\s"']/.test(match[0]) ? match.index + 1 : match.index;
  }

  private attributeHint(attributes: readonly XmlAttribute[], name?: string): string {
    const last = attributes.at(-1);
    if (last !== undefined && !last.isExpression && /@[({]/.test(last.value.text))
      return `The value of ${last.name} ended at its first quote: an expression must be the whole value. Use @($"…{…}…").`;
    return name === undefined ? 'Attributes are written name="value"; quotes in a value as &quot;.' : `Write ${name}="…".`;
  }

  private expressionIn(start: number, end: number, where: "element" | "attribute"): ExpressionRange | "open" | null {
    const range = findExpression(this.source, start, end, this.format, this.language);
    if (range !== "open") return range;
    const from = this.source.indexOf("@", start);
    const bracket = this.source[from + 1] === "(" ? ")" : "}";
    const hint = "Look for an unbalanced bracket or an unclosed string.";
    this.error("TP0110", `The expression in this ${where} has no closing '${bracket}'.`, from, from + 2, hint);
    return range;
  }

  private declaration(): void {
    const start = this.at;
    this.error("TP0111", "A policy document cannot have a DOCTYPE.", start, start + 2, "Remove it.");
    this.at = this.source.length;
    this.open.length = 0;
  }

  private skipPast(closing: string, offset: number, what: string): void {
    const close = this.source.indexOf(closing, this.at + offset);
    if (close < 0) this.error("TP0106", `The ${what} is never closed.`, this.at, this.at + offset, `Add ${closing}.`);
    this.at = close < 0 ? this.source.length : close + closing.length;
  }

  private mixed(start: number, end: number): void {
    this.findings.push({
      severity: "warning",
      code: "TP0112",
      message: "This value contains '@(' or '@{' but is not an expression as a whole: it is taken as plain text.",
      start,
      end,
      hint: 'An expression must be the whole value. Use string interpolation: @($"text {value}").',
    });
  }

  private readonly badEntity = (offset: number, name: string | null): void => {
    if (name !== null) {
      this.error(
        "TP0113",
        `${name} is not an entity that XML knows.`,
        offset,
        offset + name.length,
        "Write &amp; for '&', or the character itself.",
      );
      return;
    }
    this.masked.push([offset, offset + 1]);
    if (this.findings.length >= MOST_FINDINGS) return;
    this.findings.push({
      severity: "warning",
      code: "TP0114",
      message: "A bare '&' in text.",
      start: offset,
      end: offset + 1,
      hint: "Write &amp;.",
    });
  };

  private error(code: Code, message: string, start: number, end: number, hint?: string): void {
    // Each unclosed expression may cost a walk to the end of the document: a text full of them is not worth that.
    if (this.findings.length >= MOST_FINDINGS) {
      this.isOver = true;
      return;
    }
    this.findings.push({ severity: "error", code, message, start, end, ...(hint === undefined ? {} : { hint }) });
  }

  private match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.source)?.[0] ?? "";
  }
}

function indexOr(text: string, wanted: string, from: number, otherwise: number): number {
  const at = text.indexOf(wanted, from);
  return at < 0 ? otherwise : at;
}
