import type { OperationModel, RepresentationModel } from "../../model/model.js";
import { type BoundChild, definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, expression, integer, many, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { mediaType } from "../bodies/content-type.js";
import { twoTexts } from "../failures.js";
import { currentMessage, isRequestSection } from "../messages.js";
import { type ContentFault, contentChild } from "./content-child.js";
import { contentRule } from "./content-rule.js";
import { declaredResponse } from "./declared.js";
import { isUnpackingError, type SizedBody, sizedBody, workFault } from "./message-size.js";
import {
  ErrorReport,
  internalText,
  requestError,
  requiredAction,
  responseError,
  type ValidationError,
} from "./validation-errors.js";
import { xmlSchemaPackages } from "./xml-library.js";
import { isXmlSchema } from "./xml-schema.js";

const typeChild = child({
  max: many,
  attributes: {
    from: text({ notes: "Incoming content type. One of from and when." }),
    when: expression({ expressions: true, notes: "Condition on the message; true selects this mapping." }),
    to: text({ required: true, notes: "Content type to validate as." }),
  },
  notes: "One mapping; wins over the two attributes.",
});

const mapChild = child({
  attributes: {
    "any-content-type-value": text({ notes: "Content type to assume whatever the message says." }),
    "missing-content-type-value": text({ notes: "Content type to assume when the message has none." }),
  },
  children: { type: typeChild },
  notes: "Maps incoming content types to the one used for validation.",
});

/**
 * Holds a body against a schema. JSON schemas of drafts 4 to 2020-12 and of OpenAPI are understood; a schema that says nothing of its draft is read
 * as 2020-12. They are compiled to code by Ajv, so that a process that forbids code from strings cannot use them. XML schemas need the package
 * libxml2-wasm; what they include and import are stored schemas, by id: the last segment of `schemaLocation`, with or without `.xsd`. Nothing is
 * fetched, and document types are refused. What patterns cost is bounded: a body that takes longer is a ValidationException.
 *
 * Open in the reference, read here as: a body above max-size is not looked into, whatever the action; it is read no further than max-size, and
 * passes whole unless it is prevented; one without content type and bytes fits; wildcards (`application/*`) of the definition list a type; forms are
 * validated as JSON objects of their fields; the first fault is the one reported; the errors variable is a JArray, and is not set as long as there
 * are none; prevent in on-error is a 502 of its own, which ends the request.
 */
export const validateContent = definePolicy({
  name: "validate-content",
  category: "content-validation",
  summary: "Checks size and shape of a request or response body against JSON or XML schemas.",
  sections: ["inbound", "outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    "unspecified-content-type-action": requiredAction("Action for bodies whose content type the API schema does not list."),
    "max-size": integer({
      required: true,
      expressions: true,
      min: 0,
      max: 4 * 1024 * 1024,
      notes: "Largest body in bytes, unpacked.",
    }),
    "size-exceeded-action": requiredAction("Action for bodies above max-size."),
    "errors-variable-name": text({ notes: "Variable that collects validation errors." }),
  },
  children: { "content-type-map": mapChild, content: contentChild },
  errors: [
    requestError(
      "request body above max-size",
      "Request's body is {size} bytes long and it exceeds the limit of {max-size} bytes.",
    ),
    requestError("content type of a request that is not specified", "Unspecified content type {type} is not allowed."),
    requestError(
      "request body that does not fit",
      "Body of the request does not conform to the definition {name}, which is associated with the content type {type}. {what} Line: {line}, Position: {position}",
    ),
    requestError("request whose schema is missing or cannot be used", twoTexts(internalText, "what is wrong.")),
    responseError(
      "response body above max-size",
      "Response's body is {size} bytes long and it exceeds the limit of {max-size} bytes.",
    ),
    responseError("response of another type, that does not fit, or without a usable schema", "as for requests."),
  ],
  packages: ({ schemas }) => ([...schemas.values()].some(isXmlSchema) ? xmlSchemaPackages : []),
  compile(element, compiler) {
    const { attributes, children } = element;
    const isRequest = isRequestSection(compiler.section);
    const word = isRequest ? "request" : "response";
    const type = isRequest ? "RequestBody" : "ResponseBody";
    const report = new ErrorReport(compiler.section, attributes["errors-variable-name"]?.literal ?? null, element.name);
    const message = currentMessage(compiler.section);
    const map = typeMap(children["content-type-map"][0]);
    const rules = children.content.map((one) => contentRule(one, compiler));

    return async (exchange): Promise<Flow> => {
      if (hasNoBody(exchange, isRequest)) return "continue";
      const { headers } = message(exchange);
      const limit = attributes["max-size"].get(exchange);
      const sizeAction = attributes["size-exceeded-action"].get(exchange);
      const contentType = headers.get("Content-Type");
      let sized: SizedBody;
      let problem: string | null = null;
      try {
        sized = await sizedBody(exchange, message(exchange), limit);
      } catch (error) {
        if (!isUnpackingError(error)) throw error;
        sized = { bytes: new Uint8Array(0) };
        problem = `The body cannot be unpacked: ${error.message}.`;
      }
      if ("size" in sized) {
        const size = `${isRequest ? "Request's" : "Response's"} body is ${sized.size} bytes long and it exceeds the limit of ${limit} bytes.`;
        report.add(exchange, sizeAction, { name: type, type, rule: "SizeLimit", details: size });
        return "continue";
      }
      const effective = map(exchange, mediaType(contentType));
      const { bytes } = sized;
      if (problem === null && bytes.length === 0 && contentType === null) return "continue";
      const declared = listed(representations(exchange.operation, isRequest ? null : exchange.response.status), effective);
      const rule =
        rules.find((one) => one.type === effective) ?? (declared === null ? undefined : rules.find((one) => one.type === null));
      if (rule === undefined) {
        if (declared !== null) return "continue";
        report.add(exchange, attributes["unspecified-content-type-action"].get(exchange), {
          name: effective,
          type,
          rule: "Unspecified",
          details: `Unspecified content type ${effective} is not allowed.`,
        });
        return "continue";
      }
      const action = rule.action.get(exchange);
      if (action === "ignore") return "continue";
      problem ??= await workFault(exchange, message(exchange), bytes, rule.times);
      const fault: ContentFault | null =
        problem !== null
          ? { kind: "unfit", definition: null, message: problem, place: "" }
          : rule.check({ bytes, contentType, mediaType: effective, declared, configuration: exchange.configuration });
      if (fault !== null) report.add(exchange, action, contentError(fault, word, type, effective));
      return "continue";
    };
  },
});

/** The content type to validate as. */
function typeMap(element: BoundChild<typeof mapChild> | undefined): (exchange: Exchange, type: string) => string {
  if (element === undefined) return (_exchange, type) => type;
  const { "any-content-type-value": any, "missing-content-type-value": missing } = element.attributes;
  const mappings = element.children.type.map(({ attributes: { from, when, to } }) => ({
    from: from === null ? null : mediaType(from.literal!),
    when,
    to: mediaType(to.literal!),
  }));
  return (exchange, type) => {
    const mapping = mappings.find(({ from, when }) =>
      from !== null ? from === type : when !== null && when.get(exchange).trim().toLowerCase() === "true",
    );
    if (mapping !== undefined) return mapping.to;
    if (any !== null) return mediaType(any.literal!);
    return type === "" && missing !== null ? mediaType(missing.literal!) : type;
  };
}

function representations(operation: OperationModel | null, status: number | null): readonly RepresentationModel[] {
  if (operation === null) return [];
  return (status === null ? operation.request : declaredResponse(operation, status))?.representations ?? [];
}

/** What the definition says of a content type: by its name, else by a wildcard. */
function listed(all: readonly RepresentationModel[], type: string): RepresentationModel | null {
  const find = (wanted: string): RepresentationModel | undefined => all.find((one) => mediaType(one.contentType) === wanted);
  return find(type) ?? find(`${type.split("/", 1)[0]}/*`) ?? find("*/*") ?? null;
}

/** Such a response's Content-Length and Content-Type speak of a body that does not come. */
function hasNoBody({ request, response }: Exchange, isRequest: boolean): boolean {
  return !isRequest && (request.method === "HEAD" || response.status === 204 || response.status === 304);
}

function contentError(fault: ContentFault, word: string, type: ValidationError["type"], contentType: string): ValidationError {
  switch (fault.kind) {
    case "no-definition":
      return { name: contentType, type: "ApiSchema", rule: "MissingDefinition", details: fault.message, isInternal: true };
    case "exception":
      return {
        name: contentType,
        type,
        rule: "ValidationException",
        details: `${internalText} ${fault.message}`,
        isInternal: true,
      };
    case "unfit": {
      const definition = fault.definition === null ? "the definition" : `the definition ${fault.definition},`;
      const text = `Body of the ${word} does not conform to ${definition} which is associated with the content type ${contentType}.`;
      return { name: contentType, type, rule: "IncorrectMessage", details: `${text} ${fault.message}${fault.place}` };
    }
  }
}
