/** What validate-content changes of a schema before it is used. */
export interface SchemaChanges {
  /** Put in place of what the schema says of additional properties; null leaves it. */
  readonly additionalProperties: boolean | null;
  /** Property names compare without regard to case. */
  readonly ignoresCase: boolean;
}

/** A schema as it is written. */
export const noChanges: SchemaChanges = { additionalProperties: null, ignoresCase: false };

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

const SINGLE = ["additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains"] as const;
/** Members whose schemas look at the same value: additional properties are a matter of all of them together. */
const SAME_VALUE = ["not", "if", "then", "else"] as const;
const SAME_VALUE_LISTS = ["allOf", "anyOf", "oneOf"] as const;
const MAPS = ["properties", "patternProperties", "$defs", "definitions"] as const;
/** Maps from a property's name to a schema for the object around it. */
const DEPENDENT = ["dependentSchemas", "dependencies"] as const;

/** Deepest nesting of a schema. */
const MOST_DEPTH = 128;

/** How a schema is to be read. */
interface Reading extends SchemaChanges {
  /** The schema as written that local references begin at: the whole, or the nearest one around that has a name of its own. */
  readonly root: unknown;
  /** Up to draft 7 nothing that stands beside `$ref` counts. */
  readonly refStandsAlone: boolean;
  /** Up to draft 4 `id` is what `$id` is later. */
  readonly idNames: boolean;
}

/**
 * A JSON schema of any draft, or OpenAPI's kind, in the terms of draft 2020-12: boolean exclusive bounds, lists of items, `nullable`, `id` and
 * `components` of old; what stands beside `$ref` counts or does not, as `$schema` has it. Throws RangeError for one that is nested too deep.
 */
export function currentForm(schema: unknown, changes: SchemaChanges): unknown {
  const draft = isSchema(schema) ? /draft-0?([3-7])\b/.exec(String(schema["$schema"]))?.[1] : undefined;
  const reading = { ...changes, root: schema, refStandsAlone: draft !== undefined, idNames: draft === "3" || draft === "4" };
  const root = convert(schema, reading, true, 0);
  if (!isSchema(root) || !isSchema(schema)) return root;
  const components = schema["components"];
  const schemas = isSchema(components) ? components["schemas"] : undefined;
  return isSchema(schemas) ? { ...root, components: { schemas: convertAll(schemas, reading, 1) } } : root;
}

/** @param isWhole whether the schema says all there is to say of its value */
function convert(schema: unknown, outer: Reading, isWhole: boolean, depth: number): unknown {
  if (depth > MOST_DEPTH) throw new RangeError(`The schema is nested more than ${MOST_DEPTH} levels deep.`);
  if (!isSchema(schema)) return schema;
  const changes = hasName(schema, outer) ? { ...outer, root: schema } : outer;
  const reference = schema["$ref"];
  const made = changes.refStandsAlone && typeof reference === "string" ? onlyReference(schema) : { ...schema };
  if (typeof reference === "string") made["$ref"] = movedReference(reference, changes);
  delete made["$schema"];
  convertName(made, changes.idNames);
  const inner = (subschema: unknown): unknown => convert(subschema, changes, true, depth + 1);
  const beside = (subschema: unknown): unknown => convert(subschema, changes, false, depth + 1);
  for (const name of SINGLE) if (Object.hasOwn(made, name)) made[name] = inner(made[name]);
  for (const name of SAME_VALUE) if (Object.hasOwn(made, name)) made[name] = beside(made[name]);
  for (const name of SAME_VALUE_LISTS) if (Array.isArray(made[name])) made[name] = made[name].map(beside);
  for (const name of MAPS) if (isSchema(made[name])) made[name] = convertAll(made[name], changes, depth + 1);
  for (const name of DEPENDENT) if (isSchema(made[name])) made[name] = mapped(made[name], beside);
  convertItems(made, inner);
  convertBounds(made);
  convertProto(made);
  if (changes.ignoresCase) lowerNames(made);
  if (changes.additionalProperties !== null) setAdditional(made, changes.additionalProperties, isWhole);
  return convertNullable(made);
}

function convertAll(schemas: Schema, changes: Reading, depth: number): Schema {
  return mapped(schemas, (subschema) => convert(subschema, changes, true, depth));
}

