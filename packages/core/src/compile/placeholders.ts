import type { Place } from "../diagnostics/place.js";
import { type Problem, softened } from "../diagnostics/problem.js";
import type { Value, ValueType } from "../policy/define.js";
import { LiteralValue } from "../policy/value.js";
import type { XmlDocument, XmlElement } from "../xml/nodes.js";
import { compileProblems } from "./problems.js";

/** Says why a placeholder is only a warning. */
export const placeholderHint = "It looks like a placeholder of a templating tool.";

/** What templating tools leave for later: `${name}`, `{name}`, `$0`, `#{name}#`, `{#name#}`, `{{name}}`, `%{ if … }`; escaped line breaks around. */
const ONLY_PLACEHOLDERS =
  /^(?:\s|\\n|\$\{[^{}]{0,200}\}|%\{[^{}]{0,200}\}|\$\w{1,100}|#\{[^{}]{0,200}\}#?|\{#[^#{}]{0,200}#\}|\{\{?[\w.-]{1,256}\}?\})+$/;

/** The same somewhere in a text, where it cannot be mistaken for text that means itself: `{id}` is a parameter of a URL template, too. */
const SOME_PLACEHOLDER = /[$%]\{[^{}]{1,200}\}|#[\w.-]{1,100}#|#\{[^{}]{1,200}\}|__[\w.-]{1,100}__|\{\{/;
/** A directive of Terraform's templates: `%{ if … }`, `%{ for … }`, `%{ endif }`, with or without `~`. */
const DIRECTIVE = /%\{~?\s*(?:if|else|endif|for|endfor)\b[^{}]{0,200}\}/;
const CODE_PLACEHOLDER = /[$%]\{[^{}]{1,200}\}/;
const BRACED_NAME = /\{[\w.:-]{1,100}\}/;

/** May a literal become another one when a templating tool has been over the document? `isOdd`: it does not fit as it stands. */
export function isTemplatedText(text: string, isOdd: boolean): boolean {
  return SOME_PLACEHOLDER.test(text) || (isOdd && BRACED_NAME.test(text));
}

/** May an expression become another one? `${…}` and `%{…}` mean nothing in C# outside of texts, which do not keep it from being read. */
export function isTemplatedCode(code: string): boolean {
  return CODE_PLACEHOLDER.test(code);
}

/** Does the element hold nothing but placeholders where elements stand? */
export function isTemplatedElement(xml: XmlElement): boolean {
  return xml.texts.some(({ value }) => value.text.trim() !== "" && ONLY_PLACEHOLDERS.test(value.text));
}

type Report = (problem: Problem, start: number, end: number) => void;

/**
 * Reports text where elements stand. In a document on its own a templating tool's placeholder is a warning: it will be gone when the
 * document is used.
 */
export function reportStrayText(xml: XmlElement, isDetached: boolean, report: Report): void {
  for (const part of xml.texts) {
    const text = part.value.text.trim();
    if (text === "") continue;
    const isPlaceholder = isDetached && ONLY_PLACEHOLDERS.test(text);
    const start = part.start + (part.value.text.length - part.value.text.trimStart().length);
    report(
      isPlaceholder ? softened(compileProblems.strayText(xml.name), hintOf(text)) : compileProblems.strayText(xml.name),
      start,
      start + text.length,
    );
    if (!isPlaceholder) return;
  }
}

function hintOf(text: string): string {
  const [directive] = DIRECTIVE.exec(text) ?? [];
  return directive === undefined ? placeholderHint : `It looks like a directive of Terraform's templates: ${directive}`;
}

/** Is there a placeholder in the element that begins at a place, or in what it holds? */
export function isTemplatedAt(xml: XmlElement, document: XmlDocument, place: Place): boolean {
  const { line, column } = document.source.place(xml.start);
  if (line === place.line && column === place.column) return holdsPlaceholder(xml);
  return xml.elements.some((element) => isTemplatedAt(element, document, place));
}

function holdsPlaceholder({ attributes, texts, elements }: XmlElement): boolean {
  return (
    attributes.some(({ value }) => SOME_PLACEHOLDER.test(value.text)) ||
    texts.some(({ value }) => SOME_PLACEHOLDER.test(value.text)) ||
    elements.some(holdsPlaceholder)
  );
}

/**
 * Stands for a literal that will be another one when the document is used. Where an expression could stand, it looks like one to the
 * policy: nothing is known of it yet.
 */
export function standIn(text: string, written: string, type: ValueType, takesExpressions: boolean): Value<unknown> {
  const value = standInValue(text, type);
  if (!takesExpressions) return new LiteralValue(value, written);
  return { literal: undefined, source: written, get: () => value, getObject: () => ({ value, identity: undefined }) };
}

function standInValue(text: string, type: ValueType): unknown {
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
