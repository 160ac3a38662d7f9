import { findNodeAtLocation, parseTree } from "jsonc-parser";

/** A line and a column, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a value stands in a JSON text: its key, or the item of a list; the part that holds it where it is not there.
 * @param path keys and indices from the root
 */
export function placeOfValue(text: string, path: readonly (string | number)[]): TextPlace {
  const root = parseTree(text);
  for (let length = path.length; root !== undefined && length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return placeAt(text, node.parent?.type === "property" ? node.parent.offset : node.offset);
  }
  return { line: 1, column: 1 };
}

/** The place of an offset. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n");
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line++;
  return { line, column: offset - start };
}
