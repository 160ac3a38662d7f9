import { type Duplex, pipeline } from "node:stream";
import { Headers } from "../http/headers.js";
import type { GatewayRequest } from "../http/message.js";
import { readHead } from "../http/socket-head.js";
import { messageOf } from "./fake-socket.js";
import type { Outcome } from "./outcome.js";
import type { TestClock } from "./test-clock.js";
import { line, type WebSocketLine, webSockets } from "./web-sockets.js";

/** A WebSocket of a test, as its caller has it. */
export interface Conversation {
  /** What came of the handshake: status 101, or the answer that refused it. */
  readonly outcome: Outcome;
  /** The protocol that was agreed on; empty if none was. */
  readonly protocol: string;
  /** How it was closed; null while it is open. */
  readonly closed: { readonly code: number; readonly reason: string } | null;
  /** Sends a text, bytes, or anything else as JSON. @throws Error once it is closed */
  send(message: unknown): Promise<void>;
  /** The next message. The clock goes on until it comes. @throws Error if it is closed before */
  receive(): Promise<string | Uint8Array>;
  /** Closes it, and waits until that is done. */
  close(code?: number, reason?: string): Promise<void>;
}

/** How a connection that breaks counts as closed (RFC 6455, 7.1.5). */
const BROKEN = 1006;

type Handle = (request: GatewayRequest) => Promise<{ readonly outcome: Outcome; readonly socket: Duplex | null }>;

/** Opens a WebSocket with the client of the package `ws`, through a gateway. */
export async function openConversation(
  clock: TestClock,
  protocols: readonly string[],
  request: GatewayRequest,
  handle: Handle,
): Promise<Conversation> {
  if (!/^wss?:/.test(request.url))
    throw new TypeError(`Invalid URL '${request.url}': expected the scheme ws or wss, with which a WebSocket begins.`);
  const { WebSocket } = await webSockets();
  const [near, far] = line();
  const given = new Headers(request.headers);
  const client = new WebSocket(request.url.replace(/^wss:/, "ws:"), protocols, {
    headers: Object.fromEntries(given),
    perMessageDeflate: false,
    createConnection: () => near,
  });
  const said = new Said(client);
  return clock.run(async () => {
    const { lines } = await readHead(far);
    const { outcome, socket } = await handle({ ...request, method: "GET", headers: lines });
    if (socket === null) {
      near.destroy();
      return new OpenConversation(clock, outcome, client, said);
    }
    far.write(headText(outcome));
    pipeline(far, socket, () => socket.destroy());
    pipeline(socket, far, () => far.destroy());
    await said.opened;
    return new OpenConversation(clock, outcome, client, said);
  });
}

function headText({ status, reason, headers }: Outcome): string {
  const own = [...headers].filter(([name]) => !/^(?:connection|upgrade)$/i.test(name));
  const lines = [["Connection", "Upgrade"], ["Upgrade", "websocket"], ...own].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}\r\n`;
}

/** What comes over a connection, until somebody wants it. */
class Said {
  readonly unread: (string | Uint8Array)[] = [];
  closed: Conversation["closed"] = null;
  readonly opened: Promise<void>;
  private wake: () => void = () => {};

  constructor(client: WebSocketLine) {
    this.opened = new Promise((resolve) => {
      client
        .on("open", () => resolve())
        .on("error", () => this.end(BROKEN, ""))
        .on("message", (data, isBinary) => {
          this.unread.push(isBinary ? new Uint8Array(data) : data.toString("utf8"));
          this.wake();
        })
        .on("close", (code, reason) => {
          this.end(code, reason.toString("utf8"));
          resolve();
        });
    });
  }

  private end(code: number, reason: string): void {
    this.closed ??= { code, reason };
    this.wake();
  }

  /** Waits until something comes, or nothing can come any more. */
  async more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}

class OpenConversation implements Conversation {
  constructor(
    private readonly clock: TestClock,
    readonly outcome: Outcome,
    private readonly client: WebSocketLine,
    private readonly said: Said,
  ) {}

  get protocol(): string {
    return this.client.protocol;
  }

  get closed(): Conversation["closed"] {
    return this.said.closed;
  }

  async send(message: unknown): Promise<void> {
    if (this.closed !== null) throw closedError(this.closed);
    await this.clock.run(async () => {
      this.client.send(messageOf(message));
      // Until it has come where it goes, and what is said to it at once has come back.
      for (let turn = 0; turn < SETTLED; turn++) await new Promise((resolve) => setImmediate(resolve));
    });
  }

  receive(): Promise<string | Uint8Array> {
    return this.clock.run(async () => {
      while (this.said.unread.length === 0 && this.closed === null) await this.said.more();
      const message = this.said.unread.shift();
      if (message === undefined) throw closedError(this.closed!);
      return message;
    });
  }

  async close(code = 1000, reason = ""): Promise<void> {
    if (this.closed !== null) return;
    await this.clock.run(async () => {
      this.client.close(code, reason);
      while (this.closed === null) await this.said.more();
    });
  }
}

/** Turns of the event loop in which a message goes through all the streams on its way, and back. */
const SETTLED = 8;

const closedError = ({ code, reason }: NonNullable<Conversation["closed"]>): Error =>
  new Error(`The connection is closed: ${code}${reason === "" ? "" : ` ${reason}`}.`);
