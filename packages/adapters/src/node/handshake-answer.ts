import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { GatewayResponse } from "@turnpike/core";
import { outgoingHeaders } from "../wire/header-lines.js";
import { refuse } from "../wire/refusal.js";
import { writeResponse } from "../wire/write.js";

/** The head of the answer with which a connection becomes a WebSocket. */
export function joinedHead(response: GatewayResponse): string {
  const flat = outgoingHeaders(response.headers.toFlat(), null);
  const lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
  for (let i = 0; i < flat.length; i += 2) lines.push(`${flat[i]}: ${flat[i + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Answers a handshake that comes to nothing, and ends its connection. @param answer a response, or the status of a refusal */
export async function answerHandshake(
  incoming: IncomingMessage,
  socket: Duplex,
  answer: GatewayResponse | number,
): Promise<void> {
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  // The server has let go of the socket: what it does for its responses otherwise is done here.
  outgoing.assignSocket(socket as Socket);
  socket.on("drain", () => outgoing.emit("drain"));
  outgoing.once("finish", () => {
    outgoing.detachSocket(socket as Socket);
    (socket as Socket).destroySoon();
  });
  socket.resume();
  if (typeof answer === "number") refuse(outgoing, answer);
  else await writeResponse(outgoing, answer);
}
