import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";

// At once: what they may give is bounded, by a few MB.
const UNPACKERS = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
]);

/**
 * A body's bytes without their Content-Encoding; as they are if it is none of gzip, deflate and br. Null if they would be more than `limit`.
 * @throws Error for bytes that cannot be unpacked
 */
export function unpacked(bytes: Uint8Array, contentEncoding: string | null, limit: number): Uint8Array | null {
  const unpack = UNPACKERS.get(contentEncoding?.trim().toLowerCase() ?? "");
  if (unpack === undefined || bytes.length === 0) return bytes;
  try {
    return unpack(bytes, { maxOutputLength: Math.max(limit, 1) });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") return null;
    throw error;
  }
}
