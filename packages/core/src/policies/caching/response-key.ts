import type { Exchange } from "../../policy/exchange.js";
import { storeKey } from "../store-key.js";

/** What tells cached responses of one URL apart. */
export interface Variation {
  /** Header names. */
  readonly headers: readonly string[];
  /** Names of query parameters; empty: all count. */
  readonly parameters: readonly string[];
  readonly byDeveloper: boolean;
  readonly byGroups: boolean;
}

/**
 * The key of a response: what decides which policies ran (product, workspace, API with version and revision, operation), the URL that was asked
 * for and the one that the backend would get, and what the variation names. The subscription key in the query is no part of it. Of a
 * subscription without a developer it is the subscription that counts.
 */
export function responseKey(exchange: Exchange, { headers, parameters, byDeveloper, byGroups }: Variation): string {
  const { api, operation, originalUrl, product, request, subscription, target, user } = exchange;
  const parts = [
    product?.id ?? "",
    api?.workspace?.id ?? "",
    api?.id ?? "",
    api?.version ?? "",
    api?.revision ?? "",
    operation?.id ?? "",
    originalUrl.authority,
    originalUrl.path,
    target.backendId ?? "",
    target.baseUrl?.toString() ?? "",
    request.url.path,
  ];
  const { query } = request.url;
  const keyName = api?.subscriptionKeyParameterNames.query.toLowerCase();
  const names = parameters.length > 0 ? parameters : query.names().filter((name) => name.toLowerCase() !== keyName);
  for (const name of [...names].sort(byName)) list(parts, name.toLowerCase(), query.getAll(name));
  parts.push("headers");
  for (const name of headers) list(parts, name.toLowerCase(), request.headers.getAll(name));
  if (byDeveloper) parts.push("developer", user?.id ?? "", user === null ? (subscription?.id ?? "") : "");
  if (byGroups) list(parts, "groups", (user?.groups ?? []).map(({ id }) => id).sort());
  return storeKey("response-2", ...parts);
}

function list(parts: string[], name: string, values: readonly string[]): void {
  parts.push(name, String(values.length), ...values);
}

function byName(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
