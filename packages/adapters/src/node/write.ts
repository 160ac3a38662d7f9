import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GatewayResponse } from "@turnpike/core";

/** A body with a shorter way into a Writable than iteration. */
interface Pourable {
  pourInto(writable: ServerResponse): Promise<void>;
}

/**
 * Writes an answer. A failure while the body is on its way cuts the connection: the status is out, and a cut is all that can still tell
 * the caller.
 */
export async function writeResponse(outgoing: ServerResponse, response: GatewayResponse): Promise<void> {
  if (outgoing.destroyed) return;
  const { status, headers, body } = response;
  const lines = outgoingHeaders(headers.toFlat(), body);
  if (outgoing.getHeaderNames().length === 0) outgoing.writeHead(status, cleanReason(response.reason), lines);
  else writeOver(outgoing, status, cleanReason(response.reason), lines);
  if (body === null) return void outgoing.end();
  if (body instanceof Uint8Array) return void outgoing.end(body);
  // The first event of a stream of events may be long in coming; its listeners should know at once that they are heard.
  if (headers.get("content-type")?.startsWith("text/event-stream")) outgoing.flushHeaders();
  try {
    if (isPourable(body)) await body.pourInto(outgoing);
    else if (body instanceof Readable) await pipeline(body, outgoing);
    else await pour(outgoing, body, outgoing);
  } catch {
    outgoing.destroy();
  }
}

/** Where a host has set headers already, `writeHead` keeps only the last of repeated lines. */
function writeOver(outgoing: ServerResponse, status: number, reason: string, lines: readonly string[]): void {
  for (let i = 0; i < lines.length; i += 2) outgoing.removeHeader(lines[i]!);
  for (let i = 0; i < lines.length; i += 2) outgoing.appendHeader(lines[i]!, lines[i + 1]!);
  outgoing.writeHead(status, reason);
}

/** The two ways into a response. */
export interface Sink {
  write(chunk: Uint8Array): boolean;
  end(): unknown;
}

/** Writes a streamed body by way of `sink`, where the response's own methods are somebody else's. Cuts the connection on failure. */
export async function writeBody(outgoing: ServerResponse, body: AsyncIterable<Uint8Array>, sink: Sink): Promise<void> {
  try {
    await pour(outgoing, body, sink);
  } catch {
    outgoing.destroy();
  }
}

async function pour(outgoing: ServerResponse, body: AsyncIterable<Uint8Array>, sink: Sink): Promise<void> {
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (!sink.write(chunk)) await drained(outgoing);
  }
  sink.end();
}

/** Resolves when more can be written, or nothing ever will. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
  });
}

function isPourable(body: object): body is Pourable {
  return "pourInto" in body && typeof body.pourInto === "function";
}

/** Header lines as node:http takes them: Latin-1 without control characters; the length where it is known. */
function outgoingHeaders(flat: readonly string[], body: GatewayResponse["body"]): string[] {
  const lines: string[] = [];
  let hasLength = false;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!;
    const value = flat[i + 1]!;
    hasLength ||= name.toLowerCase() === "content-length";
    if (!isHeaderName(name)) continue;
    lines.push(name, cleanValue(value));
  }
  if (!hasLength && body instanceof Uint8Array) lines.push("Content-Length", String(body.length));
  return lines;
}

/** True for what can stand as the name of a header. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** A reason phrase that can stand in a status line; empty for one that cannot. */
export function cleanReason(reason: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : "";
}

/** A header's value as node:http takes it. Text beyond Latin-1 goes out as UTF-8; what could end a header line becomes a blank. */
export function cleanValue(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  return Buffer.from(value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, " "), "utf8").toString("latin1");
}
