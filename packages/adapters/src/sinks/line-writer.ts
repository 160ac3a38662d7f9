import type { Writable } from "node:stream";

/** Bytes that may wait for a reader that is slow; what comes then is counted and dropped. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Characters that are written together. */
const MOST_TOGETHER = 64 * 1024;

/** Writes lines to a stream without ever failing or growing without bound: a reader that went away, or is slow, costs lines, not the gateway. */
export class LineWriter {
  private isGone = false;
  private dropped = 0;
  /** Lines of this turn of the event loop that are to be written together. */
  private lines: string[] = [];
  /** Characters of them. */
  private waiting = 0;

  /**
   * @param print writes lines to the stream
   * @param onDropped makes the line that tells how many were dropped
   * @param isTogether true: lines of a turn of the event loop are written together, by one call of the system
   */
  constructor(
    private readonly stream: Writable,
    private readonly print: (lines: readonly string[]) => void,
    private readonly onDropped: (count: number) => string,
    private readonly isTogether = false,
  ) {
    stream.on("error", this.gone);
    if (isTogether) process.on("exit", this.flush);
  }

  private readonly gone = (): void => {
    this.isGone = true;
    this.lines = [];
  };

  private readonly flush = (): void => {
    const { lines } = this;
    if (lines.length === 0) return;
    this.lines = [];
    this.waiting = 0;
    this.print(lines);
  };

  /** @returns false if the line was dropped */
  write(line: string): boolean {
    if (this.isGone) return false;
    if (this.stream.writableLength + this.waiting > MOST_WAITING) {
      this.dropped++;
      return false;
    }
    if (this.dropped > 0) {
      const { dropped } = this;
      this.dropped = 0;
      this.add(this.onDropped(dropped));
    }
    this.add(line);
    return true;
  }

  private add(line: string): void {
    if (!this.isTogether) return this.print([line]);
    if (this.lines.length === 0) setImmediate(this.flush);
    this.lines.push(line);
    this.waiting += line.length + 1;
    if (this.waiting > MOST_TOGETHER) this.flush();
  }

  /** Resolves when what was written has been taken, at the latest after some milliseconds. */
  flushed(most: number): Promise<void> {
    this.flush();
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
    this.gone();
    this.stream.removeListener("error", this.gone);
    process.removeListener("exit", this.flush);
  }
}
