import type { SecretOptions, SecretReference } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";
import { type AzureCredentialSource, type AzureTokenCredential, credentialsFrom } from "./token-credential.js";

/** How Key Vault is asked. */
export interface KeyVaultSecretsOptions {
  /** Whose identity asks, if no credential is handed in. Default `managed-identity`. */
  readonly source?: AzureCredentialSource;
  /**
   * A credential of one's own in place of `source`: one for every identity that a configuration names, or a function that gets the client
   * id of a user-assigned identity, null for the system-assigned one.
   */
  readonly credential?: AzureTokenCredential | ((clientId: string | null) => AzureTokenCredential);
  /** The user-assigned identity for secrets that name none. Default: the system-assigned one. */
  readonly clientId?: string;
  /** Milliseconds after which secrets are asked for again. Default four hours; 0 for never. */
  readonly refreshInterval?: number;
  /**
   * Ends of the host names that are vaults: no other host gets a token. Default: the clouds of Azure (`.vault.azure.net`,
   * `.vault.azure.cn`, `.vault.usgovcloudapi.net`).
   */
  readonly hosts?: readonly string[];
  /** Handed on to each `SecretClient`: retries, proxy, trust. */
  readonly client?: Readonly<Record<string, unknown>>;
}

interface SecretClient {
  getSecret(
    name: string,
    options: { readonly version?: string; readonly abortSignal: AbortSignal },
  ): Promise<{ readonly value?: string }>;
}

interface KeyVaultPackage {
  readonly SecretClient: new (vault: string, credential: object, options: object) => SecretClient;
}

const HOSTS = [".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net"];
/** A configuration that changes again and again must not make clients without end. */
const MOST_CLIENTS = 100;

/**
 * Looks the `keyVault` references of a configuration up in Azure Key Vault. An identifier without a version means the latest.
 *
 *     const gateway = await createGateway(configuration, { secrets: keyVaultSecrets() });
 *
 * @throws TypeError if `@azure/keyvault-secrets` or `@azure/identity` is needed and not installed
 */
export function keyVaultSecrets(options: KeyVaultSecretsOptions = {}): SecretOptions {
  const { credential, clientId: own = null, hosts = HOSTS, refreshInterval } = options;
  const vaults = optionalPackage("@azure/keyvault-secrets") as KeyVaultPackage | null;
  if (vaults === null)
    throw new TypeError("keyVaultSecrets needs the package @azure/keyvault-secrets: npm install @azure/keyvault-secrets");
  const credentialOf =
    credential === undefined
      ? credentialsFrom(options.source ?? "managed-identity", "keyVaultSecrets")
      : typeof credential === "function"
        ? credential
        : () => credential;
  const clients = new Map<string, SecretClient>();
  const clientOf = (vault: string, clientId: string | null): SecretClient => {
    const key = JSON.stringify([vault, clientId]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    if (clients.size >= MOST_CLIENTS) clients.delete(clients.keys().next().value!);
    const client = new vaults.SecretClient(vault, oneScope(credentialOf(clientId)), { ...options.client });
    clients.set(key, client);
    return client;
  };
  return {
    ...(refreshInterval === undefined ? {} : { refreshInterval }),
    async resolve(reference, abortSignal) {
      const { vault, name, version } = parseIdentifier(reference, hosts);
      const client = clientOf(vault, reference.identityClientId ?? own);
      const { value } = await client.getSecret(name, { abortSignal, ...(version === null ? {} : { version }) });
      if (value === undefined) throw new Error("the vault gave no value.");
      return value;
    },
  };
}

function parseIdentifier({ secretIdentifier }: SecretReference, hosts: readonly string[]) {
  const url = URL.canParse(secretIdentifier) ? new URL(secretIdentifier) : null;
  const path = url === null ? null : /^\/secrets\/([A-Za-z0-9-]{1,127})(?:\/([0-9A-Za-z]{1,64}))?\/?$/.exec(url.pathname);
  if (url === null || path === null || url.protocol !== "https:" || url.username !== "" || url.search !== "")
    throw new Error("invalid secret identifier: expected https://VAULT.vault.azure.net/secrets/NAME.");
  if (!hosts.some((end) => url.hostname.endsWith(end.toLowerCase())))
    throw new Error(`invalid vault '${url.hostname}': expected a host that ends in ${hosts.join(", ")} (option hosts).`);
  return { vault: url.origin, name: path[1]!, version: path[2] ?? null };
}

/** The client asks for a list of scopes, a credential here for one. */
function oneScope(credential: AzureTokenCredential): object {
  return {
    getToken: (scopes: string | readonly string[], options: { readonly abortSignal?: AbortSignal }) =>
      credential.getToken(typeof scopes === "string" ? scopes : scopes.join(" "), options),
  };
}
