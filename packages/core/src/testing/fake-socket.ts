import { Headers } from "../http/headers.js";
import { readHead } from "../http/socket-head.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import { type Clock, wait } from "../time/clock.js";
import type { FakeTurn, ReplyTools, RuleReply } from "./fake-rule.js";
import { differences } from "./file/compare.js";
import { matchesText } from "./matches-text.js";
import { line, type WebSocketLine, webSockets } from "./web-sockets.js";

/** How a message that is not the expected one ends a conversation (RFC 6455, 7.4.1: an unexpected condition). */
const UNEXPECTED = 1011;
/** Bytes of a reason that fit into a closing frame (RFC 6455, 5.5). */
const MOST_REASON = 123;

/** Answers the handshake of a WebSocket, and goes through a conversation from then on. When it has ended the connection stays, until the caller closes it. */
export async function converse(
  turns: readonly FakeTurn[],
  { headers }: Pick<RuleReply, "headers">,
  request: OutgoingRequest,
  { clock, messages }: ReplyTools,
): Promise<IncomingResponse> {
  if (request.upgrade !== "websocket")
    throw new TypeError("A conversation answers the handshake of a WebSocket, and this is an ordinary request.");
  const { WebSocketServer } = await webSockets();
  const [near, far] = line();
  const chosen = new Headers(headers).get("Sec-WebSocket-Protocol");
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: (offered) => chosen ?? [...offered][0] ?? false,
  });
  const given = Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const head = readHead(far);
  server.handleUpgrade(
    { method: "GET", headers: { ...given, connection: "Upgrade", upgrade: "websocket" } },
    near,
    Buffer.alloc(0),
    (opened) => void new Speaker(opened, messages, clock).speak(turns),
  );
  const { first, lines } = await head;
  const [, status = "", ...reason] = first.split(" ");
  const own = [...new Headers(headers)].filter(([name]) => name.toLowerCase() !== "sec-websocket-protocol");
  return { status: Number(status), reason: reason.join(" "), headers: new Headers([...lines, ...own]), body: null, socket: far };
}

/** Says the turns of a conversation on a connection. */
class Speaker {
  private readonly unread: (string | Uint8Array)[] = [];
  private readonly ended = new AbortController();
  private wake: () => void = () => {};

  constructor(
    private readonly connection: WebSocketLine,
    messages: (string | Uint8Array)[],
    private readonly clock: Clock,
  ) {
    connection
      .on("message", (data, isBinary) => {
        const message = isBinary ? new Uint8Array(data) : data.toString("utf8");
        messages.push(message);
        this.unread.push(message);
        this.wake();
      })
      .on("error", () => {})
      .on("close", () => {
        this.ended.abort();
        this.wake();
      });
  }

  async speak(turns: readonly FakeTurn[]): Promise<void> {
    try {
      for (const turn of turns) {
        if ("after" in turn && turn.after !== undefined && turn.after > 0) await wait(this.clock, turn.after, this.ended.signal);
        if (this.ended.signal.aborted) return;
        await this.take(turn);
      }
    } catch {
      // The caller has gone, and nobody is there to hear the rest.
    }
  }

  private async take(turn: FakeTurn): Promise<void> {
    if ("send" in turn) return this.connection.send(messageOf(turn.send));
    if ("close" in turn) return this.connection.close(turn.close, turn.reason);
    if ("breaks" in turn) return this.connection.terminate();
    while (this.unread.length === 0 && !this.ended.signal.aborted)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    const message = this.unread.shift();
    if (message === undefined) return;
    const wrong = unlike(turn.expect, message);
    if (wrong !== null) this.connection.close(UNEXPECTED, Buffer.from(wrong).subarray(0, MOST_REASON).toString("utf8"));
  }
}

/** What is sent for a value of a test. */
export function messageOf(value: unknown): string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array ? value : JSON.stringify(value);
}

/** Why a message is not the expected one; null if it is. */
function unlike(wanted: unknown, message: string | Uint8Array): string | null {
  const text = typeof message === "string" ? message : null;
  const got = text ?? `${message.length} bytes`;
  if (wanted instanceof Uint8Array)
    return text === null && Buffer.compare(wanted, message as Uint8Array) === 0
      ? null
      : `${got} came, not these ${wanted.length} bytes`;
  if (typeof wanted === "string") return text !== null && matchesText(wanted, text) ? null : `${got} came, expected ${wanted}`;
  try {
    return differences(wanted, JSON.parse(got), "message").join(", ") || null;
  } catch {
    return `${got} came, expected JSON`;
  }
}
