import type { Duplex } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import { Headers } from "../http/headers.js";
import { withoutForbidden } from "../http/trailers.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import { TransportError } from "../http/transport.js";
import { reasonPhrase } from "../policy/failure.js";
import type { Clock } from "../time/clock.js";
import { type Abortable, endRelay, relayAbort } from "./abort-relay.js";
import { callTimer } from "./call-timer.js";
import type { ClosableTransport, UndiciTransportOptions } from "./closable-transport.js";
import { backendConnector, proxyAuthorization } from "./connect.js";
import { http2Transport } from "./http2-transport.js";
import { type BodySource, IncomingBody } from "./incoming-body.js";
import { Line, LineClient, type LineConnector, type LineUser } from "./line.js";

/**
 * Calls over HTTP by undici: pooled connections, bodies streamed both ways with back-pressure, header lines as they are. Nothing is
 * decompressed and no redirect followed.
 */
export function pooledTransport(options: UndiciTransportOptions): ClosableTransport {
  const { clock, connections = 256, origins = 256 } = options;
  const ways = new Map<string, Way>();
  const http2 = http2Transport({ clock, connections, origins });

  const wayFor = (origin: string, request: OutgoingRequest): Way => {
    const { tls, proxy, http2 } = request;
    const key = tls === undefined && proxy === undefined && http2 !== true ? origin : specialKey(origin, request);
    const known = ways.get(key);
    if (known !== undefined) {
      if (ways.size > origins / 2) {
        ways.delete(key);
        ways.set(key, known);
      }
      return known;
    }
    const made = makeWay(origin, request, connections);
    ways.set(key, made);
    if (ways.size > origins) {
      const [oldest, { pool }] = ways.entries().next().value!;
      ways.delete(oldest);
      void pool.close().catch(() => undefined);
    }
    return made;
  };

  return {
    send: (request) => {
      if (request.http2 === "only") return http2.send(request);
      return new Promise((resolve, reject) => {
        const exchange = new OneCall(request, clock, resolve, reject);
        if (request.signal.aborted) return exchange.fail(new TransportError("aborted", "The client closed the connection."));
        const slash = request.url.indexOf("/", request.url.indexOf("//") + 2);
        const origin = slash < 0 ? request.url : request.url.slice(0, slash);
        try {
          const { pool, prefix, proxyHeaders } = wayFor(origin, request);
          const headers = outgoingHeaders(request.headers);
          const call: Dispatcher.DispatchOptions = {
            path: prefix + (slash < 0 ? "/" : request.url.slice(slash)),
            method: request.method as Dispatcher.HttpMethod,
            headers: (proxyHeaders.length === 0 ? headers : [...headers, ...proxyHeaders]) as string[],
            body: outgoingBody(request),
            // The limit is the timer's of the call.
            headersTimeout: 0,
            bodyTimeout: 0,
          };
          if (request.upgrade !== undefined) call.upgrade = request.upgrade;
          pool.dispatch(call, exchange);
        } catch (error) {
          exchange.fail(new TransportError("connection", messageOf(error), { cause: error }));
        }
      });
    },
    async close(most) {
      http2.close(false);
      const open = [...ways.values()].map(({ pool }) => pool);
      ways.clear();
      const closed = Promise.all(open.map((pool) => pool.close().catch(() => undefined)));
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(() => {
          for (const pool of open) void pool.destroy().catch(() => undefined);
          http2.close(true);
          resolve();
        }, most);
        void closed.then(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}

/**
 * One call: undici's handler on one side, the promised response and its body on the other. The handler is of the form that gets header
 * lines as they came in: undici's other one makes an object of them first, for which nobody here has a use.
 */
class OneCall implements BodySource, LineUser, Abortable {
  /** The connection that it is on, or waits for; null before it has one, and when it is over. */
  line: Line | null = null;
  private interimAnswers = 0;
  private cancel: ((reason: Error) => void) | null = null;
  private continueReading: (() => void) | null = null;
  private body: IncomingBody | null = null;
  private isSettled = false;
  private isPaused = false;
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

  // What undici tells.

  onConnect(abort: (reason?: Error) => void): void {
    // An error here takes the call out of undici's hands and leaves the connection for the next one.
    if (this.isSettled) throw new Error("The call is over.");
    this.cancel = abort;
  }

  onHeaders(status: number, rawHeaders: readonly (Buffer | string)[], resume: () => void, reason: string): boolean {
    // Interim answers (100 Continue, 103 Early Hints) are not handed on.
    if (this.isSettled) return true;
    if (status < 200) {
      if (++this.interimAnswers > MOST_INTERIM_ANSWERS) this.fail(unusable("it sends interim answers without end"));
      return true;
    }
    const headers = incomingHeaders(rawHeaders);
    const coding = headers.joined("transfer-encoding");
    if (coding !== undefined && !DECODED.has(coding.toLowerCase())) {
      this.fail(unusable(`it has a transfer coding besides chunked: ${JSON.stringify(coding.slice(0, 100))}`));
      return true;
    }
    this.isSettled = true;
    this.stopTimer?.();
    this.continueReading = resume;
    const hasBody = this.request.method !== "HEAD" && status !== 204 && status !== 304;
    this.body = new IncomingBody(this);
    this.resolve({
      status,
      reason: reason ?? "",
      headers,
      body: hasBody ? this.body : null,
      protocol: this.line?.protocol ?? "HTTP/1.1",
    });
    if (!hasBody) this.body.discard();
    return !this.isPaused;
  }

  onUpgrade(status: number, rawHeaders: readonly (Buffer | string)[] | null, socket: Duplex): void {
    this.leave();
    this.line = null;
    if (this.isSettled) return void socket.destroy();
    this.isSettled = true;
    // Whoever takes the connection over has listeners of their own; until then its failure must not end the process.
    socket.on("error", () => socket.destroy());
    this.resolve({ status, reason: reasonPhrase(status), headers: incomingHeaders(rawHeaders ?? []), body: null, socket });
  }

  onData(chunk: Buffer): boolean {
    this.body?.push(chunk);
    return !this.isPaused;
  }

  onComplete(trailers: readonly (Buffer | string)[] | Readonly<Record<string, unknown>> | null): void {
    this.leave();
    this.line = null;
    this.body?.end(trailers === null ? null : incomingTrailers(trailers));
  }

  onError(error: Error): void {
    this.line = null;
    if (this.request.signal.aborted) this.onAbort();
    else this.fail(toTransportError(error));
  }

  /** The caller has gone away. */
  onAbort(): void {
    this.fail(new TransportError("aborted", "The client closed the connection."));
  }

  // What the body asks for.

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.continueReading?.();
  }

  abort(reason: Error): void {
    const { cancel, line } = this;
    this.line = null;
    // Other calls are on the same connection of HTTP/2.
    if (cancel !== null && this.request.http2 === true) cancel(reason);
    else line?.end(reason);
  }

  /** Ends the call with an error, wherever it is. */
  fail(error: TransportError): void {
    this.leave();
    if (!this.isSettled) {
      this.isSettled = true;
      this.reject(error);
    } else this.body?.fail(error);
    this.abort(error);
  }

  private leave(): void {
    this.stopTimer?.();
    endRelay(this.request.signal, this);
  }
}

/** Interim answers (100 Continue, 103 Early Hints) to one call. */
const MOST_INTERIM_ANSWERS = 100;

/** Transfer codings that are none any more when an answer gets here. */
const DECODED: ReadonlySet<string> = new Set(["chunked", "identity"]);

function unusable(why: string): TransportError {
  return new TransportError("connection", `The backend's answer cannot be used: ${why}.`);
}

function incomingHeaders(raw: readonly (Buffer | string)[]): Headers {
  return Headers.fromFlat(raw.map((text) => (typeof text === "string" ? text : text.toString("latin1"))));
}

/** Lists from HTTP/1, an object from HTTP/2. */
function incomingTrailers(trailers: readonly (Buffer | string)[] | Readonly<Record<string, unknown>>): Headers | null {
  const lines = Array.isArray(trailers)
    ? incomingHeaders(trailers as readonly (Buffer | string)[])
    : new Headers(Object.entries(trailers).map(([name, value]) => [name, String(value)] as const));
  return withoutForbidden(lines);
}

/** undici takes Latin-1 only and has its own mind about some headers. */
function outgoingHeaders(headers: Headers): readonly string[] {
  let sent = headers;
  if (headers.has("expect")) {
    sent = headers.clone();
    sent.delete("expect");
  }
  const flat = sent.toFlat();
  return sent.isBeyondLatin1 ? flat.map(asLatin1) : flat;
}

/** Text beyond Latin-1 goes out as UTF-8. */
function asLatin1(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

function outgoingBody(request: OutgoingRequest): NonNullable<Dispatcher.DispatchOptions["body"]> | null {
  const { body } = request;
  if (body === null || body instanceof Uint8Array) return body;
  return body as unknown as NonNullable<Dispatcher.DispatchOptions["body"]>;
}

/** How calls to one backend go out. */
interface Way {
  readonly pool: Dispatcher;
  /** What stands before paths: the backend's origin, where a proxy is asked for whole URLs. */
  readonly prefix: string;
  /** Names and values for the proxy. */
  readonly proxyHeaders: readonly string[];
}

function makeWay(origin: string, request: OutgoingRequest, connections: number): Way {
  const { proxy, http2 } = request;
  const common = { connections, allowH2: http2 === true, pipelining: 1 };
  // Proxies hand on whole URLs, but not what a connection becomes after an upgrade.
  if (proxy === undefined || origin.startsWith("https:") || request.upgrade !== undefined)
    return { pool: linePool(origin, common, backendConnector(request)), prefix: "", proxyHeaders: [] };
  const pool = linePool(new URL(proxy.url).origin, { connections, pipelining: 1 }, backendConnector({}));
  return { pool, prefix: origin, proxyHeaders: Object.entries(proxyAuthorization(proxy)).flat() };
}

function linePool(origin: string, options: Pool.Options, connect: LineConnector): Pool {
  return new Pool(origin, {
    ...options,
    factory: (url, given: object) => {
      const line = new Line();
      return new LineClient(url, { ...given, connect: line.connector(connect) }, line);
    },
  });
}

/** Connections with other credentials, trust or proxies must not be shared. */
function specialKey(origin: string, request: OutgoingRequest): string {
  const { tls, proxy, http2, upgrade } = request;
  const pfx = tls?.pfx === undefined ? "" : Buffer.from(tls.pfx).toString("base64");
  return JSON.stringify([origin, { ...tls, pfx }, proxy ?? null, http2 === true, upgrade !== undefined]);
}

function toTransportError(error: Error): TransportError {
  if (error instanceof TransportError) return error;
  const code = (error as { code?: unknown }).code;
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_CONNECT_TIMEOUT")
    return new TransportError("timeout", messageOf(error), { cause: error });
  return new TransportError("connection", messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A name with several addresses fails with all of them at once; the first tells enough.
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error.message === "" ? (((error as { code?: unknown }).code as string | undefined) ?? error.name) : error.message;
}
