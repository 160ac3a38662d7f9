/**
 * Azure's identities for policies, and Key Vault for the secrets of a configuration.
 *
 *     const gateway = await createGateway(configuration, { credentials: azureCredentials(), secrets: keyVaultSecrets() });
 */
export { type AzureCredentialsOptions, azureCredentials } from "./credentials.js";
export { type KeyVaultSecretsOptions, keyVaultSecrets } from "./key-vault.js";
export type { AzureCredentialSource, AzureTokenCredential } from "./token-credential.js";
