import { definePolicy } from "../../policy/define.js";
import { child, many, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { declaredResponse } from "./declared.js";
import { type ParameterFault, parameterCheck } from "./parameter-check.js";
import { ErrorReport, requiredAction, responseError, type ValidationError } from "./validation-errors.js";

/**
 * Holds response headers against the operation's definition for the response's status. Open in the reference, read here as: everyday headers
 * count as unspecified; a status that the definition lacks has no specified headers; declared headers may be absent unless required.
 */
export const validateHeaders = definePolicy({
  name: "validate-headers",
  category: "content-validation",
  summary: "Checks response headers against the API definition.",
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
  errors: [
    responseError("a header that the definition lacks", "Unspecified header {name} is not allowed."),
    responseError("a header that is there several times", "Response cannot contain multiple values for the header {name}."),
    responseError(
      "a header that does not fit, or is missing",
      "Value of the header {name} does not conform to the definition. {what}",
    ),
    responseError(
      "a header of another type",
      "Value of the header {name} couldn't be parsed according to the definition. {what}",
    ),
    responseError("no definition, or one that cannot be used", "what is wrong."),
  ],
  compile(element, compiler) {
    const { attributes } = element;
    const report = new ErrorReport(compiler.section, attributes["errors-variable-name"]?.literal ?? null, element.name);
    const overrides = new Map(
      element.children.header.map((one) => [one.attributes.name.literal!.toLowerCase(), one.attributes.action]),
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
      const names = new Set(declared.map((one) => one.name.toLowerCase()));
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
        const details = `Unspecified header ${name} is not allowed.`;
        report.add(exchange, action, { name, type: "ResponseHeader", rule: "Unspecified", details });
      }
      return "continue";
    };
  },
});

const missingDefinition: ValidationError = {
  name: "",
  type: "ApiSchema",
  rule: "MissingDefinition",
  details: "The API has no definition of the operation to hold the response's headers against.",
};

function headerError(name: string, fault: ParameterFault): ValidationError {
  const base = { name, type: "ResponseHeader", rule: "IncorrectMessage" } as const;
  switch (fault.kind) {
    case "missing":
      return {
        ...base,
        details: `Value of the header ${name} does not conform to the definition. The required header is missing.`,
      };
    case "several":
      return { ...base, details: `Response cannot contain multiple values for the header ${name}.` };
    case "unparsable":
      return { ...base, details: `Value of the header ${name} couldn't be parsed according to the definition. ${fault.message}` };
    case "unfit":
      return { ...base, details: `Value of the header ${name} does not conform to the definition. ${fault.message}` };
    case "exception":
      return { ...base, rule: "ValidationException", details: `The header ${name} cannot be checked: ${fault.message}` };
  }
}
