import type { GatewayModel, RepresentationModel, SchemaModel } from "../../model/model.js";
import type { PolicyCompiler } from "../../policy/define.js";
import { decodeText } from "../bodies/content-type.js";
import { parseXml } from "../bodies/xml.js";
import { policyProblems } from "../problems.js";
import { type ContentElement, type ContentFault, type ContentRule, storedSchema } from "./content-child.js";
import { ValidatorError } from "./json-schema.js";
import { validationProblems } from "./problems.js";
import { soapContent } from "./soap-body.js";
import { xmlLibrary, xmlSchemaPackage } from "./xml-library.js";
import { compileXmlSchema, isXmlSchema, type XmlSchemaValidator } from "./xml-schema.js";

type Compiled = XmlSchemaValidator | ValidatorError;

/** A rule that holds bodies against XML schemas. */
export function xmlCheck(element: ContentElement, compiler: PolicyCompiler): ContentRule["check"] {
  const { attributes } = element;
  const isSoap = attributes["validate-as"].literal === "soap";
  const id = attributes["schema-id"]?.literal ?? null;
  if (attributes["schema-ref"] !== null) compiler.report(validationProblems.schemaReferenceUnused(), element.place);
  const library = xmlLibrary((name) => compiler.package(name));
  const make = (schema: SchemaModel, schemas: GatewayModel["schemas"]): Compiled => {
    if (!isXmlSchema(schema)) return new ValidatorError("it is no XML.");
    if (library === null) return new ValidatorError(`The package ${xmlSchemaPackage} is not installed.`);
    try {
      return compileXmlSchema(library, schema, schemas);
    } catch (error) {
      if (!(error instanceof ValidatorError)) throw error;
      return error;
    }
  };
  const { schemas } = compiler.configuration;
  const stored = storedSchema(element, compiler);
  if (library === null && [...schemas.values()].some(isXmlSchema))
    compiler.report(validationProblems.xmlPackageMissing(xmlSchemaPackage), element.place);
  const own = stored === null ? null : make(stored, schemas);
  if (own instanceof ValidatorError && (library !== null || !isXmlSchema(stored!)))
    compiler.report(policyProblems.schemaUnusable(id!, own.message), element.place);

  const ofApi = new WeakMap<RepresentationModel, Compiled>();
  const declaredSchema = (declared: RepresentationModel, configuration: GatewayModel): Compiled | null => {
    const known = ofApi.get(declared);
    if (known !== undefined) return known;
    const schema = declared.schemaId === null ? undefined : configuration.schemas.get(declared.schemaId);
    if (schema === undefined) return null;
    const compiled = make(schema, configuration.schemas);
    ofApi.set(declared, compiled);
    return compiled;
  };
  return ({ bytes, contentType, mediaType: type, declared, configuration }) => {
    const validator = id !== null ? own : declared === null ? null : declaredSchema(declared, configuration);
    if (validator === null && (id !== null || declared === null))
      return { kind: "no-definition", message: `There is no schema for the content type ${type}.` };
    const definition = id ?? declared?.schemaId ?? null;
    const unfit = (message: string, place = ""): ContentFault => ({ kind: "unfit", definition, message, place });
    const written = decodeText(bytes, contentType);
    if (written === null) return unfit("The body is no text in its encoding.");
    let document: string;
    try {
      // Read here first: this refuses document types and deep nesting, whatever the validator would make of them.
      const { root } = parseXml(written);
      document = isSoap ? soapContent(root) : withoutDeclaration(written);
    } catch (error) {
      return unfit(error instanceof Error ? error.message : String(error));
    }
    if (validator === null) return null;
    if (validator instanceof ValidatorError) return { kind: "exception", message: validator.message };
    try {
      const fault = validator.check(document);
      return fault === null ? null : unfit(fault.message, isSoap ? "" : ` Line: ${fault.line}, Position: 1`);
    } catch (error) {
      if (!(error instanceof ValidatorError)) throw error;
      return { kind: "exception", message: error.message };
    }
  };
}

/** The text is decoded by now: the encoding that it declares says nothing any more. Lines stay where they are. */
function withoutDeclaration(text: string): string {
  return text.replace(/^\uFEFF?<\?xml[ \t\r\n][^>]*\?>/, (head) => "\n".repeat(head.split("\n").length - 1));
}
