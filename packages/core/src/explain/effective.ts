import { substitute } from "../compile/named-values.js";
import { concealSecrets, MASK } from "../diagnostics/conceal.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { GatewayModel, NamedValueModel, PolicyDocument } from "../model/model.js";
import type { SecretMask } from "../policy/secret-mask.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import { allSections } from "../policy/sections.js";
import type { XmlDocument, XmlElement } from "../xml/nodes.js";
import { readPolicyXml } from "../xml/read.js";
import { type MappedText, TextBuilder } from "../xml/source.js";

/** An element of an effective pipeline: a policy, or what stands inside of one. */
export interface EffectivePolicy {
  readonly name: string;
  /** As written: named values by name, secrets masked. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Its text as written, without blanks around it; null if there is none. */
  readonly text: string | null;
  /** The scope whose document holds it, or includes the fragment that does. */
  readonly scope: ScopeName;
  /** The fragment that it stands in; null if it stands in the document itself. */
  readonly fragment: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly elements: readonly EffectivePolicy[];
}

/** The four sections of an effective pipeline, each in execution order. */
export type EffectiveSections = Readonly<Record<SectionName, readonly EffectivePolicy[]>>;

/** A document of one scope. */
export interface ScopeDocument {
  readonly scope: ScopeName;
  readonly document: PolicyDocument;
  /** What the document sees. */
  readonly model: GatewayModel;
}

/** What an element says once named values are put in: never shown, compared only. */
const contents = new WeakMap<EffectivePolicy, string>();
/** The same without literal secrets, and with stars for secret named values. */
const shownContents = new WeakMap<EffectivePolicy, string>();

/** Name, attributes and text of an element with named values put in, without what stands inside of it. For comparing only: it may hold secrets. */
export function contentOf(policy: EffectivePolicy): string {
  return contents.get(policy)!;
}

/** The same element with named values put in, and secrets masked. */
export function resolved(policy: EffectivePolicy, mask: SecretMask): EffectivePolicy {
  const [, attributes, text] = JSON.parse(shownContents.get(policy)!) as [string, [string, string][], string | null];
  return {
    ...policy,
    attributes: Object.fromEntries(attributes.map(([name, value]) => [name, mask.text(value)])),
    text: text === null ? null : mask.text(text),
    elements: policy.elements.map((nested) => resolved(nested, mask)),
  };
}

type Item = EffectivePolicy | "base";

/** Turns documents into effective pipelines. What cannot be read is among the findings, and counts as not there. */
export class EffectiveReader {
  private readonly documents = new Map<PolicyDocument, XmlDocument | null>();
  /** Elements as they may be shown, by the elements themselves. */
  private readonly shown = new WeakMap<XmlElement, XmlElement>();
  private readonly starredValues = new WeakMap<object, ReadonlyMap<string, NamedValueModel>>();
  private readonly sections = new Map<ScopeDocument, ReadonlyMap<SectionName, readonly Item[]>>();

  constructor(
    private readonly mask: SecretMask,
    private readonly diagnostics: Diagnostic[],
  ) {}

  /** @param scopes innermost first */
  sectionsOf(scopes: readonly ScopeDocument[]): EffectiveSections {
    const made = allSections.map((section) => [section, this.effective(scopes, section)] as const);
    return Object.fromEntries(made) as unknown as EffectiveSections;
  }

  /** A resolver's document, in an element that says what it resolves. */
  resolver(scope: ScopeDocument, attributes: { readonly id: string; readonly path: string }): EffectivePolicy[] {
    const xml = this.read(scope.document);
    if (xml === null) return [];
    const elements = this.elements(xml.roots, xml, scope, null).filter((item) => item !== "base");
    const place = xml.source.place(xml.roots[0]!.start);
    const made: EffectivePolicy = {
      name: "resolver",
      attributes,
      text: null,
      scope: scope.scope,
      fragment: null,
      ...place,
      elements,
    };
    const content = JSON.stringify(["resolver", Object.entries(attributes), null]);
    contents.set(made, content);
    shownContents.set(made, content);
    return [made];
  }

  /** As `effectiveSection` of the pipeline joins compiled documents. */
  private effective([innermost, ...outer]: readonly ScopeDocument[], section: SectionName): EffectivePolicy[] {
    if (innermost === undefined) return [];
    const items = this.itemsOf(innermost).get(section);
    if (items === undefined) return this.effective(outer, section);
    return items.flatMap((item) => (item === "base" ? this.effective(outer, section) : [item]));
  }

