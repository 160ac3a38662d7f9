import { optionalPackage } from "../optional-package.js";

/** What is needed of a credential of `@azure/identity`; any `TokenCredential` is one. */
export interface AzureTokenCredential {
  getToken(
    scopes: string,
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/**
 * Where a token comes from if no credential is handed in. `managed-identity`: what Azure lends the host — App Service, a virtual machine,
 * Kubernetes with workload identity, Arc, Service Fabric. `default`: the chain of `DefaultAzureCredential` — environment variables, then the
 * former, then the developer's own sign-in (Azure CLI and the like).
 */
export type AzureCredentialSource = "managed-identity" | "default";

interface IdentityPackage {
  readonly ManagedIdentityCredential: new (options: { readonly clientId?: string }) => AzureTokenCredential;
  readonly DefaultAzureCredential: new (options: { readonly managedIdentityClientId?: string }) => AzureTokenCredential;
}

/**
 * Loads `@azure/identity` and says how it makes credentials.
 * @param user what needs the package, for the error
 * @returns makes a credential: for a user-assigned identity by its client id, or for the system-assigned one
 * @throws TypeError if the package is not installed or `source` is none
 */
export function credentialsFrom(source: AzureCredentialSource, user: string): (clientId: string | null) => AzureTokenCredential {
  const identity = optionalPackage("@azure/identity") as IdentityPackage | null;
  if (identity === null) throw new TypeError(`${user} needs the package @azure/identity: npm install @azure/identity`);
  switch (source) {
    case "managed-identity":
      return (clientId) => new identity.ManagedIdentityCredential(clientId === null ? {} : { clientId });
    case "default":
      return (clientId) => new identity.DefaultAzureCredential(clientId === null ? {} : { managedIdentityClientId: clientId });
    default:
      throw new TypeError(`${user}: invalid source '${String(source)}': expected managed-identity or default.`);
  }
}
