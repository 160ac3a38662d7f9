import { substitute } from "../compile/named-values.js";
import { emptyModel } from "../model/empty.js";
import type { GatewayModel, NamedValueModel, PolicyDocument } from "../model/model.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import { allSections } from "../policy/sections.js";
import { isOneExpression } from "../xml/expressions.js";
import type { ExpressionLanguage, XmlAttribute, XmlDocument, XmlElement } from "../xml/nodes.js";
import type { DocumentSource } from "../xml/source.js";
import { LintCode } from "./code.js";
import type { Span } from "./span.js";

/** A policy document as rules see it: elements with their places, expressions with their types. */
export class LintDocument {
  readonly roots: readonly LintElement[];
  readonly namedValues: ReadonlyMap<string, NamedValueModel>;

  /**
   * @param scope null for fragments and snippets
   * @param fragment the id of the fragment that it is; null for others, and for a fragment whose id is not known
   * @param model what the document sees; null for one that is looked at without a configuration
   */
  constructor(
    readonly input: PolicyDocument,
    readonly xml: XmlDocument,
    readonly scope: ScopeName | null,
    readonly fragment: string | null,
    readonly model: GatewayModel | null,
  ) {
    this.namedValues = (model ?? emptyModel).namedValues;
    this.roots = xml.roots.map((element) => new LintElement(element, this, null));
  }

  get file(): string {
    return this.input.file;
  }

  get source(): DocumentSource {
    return this.xml.source;
  }

  get kind(): XmlDocument["kind"] {
    return this.xml.kind;
  }

  get language(): ExpressionLanguage {
    return this.xml.language;
  }

  /** True for a document that was given without a configuration. */
  get isAlone(): boolean {
    return this.model === null;
  }

  /** The root element. */
  get root(): LintElement {
    return this.roots[0]!;
  }

  /** Its section of a name, if it has one. */
  section(name: SectionName): LintElement | null {
    const elements = this.kind === "policies" ? this.root.elements : this.kind === "snippet" ? this.roots : [];
    return elements.find((element) => element.name === name) ?? null;
  }

  /** The sections that it has. */
  get sections(): readonly LintElement[] {
    return allSections.map((name) => this.section(name)).filter((section) => section !== null);
  }

  /** Every element, in document order. */
  *elements(): Generator<LintElement> {
    for (const root of this.roots) yield* root.below();
  }
}

/** What a document without a configuration is taken for: API scope, or global where it holds no base and forwards. */
export function scopeAlone(xml: XmlDocument): ScopeName | null {
  if (xml.kind !== "policies") return null;
  const sections = xml.roots[0]!.elements;
  const holds = (name: string, elements: XmlDocument["roots"]): boolean =>
    elements.some((element) => element.name === name || holds(name, element.elements));
  const backend = sections.filter(({ name }) => name === "backend");
  return !holds("base", sections) && holds("forward-request", backend) ? "global" : "api";
}

/** A value that a document writes: an attribute's, or an element's text. */
export interface Written {
  readonly element: LintElement;
  /** Null for the element's text. */
  readonly attribute: string | null;
  /** Decoded, with the named values that are known put in. */
  readonly text: string;
  /** As it was written: with `{{names}}`. */
  readonly raw: string;
  /** Null for a literal. */
  readonly code: LintCode | null;
  readonly span: Span;
}

/** An element of a policy document, as rules see it. */
export class LintElement implements Span {
  readonly elements: readonly LintElement[];
  private all: readonly Written[] | undefined;

  constructor(
    readonly xml: XmlElement,
    readonly document: LintDocument,
    readonly parent: LintElement | null,
  ) {
    this.elements = xml.elements.map((element) => new LintElement(element, document, this));
  }

  get name(): string {
    return this.xml.name;
  }

  /** The start tag's name, which is what a finding about the whole element points at. */
  get start(): number {
    return this.xml.start;
  }

  get end(): number {
    return this.xml.start + 1 + this.xml.name.length;
  }

  /** Attributes, then the text, if there is any but blanks. */
  get values(): readonly Written[] {
    this.all ??= [...this.xml.attributes.map((attribute) => this.attributeValue(attribute)), ...this.textValue()];
    return this.all;
  }

  /** An attribute. */
  value(name: string): Written | null {
    return this.values.find(({ attribute }) => attribute === name) ?? null;
  }

  /** The literal text of an attribute, without blanks around it; null if it is absent or computed, or a named value decides it. */
  literal(name: string): string | null {
    const value = this.value(name);
    return value === null ? null : literalOf(value);
  }

  /** The element's text; null if there is none. */
  get text(): Written | null {
    return this.values.find(({ attribute }) => attribute === null) ?? null;
  }

  /** The expressions of its own attributes and text. */
  *codes(): Generator<LintCode> {
    for (const { code } of this.values) if (code !== null) yield code;
  }

  /** Child elements of a name. */
  children(name: string): readonly LintElement[] {
    return this.elements.filter((element) => element.name === name);
  }

  /** The element and all in it, in document order. */
  *below(): Generator<LintElement> {
    yield this;
    for (const element of this.elements) yield* element.below();
  }

  /** All that stands around it, the nearest first. */
  *ancestors(): Generator<LintElement> {
    for (let element = this.parent; element !== null; element = element.parent) yield element;
  }

  /** The nearest element around it of one of these names. */
  within(...names: readonly string[]): LintElement | null {
    for (const ancestor of this.ancestors()) if (names.includes(ancestor.name)) return ancestor;
    return null;
  }

  private attributeValue(attribute: XmlAttribute): Written {
    return this.written(attribute.name, attribute.value, attribute.isExpression, {
      start: attribute.start,
      end: attribute.valueStart + attribute.value.text.length + 1,
    });
  }

  private textValue(): Written[] {
    const filled = this.xml.texts.filter(({ value }) => value.text.trim() !== "");
    const first = filled[0];
    if (first === undefined || this.xml.elements.length > 0) return [];
    const last = filled.at(-1)!;
    const blank = first.value.text.length - first.value.text.trimStart().length;
    const span = { start: first.start + blank, end: last.end - (last.value.text.length - last.value.text.trimEnd().length) };
    if (filled.length === 1) return [this.written(null, first.value, first.isExpression, span)];
    const raw = filled.map(({ value }) => value.text).join("");
    return [{ element: this, attribute: null, text: raw, raw, code: null, span }];
  }

  private written(attribute: string | null, value: XmlAttribute["value"], isExpression: boolean, span: Span): Written {
    const { namedValues, language } = this.document;
    const text = value.text.includes("{{") ? substitute(value, namedValues, isExpression).value.text : value.text;
    const isCode = isExpression || isOneExpression(text, language);
    return {
      element: this,
      attribute,
      text,
      raw: value.text,
      code: isCode ? new LintCode(value, language, namedValues) : null,
      span,
    };
  }
}

/** A literal's text without blanks around it; null if it is computed or holds a named value. */
export function literalOf(value: Written): string | null {
  return value.code !== null || value.raw.includes("{{") ? null : value.text.trim();
}
