import type { IncomingMessage, ServerResponse } from "node:http";
import { type Gateway, PolicyError } from "@turnpike/core";
import { loosen } from "../host/loosen.js";
import type { HostOptions } from "../host/options.js";
import { type NodeFramework, nodeMiddleware } from "../node/middleware.js";
import type { NodeOptions } from "../wire/request.js";

/** What the adapter uses of Express's request. */
export interface ExpressRequest extends IncomingMessage {
  /** The target as it came; `url` lacks the path that the middleware is mounted at. */
  originalUrl?: string;
  baseUrl?: string;
  body?: unknown;
  rawBody?: unknown;
  readonly app?: { get(setting: string): unknown };
}

/** Middleware as Express takes it. */
export type ExpressHandler = (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/** How a gateway stands in an Express application. */
export interface ExpressOptions extends HostOptions<ExpressRequest>, NodeOptions {}

/**
 * Middleware that runs requests through a gateway. The gateway sees the whole path, wherever it is mounted. In middleware mode the
 * application gets the request as policies left it, and policies the response that the application makes.
 */
export function turnpike(gateway: Gateway, options: ExpressOptions = {}): ExpressHandler {
  const run = nodeMiddleware(gateway, options, express);
  if (options.mode !== "middleware") return run;
  return (incoming, outgoing, next) => {
    if (incoming.app !== undefined) loosen(incoming, "complete");
    run(incoming, outgoing, next);
  };
}

const express: NodeFramework<ExpressRequest> = { targetOf: (incoming) => incoming.originalUrl, applyTarget };

/** Path and query as policies left them. The mount's own path stays: routes below it could not be reached otherwise. */
function applyTarget(incoming: ExpressRequest, target: string): void {
  const base = incoming.baseUrl ?? "";
  const rest = target.slice(base.length);
  if (!target.startsWith(base) || (base !== "" && rest !== "" && !/^[/?]/.test(rest)))
    throw new PolicyError({
      reason: "PathOutsideMount",
      message: `The path "${target}" is outside of "${base}", where the gateway is mounted.`,
      status: 500,
      bodyMessage: "Internal server error",
    });
  incoming.url = rest.startsWith("/") ? rest : `/${rest}`;
  // Express 4 parses the query once and keeps it; Express 5 does so when asked.
  if (!Object.hasOwn(incoming, "query")) return;
  const parse = incoming.app?.get("query parser fn");
  const question = incoming.url.indexOf("?");
  const query = typeof parse === "function" ? parse(question < 0 ? "" : incoming.url.slice(question + 1)) : {};
  Object.assign(incoming, { query });
}
