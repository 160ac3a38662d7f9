import { type Credentials, createGateway, Headers, type OutgoingRequest } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { document, url } from "./support.js";

/** A gateway whose calls are kept, with an identity that gives numbered tokens for an hour. */
export async function identityWorld(inbound: string, managedIdentity?: NonNullable<Credentials["managedIdentity"]>) {
  const clock = testClock();
  const asked: string[] = [];
  const calls: OutgoingRequest[] = [];
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "",
          serviceUrl: "https://backend.example",
          subscriptionRequired: false,
          policy: document(inbound),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    },
    {
      clock,
      transport: async (request) => {
        calls.push(request);
        return { status: 200, reason: "", headers: new Headers(), body: null };
      },
      credentials: {
        managedIdentity:
          managedIdentity ??
          (async ({ resource, clientId }) => {
            asked.push(`${resource} ${clientId}`);
            return { token: `t${asked.length}`, expiresAt: clock.now() + 3_600_000 };
          }),
      },
    },
  );
  const send = () => clock.run(() => gateway.handle({ method: "GET", url, headers: {} }));
  return { clock, gateway, asked, calls, send };
}
