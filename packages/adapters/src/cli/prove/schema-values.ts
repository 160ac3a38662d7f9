import type * as FastCheck from "fast-check";

type Schema = Readonly<Record<string, unknown>>;

/** Deeper parts of a value are left out where they may be. */
const DEEPEST = 4;

/** Values that a JSON schema takes, as far as its common words say. */
export function valuesOf(fc: typeof FastCheck, schema: unknown, depth = 0): FastCheck.Arbitrary<unknown> {
  if (typeof schema !== "object" || schema === null) return fc.constantFrom<unknown>("a", 1, true);
  const words = schema as Schema;
  if (words["const"] !== undefined) return fc.constant(words["const"]);
  const { enum: values, example } = words;
  if (Array.isArray(values) && values.length > 0) return fc.constantFrom(...(values as unknown[]));
  const made = ofWords(fc, words, depth);
  return example === undefined ? made : fc.oneof(fc.constant(example), made);
}

function ofWords(fc: typeof FastCheck, words: Schema, depth: number): FastCheck.Arbitrary<unknown> {
  for (const key of ["oneOf", "anyOf"]) {
    const shapes = words[key];
    if (Array.isArray(shapes) && shapes.length > 0) return fc.oneof(...shapes.map((shape) => valuesOf(fc, shape, depth + 1)));
  }
  if (Array.isArray(words["allOf"]))
    return valuesOf(fc, Object.assign({}, words, { allOf: undefined }, ...(words["allOf"] as object[])), depth);
  const type = [words["type"]].flat()[0] ?? (words["properties"] === undefined ? "string" : "object");
  switch (type) {
    case "object":
      return ofObject(fc, words, depth);
    case "array":
      return fc.array(valuesOf(fc, words["items"], depth + 1), {
        minLength: numberOf(words["minItems"]) ?? 0,
        maxLength: Math.max(numberOf(words["minItems"]) ?? 0, Math.min(numberOf(words["maxItems"]) ?? 3, 5)),
      });
    case "integer":
      return fc.integer(boundsOf(words));
    case "number": {
      const { min, max } = boundsOf(words);
      return fc.double({ min, max, noNaN: true });
    }
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return ofText(fc, words);
  }
}

function ofObject(fc: typeof FastCheck, words: Schema, depth: number): FastCheck.Arbitrary<unknown> {
  const properties = (words["properties"] ?? {}) as Schema;
  const required = Array.isArray(words["required"]) ? (words["required"] as string[]) : [];
  const names = Object.keys(properties).filter((name) => depth < DEEPEST || required.includes(name));
  // A schema that holds itself and must is none that a value can have.
  if (depth > 3 * DEEPEST) return fc.constant({});
  const made = Object.fromEntries(names.map((name) => [name, valuesOf(fc, properties[name], depth + 1)]));
  return fc.record(made, { requiredKeys: required.filter((name) => names.includes(name)) });
}

function ofText(fc: typeof FastCheck, words: Schema): FastCheck.Arbitrary<string> {
  switch (words["format"]) {
    case "date":
      return fc.constant("2026-01-01");
    case "date-time":
      return fc.constant("2026-01-01T00:00:00Z");
    case "uuid":
      return fc.constant("00000000-0000-4000-8000-000000000001");
    case "email":
      return fc.constant("somebody@example.com");
  }
  const least = numberOf(words["minLength"]) ?? 0;
  return fc.string({
    minLength: Math.min(least, 1000),
    maxLength: Math.max(least, Math.min(numberOf(words["maxLength"]) ?? 10, 50)),
  });
}

function boundsOf(words: Schema): { readonly min: number; readonly max: number } {
  const min = Math.max(numberOf(words["minimum"]) ?? -1000, -2_147_483_648);
  return {
    min: Math.ceil(min),
    max: Math.floor(Math.max(min, Math.min(numberOf(words["maximum"]) ?? min + 2000, 2_147_483_647))),
  };
}

const numberOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
