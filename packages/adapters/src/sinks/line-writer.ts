import type { Writable } from "node:stream";

/** Bytes that may wait for a reader that is slow; what comes then is counted and dropped. */
const MOST_WAITING = 8 * 1024 * 1024;

/** Writes lines to a stream without ever failing or growing without bound: a reader that went away, or is slow, costs lines, not the gateway. */
export class LineWriter {
  private isGone = false;
  private dropped = 0;

  /**
   * @param print writes one line to the stream
   * @param onDropped makes the line that tells how many were dropped
   */
  constructor(
    private readonly stream: Writable,
    private readonly print: (line: string) => void,
    private readonly onDropped: (count: number) => string,
  ) {
    stream.on("error", this.gone);
  }

  private readonly gone = (): void => {
    this.isGone = true;
  };

  /** @returns false if the line was dropped */
  write(line: string): boolean {
    if (this.isGone) return false;
    if (this.stream.writableLength > MOST_WAITING) {
      this.dropped++;
      return false;
    }
    if (this.dropped > 0) {
      const { dropped } = this;
      this.dropped = 0;
      this.print(this.onDropped(dropped));
    }
    this.print(line);
    return true;
  }

  /** Resolves when what was written has been taken, at the latest after some milliseconds. */
  flushed(most: number): Promise<void> {
    if (this.isGone || this.stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.stream.once("error", done);
      this.stream.write("", () => {
        this.stream.removeListener("error", done);
        done();
      });
    });
  }

  /**
   * Takes no more lines, and lets go of the stream. A failure of what was written before, such as a reader that goes away now, is still taken
   * note of by nobody else: call it when {@link flushed} has resolved.
   */
  end(): void {
    this.isGone = true;
    this.stream.removeListener("error", this.gone);
  }
}
