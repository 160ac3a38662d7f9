import { BodyTooLargeError } from "../../http/body.js";
import type { Exchange } from "../../pipeline/exchange.js";
import { unpacked } from "../bodies/unpack.js";
import type { Message } from "../messages.js";

/** A body's bytes, unpacked; or a size above the limit. */
export type SizedBody = { readonly bytes: Uint8Array } | { readonly size: number };

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
  const plain = unpacked(bytes, message.headers.get("Content-Encoding"), limit);
  return plain === null ? { size: limit + 1 } : { bytes: plain };
}
