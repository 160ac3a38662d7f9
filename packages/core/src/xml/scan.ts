import type { Problem } from "../diagnostics/problem.js";
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
import { xmlProblems } from "./problems.js";
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

/** A problem with its place in the text. */
export interface Finding extends Problem {
  readonly start: number;
  readonly end: number;
}

/** Everything that fast-xml-parser does not tell, and the stretches that it must not see. */
export interface Scan {
  readonly elements: ReadonlyMap<number, ScannedElement>;
  /** Stretches of the source that are C# code or literal text which need not be well-formed: to be masked. */
  readonly masked: readonly (readonly [start: number, end: number])[];
  readonly findings: readonly Finding[];
  readonly language: ExpressionLanguage;
}

/** How deep and how wide elements may be. */
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
      this.report(xmlProblems.openElement(element.name), element.start, element.contentStart);
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
      if (this.source.slice(start, end).trim() !== "") this.report(xmlProblems.strayText(), start, end);
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
      this.report(xmlProblems.openConstruct("CDATA section", "]]>"), start, start + 9);
      this.at = this.source.length;
      return;
    }
    this.at = close + 3;
    const parent = this.open.at(-1);
    if (parent === undefined) return this.report(xmlProblems.strayCdata(), start, this.at);
    const value = decodeText(this.source, start + 9, close, { lineBreaks: "lines", entities: false });
    const isExpression = isOneExpression(value.text, this.language);
    parent.texts.push({ value, start: start + 9, end: close, isExpression, isCdata: true });
  }

  private startTag(): void {
    const { source } = this;
    const start = this.at;
    const name = this.match(NAME, start + 1);
    if (name === "") {
      this.report(xmlProblems.notATag(), start, start + 1);
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
        this.report(xmlProblems.openTag(name), start, source.length);
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
        this.report(xmlProblems.tagInTag(name), start, this.at);
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
      this.report(xmlProblems.tooDeep(this.limits.depth), start, this.at);
      this.at = source.length;
      this.open.length = 0;
    }
  }

  private setLanguage(attributes: readonly XmlAttribute[]): void {
    const language = attributes
      .find(({ name }) => name === "language")
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
      this.report(xmlProblems.badEndTag(), start, close);
      this.at = indexOr(source, ">", start, source.length - 1) + 1;
      return;
    }
    this.at = close + 1;
    const match = this.open.findLastIndex((open) => open.name === name);
    if (match < 0) {
      return this.report(xmlProblems.closesNothing(name, this.open.at(-1)?.name), start, this.at);
    }
    for (const unclosed of this.open.splice(match + 1).reverse()) {
      unclosed.contentEnd = unclosed.end = start;
      this.report(xmlProblems.openBeforeEnd(unclosed.name, name), unclosed.start, unclosed.contentStart);
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
      this.report(xmlProblems.notAnAttribute(tag, this.attributeHint(attributes)), start, start + 1);
      return false;
    }
    this.at += name.length;
    this.at += this.match(BLANK, this.at).length;
    if (source[this.at] !== "=") {
      this.report(xmlProblems.noValue(name, this.attributeHint(attributes, name)), start, start + name.length);
      return false;
    }
    this.at++;
    this.at += this.match(BLANK, this.at).length;
    const quote = source[this.at];
    if (quote !== '"' && quote !== "'") {
      this.report(xmlProblems.noQuotes(name), this.at, this.at + 1);
      return false;
    }
    if (isGlued) this.report(xmlProblems.noBlank(name), start, start + name.length);
    const value = this.attributeValue(this.at + 1, quote);
    if (value === null) return false;
    if (attributes.length > this.limits.attributes) return true;
    if (attributes.some((attribute) => attribute.name === name)) this.report(xmlProblems.twice(name), start, start + name.length);
    else {
      attributes.push({ name, start, ...value });
      if (attributes.length > this.limits.attributes)
        this.report(xmlProblems.tooManyAttributes(tag, this.limits.attributes), start, start + name.length);
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
      this.report(xmlProblems.openValue(quote), start - 1, start);
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
    this.report(xmlProblems.openExpression(where, bracket), from, from + 2);
    return range;
  }

  private declaration(): void {
    const start = this.at;
    this.report(xmlProblems.doctype(), start, start + 2);
    this.at = this.source.length;
    this.open.length = 0;
  }

  private skipPast(closing: string, offset: number, what: string): void {
    const close = this.source.indexOf(closing, this.at + offset);
    if (close < 0) this.report(xmlProblems.openConstruct(what, closing), this.at, this.at + offset);
    this.at = close < 0 ? this.source.length : close + closing.length;
  }

  private mixed(start: number, end: number): void {
    this.findings.push({ ...xmlProblems.mixedValue(), start, end });
  }

  private readonly badEntity = (offset: number, name: string | null): void => {
    if (name !== null) {
      this.report(xmlProblems.unknownEntity(name), offset, offset + name.length);
      return;
    }
    this.masked.push([offset, offset + 1]);
    if (this.findings.length >= MOST_FINDINGS) return;
    this.findings.push({ ...xmlProblems.bareAmpersand(), start: offset, end: offset + 1 });
  };

  private report(problem: Problem, start: number, end: number): void {
    // Each unclosed expression may cost a walk to the end of the document: a text full of them is not worth that.
    if (this.findings.length >= MOST_FINDINGS) {
      this.isOver = true;
      return;
    }
    this.findings.push({ ...problem, start, end });
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
