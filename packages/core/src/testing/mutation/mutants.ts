import { expressionVariants, negated, type Variant } from "@turnpike/expressions";
import type { PolicyRegistry } from "../../compile/registry.js";
import type { PolicyDocument } from "../../model/model.js";
import { allSections } from "../../policy/sections.js";
import type { XmlAttribute, XmlDocument, XmlElement, XmlText } from "../../xml/nodes.js";
import { readPolicyXml } from "../../xml/read.js";
import type { MappedText } from "../../xml/source.js";
import type { CoverageQuery } from "../coverage/recorder.js";
import { isLimit, isStatus, isTextAttribute, isTextElement, type MutationOperator, removalOf } from "./operators.js";

/** A document changed in one place. */
export interface Mutant {
  readonly operator: MutationOperator;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The document's text after the change. */
  readonly text: string;
  /** The line of the change before and after it. */
  readonly before: string;
  readonly after: string;
  /** What has to be reached for the change to be noticed. */
  readonly needs: CoverageQuery;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const isSection = (name: string): boolean => (allSections as readonly string[]).includes(name);

/** All mutants of a document, in its order. Empty for one that cannot be read. */
export function mutantsOf(document: PolicyDocument, registry: PolicyRegistry): Mutant[] {
  const { document: xml } = readPolicyXml(document);
  if (xml === null) return [];
  const found = new DocumentMutants(document, xml, registry);
  for (const root of xml.roots) {
    if (xml.kind === "policies") for (const section of root.elements) found.section(section);
    else if (isSection(root.name)) found.section(root);
    else found.policies(xml.kind === "fragment" ? root.elements : [root]);
  }
  return found.mutants.sort((a, b) => a.line - b.line || a.column - b.column);
}

class DocumentMutants {
  readonly mutants: Mutant[] = [];

  constructor(
    private readonly document: PolicyDocument,
    private readonly xml: XmlDocument,
    private readonly registry: PolicyRegistry,
  ) {}

  section(element: XmlElement): void {
    if (element.name === "on-error") this.add("remove-on-error", element.start, [this.without(element)], this.anyIn(element));
    this.policies(element.elements);
  }

  policies(elements: readonly XmlElement[]): void {
    for (const element of elements) {
      if (element.name === "base") this.add("drop-base", element.start, [this.without(element)], this.at("base", element.start));
      else {
        const need = this.at("policy", element.start);
        this.add("remove-policy", element.start, [this.without(element)], need);
        this.inside(element, element, null, need);
      }
    }
  }

  /** What can be changed in a policy: in the element itself and those below that belong to it. */
  private inside(element: XmlElement, policy: XmlElement, around: XmlElement | null, need: CoverageQuery): void {
    if (around !== null) this.listed(element, around, need);
    for (const attribute of element.attributes) this.attribute(attribute, element, policy, need);
    for (const text of element.texts) this.text(text, element, need);
    const definition = this.registry.get(policy.name);
    for (const child of element.elements) {
      if (element === policy && definition?.content === "policies") this.policies([child]);
      else if (element === policy && definition?.children[child.name]?.content === "policies") {
        for (const attribute of child.attributes) this.attribute(attribute, child, policy, need);
        this.policies(child.elements);
      } else this.inside(child, policy, element, need);
    }
  }

  private listed(element: XmlElement, around: XmlElement, need: CoverageQuery): void {
    const removal = removalOf(element, around);
    if (removal !== null) this.add(removal.operator, element.start, [this.without(removal.isLast ? around : element)], need);
    if (element.name !== "origin") return;
    const text = element.texts
      .map(({ value }) => value.text)
      .join("")
      .trim();
    if (text !== "*")
      this.add("widen-origin", element.start, [{ start: element.contentStart, end: element.contentEnd, text: "*" }], need);
  }

  private attribute(attribute: XmlAttribute, element: XmlElement, policy: XmlElement, need: CoverageQuery): void {
    const { name, value, valueStart, isExpression } = attribute;
    if (isExpression) {
      const asked = this.at("value", valueStart);
      if (name === "condition") this.variant(negated(value.text.trim(), this.xml.language), value, valueStart, asked);
      this.expression(value, asked);
      if (isLimit(policy.name, name))
        for (const [operator, change] of [
          ["raise-limit", "+ 1"],
          ["lower-limit", "- 1"],
        ] as const)
          this.edits(operator, valueStart, computed(value.text.trim(), change), value, asked);
      return;
    }
    const end = value.offset(value.text.length - 1) + 1;
    const change = (operator: MutationOperator, text: string): void =>
      this.add(operator, valueStart, [{ start: valueStart, end, text }], need);
    if (value.text.includes("{{")) return;
    const literal = value.text.trim();
    if (name === "condition" && /^(?:true|false)$/i.test(literal))
      change("negate-condition", /^t/i.test(literal) ? "false" : "true");
    if (isLimit(policy.name, name) && /^\d{1,15}$/.test(literal)) {
      change("raise-limit", String(Number(literal) + 1));
      change("lower-limit", String(Number(literal) - 1));
    }
    if (name.startsWith("vary-by-") && literal === "true") change("remove-vary", "false");
    if (isStatus(element.name, name) && /^\d{3}$/.test(literal)) change("change-status", otherStatus(Number(literal)));
    if (isTextAttribute(element.name, name) && literal !== "") change("change-text", `${escaped(value.text)}~`);
  }

