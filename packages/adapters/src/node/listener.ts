import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Gateway, HandledResponse, HandleOptions } from "@turnpike/core";
import { statusPath } from "@turnpike/core/adapter";
import { type HostOptions, handleOptions } from "../host/options.js";
import { callerSignals } from "../wire/caller-signals.js";
import { drain } from "../wire/drain.js";
import { isTrusted } from "../wire/forwarded.js";
import { isHttp2Request, isHttp2Response } from "../wire/http2.js";
import { cutOff } from "../wire/pour.js";
import { refuse, refuseRequest } from "../wire/refusal.js";
import { reportSent } from "../wire/report-sent.js";
import { type NodeOptions, toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { writeResponse } from "../wire/write.js";
import { nodeMiddleware } from "./middleware.js";

/** A listener for requests of HTTP/1.1 and HTTP/2. */
export type NodeListener = (
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
) => void;

/** How a gateway stands on a server of Node's. */
export interface ListenerOptions extends HostOptions<IncomingMessage>, NodeOptions {
  /** The application's own listener, in middleware mode. */
  readonly handler?: RequestListener;
}

/**
 * A request listener for `http.createServer`, `https.createServer` and `http2.createSecureServer` (with `allowHTTP1` too). Streams both
 * ways with back-pressure; header lines keep order, case and repetition, as far as the protocol has them; a caller that goes away ends its
 * request. Middleware mode is for HTTP/1.1: streams of HTTP/2 are told to come again by that.
 * @throws TypeError for middleware mode without a handler
 */
export function turnpike(gateway: Gateway, options: ListenerOptions = {}): NodeListener {
  return options.mode === "middleware" ? makeMiddleware(gateway, options) : makeListener(gateway, options, false);
}

function makeMiddleware(gateway: Gateway, options: ListenerOptions): NodeListener {
  const { handler } = options;
  if (handler === undefined) throw new TypeError('Mode "middleware" needs a handler.');
  const around = nodeMiddleware(gateway, options);
  return (incoming, outgoing) => {
    if (isHttp2Request(incoming)) return incoming.stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED);
    const response = outgoing as ServerResponse<IncomingMessage> & { req: IncomingMessage };
    around(incoming, response, (error) => (error === undefined ? handler(incoming, response) : refuse(response, 500)));
  };
}

/**
 * @param asksForBody true for a listener of `checkContinue`: callers that wait for leave to send their body get it when somebody reads, and
 *   do not get it where policies answer without
 */
export function makeListener(
  gateway: Gateway,
  options: NodeOptions & Pick<ListenerOptions, "variables" | "onOutcome"> & { readonly isFull?: () => boolean },
  asksForBody: boolean,
): NodeListener {
  const trusted = isTrusted(options.trustedProxies);
  const signalOf = callerSignals();
  const { isFull } = options;
  return (someIncoming, someOutgoing) => {
    // The messages of HTTP/2 have what is used of HTTP/1's; where they differ they are told apart.
    const incoming = someIncoming as IncomingMessage;
    const outgoing = someOutgoing as ServerResponse;
    const given = asksForBody ? { beforeBody: () => outgoing.writeContinue() } : {};
    const head = new RequestHead(incoming);
    if (isFull?.() === true && head.target !== statusPath) return refuseRequest(gateway, head, outgoing, 503, options.onOutcome);
    const request = toRequest(head, options, trusted, signalOf(head), given);
    if (typeof request === "number") return refuseRequest(gateway, head, outgoing, request, options.onOutcome);
    let told: HandleOptions;
    try {
      told = handleOptions(options, incoming, undefined, true);
    } catch {
      return refuseRequest(gateway, head, outgoing, 500, options.onOutcome);
    }
    void gateway
      .handle(request, told)
      .then((response) => send(response, incoming, outgoing))
      .catch(() => cutOff(isHttp2Response(someOutgoing) ? someOutgoing.stream : outgoing));
  };
}

async function send(response: HandledResponse, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  reportSent(response, incoming, outgoing);
  await writeResponse(outgoing, response);
  drain(incoming);
}
