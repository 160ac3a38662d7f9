import { type Gateway, type GatewayRequest, Headers as HeaderList, type HostHandler, MessageBody } from "@turnpike/core";
import { type HostOptions, handleOptions } from "../host/options.js";
import { offerOutcome, type RequestOutcome } from "../host/outcome.js";
import { applicationFailure } from "../host/request.js";
import { dropStaleTag } from "../host/response-head.js";
import { hostRequest } from "./host-request.js";
import { toResponse } from "./response.js";
import { WebBody } from "./web-body.js";

/** A handler over `fetch`'s messages. What follows the request (environment, context) is handed on to the application's handler. */
export type FetchHandler = (request: Request, ...rest: readonly unknown[]) => Promise<Response>;

/** How a gateway stands between `fetch`'s messages. */
export interface FetchOptions extends HostOptions<Request> {
  /** The application, in middleware mode: gets the request as policies left it, and what the gateway found out about it. */
  readonly handler?: (request: Request, outcome: RequestOutcome, ...rest: readonly unknown[]) => Response | Promise<Response>;
  /** `on-error`: what the handler throws goes to on-error. Default: the promise of the response rejects with it. */
  readonly errors?: "host" | "on-error";
  /** The caller's address, which `fetch`'s requests do not have. Default: 127.0.0.1. */
  readonly ipAddress?: (request: Request, ...rest: readonly unknown[]) => string;
}

/**
 * A handler of requests. Bodies stream both ways; a request whose signal is aborted ends.
 * @throws TypeError for middleware mode without a handler
 */
export function turnpike(gateway: Gateway, options: FetchOptions = {}): FetchHandler {
  const { handler, errors } = options;
  const isMiddleware = options.mode === "middleware";
  if (isMiddleware && handler === undefined) throw new TypeError('Mode "middleware" needs a handler.');
  return async (request, ...rest) => {
    const body = request.body === null ? null : new WebBody(request.body);
    let made: MessageBody | null = null;
    let tag: string | null = null;
    let thrown: { readonly error: unknown } | null = null;
    const next: HostHandler = async (message, exchange) => {
      const outcome = offerOutcome(request, exchange);
      const given = hostRequest(request, body, message, exchange);
      if (given !== request) offerOutcome(given, exchange);
      let response: Response;
      try {
        response = await handler!(given, outcome, ...rest);
      } catch (error) {
        if (errors !== "on-error") thrown = { error };
        throw applicationFailure(error);
      }
      made = new MessageBody(response.body === null ? null : new WebBody(response.body));
      tag = response.headers.get("etag");
      return {
        status: response.status,
        reason: response.statusText,
        headers: new HeaderList(response.headers),
        body: made,
      };
    };
    const told = handleOptions(options, request, isMiddleware ? next : undefined);
    const answer = await gateway.handle(toGatewayRequest(request, body, options, rest), told);
    // Assigned in a callback, which the compiler does not follow.
    const failure = thrown as { readonly error: unknown } | null;
    if (failure !== null) throw failure.error;
    if (made !== null) dropStaleTag(answer, made, tag);
    return toResponse(answer);
  };
}

function toGatewayRequest(
  request: Request,
  body: WebBody | null,
  options: FetchOptions,
  rest: readonly unknown[],
): GatewayRequest {
  const headers = new HeaderList(request.headers);
  if (!headers.has("host")) headers.append("Host", new URL(request.url).host);
  return {
    method: request.method,
    url: request.url,
    headers,
    body,
    signal: request.signal,
    ...(options.ipAddress === undefined ? {} : { ipAddress: options.ipAddress(request, ...rest) }),
  };
}
