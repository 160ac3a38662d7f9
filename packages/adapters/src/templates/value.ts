/** Stands for the part of a text that cannot be decided. */
export const HOLE = "\uFFFD";

/** A value that a template does not decide by itself: what a deployment, a parameter or the cloud would say. */
export class Unknown {
  /**
   * @param why it cannot be decided
   * @param at the offset of what cannot be
   * @param shape the text that is known of it, with {@link HOLE} for the rest; null if nothing is known
   */
  constructor(
    readonly why: string,
    readonly at: number,
    readonly shape: string | null = null,
  ) {}
}

/** A value that may hold unknown ones: what JSON has, and {@link Unknown}. */
export type Value = unknown;

/** Is it a mapping? */
export function isMapping(value: Value): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** The unknown values in a value, with the keys that lead to them. */
export function* unknownIn(
  value: Value,
  path: readonly (string | number)[] = [],
): Generator<{ readonly path: readonly (string | number)[]; readonly unknown: Unknown }> {
  if (value instanceof Unknown) yield { path, unknown: value };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* unknownIn(item, [...path, index]);
  else if (isMapping(value)) for (const [key, item] of Object.entries(value)) yield* unknownIn(item, [...path, key]);
}

/** The first unknown value in a value; null for none. */
export function firstUnknown(value: Value): Unknown | null {
  for (const { unknown } of unknownIn(value)) return unknown;
  return null;
}

/** Texts one after the other: unknown if one of them is, with what is known of the rest. */
export function joined(parts: readonly Value[]): Value {
  const first = parts.map(firstUnknown).find((unknown) => unknown !== null);
  const text = parts.map((part) => (firstUnknown(part) === null ? textOf(part) : shapeOf(part))).join("");
  return first === undefined ? text : new Unknown(first.why, first.at, text);
}

/** What is known of a text. */
export function shapeOf(value: Value): string {
  if (value instanceof Unknown) return value.shape ?? HOLE;
  return typeof value === "string" ? value : HOLE;
}

/** A value as it stands in a text. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "object" ? JSON.stringify(value) : String(value as number);
}
