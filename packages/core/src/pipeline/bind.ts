import type { CompiledExpression } from "@turnpike/expressions";
import type { Code } from "../codes.js";
import type { Diagnostic } from "../diagnostics.js";
import type { XmlAttribute, XmlDocument, XmlElement } from "../xml/nodes.js";
import { beginsExpression, isOneExpression } from "../xml/scan.js";
import { type MappedText, TextBuilder } from "../xml/source.js";
import { nearest } from "../yaml/shape.js";
import { block, type CompiledPolicy } from "./block.js";
import { converter, convertLiteral, type ValueRules } from "./convert.js";
import type { CompileEnvironment } from "./environment.js";
import { substitute } from "./named-values.js";
import type { AttributeSchema, BoundElement, ChildSchema, ContentKind, Place, Value, ValueType } from "./policy.js";
import { ExpressionValue, LiteralValue } from "./value.js";

/** What an element may hold: a policy's definition or a child's schema. */
export interface ElementSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly children: Readonly<Record<string, ChildSchema>>;
  readonly content: ContentKind;
  readonly text: { readonly type: ValueType; readonly expressions: boolean } | null;
}

/** What the binder asks of whoever compiles the policy. */
export interface BindHost {
  readonly environment: CompileEnvironment;
  readonly document: XmlDocument;
  /** Compiles policies inside an element; `path` is the element's own. */
  nested(elements: readonly XmlElement[], path: string): readonly CompiledPolicy[];
  /** Told of every expression of the element itself. */
  onExpression(expression: CompiledExpression): void;
}

/** Compares an element with its schema and turns texts into typed values. Finds all errors; then there is no element. */
export class ElementBinder {
  /** False once an error was reported. */
  isSound = true;

  constructor(private readonly host: BindHost) {}

