import type { LintDocument, LintElement } from "./document.js";
import type { Finding } from "./finding.js";
import type { Span } from "./span.js";

/** A comment that silences rules: `<!-- turnpike-ignore ID: reason -->`. */
export interface Silence {
  readonly document: LintDocument;
  readonly rules: readonly string[];
  /** Empty where the comment gives none: then it silences nothing. */
  readonly reason: string;
  /** Where the comment stands. */
  readonly span: Span;
  /** What it speaks of: the element behind it, or the whole document if it stands at its head. */
  readonly range: Span;
}

const COMMENT = /<!--\s*turnpike-ignore\b([^:]{0,500})(?::([\s\S]{0,2000}?))?-->/g;

/** The silencing comments of a document. */
export function silencesOf(document: LintDocument): readonly Silence[] {
  const { text } = document.source;
  if (!text.includes("turnpike-ignore")) return [];
  const elements = [...document.elements()];
  const found: Silence[] = [];
  for (const match of text.matchAll(COMMENT)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (isInValue(elements, span)) continue;
    const rules = match[1]!.split(/[\s,]+/).filter((rule) => rule !== "");
    found.push({ document, rules, reason: (match[2] ?? "").trim(), span, range: rangeBehind(document, elements, span) });
  }
  return found;
}

function rangeBehind(document: LintDocument, elements: readonly LintElement[], { end }: Span): Span {
  if (end <= document.root.xml.start && document.kind !== "snippet") return { start: 0, end: document.source.text.length };
  const next = elements.find(({ xml }) => xml.start >= end);
  return next === undefined ? { start: end, end } : { start: next.xml.start, end: next.xml.end };
}

/** Text of an expression or attribute only looks like a comment. */
function isInValue(elements: readonly LintElement[], { start }: Span): boolean {
  return elements.some(
    ({ xml }) =>
      xml.attributes.some((attribute) => start > attribute.start && start < attribute.valueStart + attribute.value.text.length) ||
      xml.texts.some((text) => start >= text.start && start < text.end),
  );
}

/** Does the comment silence the finding? */
export function isSilenced(finding: Finding, { document, rules, reason, range }: Silence): boolean {
  if (reason === "" || finding.file !== document.file || !(rules.includes(finding.rule) || rules.includes(finding.code ?? "")))
    return false;
  const from = document.source.place(range.start);
  const to = document.source.place(range.end);
  const isBehind = finding.line > from.line || (finding.line === from.line && finding.column >= from.column);
  const isBefore = finding.line < to.line || (finding.line === to.line && finding.column <= to.column);
  return isBehind && isBefore;
}
