/** Deepest nesting of a sample: schemas may refer to themselves. */
const MOST_DEPTH = 12;

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A value that fits a JSON or OpenAPI schema, as a mock answer: an example, default or first enum member where the schema has one, otherwise
 * a value of the type (`"string"`, 0, false), all properties of an object and one item of an array. References are followed inside `root`.
 */
export function sampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > MOST_DEPTH) return null;
  const own = schema["example"] ?? first(schema["examples"]) ?? schema["default"] ?? schema["const"] ?? first(schema["enum"]);
  if (own !== undefined) return own;
  const reference = schema["$ref"];
  if (typeof reference === "string") return sampleOf(resolve(reference, root), root, depth + 1);
  const parts = schema["allOf"];
  if (Array.isArray(parts)) {
    const samples = [
      ...parts.map((part) => sampleOf(part, root, depth + 1)),
      sampleOf({ ...schema, allOf: undefined }, root, depth + 1),
    ];
    return samples.every((sample) => isObject(sample) || sample === null)
      ? Object.assign({}, ...samples)
      : samples.find((sample) => sample !== null);
  }
  const alternative = first(schema["oneOf"]) ?? first(schema["anyOf"]);
  if (alternative !== undefined) return sampleOf(alternative, root, depth + 1);
  return byType(schema, root, depth);
}

function byType(schema: Schema, root: unknown, depth: number): unknown {
  const declared = schema["type"];
  const type = Array.isArray(declared) ? declared.find((name) => name !== "null") : declared;
  if (type === "object" || isObject(schema["properties"])) {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, sampleOf(property, root, depth + 1)]));
  }
  switch (type) {
    case "array":
      return schema["items"] === undefined ? [] : [sampleOf(schema["items"], root, depth + 1)];
    case "string":
      return stringOf(schema["format"]);
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" ? schema["minimum"] : 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function stringOf(format: unknown): string {
  switch (format) {
    case "date":
      return "2020-01-01";
    case "date-time":
      return "2020-01-01T00:00:00Z";
    case "uuid":
      return "00000000-0000-0000-0000-000000000000";
    default:
      return "string";
  }
}

function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#")) return null;
  let value = root;
  for (const step of reference
    .slice(1)
    .split("/")
    .filter((part) => part !== "")) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if ((!isObject(value) && !Array.isArray(value)) || !Object.hasOwn(value, name)) return null;
    value = (value as Schema)[name];
  }
  return value;
}

function first(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 ? value[0] : undefined;
}
