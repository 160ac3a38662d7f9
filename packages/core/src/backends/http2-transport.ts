import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type OutgoingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Headers } from "../http/headers.js";
import { withoutForbidden } from "../http/trailers.js";
import { type IncomingResponse, type OutgoingRequest, type Transport, TransportError } from "../http/transport.js";
import type { Clock } from "../time/clock.js";
import { type Abortable, endRelay, relayAbort } from "./abort-relay.js";
import { callTimer } from "./call-timer.js";
import { backendConnector } from "./connect.js";
import { type BodySource, IncomingBody } from "./incoming-body.js";

/** Bounds of the connections by HTTP/2 that a gateway keeps. */
export interface Http2TransportOptions {
  readonly clock: Clock;
  /** Connections to one backend, each with as many calls as the backend takes. */
  readonly connections: number;
  /** Backends whose connections are kept at once; the longest unused ones go first. */
  readonly origins: number;
}

/** A transport that owns connections. */
export interface Http2Transport {
  readonly send: Transport;
  /** Ends connections when their calls have ended; at once with `isOver`. */
  close(isOver: boolean): void;
}

/** Calls on one connection where the backend does not say how many it takes. */
const DEFAULT_STREAMS = 100;
/** Milliseconds after which a connection without calls is closed. */
const IDLE = 60_000;

/** What is of one connection (RFC 9113, 8.2.2), or has its own place in HTTP/2. */
const NOT_SENT = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Calls by HTTP/2 alone, as gRPC wants them: without TLS by prior knowledge, with TLS as ALPN agrees on it. Bodies are streamed both ways at the same
 * time, and trailers come through.
 */
export function http2Transport({ clock, connections, origins }: Http2TransportOptions): Http2Transport {
  /** By what connections may be shared, the longest unused first. */
  const ways = new Map<string, Connection[]>();

  const connectionFor = (origin: string, key: string, request: OutgoingRequest): Connection => {
    const open = (ways.get(key) ?? []).filter((connection) => !connection.isClosing);
    const free = open.find((connection) => connection.hasRoom) ?? (open.length >= connections ? open[0] : undefined);
    const connection = free ?? new Connection(origin, request);
    ways.delete(key);
    ways.set(key, free === undefined ? [...open, connection] : open);
    if (ways.size > origins) {
      const [oldest, unused] = ways.entries().next().value!;
      ways.delete(oldest);
      for (const { session } of unused) void session.then((known) => known.close(), ignored);
    }
    return connection;
  };

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const call = new Http2Call(request, clock, resolve, reject);
        if (request.signal.aborted) return call.onAbort();
        const { origin, pathname, search } = new URL(request.url);
        call.start(connectionFor(origin, keyOf(origin, request), request), pathname + search);
      }),
    close(isOver) {
      for (const { session } of [...ways.values()].flat())
        void session.then((known) => (isOver ? known.destroy() : known.close()), ignored);
      if (isOver) ways.clear();
    },
  };
}

const ignored = (): void => undefined;

/** Connections with other credentials, trust or proxies must not be shared. */
function keyOf(origin: string, { tls, proxy }: OutgoingRequest): string {
  if (tls === undefined && proxy === undefined) return origin;
  const pfx = tls?.pfx === undefined ? "" : Buffer.from(tls.pfx).toString("base64");
  return JSON.stringify([origin, { ...tls, pfx }, proxy ?? null]);
}

/** One connection and the calls on it. */
class Connection {
  readonly session: Promise<ClientHttp2Session>;
  isClosing = false;
  calls = 0;
  private most = DEFAULT_STREAMS;

  constructor(origin: string, request: OutgoingRequest) {
    this.session = this.open(new URL(origin), request);
    this.session.catch(() => {
      this.isClosing = true;
    });
  }

  get hasRoom(): boolean {
    return this.calls < this.most;
  }

  private async open(url: URL, request: OutgoingRequest): Promise<ClientHttp2Session> {
    const socket = await connected(url, request);
    if (socket instanceof TLSSocket && socket.alpnProtocol !== "h2") {
      socket.destroy();
      throw new Error("The backend does not speak HTTP/2.");
    }
    const session = connect(url, { createConnection: () => socket });
    const over = (): void => {
      this.isClosing = true;
    };
    session.on("goaway", over).on("close", over).on("error", over);
    session.on("remoteSettings", ({ maxConcurrentStreams }) => {
      this.most = maxConcurrentStreams ?? DEFAULT_STREAMS;
    });
    session.setTimeout(IDLE, () => {
      if (this.calls > 0) return;
      over();
      session.close();
    });
    return session;
  }
}

