import { at, type BrokenReference, type Data, isData, pointerOf, textMember } from "./references.js";

/** Which dialect of schemas a document writes. */
export type Dialect = "swagger-2" | "openapi-3.0" | "openapi-3.1";

/** Deepest nesting of one schema. */
const MOST_DEPTH = 100;
/** Most schema objects of one document, references counted once. */
const MOST_SCHEMAS = 200_000;

const SCHEMA_MEMBERS = new Set([
  "items",
  "additionalItems",
  "additionalProperties",
  "unevaluatedProperties",
  "unevaluatedItems",
  "propertyNames",
  "contains",
  "not",
  "if",
  "then",
  "else",
]);
const LIST_MEMBERS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const MAP_MEMBERS = new Set(["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"]);
/** Members that say nothing of which values fit. */
const DROPPED = new Set(["discriminator", "xml", "externalDocs", "$id", "$schema", "id", "$anchor", "$dynamicAnchor"]);

/** Thrown for a schema that is nested too deep or a document that holds too many. */
export class SchemaBoundsError extends Error {}

/**
 * Turns schemas of an OpenAPI document into JSON schemas that stand alone: what they refer to stands below their `definitions`.
 * Definitions are converted once and shared.
 */
export class SchemaConverter {
  private readonly definitions = new Map<string, { readonly schema: unknown; readonly refers: ReadonlySet<string> }>();
  private readonly keys = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly document: unknown,
    private readonly dialect: Dialect,
    private readonly broken: (reference: BrokenReference) => void,
  ) {}

  /** A JSON schema for a schema of the document; null for none. Throws {@link SchemaBoundsError}. */
  convert(schema: unknown): unknown {
    if (schema === undefined || schema === null) return null;
    const refers = new Set<string>();
    const converted = this.schema(schema, refers, 0);
    const all = this.closure(refers);
    return isData(converted) && all.size > 0 ? { ...converted, definitions: Object.fromEntries(all) } : converted;
  }

  private closure(refers: ReadonlySet<string>): Map<string, unknown> {
    const all = new Map<string, unknown>();
    const open = [...refers];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (all.has(key)) continue;
      const { schema, refers: further } = this.definitions.get(key)!;
      all.set(key, schema);
      open.push(...further);
    }
    return all;
  }

  private schema(schema: unknown, refers: Set<string>, depth: number): unknown {
    if (depth > MOST_DEPTH) throw new SchemaBoundsError(`A schema is nested more than ${MOST_DEPTH} levels deep.`);
    if (++this.count > MOST_SCHEMAS) throw new SchemaBoundsError(`The document holds more than ${MOST_SCHEMAS} schemas.`);
    if (!isData(schema)) return schema !== false;
    const reference = textMember(schema, "$ref");
    if (reference !== null) {
      const target = this.reference(reference, refers, depth);
      if (this.dialect !== "openapi-3.1") return target;
      const beside = this.members({ ...schema, $ref: undefined }, refers, depth);
      return Object.keys(beside).length === 0 ? target : { allOf: [target], ...beside };
    }
    const converted = this.members(schema, refers, depth);
    return converted["type"] === "file" ? {} : converted;
  }

  private members(schema: Data, refers: Set<string>, depth: number): Record<string, unknown> {
    const inner = (subschema: unknown): unknown => this.schema(subschema, refers, depth + 1);
    const converted: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(schema)) {
      if (value === undefined || DROPPED.has(name) || (name.startsWith("x-") && name !== "x-nullable")) continue;
      if (SCHEMA_MEMBERS.has(name)) converted[name] = Array.isArray(value) ? value.map(inner) : inner(value);
      else if (LIST_MEMBERS.has(name)) {
        if (Array.isArray(value) && value.length > 0) converted[name] = value.map(inner);
      } else if (MAP_MEMBERS.has(name)) {
        if (isData(value)) converted[name] = mapped(value, inner);
      } else converted[name] = value;
    }
    return converted;
  }

  private reference(reference: string, refers: Set<string>, depth: number): unknown {
    const pointer = pointerOf(reference);
    const target = pointer === null ? undefined : at(this.document, pointer);
    if (pointer === null || target === undefined) {
      this.broken({ broken: reference, isExternal: pointer === null });
      return true;
    }
    let key = this.keys.get(reference);
    if (key === undefined) {
      key = this.newKey(pointer);
      this.keys.set(reference, key);
      const further = new Set<string>();
      // Its name is known before its content is looked at, so that a schema may refer to itself.
      this.definitions.set(key, { schema: true, refers: further });
      this.definitions.set(key, { schema: this.schema(target, further, depth + 1), refers: further });
    }
    refers.add(key);
    return { $ref: `#/definitions/${key}` };
  }

  private newKey(pointer: readonly string[]): string {
    const base = (pointer.at(-1) ?? "document").replace(/[^A-Za-z0-9_.-]/g, "_");
    let key = base === "__proto__" ? "_proto_" : base;
    for (let n = 2; this.definitions.has(key); n++) key = `${base}_${n}`;
    return key;
  }
}

function mapped(value: Data, inner: (subschema: unknown) => unknown): Data {
  return Object.fromEntries(Object.entries(value).map(([name, subschema]) => [name, inner(subschema)]));
}
