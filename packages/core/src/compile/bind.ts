import { nearest } from "../diagnostics/nearest.js";
import type { Place } from "../diagnostics/place.js";
import type { Problem } from "../diagnostics/problem.js";
import type {
  AttributeSchema,
  BoundElement,
  ChildSchema,
  ContentKind,
  Undocumented,
  Value,
  ValueType,
} from "../policy/define.js";
import type { Step } from "../policy/flow.js";
import { LiteralValue, type ValueBranch } from "../policy/value.js";
import type { XmlAttribute, XmlElement } from "../xml/nodes.js";
import { type MappedText, TextBuilder } from "../xml/source.js";
import { ValueBinder, type ValueHost } from "./bind-value.js";
import { block, type CompiledPolicy } from "./block.js";
import { substitute } from "./named-values.js";
import { isTemplatedElement, reportStrayText } from "./placeholders.js";
import type { DocumentProbes } from "./probes.js";
import { compileProblems } from "./problems.js";

/** What an element may hold: a policy's definition or a child's schema. */
export interface ElementSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly children: Readonly<Record<string, ChildSchema>>;
  readonly content: ContentKind;
  readonly text: { readonly type: ValueType; readonly expressions: boolean; readonly empty?: "refused" | "allowed" } | null;
  /** See {@link ChildSchema}. */
  readonly section?: ChildSchema["section"];
  readonly own?: ChildSchema["own"];
}

/** What is said of policies that stand inside an element. */
export type NestedSchema = Pick<ChildSchema, "section" | "own"> & {
  /** The element's name. */
  readonly name: string;
  /** Names of the policies that may stand there; null for all. */
  readonly allowed: ReadonlySet<string> | null;
};

/** What the binder asks of whoever compiles the policy. */
export interface BindHost extends ValueHost {
  /**
   * Compiles policies inside an element; `path` is the element's own.
   * @param tested paths that the element's expressions, and those of its siblings before it, have tested: a branch is only taken by them
   * @param schema which policies may stand there, and as what
   */
  nested(
    elements: readonly XmlElement[],
    path: string,
    tested: ReadonlySet<string>,
    schema: NestedSchema,
  ): readonly CompiledPolicy[];
  /** What the fragment holds that an element includes, with a binder for its document; null if it is not there. */
  included(element: XmlElement): { readonly elements: readonly XmlElement[]; readonly binder: ElementBinder } | null;
}

/** Compares an element with its schema and turns texts into typed values. Finds all errors; then there is no element. */
export class ElementBinder {
  private readonly values: ValueBinder;

  constructor(private readonly host: BindHost) {
    this.values = new ValueBinder(host);
  }

  /** False once an error was reported, or something could not be judged: then the element must not be used. */
  get isSound(): boolean {
    return this.values.isSound;
  }

  /** Paths that the element's expressions have compared with null or otherwise tested. */
  get tested(): ReadonlySet<string> {
    return this.values.tested;
  }

  /**
   * @param path the element's own path where policies stand in it, for places of errors; null for other children
   * @param inLiquid true of a child of a Liquid template's element
   */
  bind(xml: XmlElement, schema: ElementSchema, ownPath: string, branchPath: string | null, inLiquid = false): BoundElement {
    const attributes = this.attributes(xml, schema, branchPath);
    const elements: BoundElement[] = [];
    const children: Record<string, BoundElement[]> = Object.assign(Object.create(null), {});
    for (const name of Object.keys(schema.children)) children[name] = [];
    const nested = schema.content === "policies" ? this.nested(xml, schema, ownPath) : null;
    const isRawMarkup = schema.content === "raw" && xml.elements.some(({ name }) => !Object.hasOwn(schema.children, name));
    if (schema.content === "elements" || (schema.content === "raw" && !isRawMarkup))
      this.children(xml, schema, children, elements, ownPath);
    else if (schema.content === "empty" || schema.content === "text") this.noChildren(xml, schema.content);
    if (schema.content === "elements" || schema.content === "empty" || schema.content === "policies") this.noText(xml);
    return {
      name: xml.name,
      // Null only where neither the document nor the schema gives a value, which `definePolicy` puts into the types.
      attributes: attributes as BoundElement["attributes"],
      children,
      text:
        schema.content === "text" || (schema.content === "raw" && xml.elements.length === 0)
          ? this.text(xml, schema.text ?? { type: "string", expressions: true }, schema.content === "raw", branchPath, inLiquid)
          : null,
      policies: nested === null ? null : this.branch(xml, block(nested), branchPath !== null && schema.section === undefined),
      branches: nested === null ? [] : nested.map((policy) => ({ name: policy.info.name, step: block([policy]) })),
      elements,
      raw: schema.content === "raw" ? this.content(xml).text : "",
      place: this.place(xml.start),
      path: branchPath ?? ownPath,
      placeOf: (offset) => this.placeOf(xml, schema.content === "raw", offset),
    };
  }

