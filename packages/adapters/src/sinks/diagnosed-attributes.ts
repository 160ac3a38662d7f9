import type { Attributes } from "@opentelemetry/api";
import type { DiagnosticModel, GatewayOutcome } from "@turnpike/core";

/** What goes with a request, by the names that API Management gives it, and what its diagnostic asks for of the messages. */
export function diagnosedAttributes(
  outcome: GatewayOutcome,
  { id, logsClientIp, operationNameFormat }: DiagnosticModel,
): Attributes {
  const messages = outcome.logged(id);
  const url = messages?.url ?? outcome.url;
  const headers = (prefix: string, of: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(of).map(([name, value]) => [`${prefix}-${name}`, value]);
  const named: (readonly [string, string | null])[] = [
    ["API Name", outcome.api],
    ["API Revision", outcome.revision],
    ["Operation Name", outcome.operation],
    ["Product Name", outcome.product],
    ["Subscription Name", outcome.subscription],
    ["User Name", outcome.user],
    ["Workspace Name", outcome.workspace],
    ["Region", outcome.region],
    // The exporter calls a request by its method and this.
    ["http.route", operationNameFormat === "Url" ? pathOf(url) : operationName(outcome)],
    ["url.full", url],
    ["url.query", url.includes("?") ? url.slice(url.indexOf("?") + 1) : null],
    ["client.address", logsClientIp === true ? outcome.ipAddress : ""],
  ];
  if (messages !== null)
    named.push(
      ...headers("Request", messages.request.headers),
      ...headers("Response", messages.response.headers),
      ...headers("Backend-Request", messages.backendRequest.headers),
      ...headers("Backend-Response", messages.backendResponse.headers),
      ["Request Body", messages.request.body || null],
      ["Response Body", messages.response.body || null],
      ["Backend Request Body", messages.backendRequest.body || null],
      ["Backend Response Body", messages.backendResponse.body || null],
    );
  return Object.fromEntries(named.filter(([, value]) => value !== null)) as Attributes;
}

/** The name of an operation as the service has it: `payments;rev=1 - list-accounts`; null of a request that came to none. */
function operationName({ api, revision, operation }: GatewayOutcome): string | null {
  return api === null || operation === null ? null : `${api};rev=${revision ?? "1"} - ${operation}`;
}

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]*/i, "").split("?", 1)[0]!;
