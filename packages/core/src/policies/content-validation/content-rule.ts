import type { GatewayModel, RepresentationModel } from "../../config/model.js";
import type { BoundChild, PolicyCompiler } from "../../pipeline/policy.js";
import { child, flag, many, oneOf, text } from "../../pipeline/schema.js";
import { decodeText, mediaType } from "../bodies/content-type.js";
import { parseXml } from "../bodies/xml.js";
import { isForm, readForm } from "./form-body.js";
import { isTooDeep, placeInJson } from "./json-place.js";
import { compileSchema, longestSchema, type SchemaValidator, ValidatorError } from "./json-schema.js";
import { withLowerNames } from "./json-schema-form.js";
import { soapContent, xmlText } from "./soap-body.js";
import { type ActionValue, requiredAction } from "./validation-errors.js";
import { isXmlSchemaInstalled, loadXmlSchema, type XmlSchemaValidator, xmlSchemaPackage } from "./xml-schema.js";

/** The `content` children of validate-content. */
export const contentChild = child({
  max: many,
  attributes: {
    type: text({ notes: "Content type this rule is for, after mapping; without it every type the API schema lists." }),
    "validate-as": oneOf(["json", "xml", "soap"], {
      required: true,
      notes: "Validator. soap takes the XML out of the envelope.",
    }),
    "schema-id": text({ notes: "Stored schema to use in place of that of the API definition." }),
    "schema-ref": text({ notes: "JSON only: local reference into the schema document." }),
    action: requiredAction("Action for bodies that do not fit."),
    "allow-additional-properties": flag({ notes: "JSON: overrides additionalProperties of the schema." }),
    "case-insensitive-property-names": flag({ default: false, notes: "JSON: compare property names without regard to case." }),
  },
  notes: "Validation rule for one content type.",
});

/** What is wrong with a body. */
export type ContentFault =
  | { readonly kind: "unfit"; readonly definition: string | null; readonly message: string; readonly place: string }
  | { readonly kind: "no-definition" | "exception"; readonly message: string };

/** What a rule is given of a message. */
export interface ContentToCheck {
  readonly bytes: Uint8Array;
  /** As the message has it, with parameters. */
  readonly contentType: string | null;
  /** After mapping. */
  readonly mediaType: string;
  /** What the API declares for the content type; null for nothing. */
  readonly declared: RepresentationModel | null;
  readonly configuration: GatewayModel;
}

/** One rule, ready for use. */
export interface ContentRule {
  /** Lower case; null for every listed one. */
  readonly type: string | null;
  readonly action: ActionValue;
  check(content: ContentToCheck): ContentFault | null | Promise<ContentFault | null>;
}

interface Definition<V> {
  readonly name: string | null;
  /** The JSON schema as written. */
  readonly schema?: unknown;
  readonly validator: V;
}

type JsonDefinition = Definition<SchemaValidator | ValidatorError>;

/** Compiles a rule; what is wrong with its own schema is reported at load time. */
export function contentRule(element: BoundChild<typeof contentChild>, compiler: PolicyCompiler): ContentRule {
  const { attributes } = element;
  const type = attributes.type?.literal;
  const common = { type: type === undefined ? null : mediaType(type), action: attributes.action };
  return attributes["validate-as"].literal === "json"
    ? { ...common, check: jsonCheck(element, compiler) }
    : { ...common, check: xmlCheck(element, compiler) };
}

function storedText(element: BoundChild<typeof contentChild>, compiler: PolicyCompiler): string | null {
  const id = element.attributes["schema-id"]?.literal;
  if (id === undefined || compiler.isDetached) return null;
  const report = (message: string): null => {
    compiler.report({ code: "TP2107", message }, element.place);
    return null;
  };
  const stored = compiler.configuration.schemas.get(id);
  if (stored === undefined) return report(`There is no schema ${id}.`);
  if (stored.text.length > longestSchema) return report(`The schema ${id} is larger than 4 MB.`);
  return stored.text;
}

