import { azureCredentials, keyVaultSecrets } from "@turnpike/adapters/azure";
import { expect, it, vi } from "vitest";

vi.mock("#adapters/optional-package.js", () => ({ optionalPackage: () => null }));

it("says which package is missing, when the gateway is made", () => {
  expect(() => azureCredentials()).toThrow("azureCredentials needs the package @azure/identity: npm install @azure/identity");
});

it("needs no package for a credential that is handed in", () => {
  expect(azureCredentials({ credential: { getToken: async () => null } })).toHaveProperty("managedIdentity");
});

it("says the same for Key Vault", () => {
  expect(() => keyVaultSecrets()).toThrow("keyVaultSecrets needs the package @azure/keyvault-secrets: npm install");
});
