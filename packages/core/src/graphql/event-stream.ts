import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import { pulled } from "../http/pulled.js";
import type { GraphqlResult } from "../policies/content-validation/graphql-library.js";
import { writePlain } from "../policies/graphql/resolved-value.js";
import type { ResponseMessage } from "../policy/exchange.js";
import { faultResult, plainResult } from "./answer.js";
import type { Caller } from "./caller.js";
import { subscribe } from "./feed.js";
import type { Query } from "./query.js";
import type { GraphqlServer } from "./server.js";

/** The media type of server-sent events. */
export const STREAM_TYPE = "text/event-stream";

/** Bytes that wait for a reader before the next event is made. */
const MOST_WAITING = 1 << 20;

/**
 * Answers an operation with server-sent events (GraphQL over SSE, distinct connections): an event `next` for each result, `complete` at the end.
 * @param query reads the operation; what it throws is the one result
 */
export function streamAnswer(server: GraphqlServer, query: () => Query, caller: Caller): ResponseMessage {
  const stream = new EventBody();
  const { signal } = caller;
  const next = (result: GraphqlResult): void => stream.push("next", writePlain(plainResult(result)));
  const complete = (): void => {
    stream.push("complete", "");
    stream.end();
  };
  const begin = async (): Promise<void> => {
    try {
      const read = query();
      if (read.operation.operation !== "subscription") {
        next(await server.execute(read, caller, server.allowance(caller.exchange)));
        return complete();
      }
      const stop = subscribe(server, read, caller, {
        next(result) {
          if (stream.waiting > MOST_WAITING) throw new Error("The reader is too slow.");
          next(result);
        },
        ended: complete,
      });
      stream.onClosed(stop);
      signal.addEventListener("abort", () => stream.end(), { once: true });
    } catch (error) {
      try {
        next(faultResult(error));
        complete();
      } catch (unforeseen) {
        stream.fail(unforeseen);
      }
    }
  };
  void begin();
  return {
    status: 200,
    reason: "OK",
    headers: new Headers([
      ["Content-Type", `${STREAM_TYPE}; charset=utf-8`],
      ["Cache-Control", "no-cache"],
      ["X-Accel-Buffering", "no"],
    ]),
    body: new MessageBody(stream),
  };
}

/** Events on their way to one reader, who may go away at any time. */
class EventBody implements AsyncIterable<Uint8Array> {
  /** Bytes that nobody has taken yet. */
  waiting = 0;
  private readonly chunks: Uint8Array[] = [];
  private reader: (() => void) | null = null;
  private isOver = false;
  private failure: unknown = null;
  private closed: (() => void) | null = null;

  push(event: string, data: string): void {
    if (this.isOver) return;
    const chunk = Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    this.wake();
  }

  /** Nothing more comes; what is there can still be read. */
  end(): void {
    this.isOver = true;
    this.closed?.();
    this.wake();
  }

  fail(error: unknown): void {
    this.failure = error;
    this.end();
  }

  onClosed(action: () => void): void {
    this.closed = action;
    if (this.isOver) action();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return pulled({
      take: () => {
        const chunk = this.chunks.shift();
        this.waiting -= chunk?.length ?? 0;
        return chunk;
      },
      isOver: () => {
        if (this.failure !== null) throw this.failure as Error;
        return this.isOver;
      },
      more: () =>
        new Promise<void>((resolve) => {
          this.reader = resolve;
        }),
      leave: () => {
        this.chunks.length = 0;
        this.end();
      },
    });
  }

  private wake(): void {
    const { reader } = this;
    this.reader = null;
    reader?.();
  }
}
