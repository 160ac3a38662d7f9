import type { GatewayConfiguration } from "@turnpike/core";
import { type FakeRule, type Outcome, type PolicyTest, policyTest } from "@turnpike/core/testing";
import { document, type Sections } from "../policies/support.js";

type Backends = NonNullable<GatewayConfiguration["backends"]>;
type Rule = NonNullable<NonNullable<Backends[string]["circuitBreaker"]>["rules"]>[number];

/** A breaker as most tests have it: two failures with 5xx within a minute open it for thirty seconds. */
export function breaker(condition: Partial<Rule["failureCondition"]> = {}, rule: Partial<Rule> = {}) {
  const counted = "percentage" in condition ? {} : { count: 2 };
  const statusCodeRanges = [{ min: 500, max: 599 }];
  const failureCondition = { ...counted, interval: "PT1M", statusCodeRanges, ...condition };
  return { rules: [{ name: "trip", tripDuration: "PT30S", ...rule, failureCondition }] };
}

/** A gateway with one API, whose requests go to the backend entity `target`. */
export function configuration(
  backends: Backends,
  target: string,
  sections: Sections = {},
): GatewayConfiguration & { readonly backends: Backends } {
  return {
    backends,
    apis: {
      api: {
        path: "",
        subscriptionRequired: false,
        policy: document({ ...sections, inbound: `<set-backend-service backend-id="${target}" />${sections.inbound ?? ""}` }),
        operations: { get: { method: "GET", urlTemplate: "/*" }, post: { method: "POST", urlTemplate: "/*" } },
      },
    },
  };
}

/** That gateway in a world of its own. */
export function backendWorld(
  backends: Backends,
  target: string,
  rules: readonly FakeRule[] = [],
  sections: Sections = {},
): Promise<PolicyTest> {
  return policyTest({ gateway: configuration(backends, target, sections), backend: rules });
}

/** A backend whose answer is told by the request's header `want`: a status, or the way to fail. Anything else: 200. */
export const asWanted: readonly FakeRule[] = [
  { when: { headers: { want: "refused" } }, fail: "refused" },
  { when: { headers: { want: "timeout" } }, fail: "timeout" },
  ...[404, 429, 500, 503, 599].map((status) => ({ when: { headers: { want: String(status) } }, reply: { status } })),
];

/** Sends a request that gets what it wants of {@link asWanted}. */
export function want(world: PolicyTest, wanted: number | string = 200): Promise<Outcome> {
  return world.send({ url: "https://api.example/x", headers: { want: String(wanted) } });
}

/** The statuses of requests sent one after the other. */
export async function statuses(world: PolicyTest, wanted: readonly (number | string)[]): Promise<number[]> {
  const all: number[] = [];
  for (const one of wanted) all.push((await want(world, one)).status);
  return all;
}

/** The host names that requests sent one after the other went to; empty text where nothing was sent. */
export async function hosts(world: PolicyTest, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let n = 0; n < count; n++) all.push(hostOf(await want(world)));
  return all;
}

/** The host that a request went to last. */
export function hostOf(outcome: Outcome): string {
  const call = outcome.backendCalls.at(-1);
  return call === undefined ? "" : new URL(call.url).hostname;
}

/** A backend at a host of its own name. */
export function at<T extends object>(host: string, more: T = {} as T): { readonly url: string } & T {
  return { url: `http://${host}`, ...more };
}