  /**
   * @param path the element's own path where policies stand in it, for places of errors; null for other children
   */
  bind(xml: XmlElement, schema: ElementSchema, ownPath: string, branchPath: string | null): BoundElement {
    const attributes = this.attributes(xml, schema, branchPath);
    const elements: BoundElement[] = [];
    const children: Record<string, BoundElement[]> = Object.assign(Object.create(null), {});
    for (const name of Object.keys(schema.children)) children[name] = [];
    const nested = schema.content === "policies" ? this.host.nested(xml.elements, ownPath) : null;
    const isRawMarkup = schema.content === "raw" && xml.elements.some((one) => !Object.hasOwn(schema.children, one.name));
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
          ? this.text(xml, schema.text ?? { type: "string", expressions: true }, schema.content === "raw", branchPath)
          : null,
      policies: nested === null ? null : block(nested),
      branches: nested === null ? [] : nested.map((one) => ({ name: one.info.name, step: block([one]) })),
      elements,
      raw: schema.content === "raw" ? this.raw(xml) : "",
      place: this.place(xml.start),
    };
  }

  // ── Attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private attributes(xml: XmlElement, schema: ElementSchema, branchPath: string | null): Record<string, Value<unknown> | null> {
    const values: Record<string, Value<unknown> | null> = Object.create(null);
    for (const [name, rules] of Object.entries(schema.attributes)) {
      values[name] = rules.default === null ? null : new LiteralValue(rules.default, String(rules.default));
      if (rules.required && !xml.attributes.some((one) => one.name === name)) {
        const severity = rules.missing ?? "error";
        this.report(severity, "TP2007", `<${xml.name}> needs the attribute ${name}.`, xml.start, xml.start + 1 + xml.name.length);
      }
    }
    for (const attribute of xml.attributes) {
      const { name } = attribute;
      if (name === "id" && !Object.hasOwn(schema.attributes, "id")) continue;
      if (name === "xmlns" || name.startsWith("xmlns:")) continue;
      const rules = Object.hasOwn(schema.attributes, name) ? schema.attributes[name] : undefined;
      if (rules === undefined) this.unknownAttribute(xml, attribute, schema);
      else values[name] = this.attribute(xml, attribute, rules, branchPath);
    }
    return values;
  }

  private unknownAttribute(xml: XmlElement, attribute: XmlAttribute, schema: ElementSchema): void {
    const names = Object.keys(schema.attributes);
    const near = nearest(attribute.name, names);
    const known = names.length === 0 ? `<${xml.name}> takes none.` : `It takes ${names.join(", ")}.`;
    this.error(
      "TP2006",
      `<${xml.name}> has no attribute ${attribute.name}.`,
      attribute.start,
      attribute.start + attribute.name.length,
      near === null ? known : `Did you mean ${near}?`,
    );
  }

  private attribute(
    xml: XmlElement,
    attribute: XmlAttribute,
    rules: AttributeSchema,
    path: string | null,
  ): Value<unknown> | null {
    const what = `The attribute ${attribute.name} of <${xml.name}>`;
    return this.value(attribute.value, attribute.isExpression, rules, rules.expressions, what, path, attribute.valueStart, false);
  }

  // ── Children and text ────────────────────────────────────────────────────────────────────────────────────────────────

  private children(
    xml: XmlElement,
    schema: ElementSchema,
    children: Record<string, BoundElement[]>,
    elements: BoundElement[],
    ownPath: string,
  ): void {
    for (const element of xml.elements) {
      const child = Object.hasOwn(schema.children, element.name) ? schema.children[element.name] : undefined;
      if (child === undefined) {
        const names = Object.keys(schema.children);
        const near = nearest(element.name, names);
        const hint = near === null ? `It takes ${names.map((one) => `<${one}>`).join(", ")}.` : `Did you mean <${near}>?`;
        this.error("TP2010", `<${xml.name}> has no child <${element.name}>.`, element.start, element.contentStart, hint);
        continue;
      }
      const siblings = children[element.name]!;
      const path = child.content === "policies" ? `${ownPath}\\${element.name}[${siblings.length + 1}]` : null;
      const inner: ElementSchema = {
        attributes: child.attributes,
        children: child.children,
        content: child.content,
        text: { type: child.type ?? "string", expressions: child.expressions },
      };
      const bound = this.bind(element, inner, path ?? ownPath, path);
      siblings.push(bound);
      elements.push(bound);
    }
    for (const [name, child] of Object.entries(schema.children)) {
      const count = children[name]!.length;
      if (count < child.min && !(this.host.environment.isDetached && isTemplated(xml))) {
        const needed = child.min === 1 ? `a child <${name}>` : `at least ${child.min} children <${name}>`;
        this.error("TP2011", `<${xml.name}> needs ${needed}.`, xml.start, xml.contentStart);
      } else if (count > child.max) {
        const most = child.max === 1 ? "only one" : `at most ${child.max}`;
        const extra = xml.elements.filter((one) => one.name === name)[child.max]!;
        this.error("TP2011", `<${xml.name}> takes ${most} <${name}>.`, extra.start, extra.contentStart);
      }
    }
  }

  private noChildren(xml: XmlElement, content: "empty" | "text"): void {
    const first = xml.elements[0];
    if (first === undefined) return;
    const hint = content === "text" ? "It takes text: escape the markup, or put it into <![CDATA[…]]>." : "It takes no content.";
    this.error("TP2010", `<${xml.name}> has no child <${first.name}>.`, first.start, first.contentStart, hint);
  }

  private noText(xml: XmlElement): void {
    reportStrayText(xml, this.host.environment.isDetached, (severity, code, message, start, end, hint) =>
      this.report(severity, code, message, start, end, hint),
    );
  }

  private text(
    xml: XmlElement,
    target: NonNullable<ElementSchema["text"]>,
    isKept: boolean,
    branchPath: string | null,
  ): Value<unknown> | null {
    const filled = xml.texts.filter((one) => one.isCdata || one.value.text.trim() !== "");
    if (filled.length === 0) return null;
    const rules: ValueRules = { type: target.type, values: null };
    const what = `The text of <${xml.name}>`;
    const first = filled[0]!;
    if (filled.length === 1 && first.isExpression)
      return this.value(first.value, true, rules, target.expressions, what, branchPath, first.start, false);
    const builder = new TextBuilder();
    for (const one of xml.texts) builder.appendMapped(one.value);
    const whole = builder.build();
    const text = isKept ? whole : trim(whole);
    return this.value(text, false, rules, target.expressions, what, branchPath, first.start, this.isLiquid(xml));
  }

  private raw(xml: XmlElement): string {
    const { source } = this.host.document;
    const builder = new TextBuilder();
    if (xml.elements.length === 0) for (const one of xml.texts) builder.appendMapped(one.value);
    else builder.append(source.text.slice(xml.contentStart, xml.contentEnd), xml.contentStart);
    return substitute(builder.build(), this.host.environment.configuration.namedValues, false).value.text;
  }

  // ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  private value(
    written: MappedText,
    wasExpression: boolean,
    rules: ValueRules,
    takesExpressions: boolean,
    what: string,
    path: string | null,
    start: number,
    isLiquid: boolean,
  ): Value<unknown> | null {
    const { environment } = this.host;
    const put = substitute(written, environment.configuration.namedValues, wasExpression);
    if (!isLiquid) {
      for (const { name, offset } of put.unknown)
        this.report(
          environment.isDetached ? "warning" : "error",
          "TP2013",
          environment.isDetached ? `The named value ${name} is not given.` : `Cannot find a property '${name}'.`,
          offset,
          offset + name.length + 4,
          environment.isDetached ? undefined : `Add ${name} to namedValues.`,
        );
    }
    const { text } = put.value;
    if (!wasExpression && !(beginsExpression(text) && isOneExpression(text))) {
      if (put.unknown.length > 0 && !isLiquid) return standIn(text, written.text, rules.type, takesExpressions);
      return this.literal(text, written.text, rules, what, start, takesExpressions);
    }
    if (!takesExpressions) {
      this.error("TP2009", `${what} takes no expression.`, start, start + written.text.length, "Write the value itself.");
      return null;
    }
    if (put.isIncomplete) {
      this.isSound = false;
      return null;
    }
    return this.expression(put.value, written.text, rules, path);
  }

  private literal(
    text: string,
    written: string,
    rules: ValueRules,
    what: string,
    start: number,
    takesExpressions: boolean,
  ): Value<unknown> | null {
    const converted = convertLiteral(text, rules);
    if (this.host.environment.isDetached && TEMPLATED.test(text)) {
      if ("error" in converted)
        this.report("warning", "TP2008", `${what}: ${converted.error}`, start, start + written.length, IS_PLACEHOLDER);
      return standIn(text, written, rules.type, takesExpressions);
    }
    if ("error" in converted) {
      this.error("TP2008", `${what}: ${converted.error}`, start, start + written.length);
      return null;
    }
    return new LiteralValue(converted.value, written);
  }

  private expression(code: MappedText, written: string, rules: ValueRules, path: string | null): Value<unknown> | null {
    const { environment, document } = this.host;
    const lead = code.text.length - code.text.trimStart().length;
    const resultType = rules.type === "boolean" ? "bool" : "object";
    const { expression, diagnostics } = environment.expressions.compile(code.text.trim(), resultType, document.language);
    for (const one of diagnostics)
      this.report(
        one.severity,
        one.code,
        one.message,
        code.offset(lead + one.start),
        code.offset(lead + Math.max(one.start, one.end - 1)) + 1,
        one.hint,
      );
    if (expression === null) {
      this.isSound = false;
      return null;
    }
    this.host.onExpression(expression);
    return new ExpressionValue<unknown>(expression, converter(rules), written.trim(), path);
  }

  private isLiquid(xml: XmlElement): boolean {
    return xml.attributes.some((one) => one.name === "template" && one.value.text.trim() === "liquid");
  }

  // ── Findings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private place(offset: number): Place {
    return this.host.document.source.place(offset);
  }

  private error(code: Code, message: string, start: number, end: number, hint?: string): void {
    this.report("error", code, message, start, end, hint);
  }

  private report(
    severity: Diagnostic["severity"],
    code: string,
    message: string,
    start: number,
    end: number,
    hint?: string,
  ): void {
    if (severity === "error") this.isSound = false;
    this.host.environment.diagnostics.push(diagnosticAt(this.host.document, severity, code, message, start, end, hint));
  }
}

