import { createGateway, type Gateway } from "#core/index.js";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A gateway with one API at `api` and this document around the application. */
export function gatewayAround(
  sections: { inbound?: string; outbound?: string; onError?: string },
  path = "api",
): Promise<Gateway> {
  const { inbound = "", outbound = "", onError = "" } = sections;
  return createGateway({
    apis: {
      api: {
        path,
        serviceUrl: "http://unused.internal",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound>${outbound}</outbound><on-error>${onError}</on-error></policies>`,
        operations: Object.fromEntries(METHODS.map((method) => [method.toLowerCase(), { method, urlTemplate: "/*" }])),
      },
    },
  });
}

/** Reads a message's body. */
export const reads = (message: "Request" | "Response"): string =>
  `<set-variable name="read${message}" value="@(context.${message}.Body?.As&lt;string&gt;(preserveContent: true) ?? &quot;&quot;)" />`;

export const header = (name: string, value: string): string =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`;

/** What must be the same with and without a gateway that changes nothing. Names are paths below `/api`. */
export const passThrough: readonly (readonly [path: string, init: RequestInit])[] = [
  ["send", {}],
  ["send", { method: "HEAD" }],
  ["json", {}],
  ["json", { headers: { "If-None-Match": '"never"' } }],
  ["stream", {}],
  ["large", {}],
  ["file", {}],
  ["file", { headers: { Range: "bytes=2-5" } }],
  ["head-object", {}],
  ["head-flat", {}],
  ["head-reason", {}],
  ["write-end", {}],
  ["end", {}],
  ["no-content", {}],
  ["redirect", { redirect: "manual" }],
  ["throws", {}],
  ["rejects", {}],
  ["missing", {}],
  ["cookies", {}],
  ["query?a=1&a=2&b=%20", {}],
  ["echo", { method: "POST", body: JSON.stringify({ a: [1, "é"] }), headers: { "Content-Type": "application/json" } }],
  ["echo", { method: "POST", body: "a=1&b=2", headers: { "Content-Type": "application/x-www-form-urlencoded" } }],
  ["echo", { method: "POST", body: "x".repeat(50_000), headers: { "Content-Type": "text/plain" } }],
  ["echo", { method: "POST", body: "{", headers: { "Content-Type": "application/json" } }],
  ["echo", { method: "POST" }],
];

/** An answer as text that can be compared; what differs from one answer to the next is left out. */
export async function answerOf(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  const lines = [...response.headers].filter(([name]) => name !== "date").map((pair) => pair.join(": "));
  const body = (await response.text()).replace(/:\d{4,5}\b/g, ":port");
  return [`${response.status} ${response.statusText}`, ...lines, "", body].join("\n");
}
