import type { ParameterModel } from "../../model/model.js";
import { isTooDeep } from "./json-place.js";
import { compileSchema, type SchemaValidator, ValidatorError } from "./json-schema.js";
import { noChanges } from "./json-schema-form.js";

/** A parameter or header as its values are checked. */
export interface ParameterCheck {
  readonly model: ParameterModel;
  /** What is wrong with the values that a message has for it: of the kind that it is there once or not at all, except for lists. */
  check(values: readonly string[]): ParameterFault | null;
}

/** What is wrong with the values of a parameter. */
export type ParameterFault =
  | { readonly kind: "missing" | "several" }
  | { readonly kind: "unparsable" | "unfit" | "exception"; readonly message: string };

/** Made once for each parameter: configurations are immutable. */
const checks = new WeakMap<ParameterModel, ParameterCheck>();

/** How a parameter's values are checked. Never throws: a schema that cannot be used makes every check an exception. */
export function parameterCheck(model: ParameterModel): ParameterCheck {
  let check = checks.get(model);
  if (check === undefined) checks.set(model, (check = makeCheck(model)));
  return check;
}

function makeCheck(model: ParameterModel): ParameterCheck {
  const schema = schemaOf(model);
  const types = typesOf(schema, schema);
  const itemTypes = types.has("array") ? itemTypesOf(schema) : null;
  let validator: SchemaValidator | ValidatorError;
  try {
    validator = compileSchema(schema, noChanges);
  } catch (error) {
    if (!(error instanceof ValidatorError)) throw error;
    validator = error;
  }
  return {
    model,
    check(values) {
      if (values.length === 0) return model.required && model.defaultValue === null ? { kind: "missing" } : null;
      if (validator instanceof ValidatorError) return { kind: "exception", message: validator.message };
      if (itemTypes === null && values.length > 1) return { kind: "several" };
      let value: unknown;
      try {
        value =
          itemTypes === null
            ? parseValue(values[0]!, types)
            : itemsOf(values, model.listSeparator).map((item) => parseValue(item, itemTypes));
      } catch (error) {
        return { kind: "unparsable", message: error instanceof Error ? error.message : "" };
      }
      try {
        const fault = validator.check(value);
        return fault === null ? null : { kind: "unfit", message: fault.message };
      } catch (error) {
        return { kind: "exception", message: error instanceof Error ? error.message : "" };
      }
    },
  };
}

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema of a parameter: its own, or one of its type and values. */
function schemaOf({ schema, type, values }: ParameterModel): unknown {
  if (schema !== null && schema !== undefined) return schema;
  const known = ["string", "integer", "number", "boolean", "array", "object"].includes(type) ? type : "string";
  if (values.length === 0) return { type: known };
  const types = new Set([known]);
  const parsed = values.flatMap((text) => {
    try {
      return [parseValue(text, types)];
    } catch {
      return [];
    }
  });
  return { type: known, enum: parsed };
}

/** The types that a schema allows; empty for any. References are followed inside `root`. */
function typesOf(schema: unknown, root: unknown, depth = 0): ReadonlySet<string> {
  const types = new Set<string>();
  if (!isSchema(schema) || depth > 8) return types;
  for (const type of [schema["type"]].flat()) if (typeof type === "string") types.add(type);
  if (types.size > 0) {
    if (schema["nullable"] === true) types.add("null");
    return types;
  }
  const reference = schema["$ref"];
  if (typeof reference === "string" && reference.startsWith("#/definitions/") && isSchema(root)) {
    const definitions = root["definitions"];
    const name = reference.slice("#/definitions/".length);
    if (isSchema(definitions) && Object.hasOwn(definitions, name)) return typesOf(definitions[name], root, depth + 1);
  }
  for (const name of ["allOf", "anyOf", "oneOf"]) {
    const parts = schema[name];
    if (Array.isArray(parts)) for (const part of parts) for (const type of typesOf(part, root, depth + 1)) types.add(type);
  }
  return types;
}

function itemTypesOf(schema: unknown): ReadonlySet<string> {
  return typesOf(isSchema(schema) ? schema["items"] : undefined, schema);
}

function itemsOf(values: readonly string[], separator: string | null): string[] {
  return separator === null ? [...values] : values.flatMap((item) => item.split(separator)).map((item) => item.trim());
}

/** Text as a value of one of the types. Throws Error with why it is none. */
export function parseValue(text: string, types: ReadonlySet<string>): unknown {
  if (types.size === 0 || (types.has("string") && types.size === 1)) return text;
  if (types.has("null") && (text === "" || text === "null")) return null;
  if (types.has("boolean") && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (types.has("integer") && /^[+-]?\d{1,400}$/.test(text)) return Number(text);
  if (types.has("number") && /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/.test(text))
    return Number(text);
  if (types.has("string")) return text;
  if (types.has("object") || types.has("array")) {
    if (isTooDeep(text)) throw new Error("The value is nested too deep.");
    return JSON.parse(text) as unknown;
  }
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  throw new Error(`Could not convert '${shown}' to ${[...types].filter((type) => type !== "null").join(" or ")}.`);
}