function mapped(values: Schema, change: (value: unknown) => unknown): Schema {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function onlyReference(schema: Schema): Schema {
  const kept = ["$ref", "definitions", "$defs"].filter((name) => Object.hasOwn(schema, name));
  return Object.fromEntries(kept.map((name) => [name, schema[name]]));
}

/** Does a schema have a name that references inside of it begin at? */
function hasName(schema: Schema, { idNames, refStandsAlone }: Reading): boolean {
  if (refStandsAlone && typeof schema["$ref"] === "string") return false;
  const name = schema[idNames ? "id" : "$id"];
  return typeof name === "string" && !name.startsWith("#");
}

/** A name that is a fragment (`#street`) is an anchor today. */
function convertName(schema: Schema, idNames: boolean): void {
  const { id } = schema;
  if (typeof id === "string") {
    delete schema["id"];
    if (idNames) schema["$id"] = id;
  }
  const name = schema["$id"];
  if (typeof name !== "string" || !name.startsWith("#")) return;
  delete schema["$id"];
  if (name.length > 1) schema["$anchor"] = name.slice(1);
}

function convertItems(schema: Schema, inner: (subschema: unknown) => unknown): void {
  const { items, additionalItems, prefixItems } = schema;
  delete schema["additionalItems"];
  if (Array.isArray(prefixItems)) schema["prefixItems"] = prefixItems.map(inner);
  if (Array.isArray(items)) {
    delete schema["items"];
    if (items.length > 0) schema["prefixItems"] = items.map(inner);
    if (additionalItems !== undefined) schema["items"] = inner(additionalItems);
  } else if (items !== undefined) schema["items"] = inner(items);
}

/** The one name of a member that Ajv passes over: as a pattern, and as a condition, it does not. */
const PROTO = "__proto__";

function convertProto(schema: Schema): void {
  const { properties } = schema;
  if (isSchema(properties) && Object.hasOwn(properties, PROTO)) {
    const { [PROTO]: own, ...rest } = properties;
    const patterns = isSchema(schema["patternProperties"]) ? schema["patternProperties"] : {};
    schema["properties"] = rest;
    schema["patternProperties"] = { ...patterns, [`^${PROTO}$`]: own };
  }
  for (const name of [...DEPENDENT, "dependentRequired"]) {
    const dependents = schema[name];
    if (!isSchema(dependents) || !Object.hasOwn(dependents, PROTO)) continue;
    const { [PROTO]: own, ...rest } = dependents;
    schema[name] = rest;
    const rule = { if: { required: [PROTO] }, then: Array.isArray(own) ? { required: own } : own };
    schema["allOf"] = [...(Array.isArray(schema["allOf"]) ? schema["allOf"] : []), rule];
  }
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

const allowsNull = (schema: Schema): boolean => schema["nullable"] === true || schema["x-nullable"] === true;

function convertNullable(schema: Schema): unknown {
  const isNullable = allowsNull(schema);
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

/**
 * A local reference (`#/items/0`) to a place in the schema as written, as one to where that place is now. Others stay as they are.
 */
function movedReference(reference: string, { root, ignoresCase }: Reading): string {
  if (!reference.startsWith("#/")) return reference;
  const moved: string[] = [];
  let place: unknown = root;
  let kind: PlaceKind = "schema";
  for (const segment of reference.slice(2).split("/")) {
    const step = pointerStep(segment);
    if (kind === "schema" && isSchema(place)) {
      if (allowsNull(place) && !BESIDE_NULL.includes(step)) moved.push("anyOf", "1");
      moved.push(...movedKeyword(place, step, segment));
      kind = kindOf(step, place[step]);
    } else {
      moved.push(kind === "schemas" ? movedName(moved, step, segment, ignoresCase) : segment);
      kind = kind === "schemas" ? "schema" : kind === "components" && step === "schemas" ? "schemas" : "other";
    }
    place = typeof place === "object" && place !== null && Object.hasOwn(place, step) ? (place as Schema)[step] : undefined;
  }
  return `#/${moved.join("/")}`;
}

/** What stands at a place: a schema, a map or list of schemas, the components of an OpenAPI document, or what is none of our business. */
type PlaceKind = "schema" | "schemas" | "components" | "other";

/** What stays where it is in a schema that allows null. */
const BESIDE_NULL = ["definitions", "$defs", "components"];

/** The name of a schema in a map. @param moved what leads to it */
function movedName(moved: string[], name: string, segment: string, ignoresCase: boolean): string {
  if (moved.at(-1) !== "properties") return segment;
  if (name !== PROTO) return ignoresCase ? segment.toLowerCase() : segment;
  moved.splice(-1, 1, "patternProperties");
  return `%5E${PROTO}$`;
}

function movedKeyword(schema: Schema, keyword: string, segment: string): string[] {
  if (keyword === "items" && Array.isArray(schema["items"])) return ["prefixItems"];
  return [keyword === "additionalItems" ? "items" : segment];
}

function kindOf(keyword: string, value: unknown): PlaceKind {
  if (keyword === "components") return keyword;
  const among = (names: readonly string[]): boolean => names.includes(keyword);
  if (among(MAPS) || among(DEPENDENT) || among(SAME_VALUE_LISTS) || keyword === "prefixItems") return "schemas";
  if (keyword === "items") return Array.isArray(value) ? "schemas" : "schema";
  return among(SINGLE) || among(SAME_VALUE) || keyword === "additionalItems" ? "schema" : "other";
}

/** One step of a JSON pointer in a URI (RFC 6901, section 6). */
function pointerStep(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return segment;
  }
}

function lowerNames(schema: Schema): void {
  const lower = (name: unknown): unknown => (typeof name === "string" ? name.toLowerCase() : name);
  const { properties, required } = schema;
  if (isSchema(properties))
    schema["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name.toLowerCase(), property]),
    );
  if (Array.isArray(required)) schema["required"] = [...new Set(required.map(lower))];
  for (const member of [...DEPENDENT, "dependentRequired"]) {
    const dependents = schema[member];
    if (!isSchema(dependents)) continue;
    schema[member] = Object.fromEntries(
      Object.entries(dependents).map(([name, dependent]) => [
        name.toLowerCase(),
        Array.isArray(dependent) ? dependent.map(lower) : dependent,
      ]),
    );
  }
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
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), withLowerNames(member)]));
}