/** A connection as the request wants it: its certificate, its trust, its proxy. */
function connected(url: URL, request: OutgoingRequest): Promise<Socket> {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    backendConnector({ ...request, http2: true })(
      { hostname, host: url.host, protocol: url.protocol, port, ...(url.protocol === "https:" ? { servername: hostname } : {}) },
      (...[error, socket]) => {
        if (error === null) resolve(socket as Socket);
        else reject(error);
      },
    );
  });
}

/** One call: its stream on one side, the promised response and its body on the other. */
class Http2Call implements BodySource, Abortable {
  private stream: ClientHttp2Stream | null = null;
  private connection: Connection | null = null;
  private body: IncomingBody | null = null;
  private trailers: Headers | null = null;
  private isSettled = false;
  private readonly stopTimer: (() => void) | null;

  constructor(
    private readonly request: OutgoingRequest,
    clock: Clock,
    private readonly resolve: (response: IncomingResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    relayAbort(request.signal, this);
    this.stopTimer = callTimer(request, clock, (error) => this.fail(error));
  }

  start(connection: Connection, path: string): void {
    this.connection = connection;
    connection.calls++;
    connection.session.then(
      (session) => this.send(session, path),
      (error: Error) => this.fail(connectionError(error)),
    );
  }

  private send(session: ClientHttp2Session, path: string): void {
    const { method, url, body } = this.request;
    // It was over before it had a connection.
    if (this.connection === null) return;
    try {
      const head = { ":method": method, ":path": path, ":scheme": url.slice(0, url.indexOf(":")), ...this.lines(url) };
      this.stream = session.request(head, { endStream: body === null });
    } catch (error) {
      return this.fail(connectionError(error as Error));
    }
    const { stream } = this;
    stream.on("response", (_: unknown, flags: number, raw: unknown) =>
      this.onResponse(raw as string[], (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0),
    );
    stream.on("trailers", (_: unknown, __: unknown, raw: unknown) => {
      this.trailers = withoutForbidden(withoutPseudo(raw as string[]));
    });
    stream.on("data", (chunk: Buffer) => this.body?.push(chunk));
    stream.on("end", () => this.body?.end(this.trailers));
    stream.on("error", (error) => this.fail(connectionError(error)));
    stream.on("close", () => {
      // What has ended already is not touched by this.
      this.fail(new TransportError("connection", `The backend reset the stream (code ${stream.rstCode}).`));
    });
    if (body instanceof Uint8Array) stream.end(body);
    else if (body !== null) void this.pour(stream, body);
  }

  private lines(url: string): OutgoingHttpHeaders {
    const { headers } = this.request;
    const lines: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
    lines[":authority"] = headers.get("host") ?? new URL(url).host;
    const flat = headers.toFlat();
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const name = flat[i]!.toLowerCase();
      if (NOT_SENT.has(name)) continue;
      const before = lines[name];
      lines[name] = before === undefined ? flat[i + 1]! : [before, flat[i + 1]!].flat();
    }
    lines["te"] = "trailers";
    return lines;
  }

  private async pour(stream: ClientHttp2Stream, body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of body) {
        if (stream.destroyed) return;
        if (!stream.write(chunk)) await drained(stream);
      }
      stream.end();
    } catch {
      // The caller broke off, or the stream did, which says so itself.
      stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  private onResponse(raw: readonly string[], isWhole: boolean): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.stopTimer?.();
    this.body = new IncomingBody(this);
    const status = Number(raw[raw.indexOf(":status") + 1]);
    this.resolve({
      status,
      reason: "",
      headers: withoutPseudo(raw),
      // An answer that is over with its head stays so: a call of gRPC that fails says why there.
      body: isWhole ? null : this.body,
      protocol: "HTTP/2.0",
    });
    if (isWhole) this.body.discard();
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  abort(): void {
    this.leave();
    this.stream?.close(constants.NGHTTP2_CANCEL);
  }

  /** The caller has gone away. */
  onAbort(): void {
    this.fail(new TransportError("aborted", "The client closed the connection."));
  }

  private fail(error: TransportError): void {
    if (!this.isSettled) {
      this.isSettled = true;
      this.reject(error);
    } else this.body?.fail(error);
    this.abort();
  }

  private leave(): void {
    this.stopTimer?.();
    endRelay(this.request.signal, this);
    if (this.connection !== null) this.connection.calls--;
    this.connection = null;
  }
}

/** Resolves when more can be written, or nothing ever will. */
function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}

function withoutPseudo(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < raw.length; i += 2) if (!raw[i]!.startsWith(":")) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}

function connectionError(error: Error): TransportError {
  if (error instanceof TransportError) return error;
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
  const text = first?.message ?? error.message;
  return new TransportError("connection", text === "" ? error.name : text, { cause: error });
}
