import type { DocumentFormat } from "../xml/expressions.js";
import type { XmlElement } from "../xml/nodes.js";
import { readPolicyXml } from "../xml/read.js";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
/** An ampersand that begins no entity of XML. */
const BARE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\dA-Fa-f]+);)/;

/**
 * A policy document as XML tools can read it: what is written as plain C# is escaped, and comments hold no two hyphens. The rest stays as it is.
 * @returns null for a document that cannot be read at all
 */
export function escapePolicy(text: string, format: DocumentFormat = "auto"): string | null {
  const { document } = readPolicyXml({ text, file: "policy.xml" }, { format });
  if (document === null) return null;
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const source = document.source.text;
  const edit = (start: number, end: number, value: string, isExpression: boolean, special: RegExp): void => {
    const written = source.slice(start, end);
    if (isExpression || BARE.test(written) || written.includes("<"))
      edits.push({ start, end, text: value.replace(special, (character) => ENTITIES[character]!) });
  };
  const look = (element: XmlElement): void => {
    for (const { value, isExpression } of element.attributes) {
      const last = value.text.length - 1;
      if (last < 0) continue;
      const end = value.offset(last) + (/^&[^;]+;/.exec(source.slice(value.offset(last)))?.[0].length ?? 1);
      edit(value.offset(0), end, value.text, isExpression, /[&<>"']/g);
    }
    for (const { value, start, end, isExpression, isCdata } of element.texts)
      if (!isCdata) edit(start, end, value.text, isExpression, isExpression ? /[&<>"]/g : /[&<>]/g);
    for (const child of element.elements) look(child);
  };
  for (const root of document.roots) look(root);
  let escaped = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits.sort((a, b) => a.start - b.start)) {
    escaped += withSoundComments(source.slice(at, start)) + replacement;
    at = end;
  }
  return escaped + withSoundComments(source.slice(at));
}

/** XML takes no two hyphens inside a comment. */
function withSoundComments(text: string): string {
  return text.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--([\s\S]*?)-->/g, (whole, comment: string | undefined) =>
    comment === undefined ? whole : `<!--${comment.replace(/-(?=-|$)/g, "- ")}-->`,
  );
}
