import type { Credentials } from "../policy/services.js";
import type { Clock } from "../time/clock.js";
import type { PolicyTestOptions } from "./policy-test-options.js";

/** How long a token of the managed identity is good, in milliseconds. */
const LIFETIME = 3_600_000;

/** The identities that a gateway under test has: those of the options, and a managed identity that gives every resource a token. */
export function testCredentials(
  { managedIdentity = {}, authorizations = {} }: Pick<PolicyTestOptions, "managedIdentity" | "authorizations">,
  clock: Clock,
): Required<Credentials> {
  return {
    managedIdentity({ resource }) {
      const token = Object.hasOwn(managedIdentity, resource)
        ? (managedIdentity[resource] ?? null)
        : `managed-identity:${resource}`;
      if (token === null) return Promise.reject(new Error(`The test's managed identity has no token for '${resource}'.`));
      return Promise.resolve({ token, expiresAt: clock.now() + LIFETIME });
    },
    authorization({ providerId, authorizationId }) {
      const name = `${providerId}/${authorizationId}`;
      if (!Object.hasOwn(authorizations, name))
        return Promise.reject(new Error(`The test has no authorization '${name}': add it to authorizations.`));
      const { accessToken, claims = {} } = authorizations[name]!;
      return Promise.resolve({ accessToken, claims });
    },
  };
}
