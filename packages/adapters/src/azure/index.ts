/**
 * Azure's identities for policies, Key Vault for the secrets of a configuration, and Cosmos DB for the resolvers of GraphQL APIs.
 *
 *     const gateway = await createGateway(configuration, { credentials: azureCredentials(), secrets: keyVaultSecrets() });
 */

export { type CosmosSource, type CosmosSourceOptions, cosmosSource } from "./cosmos.js";
export { type AzureCredentialsOptions, azureCredentials } from "./credentials.js";
export { type KeyVaultSecretsOptions, keyVaultSecrets } from "./key-vault.js";
export type { AzureCredentialSource, AzureTokenCredential } from "./token-credential.js";
