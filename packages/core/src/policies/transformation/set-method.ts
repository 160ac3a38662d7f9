import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { expressionError } from "../failures.js";
import { compileMethod } from "./method.js";

/**
 * Changes the request's method; the body stays. Methods are sent in upper case. The reference allows it in inbound and on-error; elsewhere it
 * works with a warning.
 */
export const setMethod = definePolicy({
  name: "set-method",
  category: "transformation",
  summary: "Changes the HTTP method of the request.",
  sections: allSections,
  scopes: allScopes,
  attributes: {},
  children: {},
  content: "text",
  text: { type: "object", expressions: true, empty: "refused" },
  errors: [expressionError("an expression gives a method that is none", "'{text}' is not an HTTP method.")],
  compile(element, compiler) {
    const method = compileMethod(element.text, compiler);
    if (compiler.section === "backend" || compiler.section === "outbound")
      compiler.report({
        severity: "warning",
        code: "TP2003",
        message: `API Management does not take <set-method> in ${compiler.section}.`,
      });
    return (exchange) => {
      exchange.request.method = method(exchange);
      return "continue";
    };
  },
});
