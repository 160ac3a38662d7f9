import type { Socket } from "node:net";
import { streamSignal } from "./http2.js";
import type { RequestHead } from "./request-head.js";

/**
 * Gives the signal that is aborted when a request's caller goes away. A connection has one for all its requests: making one costs more
 * than most other things that are done for a request. In HTTP/2 each request is a stream with an end of its own.
 */
export function callerSignals(): (head: RequestHead) => AbortSignal {
  const signals = new WeakMap<Socket, AbortSignal>();
  return ({ http2, socket }) => {
    if (http2 !== null) return streamSignal(http2.stream);
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
