import type { ErrorObject } from "ajv";

type Describe = (error: ErrorObject) => string;

/** Longest part of a value that a message shows. */
const LONGEST = 100;

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
const limit = (error: ErrorObject): string => String(error.params["limit"]);
const kind = (value: unknown): string => (Number.isInteger(value) ? "Integer" : "Float");
const length = (value: unknown): number => (Array.isArray(value) ? value.length : Object.keys(Object(value)).length);

const TYPES: Readonly<Record<string, string>> = {
  string: "String",
  number: "Number",
  integer: "Integer",
  boolean: "Boolean",
  object: "Object",
  array: "Array",
  null: "Null",
};

function typeName(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  return typeof value === "number" ? (Number.isInteger(value) ? "Integer" : "Number") : (TYPES[typeof value] ?? "Object");
}

/** By keyword: the sentences of Newtonsoft's schema validator, which API Management's answers show. */
const DESCRIPTIONS: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  ["required", ({ schema, data }) => `Required properties are missing from object: ${absent(schema, data).join(", ")}.`],
  [
    "type",
    ({ params, data }) => {
      const wanted = [params["type"]].flat().map((type) => TYPES[String(type)] ?? String(type));
      return `Invalid type. Expected ${wanted.join(", ")} but got ${typeName(data)}.`;
    },
  ],
  ["enum", ({ data }) => `Value ${JSON.stringify(shown(data))} is not defined in enum.`],
  ["const", ({ data }) => `Value ${JSON.stringify(shown(data))} does not match const.`],
  ["additionalProperties", ({ params }) => undeclared(params["additionalProperty"])],
  ["unevaluatedProperties", ({ params }) => undeclared(params["unevaluatedProperty"])],
  ["minimum", (error) => `${kind(error.data)} ${shown(error.data)} is less than minimum value of ${limit(error)}.`],
  ["maximum", (error) => `${kind(error.data)} ${shown(error.data)} exceeds maximum value of ${limit(error)}.`],
  [
    "exclusiveMinimum",
    (error) => `${kind(error.data)} ${shown(error.data)} is not greater than exclusive minimum value of ${limit(error)}.`,
  ],
  [
    "exclusiveMaximum",
    (error) => `${kind(error.data)} ${shown(error.data)} is not less than exclusive maximum value of ${limit(error)}.`,
  ],
  ["multipleOf", ({ data, params }) => `${kind(data)} ${shown(data)} is not a multiple of ${String(params["multipleOf"])}.`],
  ["minLength", (error) => `String '${shown(error.data)}' is less than minimum length of ${limit(error)}.`],
  ["maxLength", (error) => `String '${shown(error.data)}' exceeds maximum length of ${limit(error)}.`],
  ["pattern", ({ data, params }) => `String '${shown(data)}' does not match regex pattern '${String(params["pattern"])}'.`],
  ["format", ({ data, params }) => `String '${shown(data)}' does not validate against format '${String(params["format"])}'.`],
  ["minItems", (error) => `Array item count ${length(error.data)} is less than minimum count of ${limit(error)}.`],
  ["maxItems", (error) => `Array item count ${length(error.data)} exceeds maximum count of ${limit(error)}.`],
  ["minProperties", (error) => `Object property count ${length(error.data)} is less than minimum count of ${limit(error)}.`],
  ["maxProperties", (error) => `Object property count ${length(error.data)} exceeds maximum count of ${limit(error)}.`],
  ["uniqueItems", () => "Non-unique array item."],
  ["anyOf", () => "JSON does not match any schemas from 'anyOf'."],
  [
    "oneOf",
    ({ params }) =>
      params["passingSchemas"] === null
        ? "JSON is valid against no schemas from 'oneOf'."
        : "JSON is valid against more than one schema from 'oneOf'.",
  ],
  ["not", () => "JSON is valid against schema from 'not'."],
  ["false schema", () => "Schema always fails validation."],
]);

function absent(required: unknown, data: unknown): string[] {
  const names = Array.isArray(required) ? required.map(String) : [];
  return names.filter((name) => !Object.hasOwn(Object(data) as object, name)).slice(0, 20);
}

const undeclared = (name: unknown): string =>
  `Property '${shown(name)}' has not been defined and the schema does not allow additional properties.`;

/** A fault in words. */
export function faultMessage(error: ErrorObject): string {
  return DESCRIPTIONS.get(error.keyword)?.(error) ?? `The value ${error.message ?? "does not fit"}.`;
}
