import type { Code } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Value, ValueType } from "../policy/define.js";
import { LiteralValue } from "../policy/value.js";
import type { XmlElement } from "../xml/nodes.js";

/** Says why a placeholder is only a warning. */
export const placeholderHint = "It looks like a placeholder of a templating tool.";

/** What templating tools leave for later: `${name}`, `{name}`, `$0`, `#{name}#`, `{#name#}`, `{{name}}`; escaped line breaks around. */
const ONLY_PLACEHOLDERS =
  /^(?:\s|\\n|\$\{[^{}]{0,200}\}|\$\w{1,100}|#\{[^{}]{0,200}\}#?|\{#[^#{}]{0,200}#\}|\{\{?[\w.-]{1,256}\}?\})+$/;

/** The same somewhere in a text, where it cannot be mistaken for text that means itself: `{id}` is a parameter of a URL template, too. */
const SOME_PLACEHOLDER = /\$\{[^{}]{1,200}\}|#[\w.-]{1,100}#|#\{[^{}]{1,200}\}|__[\w.-]{1,100}__|\{\{/;
const BRACED_NAME = /\{[\w.:-]{1,100}\}/;

/** May a literal become another one when a templating tool has been over the document? `isOdd`: it does not fit as it stands. */
export function isTemplatedText(text: string, isOdd: boolean): boolean {
  return SOME_PLACEHOLDER.test(text) || (isOdd && BRACED_NAME.test(text));
}

/** Does the element hold nothing but placeholders where elements stand? */
export function isTemplatedElement(xml: XmlElement): boolean {
  return xml.texts.some((one) => one.value.text.trim() !== "" && ONLY_PLACEHOLDERS.test(one.value.text));
}

type Report = (severity: Diagnostic["severity"], code: Code, message: string, start: number, end: number, hint?: string) => void;

/**
 * Reports text where elements stand. In a document on its own a templating tool's placeholder is a warning: it will be gone when the
 * document is used.
 */
export function reportStrayText(xml: XmlElement, isDetached: boolean, report: Report): void {
  for (const one of xml.texts) {
    const text = one.value.text.trim();
    if (text === "") continue;
    const isPlaceholder = isDetached && ONLY_PLACEHOLDERS.test(text);
    const start = one.start + (one.value.text.length - one.value.text.trimStart().length);
    report(
      isPlaceholder ? "warning" : "error",
      "TP2012",
      `Text stands in <${xml.name}>, which takes none.`,
      start,
      start + text.length,
      isPlaceholder ? placeholderHint : "Remove it, or make it a comment.",
    );
    return;
  }
}

/**
 * Stands for a literal that will be another one when the document is used. Where an expression could stand, it looks like one to the
 * policy: nothing is known of it yet.
 */
export function standIn(text: string, written: string, type: ValueType, takesExpressions: boolean): Value<unknown> {
  const value = standInValue(text, type);
  return takesExpressions ? { literal: undefined, source: written, get: () => value } : new LiteralValue(value, written);
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
