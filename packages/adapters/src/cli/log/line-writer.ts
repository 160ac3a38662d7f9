import type { Writable } from "node:stream";

/** Bytes that may wait for a reader that is slow; what comes then is counted and dropped. */
const MOST_WAITING = 8 * 1024 * 1024;

/** Writes lines to a stream without ever failing or growing without bound: a reader that went away, or is slow, costs lines, not the gateway. */
export class LineWriter {
  private isGone = false;
  private dropped = 0;

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

  write(line: string): void {
    if (this.isGone) return;
    if (this.stream.writableLength > MOST_WAITING) {
      this.dropped++;
      return;
    }
    if (this.dropped > 0) {
      const { dropped } = this;
      this.dropped = 0;
      this.print(this.onDropped(dropped));
    }
    this.print(line);
  }

  /** Resolves when what was written has been taken, at the latest after some milliseconds. */
  flushed(most: number): Promise<void> {
    if (this.isGone || this.stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.stream.write("", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
