import type { TreeNode } from "./tree.js";

/** The namespace of stylesheets. */
export const XSL_URI = "http://www.w3.org/1999/XSL/Transform";

/** An attribute that must be there. */
export function needed(node: TreeNode, name: string): string {
  const value = node.attribute(name);
  if (value === null) throw new SyntaxError(`<${node.name}> needs the attribute ${name}.`);
  return value;
}

/** The words of a list. */
export function words(text: string): string[] {
  return text.split(/[ \t\r\n]+/).filter((word) => word !== "");
}
