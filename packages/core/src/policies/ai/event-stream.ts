/** Longest event, in characters, whose data is looked at; a longer one is passed over. */
const MOST_LENGTH = 1 << 20;

/** Reads server-sent events (WHATWG HTML, section 9.2) as their bytes pass, and keeps no more than the event that is under way. */
export class EventReader {
  private readonly decoder = new TextDecoder();
  /** Pieces of the line that is under way, and its length. */
  private line: string[] = [];
  private lineLength = 0;
  /** Lines of data of the event that is under way, and their length. */
  private data: string[] = [];
  private dataLength = 0;
  private isTooLong = false;
  private endsInReturn = false;

  /**
   * @param onData gets each event's data
   * @param onLong told of an event that is passed over because it is too long
   */
  constructor(
    private readonly onData: (data: string) => void,
    private readonly onLong?: () => void,
  ) {}

  add(bytes: Uint8Array): void {
    let text = this.decoder.decode(bytes, { stream: true });
    if (text === "") return;
    if (this.endsInReturn && text.startsWith("\n")) text = text.slice(1);
    this.endsInReturn = text.endsWith("\r");
    const lines = text.split(/\r\n?|\n/);
    const last = lines.pop()!;
    for (const line of lines) {
      this.grow(line);
      this.endLine();
    }
    this.grow(last);
  }

  /** The stream has ended: what is under way counts as an event. */
  end(): void {
    if (this.lineLength > 0) this.endLine();
    this.endEvent();
  }

  private grow(text: string): void {
    this.lineLength += text.length;
    if (this.lineLength + this.dataLength > MOST_LENGTH) {
      this.isTooLong = true;
      this.line = [];
    } else if (text !== "") this.line.push(text);
  }

  private endLine(): void {
    const line = this.line.join("");
    const isBlank = this.lineLength === 0;
    this.line = [];
    this.lineLength = 0;
    if (isBlank) this.endEvent();
    else if (!this.isTooLong && line.startsWith("data:")) {
      const value = line.slice(line.startsWith("data: ") ? 6 : 5);
      this.data.push(value);
      this.dataLength += value.length;
    }
  }

  private endEvent(): void {
    if (this.isTooLong) this.onLong?.();
    else if (this.data.length > 0) this.onData(this.data.join("\n"));
    this.data = [];
    this.dataLength = 0;
    this.isTooLong = false;
  }
}
