import type { OperationModel, RepresentationModel } from "../../model/model.js";
import { policyError } from "../../policy/declared-error.js";
import { type BoundChild, definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, expression, integer, many, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { mediaType } from "../bodies/content-type.js";
import { currentMessage, isRequestSection } from "../messages.js";
import { type ContentFault, contentChild } from "./content-child.js";
import { contentRule } from "./content-rule.js";
import { declaredResponse } from "./declared.js";
import { isUnpackingError, type SizedBody, sizedBody, workFault, workFaultForCallers } from "./message-size.js";
import {
  ErrorReport,
  failure,
  internalRequestError,
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

const requestErrors = {
  tooLarge: requestError(
    "request body above max-size",
    "Request's body is {size} bytes long and it exceeds the limit of {max-size} bytes.",
  ),
  unspecified: requestError("content type of a request that is not specified", "Unspecified content type {type} is not allowed."),
  unfit: requestError(
    "request body that does not fit",
    "Body of the request does not conform to {definition} which is associated with the content type {type}. {what}",
  ),
  tooMuchWork: policyError({
    when: "request body that takes too much work to read",
    status: 400,
    reason: "Bad request",
    message: "{what}",
    toCaller: workFaultForCallers,
    standsInOnError: true,
  }),
  noDefinition: internalRequestError("request without a schema", "{what}"),
  unusable: internalRequestError("request whose schema cannot be used", `${internalText} {what}`),
};

const responseErrors = {
  tooLarge: responseError(
    "response body above max-size",
    "Response's body is {size} bytes long and it exceeds the limit of {max-size} bytes.",
  ),
  unspecified: responseError(
    "content type of a response that is not specified",
    "Unspecified content type {type} is not allowed.",
  ),
  unfit: responseError(
    "response body that does not fit",
    "Body of the response does not conform to {definition} which is associated with the content type {type}. {what}",
  ),
  tooMuchWork: responseError("response body that takes too much work to read", "{what}"),
  noDefinition: responseError("response without a schema", "{what}"),
  unusable: responseError("response whose schema cannot be used", `${internalText} {what}`),
};

type Errors = typeof requestErrors | typeof responseErrors;

/** The policy validate-content. */
export const validateContent = definePolicy({
  name: "validate-content",
  category: "content-validation",
  summary: "Checks size and shape of a request or response body against JSON or XML schemas.",
  remarks: [
    "Holds a body against a schema. JSON schemas of drafts 4 to 2020-12 and of OpenAPI are understood; a schema that says nothing of its draft is read as 2020-12. They are compiled to code by Ajv, so that a process that forbids code from strings cannot use them. XML schemas need the package libxml2-wasm; what they include and import are stored schemas, by id: the last segment of `schemaLocation`, with or without `.xsd`. Nothing is fetched, and document types are refused. What patterns cost is bounded: a body that takes longer is a ValidationException.",
  ],
  readings: [
    "a body above max-size is not looked into, whatever the action",
    "it is read no further than max-size, and passes whole unless it is prevented",
    "one without content type and bytes fits",
    "wildcards (`application/*`) of the definition list a type",
    "forms are validated as JSON objects of their fields",
    "the first fault is the one reported",
    "the errors variable is a JArray, and is not set as long as there are none",
    "prevent in on-error is a 502 of its own, which ends the request",
  ],
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
  errors: [...Object.values(requestErrors), ...Object.values(responseErrors)],
  packages: ({ schemas }) => ([...schemas.values()].some(isXmlSchema) ? xmlSchemaPackages : []),
  compile(element, compiler) {
    const { attributes, children } = element;
    const isRequest = isRequestSection(compiler.section);
    const errors: Errors = isRequest ? requestErrors : responseErrors;
    const type = isRequest ? "RequestBody" : "ResponseBody";
    const report = new ErrorReport(attributes["errors-variable-name"]?.literal ?? null, element.name);
    const message = currentMessage(compiler.section);
    const map = typeMap(children["content-type-map"][0]);
    const rules = children.content.map((content) => contentRule(content, compiler));

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
        const tooLarge = failure(errors.tooLarge, { size: sized.size, "max-size": limit });
        report.add(exchange, sizeAction, { name: type, type, rule: "SizeLimit", failure: tooLarge });
        return "continue";
      }
      const effective = map(exchange, mediaType(contentType));
      const { bytes } = sized;
      if (problem === null && bytes.length === 0 && contentType === null) return "continue";
      const declared = listed(representations(exchange.operation, isRequest ? null : exchange.response.status), effective);
      const rule =
        rules.find((candidate) => candidate.type === effective) ??
        (declared === null ? undefined : rules.find((candidate) => candidate.type === null));
      if (rule === undefined) {
        if (declared !== null) return "continue";
        report.add(exchange, attributes["unspecified-content-type-action"].get(exchange), {
          name: effective,
          type,
          rule: "Unspecified",
          failure: failure(errors.unspecified, { type: effective }),
        });
        return "continue";
      }
      const action = rule.action.get(exchange);
      if (action === "ignore") return "continue";
      const tooMuch = problem === null ? await workFault(exchange, message(exchange), bytes, rule.times) : null;
      if (tooMuch !== null) {
        const failed = failure(errors.tooMuchWork, { what: tooMuch });
        report.add(exchange, action, { name: effective, type, rule: "IncorrectMessage", failure: failed });
        return "continue";
      }
      const fault: ContentFault | null =
        problem !== null
          ? { kind: "unfit", definition: null, message: problem, place: "" }
          : rule.check({ bytes, contentType, mediaType: effective, declared, configuration: exchange.configuration });
      if (fault !== null) report.add(exchange, action, contentError(errors, fault, type, effective));
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
  const find = (wanted: string): RepresentationModel | undefined =>
    all.find(({ contentType }) => mediaType(contentType) === wanted);
  return find(type) ?? find(`${type.split("/", 1)[0]}/*`) ?? find("*/*") ?? null;
}

/** Such a response's Content-Length and Content-Type speak of a body that does not come. */
function hasNoBody({ request, response }: Exchange, isRequest: boolean): boolean {
  return !isRequest && (request.method === "HEAD" || response.status === 204 || response.status === 304);
}

function contentError(errors: Errors, fault: ContentFault, type: ValidationError["type"], contentType: string): ValidationError {
  const name = contentType;
  const what = fault.message;
  switch (fault.kind) {
    case "no-definition":
      return { name, type: "ApiSchema", rule: "MissingDefinition", failure: failure(errors.noDefinition, { what }) };
    case "exception":
      return { name, type, rule: "ValidationException", failure: failure(errors.unusable, { what }) };
    case "unfit": {
      const definition = fault.definition === null ? "the definition" : `the definition ${fault.definition},`;
      const values = { definition, type: contentType, what: `${what}${fault.place}` };
      return { name, type, rule: "IncorrectMessage", failure: failure(errors.unfit, values) };
    }
  }
}
