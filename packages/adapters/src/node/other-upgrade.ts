import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { answerHandshake } from "./handshake-answer.js";

/** True for the handshake of a WebSocket connection (RFC 6455, 4.1), as far as its purpose goes; the rest is for who answers it. */
export function isWebSocket(incoming: IncomingMessage): boolean {
  return (
    incoming.method === "GET" && incoming.httpVersion === "1.1" && tokens(incoming.headers.upgrade ?? "").includes("websocket")
  );
}

/**
 * A request to upgrade to something else (Java's client asks for `h2c` by default) is answered as if it had not asked (RFC 9110, 7.8).
 * Node hands over all of them once somebody listens: the request goes back to its server, without its wish.
 */
export function giveBack(server: Server | null, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (server === null) return void answerHandshake(incoming, socket, 400);
  const { method, url, httpVersion, rawHeaders } = incoming;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const key = name.toLowerCase();
    if (key === "upgrade" || key === "http2-settings") continue;
    const value = key === "connection" ? withoutUpgrade(rawHeaders[i + 1]!) : rawHeaders[i + 1]!;
    if (key !== "connection" || value !== "") lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit((socket as TLSSocket).encrypted ? "secureConnection" : "connection", socket);
}

function withoutUpgrade(connection: string): string {
  return tokens(connection)
    .filter((token) => token !== "upgrade" && token !== "http2-settings")
    .join(", ");
}

function tokens(list: string): string[] {
  return list
    .split(",")
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== "");
}
