import { noteReplaced } from "../../policy/caller-secrets.js";
import { definePolicy } from "../../policy/define.js";
import { allScopes } from "../../policy/sections.js";
import { basicAttributes, basicAuthorization } from "./credentials.js";

/** The policy authentication-basic. */
export const authenticationBasic = definePolicy({
  name: "authentication-basic",
  category: "authentication",
  summary: "Puts Basic credentials on the request to the backend.",
  remarks: [
    "Puts Basic credentials on the request. Later policies see the header at once; empty names and colons are sent as they are.",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: basicAttributes,
  children: {},
  compile(element) {
    const authorization = basicAuthorization(element);
    return (exchange) => {
      noteReplaced(exchange, "Authorization");
      exchange.request.headers.set("Authorization", authorization(exchange));
      return "continue";
    };
  },
});
