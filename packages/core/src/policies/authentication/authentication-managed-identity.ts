import { noteReplaced } from "../../policy/caller-secrets.js";
import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { allSections } from "../../policy/sections.js";
import { policyProblems } from "../problems.js";
import { identityAttributes, identityErrors } from "./credentials.js";
import { identityAuthorization } from "./managed-identity.js";

/** The policy authentication-managed-identity. */
export const authenticationManagedIdentity = definePolicy({
  name: "authentication-managed-identity",
  category: "authentication",
  summary: "Gets an access token for a resource with the managed identity of the service and sends it to the backend.",
  remarks: [
    "Gets a token from the host's managed identity: option `credentials.managedIdentity` of the gateway, on Azure `azureCredentials()` of @turnpike/adapters/azure. A token is kept, renewed in its last five minutes while it still serves, and shared by requests that need it at the same time; the host is not waited for longer than 30 seconds.",
  ],
  readings: [
    "with an output variable the Authorization header is left alone",
    "when errors are ignored no header is set and the variable is the empty text. The reference allows it in inbound",
    "elsewhere it works with a warning",
  ],
  sections: allSections,
  scopes: ["global", "product", "api", "operation"],
  attributes: identityAttributes,
  children: {},
  errors: identityErrors,
  compile(element, compiler) {
    if (compiler.section !== "inbound") compiler.report(policyProblems.sectionUndocumented(element.name, compiler.section));
    const authorization = identityAuthorization(element);
    return async (exchange): Promise<Flow> => {
      const header = await authorization(exchange);
      if (header !== null) {
        noteReplaced(exchange, "Authorization");
        exchange.request.headers.set("Authorization", header);
      }
      return "continue";
    };
  },
});
