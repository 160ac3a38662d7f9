import { Readable } from "node:stream";
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
  const create = UNPACKERS.get(codingOf(contentEncoding));
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

/** Can bytes of this Content-Encoding be taken apart as they come? */
export function isUnpackable(contentEncoding: string | null): boolean {
  const coding = codingOf(contentEncoding);
  return coding === "" || coding === "identity" || UNPACKERS.has(coding);
}

/** The bytes of a stream without their Content-Encoding, as they come. Fails for bytes that cannot be unpacked. */
export function unpackedStream(packed: AsyncIterable<Uint8Array>, contentEncoding: string | null): AsyncIterable<Uint8Array> {
  const create = UNPACKERS.get(codingOf(contentEncoding));
  if (create === undefined) return packed;
  const source = packed instanceof Readable ? packed : Readable.from(packed, { objectMode: false });
  const unpacking = create();
  source.once("error", (error) => unpacking.destroy(error));
  unpacking.once("close", () => source.destroy());
  return source.pipe(unpacking);
}

function codingOf(contentEncoding: string | null): string {
  return contentEncoding?.trim().toLowerCase() ?? "";
}
