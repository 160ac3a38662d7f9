import type { ParameterConfiguration } from "../configuration.js";
import { type Data, entriesOf, isData, member, textMember } from "./references.js";
import type { Dialect, SchemaConverter } from "./schemas.js";

/** Where OpenAPI says that a parameter of this name is none. */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/** Where a parameter stands. */
export type ParameterKind = "path" | "query" | "header";

/** A parameter of an operation, without references. */
export interface ReadParameter {
  readonly kind: ParameterKind;
  readonly parameter: ParameterConfiguration;
}

/** A path, query or header parameter as the configuration has it; null for what is none (cookies, bodies, Accept). */
export function readParameter(data: Data, dialect: Dialect, schemas: SchemaConverter): ReadParameter | null {
  const name = textMember(data, "name");
  const kind = member(data, "in");
  if (name === null || (kind !== "path" && kind !== "query" && kind !== "header")) return null;
  if (kind === "header" && NOT_PARAMETERS.has(name.toLowerCase())) return null;
  return {
    kind,
    parameter: {
      name,
      required: member(data, "required") === true || kind === "path",
      ...contentOf(data, kind, dialect, schemas),
    },
  };
}

/** A response header, which is written as a parameter without name and place. */
export function readHeader(name: string, data: unknown, dialect: Dialect, schemas: SchemaConverter): ParameterConfiguration {
  const header = isData(data) ? data : {};
  return { name, required: member(header, "required") === true, ...contentOf(header, "header", dialect, schemas) };
}

function contentOf(
  data: Data,
  kind: ParameterKind,
  dialect: Dialect,
  schemas: SchemaConverter,
): Omit<ParameterConfiguration, "name" | "required"> {
  const written =
    dialect === "swagger-2" ? data : (member(data, "schema") ?? member(entriesOf(data, "content")[0]?.[1], "schema"));
  const plain = dialect === "swagger-2" ? schemaPart(data) : written;
  const schema = schemas.convert(plain);
  const type = textMember(schema, "type");
  const initial = member(plain, "default");
  const separator =
    dialect === "swagger-2" ? collectionSeparator(textMember(data, "collectionFormat")) : styleSeparator(data, kind);
  return {
    ...(type === null ? {} : { type }),
    ...(schema === null ? {} : { schema }),
    ...(typeof initial === "string" || typeof initial === "number" || typeof initial === "boolean"
      ? { defaultValue: initial }
      : {}),
    ...(separator === null ? {} : { listSeparator: separator }),
  };
}

/** The members of a Swagger 2 parameter that are those of a schema. */
function schemaPart(data: Data): Data {
  const { name: _name, in: _in, description: _description, required: _required, collectionFormat: _format, ...schema } = data;
  return schema;
}

type Separator = NonNullable<ParameterConfiguration["listSeparator"]>;

function collectionSeparator(format: string | null): Separator | null {
  if (format === "multi") return null;
  return format === "ssv" ? " " : format === "tsv" ? "\t" : format === "pipes" ? "|" : ",";
}

function styleSeparator(data: Data, kind: ParameterKind): Separator | null {
  const style = textMember(data, "style") ?? (kind === "query" ? "form" : "simple");
  const explode = member(data, "explode") ?? style === "form";
  if (kind !== "query") return ",";
  if (style === "spaceDelimited") return explode === true ? null : " ";
  if (style === "pipeDelimited") return explode === true ? null : "|";
  return explode === true ? null : ",";
}
