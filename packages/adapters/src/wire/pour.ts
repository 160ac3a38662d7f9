import { constants, type ServerHttp2Stream } from "node:http2";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Body, Headers } from "@turnpike/core";

/** A body with a shorter way into a Writable than iteration. */
interface Pourable {
  pourInto(writable: Writable, sendTrailers?: (trailers: Headers) => void): Promise<void>;
}

/** The two ways into a response. */
export interface Sink {
  write(chunk: Uint8Array): boolean;
  end(): unknown;
}

/** Writes a streamed body and ends the writable; cuts it off if the body fails. @param sendTrailers called before the end, if there are any */
export async function pourBody(
  writable: Writable,
  body: AsyncIterable<Uint8Array>,
  sendTrailers: (trailers: Headers) => void,
): Promise<void> {
  try {
    if (isPourable(body)) await body.pourInto(writable, sendTrailers);
    else if (body instanceof Readable) await pipeline(body, writable);
    else await pour(writable, body, writable, sendTrailers);
  } catch {
    cutOff(writable);
  }
}

/** The same by way of `sink`, where the writable's own methods are somebody else's. */
export async function pourBodyInto(
  writable: Writable,
  body: AsyncIterable<Uint8Array>,
  sink: Sink,
  sendTrailers: (trailers: Headers) => void,
): Promise<void> {
  try {
    await pour(writable, body, sink, sendTrailers);
  } catch {
    writable.destroy();
  }
}

/** Ends an answer so that its caller knows it for incomplete: by HTTP/2 a stream that is merely destroyed looks like one that has ended. */
export function cutOff(writable: Writable): void {
  if ("rstCode" in writable) (writable as ServerHttp2Stream).close(constants.NGHTTP2_INTERNAL_ERROR);
  else writable.destroy();
}

/** Ends a body that nobody will read, so that its source is not held. */
export function dropBody(body: Body): void {
  if (body === null || body instanceof Uint8Array) return;
  void Promise.resolve(body[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}

async function pour(
  writable: Writable,
  body: AsyncIterable<Uint8Array>,
  sink: Sink,
  sendTrailers: (trailers: Headers) => void,
): Promise<void> {
  for await (const chunk of body) {
    if (writable.destroyed) return;
    if (!sink.write(chunk)) await drained(writable);
  }
  if (hasTrailers(body) && body.trailers !== null) sendTrailers(body.trailers);
  sink.end();
}

/** Resolves when more can be written, or nothing ever will. */
function drained(writable: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      writable.off("drain", done);
      writable.off("close", done);
      resolve();
    };
    writable.on("drain", done);
    writable.on("close", done);
  });
}

/** True for a body behind which trailers may come. */
export function hasTrailers(body: object): body is { readonly trailers: Headers | null } {
  return "trailers" in body;
}

function isPourable(body: object): body is Pourable {
  return "pourInto" in body && typeof body.pourInto === "function";
}
