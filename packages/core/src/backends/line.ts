import type { buildConnector } from "undici";
import { Client, type Dispatcher } from "undici";

/** A connection, or one in the making. */
interface Destroyable {
  destroy(error: Error): unknown;
}

/** Opens a connection, and gives what ends the attempt. */
export type LineConnector = (options: buildConnector.Options, callback: buildConnector.Callback) => Destroyable | null;

/** The one connection that a client of undici has, from its first step on. */
export class Line {
  private current: Destroyable | null = null;

  /** What undici is to open connections with. */
  connector(open: LineConnector): buildConnector.connector {
    return (options, callback) => {
      this.current = open(options, (...result) => {
        this.current = result[1];
        callback(...result);
      });
    };
  }

  /** What is spoken on it. */
  get protocol(): string {
    return this.current !== null && "alpnProtocol" in this.current && this.current.alpnProtocol === "h2"
      ? "HTTP/2.0"
      : "HTTP/1.1";
  }

  /**
   * Ends the connection, or the attempt at one, with the call that is on it. undici's own way to abort a call opens another connection in place
   * of the one that it ends, and lets one that is still in the making go on.
   */
  end(error: Error): void {
    this.current?.destroy(error);
  }
}

/** A call that wants to know which connection it is on. */
export interface LineUser {
  line: Line | null;
}

/** A client with one connection, one call at a time, that tells its calls which connection it is. */
export class LineClient extends Client {
  constructor(
    origin: string | URL,
    options: Client.Options,
    private readonly line: Line,
  ) {
    super(origin, options);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if ("line" in handler) (handler as LineUser).line = this.line;
    return super.dispatch(options, handler);
  }
}
