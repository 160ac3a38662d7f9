import type { Credentials } from "@turnpike/core";
import { azureCredentials } from "../azure/index.js";

/**
 * The host's own Azure identity, asked for only when a policy or a backend needs one: a managed identity, or on a developer's machine whoever is
 * signed in there.
 */
export function hostCredentials(): Credentials {
  let azure: ReturnType<typeof azureCredentials> | null = null;
  return {
    async managedIdentity(request) {
      azure ??= azureCredentials({ source: "default" });
      return azure.managedIdentity(request);
    },
  };
}
