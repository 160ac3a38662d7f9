import { Authorization } from "../../context/authorization.js";
import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { flag, oneOf, text } from "../../policy/schema.js";
import { internalError, internalFailure } from "../failures.js";

/**
 * Puts the access token of a stored connection to a credential provider into a variable, as an object of type Authorization. Where the connection
 * comes from is the host's affair: option `credentials.authorization` of the gateway.
 *
 * Open in the reference, read here as: reason `AuthorizationContextError`, with the host's own message.
 */
export const getAuthorizationContext = definePolicy({
  name: "get-authorization-context",
  category: "authentication",
  summary: "Fetches the access token of a stored connection to a credential provider into a context variable.",
  sections: ["inbound"],
  scopes: ["global", "product", "api", "operation"],
  attributes: {
    "provider-id": text({ required: true, expressions: true, notes: "The credential provider." }),
    "authorization-id": text({ required: true, expressions: true, notes: "The connection." }),
    "context-variable-name": text({
      required: true,
      expressions: true,
      notes: "The variable that receives the Authorization object.",
    }),
    "identity-type": oneOf(["managed", "jwt"], {
      default: "managed",
      expressions: true,
      notes: "Whose access is checked: the managed identity's, or that of the token in identity.",
    }),
    identity: text({ expressions: true, notes: "A Microsoft Entra token without scheme, for identity-type jwt." }),
    "ignore-error": flag({
      default: false,
      expressions: true,
      notes: "true: on failure the variable becomes null and the pipeline goes on.",
    }),
  },
  children: {},
  errors: [
    internalError(
      "the connection gives no token, and ignore-error is false",
      "AuthorizationContextError",
      "The connection '{authorization-id}' of '{provider-id}' gave no token: {what}",
    ),
  ],
  compile(element) {
    const { attributes } = element;
    return async (exchange): Promise<Flow> => {
      const variable = attributes["context-variable-name"].get(exchange);
      const identityType = attributes["identity-type"].get(exchange);
      const request = {
        providerId: attributes["provider-id"].get(exchange),
        authorizationId: attributes["authorization-id"].get(exchange),
        identityType,
        identity: identityType === "jwt" ? (attributes.identity?.get(exchange) ?? null) : null,
        signal: exchange.signal,
      };
      const { credentials } = exchange.runtime;
      try {
        if (credentials.authorization === undefined)
          throw new Error("The gateway was made without stored connections (option credentials.authorization).");
        const { accessToken, claims } = await credentials.authorization(request);
        exchange.variables.set(variable, new Authorization(accessToken, claims));
      } catch (error) {
        const message = `The connection '${request.authorizationId}' of '${request.providerId}' gave no token: ${error instanceof Error ? error.message : String(error)}`;
        if (!attributes["ignore-error"].get(exchange))
          throw internalFailure("AuthorizationContextError", message, { source: element.name, cause: error });
        exchange.trace?.message(element.name, exchange.section, message, "error");
        exchange.variables.set(variable, null);
      }
      return "continue";
    };
  },
});
