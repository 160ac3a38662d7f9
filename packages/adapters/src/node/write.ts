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
  const reason = /^[\t\x20-\x7e\x80-\xff]*$/.test(response.reason) ? response.reason : "";
  outgoing.writeHead(status, reason, outgoingHeaders(headers.toFlat(), body));
  if (body === null) return void outgoing.end();
  if (body instanceof Uint8Array) return void outgoing.end(body);
  // The first event of a stream of events may be long in coming; its listeners should know at once that they are heard.
  if (headers.get("content-type")?.startsWith("text/event-stream")) outgoing.flushHeaders();
  try {
    if (isPourable(body)) await body.pourInto(outgoing);
    else if (body instanceof Readable) await pipeline(body, outgoing);
    else {
      for await (const chunk of body) {
        if (outgoing.destroyed) return;
        if (!outgoing.write(chunk)) await drained(outgoing);
      }
      outgoing.end();
    }
  } catch {
    outgoing.destroy();
  }
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
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) continue;
    lines.push(name, cleanValue(value));
  }
  if (!hasLength && body instanceof Uint8Array) lines.push("Content-Length", String(body.length));
  return lines;
}

function cleanValue(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  // Text beyond Latin-1 goes out as UTF-8; what could end a header line becomes a blank.
  return Buffer.from(value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, " "), "utf8").toString("latin1");
}
