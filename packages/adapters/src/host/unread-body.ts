import { type EventEmitter, once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Body, type MessageBody, TransportError } from "@turnpike/core";
import { isHttp2Request } from "../wire/http2.js";

/** What the application should get in place of `body`: null if it is untouched, bytes otherwise. `body` is null where none came. */
export function settleBody(body: UnreadBody | null, message: MessageBody): Uint8Array | null | Promise<Uint8Array | null> {
  if (body !== null) return body.settle(message);
  const left = message.release();
  return left instanceof Uint8Array && left.length > 0 ? left : null;
}

/**
 * A request's body that stays where it is until a policy reads it, and can be put back for the application: the last chunk is taken in a
 * way that does not yet end the stream.
 */
export class UnreadBody implements AsyncIterable<Uint8Array> {
  private hasWaited = false;

  constructor(private readonly incoming: IncomingMessage) {}

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        const chunk = await this.chunk();
        return chunk === null ? { done: true, value: undefined } : { done: false, value: chunk };
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /**
   * What the application should get in place of this body: null if it is untouched, bytes otherwise. Then the stream has been read to its
   * end, but does not say so before somebody reads on.
   */
  settle(body: MessageBody): null | Promise<Uint8Array> {
    const left = body.release();
    return left === this ? null : this.replacement(left);
  }

  private async replacement(left: Body): Promise<Uint8Array> {
    // First, as it may be this very body with something in front.
    const bytes = left === null || left instanceof Uint8Array ? (left ?? new Uint8Array(0)) : await gathered(left);
    for (;;) if ((await this.chunk()) === null) break;
    return bytes;
  }

  private async chunk(): Promise<Uint8Array | null> {
    const { incoming } = this;
    for (;;) {
      if (isHttp2Request(incoming)) {
        // Its end is not known before it is read: whoever takes the body up again gets it anew.
        const read = incoming.read() as Buffer | null;
        if (read !== null) return read;
        if (incoming.readableEnded) return null;
        if (incoming.stream.destroyed) throw gone();
        await oneOf(incoming, "readable", "end", "close");
        continue;
      }
      const { readableLength } = incoming;
      // Asked for exactly what is there, a stream at its end does not end yet.
      if (readableLength > 0) return incoming.read(readableLength) as Buffer;
      if (incoming.complete || incoming.readableEnded) return null;
      if (incoming.destroyed) throw gone();
      if (!this.hasWaited) {
        // Who listens before the parser is through with what has come sees an empty body end too early.
        this.hasWaited = true;
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      try {
        await oneOf(incoming, "readable", "close");
      } catch (error) {
        throw incoming.destroyed ? gone() : error;
      }
    }
  }
}

async function gathered(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Resolves at the first of these events, and leaves no listener behind. */
async function oneOf(emitter: EventEmitter, ...events: readonly string[]): Promise<void> {
  const waiting = new AbortController();
  try {
    await Promise.race(events.map((event) => once(emitter, event, { signal: waiting.signal })));
  } finally {
    waiting.abort();
  }
}

function gone(): TransportError {
  return new TransportError("aborted", "The client closed the connection.");
}
