import { PolicyError } from "../../policy/error.js";
import { type Pieces, violations } from "./content-judge.js";
import { EventSplitter } from "./event-splitter.js";
import { EventReader } from "./event-stream.js";
import { EventTexts } from "./judged-text.js";

/** Longest event, in bytes: what is longer than the reader reads cannot be judged. */
const LONGEST_EVENT = 1 << 20;
/** Most bytes that are held back: beyond it the text is judged although it is short of a piece. */
const MOST_HELD = 4 << 20;

/** How a stream is judged. */
export interface JudgedStreamOptions {
  /** Names the source of refusals. */
  readonly policy: string;
  readonly pieces: Pieces;
  /** True: what has come is judged and passed on at once, for streams whose events are messages that wait for answers. */
  readonly isConversation: boolean;
  /** Rejects for what must not be passed on. */
  judge(text: string): Promise<void>;
  /** Told what was found once the stream had begun. */
  onRefusal(error: PolicyError): void;
}

interface Held {
  readonly bytes: Buffer;
  /** Where the event's text ends in that of the stream. */
  readonly end: number;
}

/**
 * An event stream whose events are held back until their text was judged, piece by piece. The first piece is judged by {@link start}, so that a
 * refusal is still possible; what is found later ends the stream: no further event is passed on.
 */
export class JudgedStream implements AsyncIterable<Uint8Array> {
  private readonly source: AsyncIterator<Uint8Array>;
  private readonly splitter = new EventSplitter();
  private readonly texts = new EventTexts();
  private readonly held: Held[] = [];
  private heldBytes = 0;
  private readonly ready: Buffer[] = [];
  /** Text that no piece has ended behind yet; what the last one shares with the next is its beginning. */
  private text = "";
  /** Where `text` begins in that of the stream, and up to where it was judged. */
  private textStart = 0;
  private judged = 0;
  private isOver = false;

  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly options: JudgedStreamOptions,
  ) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Reads on until something may be passed on, or all was read. Rejects as `judge` does, and lets the source go. */
  async start(): Promise<void> {
    try {
      await this.fill();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        try {
          await this.fill();
        } catch (error) {
          await this.stop();
          if (!(error instanceof PolicyError && error.status === 403)) throw error;
          this.options.onRefusal(error);
        }
        const value = this.ready.length === 0 ? undefined : Buffer.concat(this.ready.splice(0));
        return value === undefined ? { done: true, value } : { done: false, value };
      },
      return: async () => {
        await this.stop();
        return { done: true, value: undefined };
      },
    };
  }

  private async fill(): Promise<void> {
    while (this.ready.length === 0 && !this.isOver) {
      const next = await this.source.next();
      if (next.done === true) {
        this.isOver = true;
        this.take(this.splitter.rest());
        await this.judgeRest();
      } else {
        for (const event of this.splitter.add(next.value)) this.take(event);
        if (this.splitter.pending > LONGEST_EVENT) throw this.tooLong();
        while (this.text.length >= this.options.pieces.size) await this.judgePiece(this.options.pieces.size);
        if (this.heldBytes > MOST_HELD || this.options.isConversation) await this.judgeRest();
      }
    }
  }

  private tooLong(): PolicyError {
    return violations.longEvent.error({}, { source: this.options.policy });
  }

  private take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (bytes.length > LONGEST_EVENT) throw this.tooLong();
    const reader = new EventReader((data) => {
      this.text += this.texts.add(data);
    });
    reader.add(bytes);
    reader.end();
    this.held.push({ bytes, end: this.textStart + this.text.length });
    this.heldBytes += bytes.length;
  }

  private async judgeRest(): Promise<void> {
    if (this.textStart + this.text.length > this.judged) await this.judgePiece(this.text.length);
    this.release();
  }

  private async judgePiece(length: number): Promise<void> {
    await this.options.judge(this.text.slice(0, length));
    this.judged = this.textStart + length;
    const next = Math.max(length - this.options.pieces.overlap, 1);
    this.textStart += next;
    this.text = this.text.slice(next);
    this.release();
  }

  private release(): void {
    let count = 0;
    while (count < this.held.length && this.held[count]!.end <= this.judged) count++;
    for (const { bytes } of this.held.splice(0, count)) {
      this.heldBytes -= bytes.length;
      this.ready.push(bytes);
    }
  }

  private async stop(): Promise<void> {
    this.isOver = true;
    this.held.length = 0;
    this.ready.length = 0;
    await this.source.return?.();
  }
}
