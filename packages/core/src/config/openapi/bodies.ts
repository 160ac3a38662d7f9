import type { RepresentationConfiguration } from "../configuration.js";
import { type Data, entriesOf, isData, listMember, member, textMember } from "./references.js";
import type { SchemaConverter } from "./schemas.js";

/** The representations of an OpenAPI 3 `content`. */
export function readContent(
  data: unknown,
  schemas: SchemaConverter,
  resolve: (value: unknown) => unknown,
): RepresentationConfiguration[] {
  return entriesOf(data, "content").map(([contentType, media]) => {
    const first = entriesOf(media, "examples")[0]?.[1];
    return representation(
      contentType,
      member(media, "schema"),
      member(media, "example") ?? member(resolve(first), "value"),
      schemas,
    );
  });
}

/** The representations of a Swagger 2 response. */
export function readResponseBodies(
  data: unknown,
  types: readonly string[],
  schemas: SchemaConverter,
): RepresentationConfiguration[] {
  const schema = member(data, "schema");
  const examples = new Map(entriesOf(data, "examples"));
  const all = new Set(schema === undefined ? examples.keys() : [...types, ...examples.keys()]);
  return [...all].map((type) => representation(type, schema, examples.get(type), schemas));
}

/** The representations of a Swagger 2 operation's `body` or `formData` parameters. */
export function readRequestBodies(
  parameters: readonly Data[],
  types: readonly string[],
  schemas: SchemaConverter,
): RepresentationConfiguration[] {
  const body = parameters.find((parameter) => member(parameter, "in") === "body");
  if (body !== undefined) return types.map((type) => representation(type, member(body, "schema"), undefined, schemas));
  const fields = parameters.filter(
    (parameter) => member(parameter, "in") === "formData" && textMember(parameter, "name") !== null,
  );
  if (fields.length === 0) return [];
  const schema = {
    type: "object",
    properties: Object.fromEntries(fields.map(({ name, in: _in, required: _required, ...rest }) => [String(name), rest])),
    required: fields.filter((field) => member(field, "required") === true).map((field) => String(field["name"])),
  };
  const forms = types.filter((type) => /form/i.test(type));
  const hasFile = fields.some((field) => member(field, "type") === "file");
  const used = forms.length > 0 ? forms : [hasFile ? "multipart/form-data" : "application/x-www-form-urlencoded"];
  return used.map((type) => representation(type, schema, undefined, schemas));
}

/** The content types of `consumes` or `produces`: the operation's own, else the document's, else JSON. */
export function contentTypes(document: unknown, operation: unknown, name: "consumes" | "produces"): readonly string[] {
  const own = isData(operation) && Object.hasOwn(operation, name) ? operation : document;
  const types = listMember(own, name).filter((mediaType) => typeof mediaType === "string");
  return types.length === 0 ? ["application/json"] : types;
}

function representation(
  contentType: string,
  schema: unknown,
  example: unknown,
  schemas: SchemaConverter,
): RepresentationConfiguration {
  const converted = schemas.convert(schema);
  return { contentType, ...(converted === null ? {} : { schema: converted }), ...(example === undefined ? {} : { example }) };
}
