import { type ServerResponse, STATUS_CODES } from "node:http";
import { type Body, type GatewayResponse, Headers, type MessageBody } from "@turnpike/core";
import { cleanReason, cleanValue, isHeaderName } from "../wire/header-lines.js";
import { isHttp2Response } from "../wire/http2.js";

// These speak of the connection: they stay with the response of the host and are no policy's business.
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"]);

/** True for headers that are the host's own business. @param name in lower case */
export function isOfConnection(name: string): boolean {
  return OF_THE_CONNECTION.has(name);
}

/** The header lines that an application has set, repeated ones apart. */
export function readHeaders(outgoing: ServerResponse): Headers {
  const headers = new Headers();
  // The types of Node leave it out; it keeps the case in which names were set.
  const typed = outgoing as ServerResponse & { getRawHeaderNames(): string[] };
  for (const name of typed.getRawHeaderNames()) {
    if (OF_THE_CONNECTION.has(name.toLowerCase())) continue;
    const value = outgoing.getHeader(name);
    for (const item of Array.isArray(value) ? value : [value]) headers.append(name, String(item));
  }
  return headers;
}

/** The reason phrase of a response in the making. */
export function reasonOf(outgoing: ServerResponse): string {
  // Before the head is out it may be unset, whatever the types say; by HTTP/2 there is none.
  const given = isHttp2Response(outgoing) ? undefined : (outgoing.statusMessage as string | undefined);
  return given === undefined || given === "" ? (STATUS_CODES[outgoing.statusCode] ?? "unknown") : given;
}

/** Takes the arguments of `writeHead`, whose headers come as an object, a flat list, or a list of pairs, over what was set before. */
export function takeHead(outgoing: ServerResponse, status: number, more: readonly unknown[]): void {
  outgoing.statusCode = status;
  if (typeof more[0] === "string") outgoing.statusMessage = more[0];
  const given = typeof more[0] === "string" ? more[1] : (more[0] ?? more[1]);
  if (given === undefined || given === null) return;
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given as Record<string, string | number | string[] | undefined>))
      if (value !== undefined) outgoing.setHeader(name, value);
    return;
  }
  const pairs: (readonly [string, string | string[]])[] = [];
  if (Array.isArray(given[0])) pairs.push(...(given as [string, string][]));
  else for (let i = 0; i + 1 < given.length; i += 2) pairs.push([String(given[i]), given[i + 1] as string | string[]]);
  for (const [name] of pairs) outgoing.removeHeader(name);
  for (const [name, value] of pairs) outgoing.appendHeader(name, Array.isArray(value) ? value : String(value));
}

/** Drops an entity tag that speaks of a body which policies have replaced, unless they have set one of their own. */
export function dropStaleTag(response: GatewayResponse, original: MessageBody, tag: string | null): void {
  if (tag === null || response.body === null || !isChanged(original, response.body)) return;
  if (response.headers.get("etag") === tag) response.headers.delete("etag");
}

/** True if what goes out is not what the application has written. A stream that was only read, or counted, is the same. */
export function isChanged(original: MessageBody, body: Body): boolean {
  return original.isReplaced || ((body === null || body instanceof Uint8Array) && original.isBuffered && original.bytes !== body);
}

/**
 * Makes the host's response carry these header lines, and no others but those of its connection. Goes through `setHeader`, so that what
 * stands in front (sessions, compression) finds them.
 * @param framing `length`: a body that is there as a whole gets its length; `host`: node:http frames it; `none`: none is sent
 */
export function putHead(outgoing: ServerResponse, response: GatewayResponse, framing: "length" | "host" | "none"): void {
  const { headers, body } = response;
  const wanted = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headers) {
    if (!isHeaderName(name)) continue;
    const key = name.toLowerCase();
    const known = wanted.get(key);
    if (known === undefined) wanted.set(key, { name, values: [cleanValue(value)] });
    else known.values.push(cleanValue(value));
  }
  for (const name of outgoing.getHeaderNames())
    if (!wanted.has(name) && !OF_THE_CONNECTION.has(name)) outgoing.removeHeader(name);
  for (const { name, values } of wanted.values()) outgoing.setHeader(name, values.length === 1 ? values[0]! : values);
  const isWhole = body === null || body instanceof Uint8Array;
  // Trailers cannot come behind a body of known length; node:http would refuse to send it.
  if ((isWhole && framing !== "host") || framing === "none") outgoing.removeHeader("trailer");
  if (isWhole && framing !== "host") {
    // Its mere removal, set or not, would keep node:http from sending chunks.
    if (outgoing.hasHeader("transfer-encoding")) outgoing.removeHeader("transfer-encoding");
    if (framing === "length" && !wanted.has("content-length")) outgoing.setHeader("Content-Length", body?.length ?? 0);
  }
  outgoing.statusCode = response.status;
  outgoing.statusMessage = cleanReason(response.reason);
}
