import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Gateway, HandleOptions } from "@turnpike/core";
import type { NodeServer } from "./graceful.js";

/** What Node's parser and timers refuse, with the statuses that Node gives. */
const KINDS: Readonly<Record<string, readonly [status: number, phrase: string, why: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "The request's head is longer than is read."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "Payload Too Large", "The request's chunk extensions are longer than is read."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "The request did not come within the time that the server gives it."],
};
const ORDINARY = [400, "Bad Request", "The request cannot be read"] as const;

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/**
 * Answers what is no request as Node does on its own, and tells the gateway of it. Requests that the gateway has are left to it: of those it tells
 * itself.
 */
export function watchClientErrors(server: NodeServer, gateway: Gateway, onOutcome: HandleOptions["onOutcome"]): void {
  // Servers of HTTP/2 have no such event, or the sockets of another protocol in it.
  if (!("headersTimeout" in server)) return;
  const answering = new WeakMap<Socket, ServerResponse>();
  (server as Server).prependListener("request", ({ socket }, outgoing) => void answering.set(socket, outgoing));
  (server as Server).on("clientError", (error: ParserError, stream) => {
    const socket = stream as Socket;
    const outgoing = answering.get(socket);
    const isRunning = outgoing !== undefined && !outgoing.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy(error);
    const [status, phrase, why] = KINDS[error.code ?? ""] ?? ORDINARY;
    if (!isRunning || !outgoing.headersSent) socket.write(`HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\n\r\n`);
    socket.destroySoon();
    if (isRunning) return;
    const line = /^([!-~]{1,32}) ([!-~]{1,8000})/.exec(error.rawPacket?.toString("latin1", 0, 8_192) ?? "");
    gateway.refused({
      method: line?.[1] ?? "",
      url: line?.[2] ?? "",
      ipAddress: socket.remoteAddress ?? "",
      status,
      why: status === ORDINARY[0] ? `${why}: ${error.message}.` : why,
      tlsVersion: (socket as Partial<TLSSocket>).getProtocol?.()?.replace(/^TLSv/, "") ?? null,
      ...(onOutcome === undefined ? {} : { onOutcome }),
    });
  });
}
