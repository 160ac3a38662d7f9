/**
 * Azure's identities for policies.
 *
 *     const gateway = await createGateway(configuration, { credentials: azureCredentials() });
 */
export { type AzureCredentialsOptions, azureCredentials } from "./credentials.js";
export type { AzureCredentialSource, AzureTokenCredential } from "./token-credential.js";
