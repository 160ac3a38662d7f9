import type { GatewayModel, RepresentationModel } from "../../model/model.js";
import type { PolicyCompiler } from "../../policy/define.js";
import { decodeText } from "../bodies/content-type.js";
import { policyProblems } from "../problems.js";
import { type ContentElement, type ContentFault, type ContentRule, storedSchema } from "./content-child.js";
import { isForm, readForm } from "./form-body.js";
import { isTooDeep, placeInJson } from "./json-place.js";
import { compileSchema, type SchemaValidator, ValidatorError } from "./json-schema.js";
import { withLowerNames } from "./json-schema-form.js";

/** A JSON schema, compiled or found to be of no use. */
interface Definition {
  readonly name: string | null;
  /** As written. */
  readonly schema: unknown;
  readonly validator: SchemaValidator | ValidatorError;
}

/** A rule that holds bodies against JSON schemas. */
export function jsonCheck(element: ContentElement, compiler: PolicyCompiler): ContentRule["check"] {
  const { attributes } = element;
  const id = attributes["schema-id"]?.literal ?? null;
  const reference = attributes["schema-ref"]?.literal ?? null;
  const changes = {
    additionalProperties: attributes["allow-additional-properties"]?.literal ?? null,
    ignoresCase: attributes["case-insensitive-property-names"].literal!,
  };
  const make = (schema: unknown, name: string | null): Definition => {
    try {
      return {
        name,
        schema,
        validator: compileSchema(schema, changes, reference === null ? null : localReference(schema, reference)),
      };
    } catch (error) {
      if (!(error instanceof ValidatorError)) throw error;
      return { name, schema, validator: error };
    }
  };
  const stored = storedSchema(element, compiler);
  const own = stored === null ? null : make(parsedSchema(stored.text), reference?.split("/").at(-1) ?? id);
  if (own !== null && own.validator instanceof ValidatorError)
    compiler.report(policyProblems.schemaUnusable(id!, own.validator.message), element.place);

  const ofApi = new WeakMap<RepresentationModel, Definition>();
  const declaredDefinition = (declared: RepresentationModel, configuration: GatewayModel): Definition | null => {
    let definition = ofApi.get(declared);
    if (definition !== undefined) return definition;
    const stored = declared.schemaId === null ? undefined : configuration.schemas.get(declared.schemaId)?.text;
    const schema = stored === undefined ? declared.schema : parsedSchema(stored);
    if (schema === null || schema === undefined) return null;
    ofApi.set(declared, (definition = make(schema, reference?.split("/").at(-1) ?? declared.schemaId ?? nameOf(schema))));
    return definition;
  };
  return ({ bytes, contentType, mediaType: type, declared, configuration }) => {
    const definition = id !== null ? own : declared === null ? null : declaredDefinition(declared, configuration);
    if (definition === null && (id !== null || declared === null || reference !== null))
      return { kind: "no-definition", message: `There is no schema for the content type ${type}.` };
    const validator = definition?.validator ?? null;
    if (validator instanceof ValidatorError) return { kind: "exception", message: validator.message };
    const used = { name: definition?.name ?? null, schema: definition?.schema, validator };
    return checkJson(used, bytes, contentType, type, changes.ignoresCase);
  };
}

function checkJson(
  { name, schema, validator }: Pick<Definition, "name" | "schema"> & { readonly validator: SchemaValidator | null },
  bytes: Uint8Array,
  contentType: string | null,
  type: string,
  ignoresCase: boolean,
): ContentFault | null {
  const unfit = (message: string, place = ""): ContentFault => ({ kind: "unfit", definition: name, message, place });
  let value: unknown;
  let text: string | null = null;
  try {
    if (isForm(type)) value = readForm(bytes, contentType ?? type, schema);
    else {
      text = decodeText(bytes, contentType);
      if (text === null) return unfit("The body is no text in its encoding.");
      if (isTooDeep(text)) return unfit("The body is nested too deep.");
      value = JSON.parse(text);
    }
  } catch (error) {
    return unfit(error instanceof Error ? error.message : String(error));
  }
  try {
    const fault = validator?.check(ignoresCase ? withLowerNames(value) : value) ?? null;
    if (fault === null) return null;
    if (text === null) return unfit(fault.message);
    const { line, column } = placeInJson(text, ignoresCase ? "" : fault.path);
    return unfit(fault.message, ` Line: ${line}, Position: ${column}`);
  } catch (error) {
    if (!(error instanceof ValidatorError)) throw error;
    return { kind: "exception", message: error.message };
  }
}

function parsedSchema(text: string): unknown {
  try {
    return isTooDeep(text) ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** A reference into the document that a schema was taken from, where only its `definitions` are left of that. */
function localReference(schema: unknown, reference: string): string {
  const name = reference.split("/").at(-1) ?? "";
  const definitions = isSchema(schema) ? schema["definitions"] : undefined;
  const isTaken =
    isSchema(definitions) && Object.hasOwn(definitions, name) && isSchema(schema) && !Object.hasOwn(schema, "components");
  return isTaken ? `#/definitions/${name}` : reference.startsWith("#") ? reference : `#/${reference}`;
}

/** The name of the definition that a schema refers to as a whole. */
function nameOf(schema: unknown): string | null {
  const reference = isSchema(schema) ? schema["$ref"] : undefined;
  return typeof reference === "string" ? (reference.split("/").at(-1) ?? null) : null;
}
