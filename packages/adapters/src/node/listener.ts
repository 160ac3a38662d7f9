import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Gateway, GatewayResponse } from "@turnpike/core";
import { callerSignals } from "./caller-signals.js";
import { isTrusted } from "./forwarded.js";
import { type NodeOptions, refuse, toRequest } from "./request.js";
import { writeResponse } from "./write.js";

/**
 * A request listener for `http.createServer` and `https.createServer`. Streams both ways with back-pressure; header lines keep order,
 * case and repetition; a caller that goes away ends its request.
 */
export function turnpike(gateway: Gateway, options: NodeOptions = {}): RequestListener {
  const trusted = isTrusted(options.trustedProxies);
  const signalOf = callerSignals();
  return (incoming, outgoing) => {
    const request = toRequest(incoming, options, trusted, signalOf(incoming.socket));
    if (request === null) return refuse(outgoing);
    void gateway
      .handle(request)
      .then((response) => send(response, incoming, outgoing))
      .catch(() => outgoing.destroy());
  };
}

async function send(response: GatewayResponse, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  await writeResponse(outgoing, response);
  // A body that nobody read to its end would keep the connection from its next request.
  if (!incoming.complete || incoming.readableLength > 0) incoming.resume();
}
