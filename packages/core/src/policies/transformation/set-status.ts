import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { compileStatusChange, statusAttributes, statusErrors } from "./status-change.js";

/** The policy set-status. */
export const setStatus = definePolicy({
  name: "set-status",
  category: "transformation",
  summary: "Sets status code and reason phrase of the response.",
  remarks: [
    "Sets the response's status. In inbound and backend the response is still the empty default, which a backend's answer replaces.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: statusAttributes,
  children: {},
  errors: statusErrors,
  compile(element, compiler) {
    const change = compileStatusChange(element, compiler);
    return (exchange) => {
      change(exchange, exchange.response);
      return "continue";
    };
  },
});
