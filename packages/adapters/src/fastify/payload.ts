import { Readable } from "node:stream";
import type { Body } from "@turnpike/core";

/** A stream that a route sends, untouched before somebody reads it. Whoever drops it ends it. */
class PayloadBody implements AsyncIterable<Uint8Array> {
  constructor(private readonly stream: AsyncIterable<unknown> & { destroy?: () => unknown; cancel?: () => Promise<void> }) {}

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const { stream } = this;
    let source: AsyncIterator<unknown> | null = null;
    return {
      next: async () => {
        source ??= stream[Symbol.asyncIterator]();
        const { done, value } = await source.next();
        if (done === true) return { done: true, value: undefined };
        return { done: false, value: value instanceof Uint8Array ? value : Buffer.from(String(value)) };
      },
      return: async () => {
        if (source !== null) await source.return?.();
        else if (stream.cancel !== undefined) await stream.cancel();
        else stream.destroy?.();
        return { done: true, value: undefined };
      },
    };
  }
}

/** What a route sends, as a body: text, bytes, streams of Node's and of the web's, or nothing. */
export function toBody(payload: unknown): Body {
  if (payload === undefined || payload === null) return null;
  if (typeof payload === "string") return Buffer.from(payload);
  if (payload instanceof Uint8Array) return payload;
  return new PayloadBody(payload as AsyncIterable<unknown>);
}

/** A body as Fastify sends it. */
export function toPayload(body: Exclude<Body, null>): Buffer | Readable {
  if (!(body instanceof Uint8Array)) return Readable.from(body, { objectMode: false });
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
