import { TemplateError } from "../findings.js";
import { findFragment, findWord, fragmentEnd } from "../fragments.js";
import type { TagReader, TextNode } from "../parser.js";
import { liquidException, type Node } from "../rendering.js";
import type { Drop } from "../values.js";

/** The tags for templates that use one another. There are no others to use: these print that. */

const noIncludes: Node["render"] = () => {
  throw liquidException("Error - This liquid context does not allow includes");
};

/** The tag `include`. */
export const include: TagReader = ({ markup, at }, { findings }) => {
  if (findFragment(markup) === null) throw new TemplateError("include needs the name of a template.", at);
  findings.add("include finds no template: it prints an error.", at);
  return { kind: "include", render: noIncludes };
};

/** Takes the rest of the template, which may hold blocks, comments and blanks only. */
export const extendsTag: TagReader = (tag, parser) => {
  if (fragmentEnd(tag.markup, 0) < 0) throw new TemplateError("extends needs the name of a template.", tag.at);
  const nodes: Node[] = [];
  parser.block(tag, nodes);
  if (nodes.some((node) => !isAllowed(node)))
    throw new TemplateError("A template that extends another holds blocks and comments only.", tag.at);
  parser.findings.add("extends finds no template: it prints an error.", tag.at);
  return { kind: "extends", render: noIncludes };
};

function isAllowed(node: Node): boolean {
  if (isText(node)) return node.text.trim() === "";
  return node.kind === "comment" || node.kind.startsWith("block ");
}

function isText(node: Node): node is TextNode {
  return node.kind === "text";
}

/** What `block` is inside a block: nothing that can be seen. */
const inBlock: Drop = { kind: "drop", member: () => undefined, text: "" };

/** `block name`: renders its content. */
export const block: TagReader = (tag, parser) => {
  const name = findWord(tag.markup);
  if (name === null) throw new TemplateError("block needs a name.", tag.at, "Write {% block name %}.");
  const nodes: Node[] = [];
  parser.block(tag, nodes);
  return {
    kind: `block ${name.text}`,
    render: (r) => r.within(new Map([["block", inBlock]]), () => r.all(nodes)),
  };
};
