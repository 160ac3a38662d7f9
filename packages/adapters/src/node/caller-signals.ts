import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Socket } from "node:net";
import { isHttp2Request, streamSignal } from "./http2.js";

/**
 * Gives the signal that is aborted when a request's caller goes away. A connection has one for all its requests: making one costs more
 * than most other things that are done for a request. In HTTP/2 each request is a stream with an end of its own.
 */
export function callerSignals(): (incoming: IncomingMessage | Http2ServerRequest) => AbortSignal {
  const signals = new WeakMap<Socket, AbortSignal>();
  return (incoming) => {
    if (isHttp2Request(incoming)) return streamSignal(incoming.stream);
    const { socket } = incoming;
    let signal = signals.get(socket);
    if (signal === undefined) {
      const controller = new AbortController();
      signal = controller.signal;
      signals.set(socket, signal);
      if (socket.destroyed) controller.abort();
      else socket.once("close", () => controller.abort());
    }
    return signal;
  };
}
