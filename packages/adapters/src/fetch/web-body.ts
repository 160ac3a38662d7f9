/** A body of `fetch` that nobody touches before somebody reads it. Whoever drops it cancels it. */
export class WebBody implements AsyncIterable<Uint8Array> {
  constructor(readonly stream: ReadableStream<Uint8Array>) {}

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
    return {
      next: async () => {
        reader ??= this.stream.getReader();
        const { done, value } = await reader.read();
        return done ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => {
        await (reader ?? this.stream).cancel();
        return { done: true, value: undefined };
      },
    };
  }
}

/** An iterable as a stream of `fetch`'s that reads when it is asked, and ends its source when it is cancelled. */
export function toWebStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  if (body instanceof WebBody) return body.stream;
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
