import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Gateway, GatewayResponse } from "@turnpike/core";
import { callerSignals } from "./caller-signals.js";
import { isTrusted } from "./forwarded.js";
import { isHttp2Request, isHttp2Response, streamSignal } from "./http2.js";
import { cutOff } from "./pour.js";
import { type NodeOptions, refuse, toRequest } from "./request.js";
import { writeResponse } from "./write.js";

/** A listener for requests of HTTP/1.1 and HTTP/2. */
export type NodeListener = (
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
) => void;

/**
 * A request listener for `http.createServer`, `https.createServer` and `http2.createSecureServer` (with `allowHTTP1` too). Streams both
 * ways with back-pressure; header lines keep order, case and repetition, as far as the protocol has them; a caller that goes away ends its
 * request.
 */
export function turnpike(gateway: Gateway, options: NodeOptions = {}): NodeListener {
  return makeListener(gateway, options, false);
}

/**
 * @param asksForBody true for a listener of `checkContinue`: callers that wait for leave to send their body get it when somebody reads, and
 *   do not get it where policies answer without
 */
export function makeListener(gateway: Gateway, options: NodeOptions, asksForBody: boolean): NodeListener {
  const trusted = isTrusted(options.trustedProxies);
  const signalOf = callerSignals();
  return (someIncoming, someOutgoing) => {
    // The messages of HTTP/2 have what is used of HTTP/1's; where they differ is told apart by their version.
    const incoming = someIncoming as IncomingMessage;
    const outgoing = someOutgoing as ServerResponse;
    const signal = isHttp2Request(someIncoming) ? streamSignal(someIncoming.stream) : signalOf(incoming.socket);
    const given = asksForBody ? { beforeBody: () => outgoing.writeContinue() } : {};
    const request = toRequest(incoming, options, trusted, signal, given);
    if (typeof request === "number") return refuse(outgoing, request);
    void gateway
      .handle(request)
      .then((response) => send(response, incoming, outgoing))
      .catch(() => cutOff(isHttp2Response(someOutgoing) ? someOutgoing.stream : outgoing));
  };
}

async function send(response: GatewayResponse, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  await writeResponse(outgoing, response);
  // A body that nobody read to its end would keep the connection from its next request.
  if (!incoming.complete || incoming.readableLength > 0) incoming.resume();
}
