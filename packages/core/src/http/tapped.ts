/** What looks on while a stream passes. */
export interface Tap {
  chunk(bytes: Uint8Array): void;
  /**
   * Called once, when the stream has ended (true), or has failed or been given up (false), be it before its first chunk. The end is passed on
   * when the tap is done with it.
   */
  end(isWhole: boolean): void | Promise<void>;
}

/**
 * A stream that is passed on as it is while a tap looks on. Unlike a generator's, its end is told, and its source let go, also where nobody
 * has begun to read.
 */
export function tapped(source: AsyncIterable<Uint8Array>, tap: Tap): AsyncIterable<Uint8Array> {
  let isOver = false;
  const over = (isWhole: boolean): void | Promise<void> => {
    if (isOver) return;
    isOver = true;
    return tap.end(isWhole);
  };
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await iterator.next();
            if (result.done === true) await over(true);
            else tap.chunk(result.value);
            return result;
          } catch (error) {
            await over(false);
            throw error;
          }
        },
        async return() {
          await over(false);
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
