import { TemplateError } from "../findings.js";
import { findWord, isSpace, signatureStart } from "../fragments.js";
import { readOutput } from "../output.js";
import type { TagReader } from "../parser.js";
import type { Node } from "../rendering.js";

/** `assign name = value | Filters`: for the rest of the template, wherever it stands. */
export const assign: TagReader = ({ markup, at, markupAt }, { findings }) => {
  const target = assignment(markup);
  if (target === null) throw new TemplateError("assign needs a name and a value.", at, "Write {% assign name = value %}.");
  const { name, valueStart } = target;
  if (!/^[\w-]+$/.test(name))
    findings.add(`${name} as a name is reached by no path.`, markupAt, "A name is letters, digits, _ and -.");
  const read = readOutput(markup.slice(valueStart), markupAt + valueStart, findings);
  return {
    kind: "assign",
    render(r) {
      r.assign(name, read(r));
      return undefined;
    },
  };
};

/** The name before the first `=` that has one before it. */
function assignment(markup: string): { readonly name: string; readonly valueStart: number } | null {
  for (let at = markup.indexOf("="); at >= 0; at = markup.indexOf("=", at + 1)) {
    let end = at;
    while (end > 0 && isSpace(markup.charCodeAt(end - 1))) end--;
    const start = signatureStart(markup, end);
    if (start < end) return { name: markup.slice(start, end), valueStart: at + 1 };
  }
  return null;
}

/** `capture name`: sets the text that it holds as a variable. */
export const capture: TagReader = (tag, parser) => {
  const name = findWord(tag.markup);
  if (name === null) throw new TemplateError("capture needs a name.", tag.at, "Write {% capture name %}.");
  const nodes: Node[] = [];
  parser.block(tag, nodes);
  return {
    kind: "capture",
    render: (r) =>
      r.aside(
        () => r.all(nodes),
        (text) => r.assign(name.text, text),
      ),
  };
};