  private nested(xml: XmlElement, { children, section, own }: ElementSchema, path: string): readonly CompiledPolicy[] {
    // Where the section is that around it, children are told for people alone.
    const names = section === undefined ? [] : Object.keys(children);
    if (names.length > 0) {
      const count = (name: string): number => xml.elements.filter((element) => element.name === name).length;
      // A fragment may hold what is missing.
      this.checkCounts(xml, children, count, count("include-fragment") > 0);
    }
    return this.host.nested(xml.elements, path, this.values.tested, {
      name: xml.name,
      allowed: names.length === 0 ? null : new Set(names),
      ...(section === undefined ? {} : { section }),
      ...(own === undefined ? {} : { own }),
    });
  }

  /** What an element's policies do, counted where the element is a branch of the policy around it. */
  private branch(xml: XmlElement, step: Step, isBranch: boolean): Step {
    const { probes } = this.host;
    if (probes === null || !isBranch) return step;
    return probes.step(step, probes.at(xml.name === "otherwise" ? "otherwise" : "when", xml.name, xml.start, xml.end));
  }

  /** Where nobody has written an otherwise: one that does nothing, but is counted. */
  private notTaken(xml: XmlElement, probes: DocumentProbes, ownPath: string): BoundElement {
    const probe = probes.at("not-taken", xml.name, xml.start, xml.contentStart);
    return {
      name: "otherwise",
      attributes: {},
      children: {},
      text: null,
      policies: probes.step(() => "continue", probe),
      branches: [],
      elements: [],
      raw: "",
      place: this.place(xml.start),
      path: `${ownPath}\\otherwise[1]`,
      placeOf: () => this.place(xml.start),
    };
  }

  private attributes(xml: XmlElement, schema: ElementSchema, branchPath: string | null): Record<string, Value<unknown> | null> {
    const values: Record<string, Value<unknown> | null> = Object.create(null);
    for (const [name, rules] of Object.entries(schema.attributes)) {
      values[name] = rules.default === null ? null : new LiteralValue(rules.default, String(rules.default));
      if (rules.required && !xml.attributes.some((attribute) => attribute.name === name)) {
        const severity = rules.missing ?? "error";
        this.report(compileProblems.attributeMissing(severity, xml.name, name), xml.start, xml.start + 1 + xml.name.length);
      }
    }
    for (const attribute of xml.attributes) {
      const { name } = attribute;
      if (name === "id" && !Object.hasOwn(schema.attributes, "id")) continue;
      if (name === "xmlns" || name.startsWith("xmlns:")) continue;
      const rules = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
      if (rules === undefined) this.unknownAttribute(xml, attribute, schema);
      else {
        const { start } = attribute;
        if (rules.undocumented !== undefined)
          this.undocumented(`the attribute ${name} of <${xml.name}>`, rules.undocumented, start, start + name.length);
        values[name] = this.attribute(xml, attribute, rules, branchPath);
      }
    }
    return values;
  }

