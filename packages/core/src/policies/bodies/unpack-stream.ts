import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const UNPACKERS = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** What takes the bytes of a stream. */
export interface ByteSink {
  add(bytes: Uint8Array): void;
  /** The stream has ended. */
  end(): void | Promise<void>;
}

/**
 * A sink that hands bytes on without their Content-Encoding, as they come; `sink` itself if it is none of gzip, deflate and br. Bytes that cannot be
 * unpacked, or would be more than `limit`, end the stream that `sink` sees.
 */
export function unpackingSink(sink: ByteSink, contentEncoding: string | null, limit: number): ByteSink {
  const create = UNPACKERS.get(contentEncoding?.trim().toLowerCase() ?? "");
  if (create === undefined) return sink;
  const stream = create();
  let given = 0;
  stream.on("data", (bytes: Buffer) => {
    given += bytes.length;
    if (given > limit) stream.destroy();
    else sink.add(bytes);
  });
  const over = new Promise<void>((resolve) => {
    stream.on("end", resolve);
    stream.on("error", () => resolve());
    stream.on("close", resolve);
  });
  return {
    add(bytes) {
      if (!stream.destroyed && !stream.writableEnded) stream.write(bytes);
    },
    async end() {
      if (!stream.destroyed) stream.end();
      await over;
      await sink.end();
    },
  };
}
