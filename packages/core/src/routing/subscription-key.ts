import type { Exchange } from "../policy/exchange.js";
import type { Route } from "./router.js";

/** The key that the caller sent, under the API's own names for it: in the header, or else in the query. Null for none. */
export function subscriptionKey({ request, originalUrl }: Exchange, { api }: Route): string | null {
  const names = api.subscriptionKeyParameterNames;
  const inHeader = request.headers.get(names.header) ?? "";
  return inHeader === "" ? (originalUrl.query.getAll(names.query)[0] ?? null) : inHeader;
}