  private undocumented(what: string, effect: Undocumented, start: number, end: number): void {
    const hint = effect === "works" ? "It does what its name says." : "It has no effect here.";
    this.report(compileProblems.undocumented(what, hint), start, end);
  }

  private unknownAttribute(xml: XmlElement, attribute: XmlAttribute, schema: ElementSchema): void {
    const names = Object.keys(schema.attributes);
    const near = nearest(attribute.name, names);
    const known = names.length === 0 ? `<${xml.name}> takes none.` : `It takes ${names.join(", ")}.`;
    this.report(
      compileProblems.attributeUnknown(xml.name, attribute.name, near === null ? known : `Did you mean ${near}?`),
      attribute.start,
      attribute.start + attribute.name.length,
    );
  }

  private attribute(
    xml: XmlElement,
    attribute: XmlAttribute,
    rules: AttributeSchema,
    path: string | null,
  ): Value<unknown> | null {
    const what = `The attribute ${attribute.name} of <${xml.name}>`;
    return this.values.bind({
      text: attribute.value,
      isExpression: attribute.isExpression,
      rules,
      takesExpressions: rules.expressions,
      name: what,
      start: attribute.valueStart,
      branch: this.valueBranch(xml, path),
      requiredAs: rules.empty === "refused" ? attribute.name : null,
      isLiquid: false,
    });
  }

  /** Null: failures of its values are those of the policy itself. */
  private valueBranch(xml: XmlElement, path: string | null): ValueBranch | null {
    return path === null ? null : { path, place: this.place(xml.start) };
  }

  private children(
    xml: XmlElement,
    schema: ElementSchema,
    children: Record<string, BoundElement[]>,
    elements: BoundElement[],
    ownPath: string,
    isWhole = true,
  ): void {
    for (const element of xml.elements) {
      const child = Object.hasOwn(schema.children, element.name) ? schema.children[element.name] : undefined;
      if (child === undefined) {
        const names = Object.keys(schema.children);
        const near = nearest(element.name, names);
        const hint = near === null ? `It takes ${names.map((name) => `<${name}>`).join(", ")}.` : `Did you mean <${near}>?`;
        this.report(compileProblems.childUnknown(xml.name, element.name, hint), element.start, element.contentStart);
        continue;
      }
      if (child.undocumented !== undefined)
        this.undocumented(`<${element.name}> in <${xml.name}>`, child.undocumented, element.start, element.contentStart);
      const siblings = children[element.name]!;
      const path = child.content === "policies" ? `${ownPath}\\${element.name}[${siblings.length + 1}]` : null;
      if (element.name === "include-fragment") {
        this.include(element, xml, schema, children, elements, ownPath);
        continue;
      }
      const inner: ElementSchema = {
        attributes: child.attributes,
        children: child.children,
        content: child.content,
        ...(child.section === undefined ? {} : { section: child.section }),
        ...(child.own === undefined ? {} : { own: child.own }),
        text: {
          type: child.type ?? "string",
          expressions: child.expressions,
          ...(child.empty === undefined ? {} : { empty: child.empty }),
        },
      };
      const bound = this.bind(element, inner, path ?? ownPath, path, isLiquid(xml));
      siblings.push(bound);
      elements.push(bound);
    }
    const { probes } = this.host;
    if (probes !== null && schema.children["otherwise"]?.content === "policies" && children["otherwise"]!.length === 0)
      children["otherwise"]!.push(this.notTaken(xml, probes, ownPath));
    const includes = xml.elements.some(({ name }) => name === "include-fragment");
    if (isWhole) this.checkCounts(xml, schema.children, (name) => children[name]!.length, includes);
  }

  /** What a fragment holds, in place of the element that includes it. */
  private include(
    element: XmlElement,
    around: XmlElement,
    schema: ElementSchema,
    children: Record<string, BoundElement[]>,
    elements: BoundElement[],
    ownPath: string,
  ): void {
    const included = this.host.included(element);
    if (included === null) return;
    const { binder } = included;
    const { "include-fragment": _, ...rest } = schema.children;
    binder.children(
      { ...around, elements: included.elements },
      { ...schema, children: rest },
      children,
      elements,
      ownPath,
      false,
    );
    if (!binder.isSound) this.values.isSound = false;
  }

