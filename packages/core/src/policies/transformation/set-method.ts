import { allScopes, definePolicy } from "../../pipeline/policy.js";
import { compileMethod } from "./method.js";

/** Changes the request's method; the body stays. Methods are sent in upper case. */
export const setMethod = definePolicy({
  name: "set-method",
  category: "transformation",
  summary: "Changes the HTTP method of the request.",
  sections: ["inbound", "on-error"],
  scopes: allScopes,
  attributes: {},
  children: {},
  content: "text",
  text: { type: "object", expressions: true },
  compile(element, compiler) {
    const method = compileMethod(element.text, compiler);
    return (exchange) => {
      exchange.request.method = method(exchange);
      return "continue";
    };
  },
});