function jsonCheck(element: BoundChild<typeof contentChild>, compiler: PolicyCompiler): ContentRule["check"] {
  const { attributes } = element;
  const id = attributes["schema-id"]?.literal ?? null;
  const reference = attributes["schema-ref"]?.literal ?? null;
  const changes = {
    additionalProperties: attributes["allow-additional-properties"]?.literal ?? null,
    ignoresCase: attributes["case-insensitive-property-names"].literal!,
  };
  const make = (schema: unknown, name: string | null): JsonDefinition => {
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
  const text = storedText(element, compiler);
  const own = text === null ? null : make(parsedSchema(text), reference?.split("/").at(-1) ?? id);
  if (own !== null && own.validator instanceof ValidatorError)
    compiler.report({ code: "TP2107", message: `The schema ${id} cannot be used: ${own.validator.message}` }, element.place);

  const ofApi = new WeakMap<RepresentationModel, JsonDefinition>();
  const declaredDefinition = (declared: RepresentationModel, configuration: GatewayModel): JsonDefinition | null => {
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
  { name, schema, validator }: Definition<SchemaValidator | null>,
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

function xmlCheck(element: BoundChild<typeof contentChild>, compiler: PolicyCompiler): ContentRule["check"] {
  const { attributes } = element;
  const isSoap = attributes["validate-as"].literal === "soap";
  const id = attributes["schema-id"]?.literal ?? null;
  if (attributes["schema-ref"] !== null)
    compiler.report(
      { severity: "warning", code: "TP2104", message: "schema-ref says nothing of XML: any top-level element may be the root." },
      element.place,
    );
  const text = storedText(element, compiler);
  if (text !== null && !isXmlSchemaInstalled())
    compiler.report(
      {
        code: "TP2108",
        message: `validate-content needs the package ${xmlSchemaPackage} to validate XML against a schema.`,
        hint: `npm install ${xmlSchemaPackage}`,
      },
      element.place,
    );
  const own = text === null ? null : loadXmlSchema(text);
  const ofApi = new WeakMap<RepresentationModel, Promise<XmlSchemaValidator | ValidatorError>>();
  const declaredSchema = (
    declared: RepresentationModel,
    configuration: GatewayModel,
  ): Promise<XmlSchemaValidator | ValidatorError> | null => {
    const known = ofApi.get(declared);
    if (known !== undefined) return known;
    const stored = declared.schemaId === null ? undefined : configuration.schemas.get(declared.schemaId)?.text;
    if (stored === undefined) return null;
    const loading = loadXmlSchema(stored);
    ofApi.set(declared, loading);
    return loading;
  };
  return async ({ bytes, contentType, mediaType: type, declared, configuration }) => {
    const loading = id !== null ? own : declared === null ? null : declaredSchema(declared, configuration);
    if (loading === null && (id !== null || declared === null))
      return { kind: "no-definition", message: `There is no schema for the content type ${type}.` };
    const definition = id ?? declared?.schemaId ?? null;
    const unfit = (message: string, place = ""): ContentFault => ({ kind: "unfit", definition, message, place });
    const written = decodeText(bytes, contentType);
    if (written === null) return unfit("The body is no text in its encoding.");
    let document: string;
    try {
      // Read here first: this refuses document types and deep nesting, whatever the validator would make of them.
      const { root } = parseXml(written);
      document = isSoap
        ? soapContent(root)
        : written.replace(/^\uFEFF?<\?xml[^>]*\?>/, (head) => "\n".repeat(head.split("\n").length - 1));
      if (!isSoap && document === "") document = xmlText(root);
    } catch (error) {
      return unfit(error instanceof Error ? error.message : String(error));
    }
    const validator = await loading;
    if (validator === null) return null;
    if (validator instanceof ValidatorError) return { kind: "exception", message: validator.message };
    const fault = validator.check(document);
    return fault === null ? null : unfit(fault.message, isSoap ? "" : ` Line: ${fault.line}, Position: 1`);
  };
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
