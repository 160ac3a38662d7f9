import type { ApiModel, McpToolModel, OperationModel, ParameterModel } from "../model/model.js";

/** A tool as `tools/list` tells of it. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** Where an argument of a tool goes. */
type Place = "path" | "query" | "header" | "body" | "member";

/** A tool that is made of an operation. */
export interface OperationTool {
  readonly description: ToolDescription;
  readonly api: ApiModel;
  readonly operation: OperationModel;
  readonly places: ReadonlyMap<string, Place>;
}

const PLACEHOLDER = /\{(\*?)([^{}]+)\}/g;
/** What the gateway itself says of a call. */
const OWN_HEADERS = new Set([
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "accept",
  "accept-encoding",
]);

/**
 * Makes a tool of an operation: its parameters are properties under their own names. The members of the body's object are properties too,
 * unless one of their names is a parameter's; then, and where the body is no object, it is the property `body`.
 * @param schemaOf gives the text of a schema by its id
 */
export function operationTool(
  { name, description }: McpToolModel,
  api: ApiModel,
  operation: OperationModel,
  schemaOf: (id: string) => string | null,
): OperationTool {
  const properties: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const required: string[] = [];
  const places = new Map<string, Place>();
  const add = (property: string, place: Place, schema: unknown, isRequired: boolean): void => {
    if (places.has(property)) return;
    places.set(property, place);
    properties[property] = schema;
    if (isRequired) required.push(property);
  };
  const [path = "", query = ""] = operation.urlTemplate.split("?", 2);
  const declared = new Map(operation.templateParameters.map((parameter) => [parameter.name.replace(/^\*/, ""), parameter]));
  for (const [, , parameter] of path.matchAll(PLACEHOLDER))
    add(parameter!, "path", schemaOfParameter(declared.get(parameter!)), true);
  for (const [, , parameter] of query.matchAll(PLACEHOLDER))
    add(parameter!, "query", schemaOfParameter(declared.get(parameter!)), true);
  const { request } = operation;
  for (const parameter of request?.queryParameters ?? [])
    add(parameter.name, "query", schemaOfParameter(parameter), parameter.required);
  for (const parameter of request?.headers ?? [])
    if (!OWN_HEADERS.has(parameter.name.toLowerCase()))
      add(parameter.name, "header", schemaOfParameter(parameter), parameter.required);
  const body = request?.representations.find(({ contentType }) => /\bjson\b/i.test(contentType)) ?? null;
  if (body !== null) {
    const schema = asSchema(body.schema ?? (body.schemaId === null ? null : parsed(schemaOf(body.schemaId)))) ?? {};
    const members = asSchema(schema["properties"]);
    if (members !== null && Object.keys(members).every((member) => !places.has(member))) {
      const needed = Array.isArray(schema["required"]) ? schema["required"] : [];
      for (const [member, of] of Object.entries(members)) add(member, "member", of, needed.includes(member));
    } else add("body", "body", schema, false);
  }
  const inputSchema = { type: "object", properties: { ...properties }, ...(required.length === 0 ? {} : { required }) };
  return { description: { name, description, inputSchema }, api, operation, places };
}

/** What a call of a tool asks of its operation. */
export interface OperationCall {
  /** Path and query behind the API's prefix. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/** The call of a tool; text for what is wrong with its arguments. */
export function operationCall(
  { places, operation, description }: OperationTool,
  values: Readonly<Record<string, unknown>>,
): OperationCall | string {
  for (const name of (description.inputSchema["required"] as readonly string[] | undefined) ?? [])
    if (values[name] === undefined || values[name] === null) return `The argument ${name} is missing.`;
  for (const name of Object.keys(values)) if (!places.has(name)) return `There is no argument ${name}.`;
  const [path = "", query = ""] = operation.urlTemplate.split("?", 2);
  const fill = (template: string): string =>
    template.replace(PLACEHOLDER, (_whole, rest: string, name: string) => {
      const encoded = encodeURIComponent(textOf(values[name]));
      return rest === "" ? encoded : encoded.replaceAll("%2F", "/");
    });
  const inTemplate = new Set([...operation.urlTemplate.matchAll(PLACEHOLDER)].map(([, , name]) => name!));
  const queries = query === "" ? [] : [fill(query)];
  const headers: (readonly [string, string])[] = [];
  const members: Record<string, unknown> = {};
  let body: string | null = null;
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null || inTemplate.has(name)) continue;
    switch (places.get(name)!) {
      case "query":
        for (const item of Array.isArray(value) ? value : [value])
          queries.push(`${encodeURIComponent(name)}=${encodeURIComponent(textOf(item))}`);
        break;
      case "header": {
        const text = textOf(value);
        if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) return `The argument ${name} cannot be the value of a header.`;
        headers.push([name, text]);
        break;
      }
      case "body":
        body = JSON.stringify(value);
        break;
      case "member":
        members[name] = value;
        break;
      default:
    }
  }
  if (body === null && Object.keys(members).length > 0) body = JSON.stringify(members);
  return { target: fill(path) + (queries.length === 0 ? "" : `?${queries.join("&")}`), headers, body };
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return (text ?? "").replace(/\p{Surrogate}/gu, "\ufffd");
}

function schemaOfParameter(parameter: ParameterModel | undefined): unknown {
  if (parameter === undefined) return { type: "string" };
  const own = asSchema(parameter.schema);
  if (own !== null) return own;
  const type = ["string", "integer", "number", "boolean", "array", "object"].includes(parameter.type) ? parameter.type : "string";
  return { type, ...(parameter.values.length === 0 ? {} : { enum: parameter.values }) };
}

function asSchema(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}
