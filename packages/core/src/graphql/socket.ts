import { duplexPair } from "node:stream";
import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import { readHead } from "../http/socket-head.js";
import { RequestFault } from "../policies/content-validation/graphql-query.js";
import { shallowJson } from "../policies/content-validation/json-place.js";
import { writePlain } from "../policies/graphql/resolved-value.js";
import { subscriptionHubs } from "../policies/graphql/subscription-hub.js";
import type { Exchange, RequestMessage, ResponseMessage } from "../policy/exchange.js";
import { faultResult, plainResult, refusal } from "./answer.js";
import type { Caller } from "./caller.js";
import { subscribe } from "./feed.js";
import type { WrittenQuery } from "./query.js";
import type { GraphqlServer } from "./server.js";
import type { WebSocketConnection, WebSocketLibrary } from "./web-socket-library.js";

/** The protocol that is spoken: that of the package graphql-ws. */
const PROTOCOL = "graphql-transport-ws";

/** Milliseconds that a caller has for its first message. */
const PATIENCE = 10_000;
/** Operations that one connection may have open. */
const MOST_OPERATIONS = 100;
/** Bytes that may wait for a slow reader. */
const MOST_WAITING = 1 << 20;

/** Why a connection is closed, as the protocol numbers it. */
const CLOSED = {
  goingAway: [1001, "The gateway closes."],
  invalid: [4400, "Invalid message."],
  unauthorized: [4401, "Unauthorized"],
  late: [4408, "Connection initialisation timeout"],
  taken: [4409, "Subscriber already exists"],
  again: [4429, "Too many initialisation requests"],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

/** Answers the handshake of a WebSocket connection, and speaks on it from then on. */
export async function openSocket(server: GraphqlServer, request: RequestMessage, exchange: Exchange): Promise<ResponseMessage> {
  const library = server.schema.webSockets as WebSocketLibrary | null;
  if (library === null) return refusal(501, "WebSocket connections are not available here.");
  const offered = (request.headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((name) => name.trim());
  if (!offered.includes(PROTOCOL)) return refusal(400, `The connection does not offer the protocol ${PROTOCOL}.`);
  const headers = Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value]));
  const [near, far] = duplexPair();
  // The end of one is read at the other; that it was cut off is not.
  near.once("close", () => {
    if (!near.writableFinished) far.destroy();
  });
  far.once("close", () => near.destroy());
  const sockets = new library.WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: server.limits.maxSize,
    handleProtocols: () => PROTOCOL,
  });
  const head = readHead(far);
  sockets.handleUpgrade(
    { method: "GET", headers: { ...headers, connection: "Upgrade", upgrade: "websocket" } },
    near,
    Buffer.alloc(0),
    (connection) => void new SocketConversation(server, exchange, connection),
  );
  const { first, lines } = await head;
  const status = Number(first.split(" ")[1]);
  // Who writes the answer says these by itself.
  const own = new Headers(lines.filter(([name]) => !/^(?:connection|upgrade)$/i.test(name)));
  if (status === 101) return { status, reason: "Switching Protocols", headers: own, body: new MessageBody(), socket: far };
  far.destroy();
  return refusal(400, "The handshake of the WebSocket connection is not valid.");
}

interface Message extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

/** One connection: its messages, and the subscriptions that are open on it. */
class SocketConversation {
  private readonly open = new Map<string, () => void>();
  private readonly caller: Caller;
  private readonly abort = new AbortController();
  private readonly leaveHub: () => void;
  private cancel: () => void;
  private isGreeted = false;

  constructor(
    private readonly server: GraphqlServer,
    exchange: Exchange,
    private readonly connection: WebSocketConnection,
  ) {
    // The request that opened the connection is over for whoever looked on.
    this.caller = { exchange, signal: this.abort.signal, observer: null };
    this.cancel = exchange.runtime.clock.setTimer(() => this.close("late"), PATIENCE);
    this.leaveHub = subscriptionHubs.of(exchange.runtime).whenClosed(() => this.close("goingAway"));
    connection
      .on("message", (data, isBinary) => this.take(isBinary ? null : data.toString("utf8")))
      // A message that breaks the rules: the connection is closed for it already.
      .on("error", () => {})
      .on("close", () => this.ended());
  }

  private take(text: string | null): void {
    const message = text === null ? null : read(text);
    switch (message?.type) {
      case "connection_init":
        if (this.isGreeted) return this.close("again");
        this.isGreeted = true;
        this.cancel();
        return this.send({ type: "connection_ack" });
      case "ping":
        return this.send({ type: "pong" });
      case "pong":
        return;
      case "subscribe":
        return this.subscribe(message);
      case "complete": {
        const id = String(message["id"]);
        this.open.get(id)?.();
        this.open.delete(id);
        return;
      }
      default:
        return this.close("invalid");
    }
  }

  private subscribe({ id, payload }: Message): void {
    if (!this.isGreeted) return this.close("unauthorized");
    if (typeof id !== "string" || id === "" || typeof payload !== "object" || payload === null) return this.close("invalid");
    if (this.open.has(id)) return this.close("taken");
    try {
      if (this.open.size >= MOST_OPERATIONS) throw new RequestFault("There are too many subscriptions on this connection.");
      const query = this.server.reader.read(payload as WrittenQuery);
      if (query.operation.operation !== "subscription")
        throw new RequestFault("Queries and mutations are not taken on a WebSocket connection: send them by POST.");
      const stop = subscribe(this.server, query, this.caller, {
        next: (result) => this.send({ id, type: "next", payload: plainResult(result) }),
        ended: () => {
          this.open.delete(id);
          this.send({ id, type: "complete" });
        },
      });
      this.open.set(id, stop);
    } catch (error) {
      const { errors } = plainResult(faultResult(error));
      this.send({ id, type: "error", payload: errors });
    }
  }

  private send(message: Message): void {
    if (this.connection.bufferedAmount > MOST_WAITING) this.connection.terminate();
    else this.connection.send(writePlain(message));
  }

  private close(why: keyof typeof CLOSED): void {
    const [code, reason] = CLOSED[why];
    this.connection.close(code, reason);
  }

  private ended(): void {
    this.cancel();
    this.leaveHub();
    this.abort.abort();
    for (const stop of this.open.values()) stop();
    this.open.clear();
  }
}

/** A message; null for what is none. */
function read(text: string): Message | null {
  const value = shallowJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Message) : null;
}