  private itemsOf(scope: ScopeDocument): ReadonlyMap<SectionName, readonly Item[]> {
    let items = this.sections.get(scope);
    if (items === undefined) {
      const made = new Map<SectionName, readonly Item[]>();
      const xml = this.read(scope.document);
      if (xml?.kind === "policies")
        for (const element of xml.roots[0]!.elements) {
          const section = allSections.find((candidate) => candidate === element.name);
          if (section !== undefined && !made.has(section)) made.set(section, this.elements(element.elements, xml, scope, null));
        }
      this.sections.set(scope, (items = made));
    }
    return items;
  }

  private elements(elements: readonly XmlElement[], xml: XmlDocument, scope: ScopeDocument, fragment: string | null): Item[] {
    return elements.flatMap((element): readonly Item[] => {
      if (element.name === "base") return ["base"];
      if (element.name !== "include-fragment") return [this.element(element, xml, scope, fragment)];
      const id = element.attributes.find(({ name }) => name === "fragment-id")?.value.text.trim() ?? "";
      const included = scope.model.fragments.get(id);
      const inner = included === undefined || fragment !== null ? null : this.read(included.document);
      if (inner === null) return [this.element(element, xml, scope, fragment)];
      const roots = inner.kind === "fragment" ? inner.roots[0]!.elements : inner.roots;
      return this.elements(roots, inner, scope, id).filter((item) => item !== "base");
    });
  }

  private element(element: XmlElement, xml: XmlDocument, scope: ScopeDocument, fragment: string | null): EffectivePolicy {
    const { namedValues } = scope.model;
    const starred = this.starred(namedValues);
    const put = (value: MappedText, isCode: boolean): string => substitute(value, namedValues, isCode).value.text;
    const shown = this.shown.get(element)!;
    const text = textOf(shown);
    const made: EffectivePolicy = {
      name: element.name,
      attributes: Object.fromEntries(shown.attributes.map(({ name, value }) => [name, this.printed(value.text)])),
      text: text === null ? null : this.printed(text.text.trim()),
      scope: scope.scope,
      fragment,
      ...xml.source.place(element.start),
      elements: this.elements(element.elements, xml, scope, fragment).filter((item) => item !== "base"),
    };
    contents.set(made, contentText(element, put));
    shownContents.set(
      made,
      contentText(shown, (value, isCode) => withoutBlanks(substitute(value, starred, isCode).value.text)),
    );
    return made;
  }

  /** Named values as they may be shown. */
  private starred(values: ReadonlyMap<string, NamedValueModel>): ReadonlyMap<string, NamedValueModel> {
    let starred = this.starredValues.get(values);
    if (starred === undefined) {
      starred = new Map(
        [...values].map(([name, namedValue]) => [name, namedValue.secret ? { ...namedValue, value: MASK } : namedValue]),
      );
      this.starredValues.set(values, starred);
    }
    return starred;
  }

  private printed(text: string): string {
    return this.mask.text(withoutBlanks(text));
  }

  private read(document: PolicyDocument): XmlDocument | null {
    const known = this.documents.get(document);
    if (known !== undefined) return known;
    const { document: xml, diagnostics } = readPolicyXml(document);
    this.diagnostics.push(...diagnostics);
    this.documents.set(document, xml);
    if (xml !== null) {
      const text = concealSecrets(document.text, "policy.xml");
      this.pair(xml.roots, readPolicyXml({ ...document, text }).document?.roots ?? []);
    }
    return xml;
  }

  /** Stars change nothing of how a document is built: the elements of both stand in the same order. */
  private pair(elements: readonly XmlElement[], others: readonly (XmlElement | undefined)[]): void {
    for (const [index, element] of elements.entries()) {
      const other = others[index];
      const isSame = other?.name === element.name && other.start === element.start;
      this.shown.set(element, isSame ? other : { ...element, attributes: [], texts: [] });
      this.pair(element.elements, isSame ? other.elements : []);
    }
  }
}

/** Stars that keep a secret's column are followed by as many blanks as it was longer. */
function withoutBlanks(text: string): string {
  return text.replace(/\*{3} +/g, "***");
}

function contentText(element: XmlElement, put: (value: MappedText, isCode: boolean) => string): string {
  const text = textOf(element);
  const attributes = element.attributes.map(
    (attribute) => [attribute.name, put(attribute.value, attribute.isExpression)] as const,
  );
  attributes.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([element.name, attributes, text === null ? null : put(text, false).trim()]);
}

function textOf(element: XmlElement): MappedText | null {
  const filled = element.texts.filter(({ value }) => value.text.trim() !== "");
  if (filled.length === 0) return null;
  const builder = new TextBuilder();
  for (const text of filled) builder.appendMapped(text.value);
  return builder.build();
}