  private text({ value, start, end, isExpression, isCdata }: XmlText, element: XmlElement, need: CoverageQuery): void {
    if (isExpression) return this.expression(value, this.at("value", start));
    if (!isTextElement(element) || value.text.trim() === "" || element.elements.length > 0) return;
    // The last character that is not blank, so that what follows it is still in place.
    const last = value.offset(value.text.trimEnd().length - 1) + 1;
    const at = isCdata ? last : Math.min(last, end);
    this.add(
      "change-text",
      value.offset(value.text.length - value.text.trimStart().length),
      [{ start: at, end: at, text: "~" }],
      need,
    );
  }

  private expression(value: MappedText, need: CoverageQuery): void {
    const code = value.text.trim();
    const lead = value.text.length - value.text.trimStart().length;
    for (const variant of expressionVariants(code, this.xml.language)) {
      const { side } = variant;
      const place = side === null ? null : this.xml.source.place(value.offset(lead + side.at));
      const own: CoverageQuery = place === null ? need : { kinds: ["branch"], name: side!.name, from: place, to: place };
      this.variant(variant, value, null, own);
    }
  }

  /** @param at where it is said to be; null: at its first change */
  private variant(variant: Variant | null, value: MappedText, at: number | null, need: CoverageQuery): void {
    if (variant !== null) this.edits(variant.kind, at, variant.edits, value, need);
  }

  /** Changes of an expression's code as changes of the document. What comes from a named value is not there to be changed. */
  private edits(
    operator: MutationOperator,
    at: number | null,
    edits: readonly Edit[],
    value: MappedText,
    need: CoverageQuery,
  ): void {
    const lead = value.text.length - value.text.trimStart().length;
    const first = value.offset(0);
    const written = this.document.text.slice(first, value.offset(value.text.length - 1) + 1);
    const isEscaped = /&(?:quot|amp|lt|gt|apos|#\w+);/.test(written);
    const mapped = edits.map(({ start, end, text }) => ({
      start: value.offset(lead + start),
      end: end === start ? value.offset(lead + start) : value.offset(lead + end),
      text: isEscaped && !written.includes(text) ? escaped(text) : text,
    }));
    if (mapped.some((edit, i) => edit.end < edit.start || (edit.end === edit.start && edits[i]!.end > edits[i]!.start))) return;
    this.add(operator, at ?? mapped[0]!.start, mapped, need);
  }

  private add(operator: MutationOperator, at: number, edits: readonly Edit[], needs: CoverageQuery): void {
    const { text } = this.document;
    let changed = "";
    let from = 0;
    for (const edit of edits) {
      changed += text.slice(from, edit.start) + edit.text;
      from = edit.end;
    }
    changed += text.slice(from);
    const { file, line, column } = this.xml.source.place(at);
    const begin = text.lastIndexOf("\n", edits[0]!.start - 1) + 1;
    const before = lineAt(text, begin);
    this.mutants.push({ operator, file, line, column, text: changed, before, after: lineAt(changed, begin), needs });
  }

  /** An element left out. Its line ends stay, so that all others keep their lines. */
  private without({ start, end }: XmlElement): Edit {
    return { start, end, text: this.document.text.slice(start, end).replace(/[^\r\n]+/g, "") };
  }

  private at(kind: "policy" | "base" | "value", offset: number): CoverageQuery {
    const place = this.xml.source.place(offset);
    return { kinds: [kind], from: place, to: place };
  }

  private anyIn({ start, end }: XmlElement): CoverageQuery {
    return { kinds: ["policy", "base"], from: this.xml.source.place(start), to: this.xml.source.place(end) };
  }
}

/** The edits that put a change behind an expression's value; none for statements. */
function computed(code: string, change: string): readonly Edit[] {
  if (!code.startsWith("@(")) return [];
  return [
    { start: 2, end: 2, text: "(" },
    { start: code.length - 1, end: code.length - 1, text: `) ${change}` },
  ];
}

function otherStatus(status: number): string {
  return String(status < 599 ? status + 1 : status - 1);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? undefined : end).trim();
}
