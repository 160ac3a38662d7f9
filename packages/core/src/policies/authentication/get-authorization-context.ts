import { Authorization } from "../../context/authorization.js";
import { internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { flag, oneOf, text } from "../../policy/schema.js";
import type { StoredAuthorization } from "../../policy/services.js";

const noToken = internalError(
  "the connection gives no token, and ignore-error is false",
  "AuthorizationContextError",
  "The connection '{authorization-id}' of '{provider-id}' gave no token: {what}",
);

/** The policy get-authorization-context. */
export const getAuthorizationContext = definePolicy({
  name: "get-authorization-context",
  category: "authentication",
  summary: "Fetches the access token of a stored connection to a credential provider into a context variable.",
  remarks: [
    "Puts the access token of a stored connection to a credential provider into a variable, as an object of type Authorization. Where the connection comes from is the host's affair: option `credentials.authorization` of the gateway.",
  ],
  readings: ["reason `AuthorizationContextError`, with the host's own message"],
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
  errors: [noToken],
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
      const { credentials, facts } = exchange.runtime;
      const find = async (): Promise<StoredAuthorization> => {
        if (credentials.authorization === undefined)
          throw new Error("The gateway was made without stored connections (option credentials.authorization).");
        return credentials.authorization(request);
      };
      try {
        const key = JSON.stringify([request.providerId, request.authorizationId, identityType, request.identity]);
        const { accessToken, claims } = await (facts === undefined ? find() : facts.know("authorization", key, find));
        exchange.variables.set(variable, new Authorization(accessToken, claims));
      } catch (error) {
        const failure = noToken.error(
          {
            "authorization-id": request.authorizationId,
            "provider-id": request.providerId,
            what: error instanceof Error ? error.message : String(error),
          },
          { source: element.name, cause: error },
        );
        if (!attributes["ignore-error"].get(exchange)) throw failure;
        exchange.observer?.message(element.name, exchange.section, failure.message, "error");
        exchange.variables.set(variable, null);
      }
      return "continue";
    };
  },
});
