import type { Writable } from "node:stream";
import type { Headers } from "../http/headers.js";
import { pulled } from "../http/pulled.js";
import type { BodyWatch, WatchableBody } from "../http/watched-body.js";

/** What a body asks of its connection. */
export interface BodySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** How much may wait before the connection is told to pause, in bytes. */
const HIGH_WATER_MARK = 64 * 1024;

/**
 * A response body as it comes in: an async iterable of chunks, with a shorter way into a Writable. Can be read once. Whoever drops it
 * unread or half-read ends the call.
 */
export class IncomingBody implements WatchableBody {
  /** Once it has ended: what came behind it. */
  trailers: Headers | null = null;
  private readonly chunks: Uint8Array[] = [];
  private waiting = 0;
  private state: "open" | "ended" | "failed" | "dropped" = "open";
  private error: Error | null = null;
  private wake: (() => void) | null = null;
  private sink: Writable | null = null;
  private isPaused = false;
  /** Null as long as nobody looks on. */
  private watches: BodyWatch[] | null = null;
  private isOver = false;

  constructor(private readonly source: BodySource) {}

  watch(watch: BodyWatch): void {
    if (this.watches === null) this.watches = [watch];
    else this.watches.push(watch);
  }

  push(chunk: Uint8Array): void {
    if (this.state !== "open") return;
    if (this.sink !== null) {
      this.came();
      this.passed(chunk);
      if (!this.sink.write(chunk)) this.pause();
      else this.waits();
      return;
    }
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    if (this.waiting >= HIGH_WATER_MARK) this.pause();
    this.notify();
  }

  end(trailers: Headers | null = null): void {
    if (this.state !== "open") return;
    this.trailers = trailers;
    this.state = "ended";
    this.notify();
  }

  fail(error: Error): void {
    if (this.state !== "open") return;
    this.state = "failed";
    this.error = error;
    this.notify();
  }

  /** Reads and forgets what is left, so that the connection can be used again. */
  discard(): void {
    this.state = this.state === "open" ? "dropped" : this.state;
    this.chunks.length = 0;
    this.resume();
  }

  /**
   * Writes everything into `writable` with back-pressure and ends it. Rejects if the body fails or the writable is closed before; then the
   * writable is left as it is.
   * @param sendTrailers called before the end, if there are any
   */
  pourInto(writable: Writable, sendTrailers?: (trailers: Headers) => void): Promise<void> {
    // Small answers are there as a whole by now: one write takes them out, status and headers included.
    if (this.state === "ended" && (this.trailers === null || sendTrailers === undefined)) {
      if (this.watches !== null) for (const chunk of this.chunks) this.passed(chunk);
      this.over(true);
      writable.end(this.chunks.length === 1 ? this.chunks.pop()! : Buffer.concat(this.chunks.splice(0)));
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onDrain = (): void => {
        this.waits();
        this.resume();
      };
      const finish = (error: Error | null): void => {
        this.wake = null;
        this.sink = null;
        writable.off("drain", onDrain);
        writable.off("close", onClose);
        this.came();
        this.over(error === null);
        if (error === null) {
          if (this.trailers !== null) sendTrailers?.(this.trailers);
          writable.end();
          resolve();
        } else reject(error);
      };
      const onClose = (): void => {
        const error = new Error("The client closed the connection.");
        this.drop(error);
        finish(error);
      };
      writable.on("drain", onDrain);
      writable.on("close", onClose);
      this.wake = () => {
        if (this.state === "ended") finish(null);
        else if (this.state === "failed") finish(this.error);
      };
      let isFull = false;
      for (const chunk of this.chunks.splice(0)) {
        this.passed(chunk);
        isFull = !writable.write(chunk);
      }
      this.waiting = 0;
      if (this.state !== "open") return this.wake();
      this.sink = writable;
      if (isFull) this.pause();
      else {
        this.waits();
        this.resume();
      }
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return pulled({
      take: () => {
        const chunk = this.chunks.shift();
        if (chunk === undefined) return undefined;
        this.waiting -= chunk.length;
        if (this.waiting < HIGH_WATER_MARK / 2) this.resume();
        this.passed(chunk);
        return chunk;
      },
      isOver: () => {
        if (this.state === "open") return false;
        this.over(this.state === "ended");
        if (this.state === "failed") throw this.error!;
        return true;
      },
      more: async () => {
        this.waits();
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.came();
      },
      leave: () => {
        this.drop(new Error("The response was not wanted."));
        this.over(false);
      },
    });
  }

  private waits(): void {
    if (this.watches !== null) for (const watch of this.watches) watch.waits?.();
  }

  private came(): void {
    if (this.watches !== null) for (const watch of this.watches) watch.came?.();
  }

  private passed(chunk: Uint8Array): void {
    if (this.watches !== null) for (const watch of this.watches) watch.chunk?.(chunk);
  }

  private over(isWhole: boolean): void {
    if (this.isOver || this.watches === null) return;
    this.isOver = true;
    for (const watch of this.watches) watch.end?.(isWhole);
  }

  private drop(reason: Error): void {
    if (this.state !== "open") return;
    this.state = "dropped";
    this.chunks.length = 0;
    this.source.abort(reason);
    this.notify();
  }

  private notify(): void {
    const { wake } = this;
    if (this.sink === null) this.wake = null;
    wake?.();
  }

  private pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.source.pause();
  }

  private resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.source.resume();
  }
}
