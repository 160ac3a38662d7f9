/** A queue of a body's bytes, as its reader sees it. */
export interface ByteSource {
  /** The next bytes that are there; undefined where none are at the moment. */
  take(): Uint8Array | undefined;
  /** True if nothing more comes. Throws where what came is not the whole. */
  isOver(): boolean;
  /** Resolves when bytes have come, or nothing more will. */
  more(): Promise<void>;
  /** The reader wants no more. */
  leave(): void;
}

/** Reads a queue to its end, a chunk at a time. */
export function pulled(source: ByteSource): AsyncIterator<Uint8Array> {
  return {
    next: async () => {
      for (;;) {
        const value = source.take();
        if (value !== undefined) return { done: false, value };
        if (source.isOver()) return { done: true, value: undefined };
        await source.more();
      }
    },
    return: () => {
      source.leave();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