  /** @param mayHoldMore what is missing may be in a fragment that is not given, or is looked at elsewhere */
  private checkCounts(
    xml: XmlElement,
    schema: ElementSchema["children"],
    countOf: (name: string) => number,
    mayHoldMore: boolean,
  ): void {
    for (const [name, child] of Object.entries(schema)) {
      const count = countOf(name);
      if (count < child.min && !mayHoldMore && !(this.host.environment.isDetached && isTemplatedElement(xml))) {
        this.report(
          compileProblems.childMissing(child.missing ?? "error", xml.name, name, child.min),
          xml.start,
          xml.contentStart,
        );
      } else if (count > child.max) {
        const extra = xml.elements.filter((element) => element.name === name)[child.max] ?? xml;
        this.report(compileProblems.childTooOften(xml.name, name, child.max), extra.start, extra.contentStart);
      }
    }
  }

  private noChildren(xml: XmlElement, content: "empty" | "text"): void {
    const first = xml.elements[0];
    if (first === undefined) return;
    const hint = content === "text" ? "It takes text: escape the markup, or put it into <![CDATA[…]]>." : "It takes no content.";
    this.report(compileProblems.childUnknown(xml.name, first.name, hint), first.start, first.contentStart);
  }

  private noText(xml: XmlElement): void {
    reportStrayText(xml, this.host.environment.isDetached, (problem, start, end) => this.report(problem, start, end));
  }

  private text(
    xml: XmlElement,
    target: NonNullable<ElementSchema["text"]>,
    isKept: boolean,
    branchPath: string | null,
    inLiquid: boolean,
  ): Value<unknown> | null {
    const filled = xml.texts.filter(({ isCdata, value }) => isCdata || value.text.trim() !== "");
    if (filled.length === 0) return null;
    const first = filled[0]!;
    const common = {
      rules: { type: target.type, values: null },
      takesExpressions: target.expressions,
      name: `The text of <${xml.name}>`,
      start: first.start,
      branch: this.valueBranch(xml, branchPath),
      requiredAs: target.empty === "refused" ? xml.name : null,
    };
    if (filled.length === 1 && first.isExpression)
      return this.values.bind({ ...common, text: first.value, isExpression: true, isLiquid: false });
    const builder = new TextBuilder();
    for (const part of xml.texts) builder.appendMapped(part.value);
    const whole = builder.build();
    const text = isKept ? whole : trim(whole);
    return this.values.bind({ ...common, text, isExpression: false, isLiquid: inLiquid || isLiquid(xml) });
  }

  /** What stands in the element as written, with named values put in and a CDATA wrapper taken off. */
  private content(xml: XmlElement): MappedText {
    const { source } = this.host.document;
    const builder = new TextBuilder();
    if (xml.elements.length === 0) for (const part of xml.texts) builder.appendMapped(part.value);
    else builder.append(source.text.slice(xml.contentStart, xml.contentEnd), xml.contentStart);
    return substitute(builder.build(), this.host.environment.configuration.namedValues, false).value;
  }

  private placeOf(xml: XmlElement, isKept: boolean, offset: number): Place {
    const content = this.content(xml);
    return this.place((isKept ? content : trim(content)).offset(offset));
  }

  private place(offset: number): Place {
    return this.host.document.source.place(offset);
  }

  private report(problem: Problem, start: number, end: number): void {
    this.values.report(problem, start, end);
  }
}

/** Is the element's text a Liquid template? */
function isLiquid(xml: XmlElement): boolean {
  return xml.attributes.some(({ name, value }) => name === "template" && value.text.trim().toLowerCase() === "liquid");
}

function trim(text: MappedText): MappedText {
  const start = text.text.length - text.text.trimStart().length;
  return text.slice(start, Math.max(start, text.text.trimEnd().length));
}
