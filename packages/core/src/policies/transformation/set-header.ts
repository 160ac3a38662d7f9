import { definePolicy } from "../../policy/define.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { currentMessage, isRequestSection } from "../messages.js";
import { compileHeaderChange, headerAttributes, headerChildren, headerErrors } from "./header-change.js";

/** The policy set-header. */
export const setHeader = definePolicy({
  name: "set-header",
  category: "transformation",
  summary: "Adds, replaces, appends to or removes a header of the current message.",
  remarks: [
    "Changes a header of the request (inbound, backend) or response (outbound, on-error). What the reference leaves open is said at `compileHeaderChange`.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: headerAttributes,
  children: headerChildren,
  errors: headerErrors,
  compile(element, compiler) {
    const message = currentMessage(compiler.section);
    const change = compileHeaderChange(element, compiler, isRequestSection(compiler.section) ? "request" : "response");
    return (exchange) => {
      change(exchange, message(exchange).headers);
      return "continue";
    };
  },
});
