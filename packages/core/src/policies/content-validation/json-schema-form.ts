/** What validate-content changes of a schema before it is used. */
export interface SchemaChanges {
  /** Put in place of what the schema says of additional properties; null leaves it. */
  readonly additionalProperties: boolean | null;
  /** Property names compare without regard to case. */
  readonly ignoresCase: boolean;
}

export const noChanges: SchemaChanges = { additionalProperties: null, ignoresCase: false };

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

const SINGLE = ["additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains"] as const;
/** Members whose schemas look at the same value: additional properties are a matter of all of them together. */
const SAME_VALUE = ["not", "if", "then", "else"] as const;
const SAME_VALUE_LISTS = ["allOf", "anyOf", "oneOf"] as const;
const MAPS = ["properties", "patternProperties", "$defs", "definitions"] as const;

/** Deepest nesting of a schema. */
const MOST_DEPTH = 128;

/**
 * A JSON schema of any draft, or OpenAPI's kind, in the terms of draft 2020-12: boolean exclusive bounds, lists of items, `nullable`, `id` and
 * `components` of old. Throws RangeError for one that is nested too deep.
 */
export function currentForm(schema: unknown, changes: SchemaChanges): unknown {
  const root = convert(schema, changes, true, 0);
  if (!isSchema(root) || !isSchema(schema)) return root;
  const components = schema["components"];
  const schemas = isSchema(components) ? components["schemas"] : undefined;
  return isSchema(schemas) ? { ...root, components: { schemas: convertAll(schemas, changes, 1) } } : root;
}

/** @param isWhole whether the schema says all there is to say of its value */
function convert(schema: unknown, changes: SchemaChanges, isWhole: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) throw new RangeError(`The schema is nested more than ${MOST_DEPTH} levels deep.`);
  if (!isSchema(schema)) return schema;
  const made: Schema = { ...schema };
  delete made["$schema"];
  if (typeof made["id"] === "string") delete made["id"];
  const inner = (one: unknown): unknown => convert(one, changes, true, depth + 1);
  const beside = (one: unknown): unknown => convert(one, changes, false, depth + 1);
  for (const name of SINGLE) if (Object.hasOwn(made, name)) made[name] = inner(made[name]);
  for (const name of SAME_VALUE) if (Object.hasOwn(made, name)) made[name] = beside(made[name]);
  for (const name of SAME_VALUE_LISTS) if (Array.isArray(made[name])) made[name] = made[name].map(beside);
  for (const name of MAPS) if (isSchema(made[name])) made[name] = convertAll(made[name], changes, depth + 1);
  convertItems(made, inner);
  convertBounds(made);
  if (changes.ignoresCase) lowerNames(made);
  if (changes.additionalProperties !== null) setAdditional(made, changes.additionalProperties, isWhole);
  return convertNullable(made);
}

function convertAll(schemas: Schema, changes: SchemaChanges, depth: number): Schema {
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, convert(one, changes, true, depth)]));
}

function convertItems(schema: Schema, inner: (one: unknown) => unknown): void {
  const { items, additionalItems, prefixItems } = schema;
  delete schema["additionalItems"];
  if (Array.isArray(prefixItems)) schema["prefixItems"] = prefixItems.map(inner);
  if (Array.isArray(items)) {
    delete schema["items"];
    if (items.length > 0) schema["prefixItems"] = items.map(inner);
    if (additionalItems !== undefined) schema["items"] = inner(additionalItems);
  } else if (items !== undefined) schema["items"] = inner(items);
}

function convertBounds(schema: Schema): void {
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const isExclusive = schema[flag];
    if (typeof isExclusive !== "boolean") continue;
    delete schema[flag];
    if (!isExclusive || typeof schema[bound] !== "number") continue;
    schema[flag] = schema[bound];
    delete schema[bound];
  }
}

function convertNullable(schema: Schema): unknown {
  const isNullable = schema["nullable"] === true || schema["x-nullable"] === true;
  delete schema["nullable"];
  delete schema["x-nullable"];
  if (!isNullable) return schema;
  const { definitions, $defs, ...rest } = schema;
  return {
    ...(definitions === undefined ? {} : { definitions }),
    ...($defs === undefined ? {} : { $defs }),
    anyOf: [{ type: "null" }, rest],
  };
}

function lowerNames(schema: Schema): void {
  const lower = (name: unknown): unknown => (typeof name === "string" ? name.toLowerCase() : name);
  const { properties, required } = schema;
  if (isSchema(properties))
    schema["properties"] = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name.toLowerCase(), one]));
  if (Array.isArray(required)) schema["required"] = [...new Set(required.map(lower))];
}

function setAdditional(schema: Schema, isAllowed: boolean, isWhole: boolean): void {
  if (isAllowed) {
    delete schema["additionalProperties"];
    delete schema["unevaluatedProperties"];
  } else if (
    isSchema(schema["properties"]) ||
    SAME_VALUE_LISTS.some((name) => Array.isArray(schema[name])) ||
    schema["type"] === "object"
  ) {
    delete schema["additionalProperties"];
    if (isWhole) schema["unevaluatedProperties"] = false;
  }
}

/** JSON data with all property names in lower case. */
export function withLowerNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLowerNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), withLowerNames(one)]));
}
