import { nearest } from "../diagnostics/nearest.js";
import type { Exchange } from "../policy/exchange.js";
import type { Route } from "../routing/router.js";
import type { Snapshot } from "../snapshot/snapshot.js";

/** APIs and operations that are looked through for what comes nearest. */
const MOST = 1_000;

/** Why no operation takes a request, and what comes nearest, for the operator. */
export function whyNotMatched(snapshot: Snapshot, { request, originalUrl }: Exchange, route: Route | null): string {
  const { method, headers } = request;
  if (route === null) return whyNotServed(snapshot, originalUrl.path) ?? snapshot.router.whyNoApi(originalUrl, headers);
  const { api, path } = route;
  const methods = [...new Set(api.operations.slice(0, MOST).map((operation) => operation.method))];
  const others = methods.filter(
    (candidate) => candidate !== method && snapshot.router.route(candidate, originalUrl, headers)?.match != null,
  );
  if (others.length > 0) return `The API ${api.id} has ${path} for ${others.join(", ")}, not for ${method}.`;
  const templates = api.operations.slice(0, MOST).map(({ urlTemplate }) => urlTemplate);
  const near = nearest(path, templates) ?? (templates.length === 1 ? templates[0]! : null);
  const nearly = api.operations.find(({ urlTemplate }) => urlTemplate === near);
  const hint = nearly === undefined ? "" : ` The nearest is ${nearly.method} ${nearly.urlTemplate} (${nearly.id}).`;
  return `The API ${api.id} has no operation for ${method} ${path}.${hint}`;
}

/** The API that has the path and that this gateway is not associated with; null if there is none. */
function whyNotServed({ model }: Snapshot, path: string): string | null {
  const wanted = `${path.toLowerCase()}/`;
  const api = model.notServed.find(
    (candidate) => candidate.path !== "" && wanted.startsWith(`/${candidate.path.toLowerCase()}/`),
  );
  if (api === undefined) return null;
  const { gatewayId } = model.deployment;
  return `The API ${api.id} has this path, but is not associated with the gateway ${gatewayId}: it is not among gateways.${gatewayId}.apis.`;
}
