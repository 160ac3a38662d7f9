import { definePolicy } from "../../policy/define.js";
import { child, many, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { declaredResponse } from "./declared.js";
import { type ParameterFault, parameterCheck } from "./parameter-check.js";
import { ErrorReport, failure, requiredAction, responseError, type ValidationError } from "./validation-errors.js";

const errors = {
  unspecified: responseError("a header that the definition lacks", "Unspecified header {name} is not allowed."),
  several: responseError(
    "a header that is there several times",
    "Response cannot contain multiple values for the header {name}.",
  ),
  unfit: responseError(
    "a header that does not fit, or is missing",
    "Value of the header {name} does not conform to the definition. {what}",
  ),
  unparsable: responseError(
    "a header of another type",
    "Value of the header {name} couldn't be parsed according to the definition. {what}",
  ),
  unusable: responseError("a definition that cannot be used", "The header {name} cannot be checked: {what}"),
  noDefinition: responseError(
    "no definition",
    "The API has no definition of the operation to hold the response's headers against.",
  ),
};

/** The policy validate-headers. */
export const validateHeaders = definePolicy({
  name: "validate-headers",
  category: "content-validation",
  summary: "Checks response headers against the API definition.",
  remarks: ["Holds response headers against the operation's definition for the response's status."],
  readings: [
    "everyday headers count as unspecified",
    "a status that the definition lacks has no specified headers",
    "declared headers may be absent unless required",
  ],
  sections: ["outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    "specified-header-action": requiredAction("Action for headers the API schema has."),
    "unspecified-header-action": requiredAction("Action for headers the API schema lacks."),
    "errors-variable-name": text({ notes: "Variable that collects validation errors." }),
  },
  children: {
    header: child({
      max: many,
      attributes: { name: text({ required: true, notes: "Header name." }), action: requiredAction("Action for this header.") },
      notes: "Override for one header.",
    }),
  },
  errors: Object.values(errors),
  compile(element) {
    const { attributes } = element;
    const report = new ErrorReport(attributes["errors-variable-name"]?.literal ?? null, element.name);
    const overrides = new Map(
      element.children.header.map((header) => [header.attributes.name.literal!.toLowerCase(), header.attributes.action]),
    );
    const specified = attributes["specified-header-action"];
    const unspecified = attributes["unspecified-header-action"];
    return (exchange) => {
      const { operation, response } = exchange;
      if (operation === null) {
        report.add(exchange, specified.get(exchange), missingDefinition);
        return "continue";
      }
      const declared = declaredResponse(operation, response.status)?.headers ?? [];
      const names = new Set(declared.map(({ name }) => name.toLowerCase()));
      for (const model of declared) {
        const action = (overrides.get(model.name.toLowerCase()) ?? specified).get(exchange);
        if (action === "ignore") continue;
        const fault = parameterCheck(model).check(response.headers.getAll(model.name));
        if (fault !== null) report.add(exchange, action, headerError(model.name, fault));
      }
      for (const name of response.headers.names()) {
        if (names.has(name.toLowerCase())) continue;
        const action = (overrides.get(name.toLowerCase()) ?? unspecified).get(exchange);
        if (action === "ignore") continue;
        report.add(exchange, action, {
          name,
          type: "ResponseHeader",
          rule: "Unspecified",
          failure: failure(errors.unspecified, { name }),
        });
      }
      return "continue";
    };
  },
});

const missingDefinition: ValidationError = {
  name: "",
  type: "ApiSchema",
  rule: "MissingDefinition",
  failure: failure(errors.noDefinition, {}),
};

function headerError(name: string, fault: ParameterFault): ValidationError {
  const base = { name, type: "ResponseHeader", rule: "IncorrectMessage" } as const;
  switch (fault.kind) {
    case "missing":
      return { ...base, failure: failure(errors.unfit, { name, what: "The required header is missing." }) };
    case "several":
      return { ...base, failure: failure(errors.several, { name }) };
    case "unparsable":
      return { ...base, failure: failure(errors.unparsable, { name, what: fault.message }) };
    case "unfit":
      return { ...base, failure: failure(errors.unfit, { name, what: fault.message }) };
    case "exception":
      return { ...base, rule: "ValidationException", failure: failure(errors.unusable, { name, what: fault.message }) };
  }
}
