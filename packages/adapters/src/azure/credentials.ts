import type { Credentials } from "@turnpike/core";
import { type AzureCredentialSource, type AzureTokenCredential, credentialsFrom } from "./token-credential.js";

/** Whose tokens policies get. */
export interface AzureCredentialsOptions {
  /** Default `managed-identity`. */
  readonly source?: AzureCredentialSource;
  /**
   * A credential of one's own in place of `source`: one for every identity that policies name, or a function that gets the client id of a
   * user-assigned identity, null for the system-assigned one.
   */
  readonly credential?: AzureTokenCredential | ((clientId: string | null) => AzureTokenCredential);
  /** The user-assigned identity of policies that name none. Default: the system-assigned one. */
  readonly clientId?: string;
}

/** Client ids may come from expressions: what is kept of them must not grow without end. */
const MOST_CREDENTIALS = 100;

/**
 * Lends the host's Azure identity to policies: authentication-managed-identity, and backends with a managed identity.
 *
 *     const gateway = await createGateway(configuration, { credentials: azureCredentials() });
 *
 * @throws TypeError if `@azure/identity` is needed and not installed, or `source` is none
 */
export function azureCredentials(options: AzureCredentialsOptions = {}): Pick<Required<Credentials>, "managedIdentity"> {
  const { credential, clientId: own = null } = options;
  const made = new Map<string | null, AzureTokenCredential>();
  const make =
    credential === undefined
      ? credentialsFrom(options.source ?? "managed-identity", "azureCredentials")
      : typeof credential === "function"
        ? credential
        : () => credential;
  const credentialOf = (clientId: string | null): AzureTokenCredential => {
    const known = made.get(clientId);
    if (known !== undefined) return known;
    if (made.size >= MOST_CREDENTIALS) made.delete(made.keys().next().value!);
    const fresh = make(clientId);
    made.set(clientId, fresh);
    return fresh;
  };
  return {
    async managedIdentity({ resource, clientId, signal }) {
      const given = await credentialOf(clientId ?? own).getToken(scopeOf(resource), { abortSignal: signal });
      if (given === null) throw new Error("The Azure credential gave no token.");
      return { token: given.token, expiresAt: given.expiresOnTimestamp };
    },
  };
}

/** Entra speaks of scopes: all that the identity may do with a resource is `<resource>/.default`, the resource letter by letter before it. */
function scopeOf(resource: string): string {
  return resource.endsWith("/.default") ? resource : `${resource}/.default`;
}
