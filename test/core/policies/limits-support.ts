import { type PolicyTest, policyTest } from "@turnpike/core/testing";
import { document } from "./support.js";

/** A product with two APIs and two subscriptions, and policies at the product's scope; `inner` ones of both APIs and their GET operations. */
export function product(
  inbound: string,
  backend: Parameters<typeof policyTest>[0]["backend"] = [],
  onError = "",
  inner: { readonly api?: string; readonly operation?: string } = {},
): Promise<PolicyTest> {
  const api = (id: string, name: string) => ({
    name,
    path: id,
    serviceUrl: `https://${id}.internal`,
    subscriptionRequired: false,
    ...(inner.api === undefined ? {} : { policy: document(inner.api) }),
    operations: {
      get: {
        name: "Read",
        method: "GET",
        urlTemplate: "/",
        ...(inner.operation === undefined ? {} : { policy: document(inner.operation) }),
      },
      post: { name: "Write", method: "POST", urlTemplate: "/" },
    },
  });
  return policyTest({
    backend: backend ?? [],
    gateway: {
      apis: { one: api("one", "First"), two: api("two", "Second") },
      products: { p: { name: "P", apis: ["one", "two"], subscriptionRequired: true, policy: document({ inbound, onError }) } },
      subscriptions: {
        anna: { scope: "product/p", primaryKey: "anna-1", secondaryKey: "anna-2" },
        bert: { scope: "product/p", primaryKey: "bert-1", secondaryKey: "bert-2", startDate: "2026-01-01T00:30:00Z" },
      },
    } as NonNullable<Parameters<typeof policyTest>[0]["gateway"]>,
  });
}

/** Sends calls such as `anna-1 GET one`, one after the other, and gives their statuses. */
export async function statuses(world: PolicyTest, ...calls: string[]): Promise<number[]> {
  const found: number[] = [];
  for (const call of calls) {
    const [key, method, api] = call.split(" ") as [string, string, string];
    const headers: Record<string, string> = key === "-" ? {} : { "Ocp-Apim-Subscription-Key": key };
    found.push((await world.send({ method, url: `https://api.example/${api}/`, headers })).status);
  }
  return found;
}