/** A finding with its place in a document. */
export function diagnosticAt(
  document: XmlDocument,
  severity: Diagnostic["severity"],
  code: string,
  message: string,
  start: number,
  end: number,
  hint?: string,
): Diagnostic {
  const to = document.source.place(end);
  return {
    severity,
    code,
    message,
    ...document.source.place(start),
    endLine: to.line,
    endColumn: to.column,
    ...(hint === undefined ? {} : { hint }),
  };
}

type Report = (severity: Diagnostic["severity"], code: Code, message: string, start: number, end: number, hint?: string) => void;

/** What templating tools leave for later: `${name}`, `{name}`, `$0`, `#{name}#`, `{#name#}`, `{{name}}`; escaped line breaks around. */
const PLACEHOLDERS =
  /^(?:\s|\\n|\$\{[^{}]{0,200}\}|\$\w{1,100}|#\{[^{}]{0,200}\}#?|\{#[^#{}]{0,200}#\}|\{\{?[\w.-]{1,256}\}?\})+$/;

/** Does the element hold nothing but a templating tool's placeholder where elements stand? */
function isTemplated(xml: XmlElement): boolean {
  return xml.texts.some((one) => one.value.text.trim() !== "" && PLACEHOLDERS.test(one.value.text));
}

/**
 * Reports text where elements stand. In a document on its own a templating tool's placeholder is a warning: it will be gone when the
 * document is used.
 */
export function reportStrayText(xml: XmlElement, isDetached: boolean, report: Report): void {
  for (const one of xml.texts) {
    const text = one.value.text.trim();
    if (text === "") continue;
    const isPlaceholder = isDetached && PLACEHOLDERS.test(text);
    const start = one.start + (one.value.text.length - one.value.text.trimStart().length);
    report(
      isPlaceholder ? "warning" : "error",
      "TP2012",
      `Text stands in <${xml.name}>, which takes none.`,
      start,
      start + text.length,
      isPlaceholder ? IS_PLACEHOLDER : "Remove it, or make it a comment.",
    );
    return;
  }
}

/** Text of a document on its own that a templating tool will replace: `${name}`, `{name}`, `#name#`, `#{name}#`, `__name__`, `{{`. */
const TEMPLATED = /\$\{[^{}]{1,200}\}|\{[\w.:-]{1,100}\}|#[\w.-]{1,100}#|#\{[^{}]{1,200}\}|__[\w.-]{1,100}__|\{\{/;
const IS_PLACEHOLDER = "It looks like a placeholder of a templating tool.";

/**
 * Stands for a literal that will be another one when the document is used. Where an expression could stand, it looks like one to the
 * policy: nothing is known of it yet.
 */
function standIn(text: string, written: string, type: ValueType, takesExpressions: boolean): Value<unknown> {
  const value = placeholder(text, type);
  return takesExpressions ? { literal: undefined, source: written, get: () => value } : new LiteralValue(value, written);
}

function placeholder(text: string, type: ValueType): unknown {
  switch (type) {
    case "boolean":
      return false;
    case "integer":
    case "number":
    case "duration-seconds":
      return 1;
    default:
      return text;
  }
}

function trim(text: MappedText): MappedText {
  const start = text.text.length - text.text.trimStart().length;
  return text.slice(start, Math.max(start, text.text.trimEnd().length));
}
