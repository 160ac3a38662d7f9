/** Data of a document as read: members are looked up as own ones only. */
export type Data = Readonly<Record<string, unknown>>;

/** Is it a mapping? */
export function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of a mapping; undefined for what is not there, or no mapping. */
export function member(value: unknown, name: string): unknown {
  return isData(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A text member; null for anything else. */
export function textMember(value: unknown, name: string): string | null {
  const found = member(value, name);
  return typeof found === "string" ? found : null;
}

/** A list member; empty for anything else. */
export function listMember(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

/** The entries of a mapping member; empty for anything else. */
export function entriesOf(value: unknown, name: string): readonly (readonly [string, unknown])[] {
  const found = member(value, name);
  return isData(found) ? Object.entries(found) : [];
}

/** Most references that may lead to one another. */
const MOST_HOPS = 32;

/** The steps of a reference inside the document (`#/components/schemas/Order`); null for one that leaves it. */
export function pointerOf(reference: string): readonly string[] | null {
  if (reference === "#") return [];
  if (!reference.startsWith("#/")) return null;
  return decodePointer(reference.slice(1)).map(decoded);
}

/** The steps of a JSON pointer (RFC 6901). */
export function decodePointer(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** What a pointer leads to; undefined for nothing. */
export function at(document: unknown, pointer: readonly string[]): unknown {
  let value = document;
  for (const step of pointer) value = Array.isArray(value) ? value[Number(step)] : member(value, step);
  return value;
}

/** Why a reference could not be followed. */
export interface BrokenReference {
  readonly broken: string;
  readonly isExternal: boolean;
}

/**
 * What stands at the end of a chain of references inside the document.
 * @returns the value with the name it was referred to by last, if any; or what is wrong
 */
export function follow(
  document: unknown,
  value: unknown,
): { readonly value: unknown; readonly name: string | null } | BrokenReference {
  let current = value;
  let name: string | null = null;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const reference = textMember(current, "$ref");
    if (reference === null) return { value: current, name };
    const pointer = pointerOf(reference);
    if (pointer === null) return { broken: reference, isExternal: true };
    current = at(document, pointer);
    if (current === undefined) return { broken: reference, isExternal: false };
    name = pointer.at(-1) ?? null;
  }
  return { broken: textMember(current, "$ref") ?? "", isExternal: false };
}
