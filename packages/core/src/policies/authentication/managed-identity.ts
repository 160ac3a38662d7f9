import { identityToken, identityTokenFailed } from "../../backends/identity-token.js";
import type { BoundElement } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { identityAttributes } from "./credentials.js";

/**
 * Runs an authentication-managed-identity element: puts the token into its variable or answers the Authorization header to set; null where
 * none is to be set, for the token is in a variable or could not be had and that is ignored (the variable is then empty text).
 */
export function identityAuthorization(
  element: Pick<BoundElement<typeof identityAttributes>, "attributes">,
): (exchange: Exchange) => Promise<string | null> {
  const { resource, "client-id": clientId, "output-token-variable-name": output, "ignore-error": ignores } = element.attributes;
  return async (exchange) => {
    const wanted = resource.get(exchange);
    const client = clientId?.get(exchange) ?? null;
    const variable = output?.get(exchange) ?? "";
    let token: string | null = null;
    try {
      token = await identityToken(exchange, wanted, client);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const failure = identityTokenFailed.error({ resource: wanted, what }, { cause: error });
      if (!ignores.get(exchange)) throw failure;
      exchange.observer?.message("authentication-managed-identity", exchange.section, failure.message, "error");
    }
    if (variable === "") return token === null ? null : `Bearer ${token}`;
    exchange.variables.set(variable, token ?? "");
    return null;
  };
}
