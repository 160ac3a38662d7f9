/** The media type of AWS event streams. */
export const AWS_EVENTS = "application/vnd.amazon.eventstream";

/** Longest message, in bytes, whose payload is looked at; a longer one is passed over. */
const MOST_LENGTH = 1 << 20;
const PRELUDE = 12;
const CHECKSUM = 4;

/**
 * Reads messages of AWS event streams (`application/vnd.amazon.eventstream`: total length, length of headers, checksum; headers; payload;
 * checksum) as their bytes pass, and keeps no more than the message that is under way. Checksums are the reader's behind us to judge.
 */
export class AwsEventReader {
  private held = Buffer.alloc(0);
  /** Bytes of a message that is passed over, still to come. */
  private toSkip = 0;
  private isLost = false;

  /**
   * @param onPayload gets each message's payload
   * @param onLong told of a message that is passed over because it is too long
   */
  constructor(
    private readonly onPayload: (payload: string) => void,
    private readonly onLong?: () => void,
  ) {}

  add(bytes: Uint8Array): void {
    if (this.isLost) return;
    const skipped = Math.min(this.toSkip, bytes.length);
    this.toSkip -= skipped;
    this.held = Buffer.concat([this.held, bytes.subarray(skipped)]);
    let from = 0;
    while (this.held.length - from >= PRELUDE) {
      const length = this.held.readUInt32BE(from);
      const headers = this.held.readUInt32BE(from + 4);
      const payload = from + PRELUDE + headers;
      if (length < PRELUDE + headers + CHECKSUM) {
        // No stream of this kind.
        this.isLost = true;
        break;
      }
      const left = this.held.length - from;
      if (length > MOST_LENGTH) this.onLong?.();
      if (left < length && length > MOST_LENGTH) {
        this.toSkip = length - left;
        from = this.held.length;
        break;
      }
      if (left < length) break;
      if (length <= MOST_LENGTH) this.onPayload(this.held.toString("utf8", payload, from + length - CHECKSUM));
      from += length;
    }
    this.held = this.isLost ? Buffer.alloc(0) : Buffer.from(this.held.subarray(from));
  }

  /** The stream has ended: a message that is not whole counts for nothing. */
  end(): void {
    this.held = Buffer.alloc(0);
  }
}
