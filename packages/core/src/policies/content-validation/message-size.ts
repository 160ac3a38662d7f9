import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { BodyTooLargeError } from "../../http/body.js";
import type { Exchange } from "../../pipeline/exchange.js";
import type { Message } from "../messages.js";

/** A body's bytes, unpacked; or a size above the limit. */
export type SizedBody = { readonly bytes: Uint8Array } | { readonly size: number };

// At once: what they may give is bounded by max-size, which is no more than 4 MB.
const UNPACKERS = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
]);

/**
 * A message's body as long as it is not larger than `limit` bytes, unpacked where it is compressed. A body that says that it is larger is not read;
 * one that turns out to be is only left whole if `isKept`.
 * @throws Error for a body that cannot be unpacked
 */
export async function sizedBody(exchange: Exchange, message: Message, limit: number, isKept: boolean): Promise<SizedBody> {
  const { body } = message;
  if (body.isNone) return { bytes: new Uint8Array(0) };
  const declared = Number(message.headers.get("Content-Length") ?? Number.NaN);
  if (!body.isBuffered && declared > limit) return { size: declared };
  const { bodyLimit } = exchange.runtime;
  try {
    await body.buffer(isKept ? bodyLimit : Math.min(limit, bodyLimit));
  } catch (error) {
    if (isKept || !(error instanceof BodyTooLargeError)) throw error;
    return { size: body.isBuffered && body.bytes !== null && body.bytes.length > 0 ? body.bytes.length : error.limit + 1 };
  }
  const bytes = body.bytes ?? new Uint8Array(0);
  if (bytes.length > limit) return { size: bytes.length };
  const unpack = UNPACKERS.get(message.headers.get("Content-Encoding")?.trim().toLowerCase() ?? "");
  if (unpack === undefined || bytes.length === 0) return { bytes };
  try {
    return { bytes: unpack(bytes, { maxOutputLength: Math.max(limit, 1) }) };
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") return { size: limit + 1 };
    throw error;
  }
}
