import type { Socket } from "node:net";

/**
 * Gives the signal that is aborted when a connection's caller goes away. A connection has one for all its requests: making one costs more
 * than most other things that are done for a request.
 */
export function callerSignals(): (socket: Socket) => AbortSignal {
  const signals = new WeakMap<Socket, AbortSignal>();
  return (socket) => {
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
