import { definePolicy } from "../../policy/define.js";
import { child, integer, many, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { declaredResponse } from "./declared.js";
import { validationProblems } from "./problems.js";
import { ErrorReport, failure, requiredAction, responseError } from "./validation-errors.js";

const statusNotAllowed = responseError(
  "a status that the definition does not list",
  "Response status code {code} is not allowed.",
);

/** The policy validate-status-code. */
export const validateStatusCode = definePolicy({
  name: "validate-status-code",
  category: "content-validation",
  summary: "Checks the status code of a response against the API definition.",
  remarks: ["Holds the status against the operation's definition."],
  readings: ["`default` and `4XX` list a code"],
  sections: ["outbound", "on-error"],
  scopes: allScopes,
  attributes: {
    "unspecified-status-code-action": requiredAction("Action for codes the API schema lacks."),
    "errors-variable-name": text({ notes: "Variable that collects validation errors." }),
    "error-variable-name": text({ notes: "Another spelling of errors-variable-name." }),
  },
  children: {
    "status-code": child({
      max: many,
      attributes: {
        code: integer({ required: true, min: 100, max: 999, notes: "HTTP status." }),
        action: requiredAction("Action for this code."),
      },
      notes: "Override for a code the schema does not list; without effect for a code it lists.",
    }),
  },
  errors: [statusNotAllowed],
  compile(element, compiler) {
    const { attributes } = element;
    if (attributes["error-variable-name"] !== null) compiler.report(validationProblems.errorsVariableMisspelt());
    const variable = attributes["errors-variable-name"] ?? attributes["error-variable-name"];
    const report = new ErrorReport(variable?.literal ?? null, element.name);
    const overrides = new Map(
      element.children["status-code"].map((rule) => [rule.attributes.code.literal!, rule.attributes.action]),
    );
    const otherwise = attributes["unspecified-status-code-action"];
    return (exchange) => {
      const { operation } = exchange;
      const { status } = exchange.response;
      if (operation !== null && declaredResponse(operation, status) !== null) return "continue";
      const action = (overrides.get(status) ?? otherwise).get(exchange);
      report.add(exchange, action, {
        name: String(status),
        type: "StatusCode",
        rule: "Unspecified",
        failure: failure(statusNotAllowed, { code: status }),
      });
      return "continue";
    };
  },
});
