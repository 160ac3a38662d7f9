import type { IncomingMessage } from "node:http";

/**
 * Lets go of what is left of a request's body once its answer is out: unread, it would keep the connection from its next request for ever. Whoever
 * still reads it (a call to a backend that has answered, or was given up, before it had all) reads for nobody any more; as long as they listen the
 * stream would not flow.
 */
export function drain(incoming: IncomingMessage): void {
  if (incoming.complete && incoming.readableLength === 0) return;
  incoming.removeAllListeners("readable");
  incoming.resume();
}
