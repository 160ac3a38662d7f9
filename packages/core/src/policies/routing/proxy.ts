import { definePolicy } from "../../policy/define.js";
import { allScopes } from "../../policy/sections.js";
import { expressionError } from "../failures.js";
import { proxyAddress, proxyAttributes } from "./proxy-address.js";

/** Routes forwarded requests through an HTTP proxy. Credentials go as Basic; NTLM is not supported. A later proxy replaces an earlier one. */
export const proxy = definePolicy({
  name: "proxy",
  category: "routing",
  summary: "Routes requests to the backend through an HTTP proxy.",
  sections: ["inbound"],
  scopes: allScopes,
  attributes: proxyAttributes,
  children: {},
  errors: [expressionError("an expression gives a url that is none", "'{text}' is not the address of a proxy.")],
  compile(element) {
    const address = proxyAddress(element);
    return (exchange) => {
      exchange.upstream = { ...exchange.upstream, proxy: address(exchange) };
      return "continue";
    };
  },
});
