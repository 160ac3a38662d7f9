import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isHttp2Request } from "../wire/http2.js";

/** A server of `node:http`, `node:https` or `node:http2`. */
export type NodeServer = Server | Http2Server | Http2SecureServer;

/** How long a server has for its end. */
export interface GracefulOptions {
  /** Milliseconds until what is still open is cut off. Default 10,000. */
  readonly timeout?: number;
}

/**
 * Watches a server from now on, so that it can end in good order.
 *
 *     const close = gracefulClose(server);
 *     process.once("SIGTERM", () => void close());
 *
 * The function that it gives back takes no more connections, closes those that are idle, lets requests on their way finish (their answers
 * say `Connection: close`; sessions of HTTP/2 get GOAWAY), and resolves when all connections have ended. What is still open when the time
 * is up, WebSockets among it, is cut off.
 */
export function gracefulClose(server: NodeServer, options: GracefulOptions = {}): () => Promise<void> {
  const { timeout = 10_000 } = options;
  const open = new Set<Duplex>();
  const responses = new Set<ServerResponse>();
  const sessions = new Set<ServerHttp2Session>();
  let closing: Promise<void> | null = null;

  const onConnection = (socket: Socket): void => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  };
  server.on("connection", onConnection);
  server.on("secureConnection", onConnection);
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (isHttp2Request(incoming)) return;
    if (closing !== null) outgoing.shouldKeepAlive = false;
    responses.add(outgoing);
    outgoing.once("close", () => {
      responses.delete(outgoing);
      // An answer whose head was out before it could say so leaves its connection open.
      if (closing !== null) closeIdle(server);
    });
  };
  for (const event of ["request", "checkContinue"]) server.prependListener(event, onRequest as (...given: unknown[]) => void);

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy();
        for (const socket of open) socket.destroy();
      }, timeout);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      for (const outgoing of responses) if (!outgoing.headersSent) outgoing.shouldKeepAlive = false;
      for (const session of sessions) session.close();
      closeIdle(server);
    });
  return () => (closing ??= close());
}

function closeIdle(server: NodeServer): void {
  if ("closeIdleConnections" in server) server.closeIdleConnections();
}
