import { pulled } from "@turnpike/core/adapter";

type Done = (error?: Error | null) => void;

/**
 * What an application has written and nobody has sent yet, as a stream that policies can read: bounded, as its writer is told when to wait
 * and when to go on.
 */
export class HeldBody implements AsyncIterable<Uint8Array> {
  private readonly chunks: { readonly bytes: Uint8Array; readonly done: Done | undefined }[] = [];
  private waiting = 0;
  private state: "open" | "ended" | "failed" | "dropped" = "open";
  private error: Error | null = null;
  private wake: (() => void) | null = null;
  private isFull = false;

  constructor(
    private readonly highWaterMark: number,
    private readonly drained: () => void,
  ) {}

  /** True if the writer was told to wait. */
  get wantsDrain(): boolean {
    return this.isFull;
  }

  /** False asks the writer to wait. */
  push(bytes: Uint8Array, done: Done | undefined): boolean {
    if (this.state !== "open") {
      if (done !== undefined) process.nextTick(done);
      return true;
    }
    this.chunks.push({ bytes, done });
    this.waiting += bytes.length;
    this.notify();
    this.isFull ||= this.waiting >= this.highWaterMark;
    return !this.isFull;
  }

  end(): void {
    if (this.state === "open") this.state = "ended";
    this.notify();
  }

  fail(error: Error): void {
    if (this.state === "open") this.state = "failed";
    this.error = error;
    this.notify();
  }

  /** Nobody wants it: what is there is forgotten, and the writer kept going. */
  drop(): void {
    if (this.state === "open") this.state = "dropped";
    for (const { done } of this.chunks.splice(0)) done?.();
    this.waiting = 0;
    this.notify();
    this.release();
  }

  /** Hands over all that is there. @returns false if the receiver asks to wait */
  pourInto(write: (bytes: Uint8Array, done: Done | undefined) => boolean): boolean {
    let canTakeMore = true;
    for (const { bytes, done } of this.chunks.splice(0)) canTakeMore = write(bytes, done);
    this.waiting = 0;
    return canTakeMore;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return pulled({
      take: () => {
        const chunk = this.chunks.shift();
        if (chunk === undefined) return undefined;
        this.waiting -= chunk.bytes.length;
        chunk.done?.();
        if (this.waiting === 0) this.release();
        return chunk.bytes;
      },
      isOver: () => {
        if (this.state === "failed") throw this.error!;
        return this.state !== "open";
      },
      more: () =>
        new Promise<void>((resolve) => {
          this.wake = resolve;
        }),
      leave: () => this.drop(),
    });
  }

  private notify(): void {
    const { wake } = this;
    this.wake = null;
    wake?.();
  }

  private release(): void {
    if (!this.isFull) return;
    this.isFull = false;
    process.nextTick(this.drained);
  }
}
