import { type PolicyTest, policyTest } from "@turnpike/core/testing";
import { document } from "./support.js";

/** A product with two APIs and two subscriptions, and one policy at the product's scope. */
export function product(inbound: string, backend: Parameters<typeof policyTest>[0]["backend"] = []): Promise<PolicyTest> {
  const api = (id: string, name: string) => ({
    name,
    path: id,
    serviceUrl: `https://${id}.internal`,
    subscriptionRequired: false,
    operations: {
      get: { name: "Read", method: "GET", urlTemplate: "/" },
      post: { name: "Write", method: "POST", urlTemplate: "/" },
    },
  });
  return policyTest({
    backend: backend ?? [],
    gateway: {
      apis: { one: api("one", "First"), two: api("two", "Second") },
      products: { p: { name: "P", apis: ["one", "two"], subscriptionRequired: true, policy: document(inbound) } },
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
