import { chargeOfBytes } from "@turnpike/expressions/values";
import { bodyWorkText } from "../../http/body.js";
import type { Exchange } from "../../policy/exchange.js";
import { turnFor } from "../../policy/turns.js";
import { unpacked } from "../bodies/unpack.js";
import type { Message } from "../messages.js";

/** A body's bytes, unpacked; or a size above the limit. */
export type SizedBody = { readonly bytes: Uint8Array } | { readonly size: number };

/**
 * A message's body as long as it is not larger than `limit` bytes, unpacked where it is compressed. A body that says that it is larger is not
 * read, and of one that turns out to be no more than that; it can still be sent on.
 * @throws Error of zlib's for a body that cannot be unpacked
 */
export async function sizedBody(exchange: Exchange, message: Message, limit: number): Promise<SizedBody> {
  const { body, headers } = message;
  if (body.isNone) return { bytes: new Uint8Array(0) };
  const declared = Number(headers.get("Content-Length") ?? Number.NaN);
  if (!body.isBuffered && declared > limit) return { size: declared };
  const size = await body.bufferUpTo(Math.min(limit, exchange.runtime.bodyLimit));
  if (size !== null) return { size };
  const plain = unpacked(body.bytes ?? new Uint8Array(0), headers.get("Content-Encoding"), limit);
  return plain === null ? { size: limit + 1 } : { bytes: plain };
}

/** What keeps a body from being taken apart, in words for operators. */
export type WorkFault = string;

/** What callers are told of it. */
export const workFaultForCallers = "The body takes too much work to read.";

/**
 * What keeps a body from being taken apart: that it takes more work than there may be (`limits.bodyWork`). Otherwise null, once the event loop has
 * turned if the request has done much of that kind before.
 * @param times how much more than usual is done with it
 */
export async function workFault(exchange: Exchange, { body }: Message, bytes: Uint8Array, times = 1): Promise<WorkFault | null> {
  const { bodyWork: limit } = exchange.runtime;
  const units = times * chargeOfBytes(bytes, limit / times);
  if (units > limit) return bodyWorkText({ size: bytes.length, units, left: limit, limit });
  await turnFor(exchange, body);
  return null;
}

/** Is it the failure to unpack a body? */
export function isUnpackingError(error: unknown): error is Error {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR"));
}
