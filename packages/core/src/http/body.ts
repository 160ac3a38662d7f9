import { chargeOfBytes, workOfBytes, workText } from "@turnpike/expressions/values";
import type { Body } from "./message.js";

/** Thrown when a body is larger than what may be buffered; the pipeline answers 413 for the request's own, 502 for that of a response. */
export class BodyTooLargeError extends Error {
  constructor(
    readonly body: MessageBody,
    readonly limit: number,
  ) {
    super(`The body is larger than ${limit} bytes.`);
    this.name = "BodyTooLargeError";
  }
}

/** A body's work, and what there may be of it. */
export interface Work {
  /** Bytes of the body. */
  readonly size: number;
  /** Units that it takes. */
  readonly units: number;
  /** Units that are left of the limit. */
  readonly left: number;
  readonly limit: number;
}

/** What operators are told of a body that takes more work than it may. */
export function bodyWorkText({ size, units, left, limit }: Work, body = "The body"): string {
  return workText(units, left, limit, `${body} of ${size} bytes`);
}

/**
 * Thrown before a body is taken apart that would take more work than it may; the pipeline answers 413 for the request's own, 502 for that of a
 * response.
 */
export class BodyWorkError extends Error {
  constructor(
    readonly body: MessageBody,
    private readonly work: Work,
  ) {
    super(bodyWorkText(work));
    this.name = "BodyWorkError";
  }

  /** The message, where it is not clear which body is meant. @param body with its article */
  messageOf(body: string): string {
    return bodyWorkText(this.work, body);
  }
}

const EMPTY = new Uint8Array(0);

/**
 * A message's body on its way through the pipeline: a stream that nobody has touched, or bytes. Whoever needs bytes awaits
 * {@link buffer} first; expressions, which cannot wait, then read {@link bytes}.
 */
export class MessageBody {
  private source: Body;
  private spent = false;
  private replaced = false;
  /** The bytes whose work was looked at last, and that work. */
  private measured: { readonly bytes: Uint8Array; readonly work: number } | null = null;

  constructor(source: Body = null) {
    this.source = source;
  }

  /** No body at all (as opposed to an empty one). */
  get isNone(): boolean {
    return this.source === null;
  }

  /** True once a stream was given away: what is left is empty, and must not be sent as if it were the body. */
  get isSpent(): boolean {
    return this.spent;
  }

  /** True once another body was put in place of the one that this began with. */
  get isReplaced(): boolean {
    return this.replaced;
  }

  get isBuffered(): boolean {
    return this.source === null || this.source instanceof Uint8Array;
  }

  /** The bytes, once buffered; null for no body. */
  get bytes(): Uint8Array | null {
    if (this.source === null || this.source instanceof Uint8Array) return this.source;
    throw new Error("The body has not been buffered.");
  }

  /** What it takes to take the bytes apart, in units ({@link workOfBytes}); bytes are looked at once. */
  get work(): number {
    const { bytes } = this;
    if (bytes === null) return 0;
    if (this.measured?.bytes !== bytes) this.measured = { bytes, work: workOfBytes(bytes) };
    return this.measured.work;
  }

  /**
   * Charges for taking the bytes apart, which has to come first.
   * @param left units that may be spent of the limit
   * @param times how much more than usual is done with it
   * @returns what it costs; few bytes are not looked at
   * @throws BodyWorkError if so much is not left
   */
  charge(limit: number, left: number = limit, times = 1): number {
    const bytes = this.bytes ?? EMPTY;
    const units = times * chargeOfBytes(bytes, left / times, () => this.work);
    if (!(units <= left)) throw new BodyWorkError(this, { size: bytes.length, units, left, limit });
    return units;
  }

  /** Puts another body in place. A stream that is dropped unread is cancelled. */
  replace(source: Body): void {
    if (!this.isBuffered) void cancel(this.source as AsyncIterable<Uint8Array>);
    this.source = source;
    this.measured = null;
    this.replaced = true;
    this.spent = false;
  }

  /** Lets somebody look on while a stream passes, who hands it on as it is. */
  look(on: (stream: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): void {
    if (!this.isBuffered) this.source = on(this.source as AsyncIterable<Uint8Array>);
  }

  /** Hands the body on to whoever sends it: bytes stay, a stream is given away and nothing is left. */
  release(): Body {
    const source = this.source;
    if (!this.isBuffered) {
      this.source = null;
      this.spent = true;
    }
    return source;
  }

  /** Reads a stream into bytes, up to `limit`. Answers without a promise when there is nothing to wait for. */
  buffer(limit: number): void | Promise<void> {
    if (this.isBuffered) {
      if (this.source !== null && (this.source as Uint8Array).length > limit) throw new BodyTooLargeError(this, limit);
      return;
    }
    return this.read(this.source as AsyncIterable<Uint8Array>, limit);
  }

  /**
   * Reads a stream into bytes if it ends within `limit`. One that is longer stays a stream, from its beginning, and one that fails fails its
   * reader in the end.
   * @returns whether the body is bytes now
   */
  async bufferWithin(limit: number): Promise<boolean> {
    return this.isBuffered || (await this.readWithin(limit)) === null;
  }

  /**
   * The same for those who must know how long it is, bytes included.
   * @returns null if the body is bytes now; otherwise how many there are at least. Rejects with what a stream fails with
   */
  async bufferUpTo(limit: number): Promise<number | null> {
    const read = await this.readWithin(limit);
    if (read !== null && "failure" in read) throw read.failure;
    return read === null ? null : read.length;
  }

  private async readWithin(limit: number): Promise<null | { readonly length: number } | { readonly failure: unknown }> {
    const { source } = this;
    if (source === null || source instanceof Uint8Array)
      return source === null || source.length <= limit ? null : { length: source.length };
    const iterator = source[Symbol.asyncIterator]();
    const chunks: Uint8Array[] = [];
    let length = 0;
    while (length <= limit) {
      const next = iterator.next();
      let result: IteratorResult<Uint8Array>;
      try {
        result = await next;
      } catch (failure) {
        this.source = resumed(chunks, { next: () => next, return: () => stopped(iterator) });
        return { failure };
      }
      if (result.done === true) {
        this.source = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
        return null;
      }
      length += result.value.length;
      chunks.push(result.value);
    }
    this.source = resumed(chunks, iterator);
    return { length };
  }

  private async read(stream: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > limit) {
        this.source = EMPTY;
        throw new BodyTooLargeError(this, limit);
      }
      chunks.push(chunk);
    }
    this.source = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
  }
}

/** The chunks that were read, and then the rest. */
function resumed(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  let i = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => (i < chunks.length ? Promise.resolve({ done: false, value: chunks[i++]! }) : rest.next()),
      return: () => stopped(rest),
    }),
  };
}

async function stopped(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  await iterator.return?.();
  return { done: true, value: undefined };
}

async function cancel(stream: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await stream[Symbol.asyncIterator]().return?.();
  } catch {
    // The stream is being thrown away: its failure concerns nobody.
  }
}
