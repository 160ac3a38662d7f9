import { XElement } from "./element.js";
import { matches, type XName } from "./names.js";
import type { XContainer, XNode, XObject } from "./tree.js";

const isElement = (node: XObject, name: XName | null): node is XElement => node instanceof XElement && matches(node.name, name);

/** Ancestors from the inside out; of a name, unless that is null. */
export function* ancestors(node: XNode, name: XName | null, includeSelf: boolean): Generator<XElement> {
  const start: XObject | null = includeSelf ? node : node.parent;
  for (let at: XObject | null = start; at !== null; at = at.parent) if (isElement(at, name)) yield at;
}

/** Siblings behind or before a node, in document order. */
export function* siblings(node: XNode, after: boolean): Generator<XNode> {
  const { parent } = node;
  if (parent === null) return;
  let at = after ? node.next : parent.firstNode;
  while (at !== null && at !== node) {
    yield at;
    if (at.parent !== parent) return;
    at = at.next;
  }
}

/** The elements among some nodes; null for each node that was looked at and is none, so that whoever counts can count it. */
export function* elementsAmong(nodes: Iterable<XNode>, name: XName | null): Generator<XElement | null> {
  for (const node of nodes) yield isElement(node, name) ? node : null;
}

/** Elements below a container, at any depth. */
export function descendants(container: XContainer, name: XName | null, includeSelf: boolean): Generator<XElement | null> {
  return elementsAmong(container.descendantNodes(includeSelf), name);
}

/** Child elements of a container. */
export function children(container: XContainer, name: XName | null): Generator<XElement | null> {
  return elementsAmong(container.children(), name);
}
