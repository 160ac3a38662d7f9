/** Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into its events, byte for byte. */
export class EventSplitter {
  private parts: Uint8Array[] = [];
  private length = 0;
  private isLineEmpty = true;
  private endsInReturn = false;

  /** Bytes of the event that is under way. */
  get pending(): number {
    return this.length;
  }

  /** The events that end in these bytes, each with the blank line that ends it. */
  add(bytes: Uint8Array): Buffer[] {
    const events: Buffer[] = [];
    let from = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      const isReturn = byte === 0x0d;
      // The second half of a line's end.
      const isSecond = byte === 0x0a && this.endsInReturn;
      this.endsInReturn = isReturn;
      if (isSecond) continue;
      if (!isReturn && byte !== 0x0a) this.isLineEmpty = false;
      else if (this.isLineEmpty) {
        this.hold(bytes.subarray(from, i + 1));
        events.push(this.rest());
        from = i + 1;
      } else this.isLineEmpty = true;
    }
    this.hold(bytes.subarray(from));
    return events;
  }

  /** What is under way when the stream has ended. */
  rest(): Buffer {
    const all = Buffer.concat(this.parts, this.length);
    this.parts = [];
    this.length = 0;
    return all;
  }

  private hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.parts.push(bytes);
    this.length += bytes.length;
  }
}
