import type { ProductModel } from "../model/model.js";
import type { Exchange, RequestMessage } from "../policy/exchange.js";
import type { Flow } from "../policy/flow.js";
import type { Route } from "../routing/router.js";
import { subscriptionKey } from "../routing/subscription-key.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { HandleOptions } from "./options.js";
import { runProgram } from "./run.js";

/** Does a browser ask what it may send (Fetch, CORS-preflight request)? */
export function isPreflight({ method, headers }: RequestMessage): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

/**
 * Answers a preflight that no operation takes: runs the cors policies of the API and its outer scopes, and then those of the operation that is
 * asked for. The product's are among them where it is known without a header: by a key in the query, or as an open one. If there are any and
 * none of them answers, an empty 200 does.
 */
export async function isPreflightAnswered(
  snapshot: Snapshot,
  exchange: Exchange,
  route: Route | null,
  assume: HandleOptions["assume"],
): Promise<boolean> {
  const wanted = exchange.request.headers.get("access-control-request-method")!.toUpperCase();
  const operation = snapshot.router.route(wanted, exchange.originalUrl, exchange.request.headers)?.match?.operation ?? null;
  exchange.product = preflightProduct(snapshot, exchange, route, assume);
  let isConfigured = false;
  for (const candidate of operation === null ? [null] : [null, operation]) {
    const program = snapshot.program(route?.api ?? null, candidate, exchange.product?.id ?? null);
    const { preflight } = program;
    if (preflight === null) continue;
    isConfigured = true;
    let isAnswered = false;
    const inbound = async (inner: Exchange): Promise<Flow> => {
      isAnswered = (await preflight(inner)) === "stop";
      return "stop";
    };
    await runProgram({ ...program, inbound }, exchange);
    if (isAnswered || exchange.lastError !== null) return true;
  }
  exchange.product = null;
  return isConfigured;
}

function preflightProduct(
  snapshot: Snapshot,
  exchange: Exchange,
  route: Route | null,
  assume: HandleOptions["assume"],
): ProductModel | null {
  if (assume !== undefined) return assume.product ?? null;
  const access = route === null ? null : snapshot.access.decide(route.api, subscriptionKey(exchange, route));
  return access?.isAllowed === true ? access.product : null;
}
