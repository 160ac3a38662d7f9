import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from "node:http2";
import { type Body, type GatewayResponse, Headers } from "@turnpike/core";
import { cleanValues, isHeaderName, valuesByName } from "./header-lines.js";
import { dropBody, hasTrailers, pourBody } from "./pour.js";

// HTTP/2 has no connection headers (RFC 9113, 8.2.2).
const NOT_IN_HTTP2 = new Set(["connection", "http2-settings", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);

/**
 * True for a request by HTTP/2, whatever its static type: hosts hand both kinds to the same listeners. Its version does not tell: anybody may
 * write `HTTP/2.0` into a request of HTTP/1.
 */
export function isHttp2Request(
  incoming: IncomingMessage | Http2ServerRequest,
  version = incoming.httpVersion,
): incoming is Http2ServerRequest {
  return version !== "1.1" && "stream" in incoming;
}

/** True for a response by HTTP/2. */
export function isHttp2Response(outgoing: ServerResponse | Http2ServerResponse): outgoing is Http2ServerResponse {
  return "stream" in outgoing;
}

/**
 * The header lines of a request by HTTP/2 as HTTP/1.1 has them: no pseudo-headers, `Host` for `:authority`, cookies on one line
 * (RFC 9113, 8.2.3).
 */
export function http2Headers(incoming: Http2ServerRequest): Headers {
  const headers = new Headers();
  const { rawHeaders } = incoming;
  const cookies: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.toLowerCase() === "cookie") cookies.push(rawHeaders[i + 1]!);
    else if (!name.startsWith(":")) headers.append(name, rawHeaders[i + 1]!);
  }
  if (cookies.length > 0) headers.append("cookie", cookies.join("; "));
  const authority = incoming.headers[":authority"];
  if (authority !== undefined && !headers.has("host")) headers.append("host", authority);
  return headers;
}

/** A signal for one stream: it is aborted when the caller resets it, or goes away, before the answer is out. */
export function streamSignal(stream: ServerHttp2Stream): AbortSignal {
  const abort = new AbortController();
  stream.once("close", () => {
    if (!stream.writableFinished || stream.rstCode !== 0) abort.abort();
  });
  return abort.signal;
}

/** Writes an answer to a stream. An interim status is no answer, and becomes a 502. */
export function writeHttp2(outgoing: Http2ServerResponse, response: GatewayResponse): Promise<void> | void {
  const { stream } = outgoing;
  const { body } = response;
  // The types know of no response without stream; one whose stream is gone has none.
  if ((stream as ServerHttp2Stream | undefined) === undefined || stream.destroyed || stream.headersSent) return dropBody(body);
  // The response itself sends what it is given as trailers, if the stream waits for them.
  const waitForTrailers = body !== null && hasTrailers(body);
  const lines = { ...outgoing.getHeaders(), ...grouped(response.headers, body) };
  respond(stream, response.status < 200 ? 502 : response.status, lines, {
    endStream: body === null,
    waitForTrailers,
  });
  if (body === null) return;
  if (body instanceof Uint8Array) return void stream.end(body);
  return pourBody(stream, body, (trailers) => outgoing.addTrailers(grouped(trailers, null)));
}

/** Header lines by name, as node:http2 takes them. */
function grouped(headers: Headers, body: Body): OutgoingHttpHeaders {
  const lines: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, values] of valuesByName(headers.toFlat()))
    if (isHeaderName(name) && !NOT_IN_HTTP2.has(name)) lines[name] = cleanValues(values);
  if (body instanceof Uint8Array && lines["content-length"] === undefined) lines["content-length"] = String(body.length);
  return lines;
}

function respond(stream: ServerHttp2Stream, status: number, lines: OutgoingHttpHeaders, options: object): void {
  try {
    stream.respond({ ...lines, ":status": status }, options);
  } catch (error) {
    // Some names can stand on one line only: of those the first counts, as everywhere.
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    const name = /"([^"]+)"/.exec(message)?.[1] ?? "";
    const values = lines[name];
    if (code !== "ERR_HTTP2_HEADER_SINGLE_VALUE" || !Array.isArray(values)) throw error;
    respond(stream, status, { ...lines, [name]: values[0] }, options);
  }
}
