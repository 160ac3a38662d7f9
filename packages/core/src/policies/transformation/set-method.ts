import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { policyProblems } from "../problems.js";
import { compileMethod, methodInvalid } from "./method.js";

/** The policy set-method. */
export const setMethod = definePolicy({
  name: "set-method",
  category: "transformation",
  summary: "Changes the HTTP method of the request.",
  remarks: [
    "Changes the request's method; the body stays. Methods are sent in upper case. The reference allows it in inbound and on-error; elsewhere it works with a warning.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {},
  children: {},
  content: "text",
  text: { type: "object", expressions: true, empty: "refused" },
  errors: [methodInvalid],
  compile(element, compiler) {
    const method = compileMethod(element.text, compiler);
    if (compiler.section === "backend" || compiler.section === "outbound")
      compiler.report(policyProblems.sectionUndocumented(element.name, compiler.section));
    return (exchange) => {
      exchange.request.method = method(exchange);
      return "continue";
    };
  },
});
