import type { SchemaModel } from "../../model/model.js";
import type { GatewayConfiguration, SchemaConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

/** What tells a JSON schema that stands in place from the mapping that says where one is. */
const KEYWORDS = [
  ...["$schema", "$id", "id", "$ref", "$defs", "definitions", "type", "enum", "const", "properties", "patternProperties"],
  ...[
    "additionalProperties",
    "propertyNames",
    "required",
    "items",
    "prefixItems",
    "contains",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
  ],
  ...["format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "title", "description"],
];

/** Schemas that validate-content names by id. */
export function buildSchemas(data: GatewayConfiguration, loaded: LoadedConfiguration): Map<string, SchemaModel> {
  const schemas = new Map<string, SchemaModel>();
  for (const [id, written] of Object.entries(data.schemas ?? {})) {
    const { file, text, contentType } = sourceOf(written);
    const found = file === undefined ? (text ?? null) : loaded.readText(file, ["schemas", id, "file"]);
    if (found === null) {
      if (file === undefined) loaded.report(["schemas", id], configurationProblems.schemaWithoutContent(id));
      continue;
    }
    const isXml = file === undefined ? found.trimStart().startsWith("<") : /\.(?:xsd|xml)$/i.test(file);
    const ownType = isXml ? "application/vnd.ms-azure-apim.xsd+xml" : "application/json";
    schemas.set(id, { id, contentType: contentType ?? ownType, text: found });
  }
  return schemas;
}

interface SchemaSource {
  readonly file?: string;
  readonly text?: string;
  readonly contentType?: string;
}

function sourceOf(written: SchemaConfiguration): SchemaSource {
  if (typeof written === "string") return { text: written };
  if (KEYWORDS.some((keyword) => Object.hasOwn(written, keyword))) return { text: JSON.stringify(written) };
  const textOf = (key: string): string | undefined => {
    const value: unknown = Object.hasOwn(written, key) ? (written as Readonly<Record<string, unknown>>)[key] : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const [file, text, contentType] = ["file", "text", "contentType"].map(textOf);
  return {
    ...(file === undefined ? {} : { file }),
    ...(text === undefined ? {} : { text }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}
