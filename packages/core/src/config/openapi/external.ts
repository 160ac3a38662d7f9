import { isData, pointerOf } from "./references.js";

type Path = readonly (string | number)[];

/** A reference that leaves the document. */
export interface ExternalReference {
  readonly reference: string;
  readonly path: Path;
}

/** Members whose content is data of the API's, not a part of the document. */
const OPAQUE = new Set(["example", "examples", "default", "enum", "const"]);
/** Most parts of a document that are looked at. */
const MOST_PARTS = 2_000_000;

/**
 * The references of a document that leave it, used or not, in the order in which they stand: nothing is fetched, so that they could never
 * be followed.
 */
export function externalReferences(document: unknown): ExternalReference[] {
  const found: ExternalReference[] = [];
  const seen = new Set<object>();
  const open: { value: unknown; path: Path }[] = [{ value: document, path: [] }];
  for (let count = 0; open.length > 0 && count < MOST_PARTS; count++) {
    const { value, path } = open.pop()!;
    // An anchor may stand for the same part at many places.
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const reference = isData(value) ? value["$ref"] : undefined;
    if (typeof reference === "string" && pointerOf(reference) === null) found.push({ reference, path: [...path, "$ref"] });
    const inner = Array.isArray(value)
      ? value.map((item, index) => ({ value: item as unknown, path: [...path, index] }))
      : Object.entries(value)
          .filter(([name]) => !OPAQUE.has(name) && !name.startsWith("x-"))
          .map(([name, member]) => ({ value: member as unknown, path: [...path, name] }));
    open.push(...inner.reverse());
  }
  return found;
}
