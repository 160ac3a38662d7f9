import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { HandledResponse } from "@turnpike/core";

/**
 * Tells the gateway when an answer has gone out, where somebody listens for that.
 * @param isOfHost the application has made the answer itself: its status is what the response says in the end
 */
export function reportSent(
  { sending }: HandledResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isOfHost = false,
): void {
  if (sending === undefined) return;
  const { httpVersion, socket } = incoming;
  const tlsVersion = (socket as Partial<TLSSocket> | null)?.getProtocol?.()?.replace(/^TLSv/, "") ?? null;
  const done = (): void =>
    sending.done({
      isCut: !outgoing.writableFinished,
      protocol: `HTTP/${httpVersion}`,
      tlsVersion,
      ...(isOfHost ? { status: outgoing.statusCode, reason: outgoing.statusMessage ?? "" } : {}),
    });
  if (outgoing.destroyed || outgoing.closed) done();
  else outgoing.once("close", done);
}
