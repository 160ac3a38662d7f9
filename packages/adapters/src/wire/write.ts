import type { ServerResponse } from "node:http";
import type { GatewayResponse, Headers } from "@turnpike/core";
import { cleanReason, cleanValue, isHeaderName, outgoingHeaders } from "./header-lines.js";
import { isHttp2Response, writeHttp2 } from "./http2.js";
import { dropBody, pourBody } from "./pour.js";

/**
 * Writes an answer. A failure while the body is on its way cuts the connection (in HTTP/2: the stream): the status is out, and a cut is all
 * that can still tell the caller. An interim status is no answer, and becomes a 502.
 */
export async function writeResponse(outgoing: ServerResponse, response: GatewayResponse): Promise<void> {
  if (isHttp2Response(outgoing)) return writeHttp2(outgoing, response);
  const { headers, body } = response;
  if (outgoing.destroyed) return dropBody(body);
  const status = response.status < 200 ? 502 : response.status;
  const reason = status === response.status ? cleanReason(response.reason) : "";
  const lines = outgoingHeaders(headers.toFlat(), body);
  if (outgoing.getHeaderNames().length === 0) outgoing.writeHead(status, reason, lines);
  else writeOver(outgoing, status, reason, lines);
  if (body === null) return void outgoing.end();
  if (body instanceof Uint8Array) return void outgoing.end(body);
  // The first event of a stream of events may be long in coming; its listeners should know at once that they are heard.
  if (headers.get("content-type")?.startsWith("text/event-stream")) outgoing.flushHeaders();
  return pourBody(outgoing, body, (trailers) => outgoing.addTrailers(trailerPairs(trailers)));
}

/** Trailers as node:http takes them. */
export function trailerPairs(trailers: Headers): [string, string][] {
  return [...trailers].filter(([name]) => isHeaderName(name)).map(([name, value]) => [name, cleanValue(value)]);
}

/** Where a host has set headers already, `writeHead` keeps only the last of repeated lines. */
function writeOver(outgoing: ServerResponse, status: number, reason: string, lines: readonly string[]): void {
  for (let i = 0; i < lines.length; i += 2) outgoing.removeHeader(lines[i]!);
  for (let i = 0; i < lines.length; i += 2) outgoing.appendHeader(lines[i]!, lines[i + 1]!);
  outgoing.writeHead(status, reason);
}
