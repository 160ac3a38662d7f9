import { definePolicy } from "../../policy/define.js";
import { allScopes } from "../../policy/sections.js";
import { proxyAddress, proxyAttributes, proxyInvalid } from "./proxy-address.js";

/** The policy proxy. */
export const proxy = definePolicy({
  name: "proxy",
  category: "routing",
  summary: "Routes requests to the backend through an HTTP proxy.",
  remarks: [
    "Routes forwarded requests through an HTTP proxy. Credentials go as Basic; NTLM is not supported. A later proxy replaces an earlier one.",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: proxyAttributes,
  children: {},
  errors: [proxyInvalid],
  compile(element) {
    const address = proxyAddress(element);
    return (exchange) => {
      exchange.upstream = { ...exchange.upstream, proxy: address(exchange) };
      return "continue";
    };
  },
});
