import { checkServerIdentity } from "node:tls";
import { type Dispatcher, Pool, ProxyAgent } from "undici";
import type { Clock } from "../clock.js";
import { Headers } from "../http/headers.js";
import type { IncomingResponse, OutgoingRequest, Transport } from "../runtime.js";
import { TransportError } from "../runtime.js";
import { IncomingBody } from "./incoming-body.js";

/** Bounds of the connections that a gateway keeps. */
export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** Connections to one backend. Default 256. */
  readonly connections?: number;
  /** Backends whose connections are kept at once; the longest unused ones go first. Default 256. */
  readonly origins?: number;
}

/** A transport that owns connections. */
export interface ClosableTransport {
  readonly send: Transport;
  close(): Promise<void>;
}

/**
 * Calls over HTTP by undici: pooled connections, bodies streamed both ways with back-pressure, header lines as they are. Nothing is
 * decompressed and no redirect followed.
 */
export function undiciTransport(options: UndiciTransportOptions): ClosableTransport {
  const { clock, connections = 256, origins = 256 } = options;
  const pools = new Map<string, Dispatcher>();

  const poolFor = (origin: string, request: OutgoingRequest): Dispatcher => {
    const { tls, proxy, http2 } = request;
    const key = tls === undefined && proxy === undefined && http2 !== true ? origin : specialKey(origin, request);
    const known = pools.get(key);
    if (known !== undefined) {
      if (pools.size > origins / 2) {
        pools.delete(key);
        pools.set(key, known);
      }
      return known;
    }
    const made = makePool(origin, request, connections);
    pools.set(key, made);
    if (pools.size > origins) {
      const [oldest, pool] = pools.entries().next().value!;
      pools.delete(oldest);
      void pool.close().catch(() => undefined);
    }
    return made;
  };

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new OneCall(request, clock, resolve, reject);
        if (request.signal.aborted) return exchange.fail(new TransportError("aborted", "The client closed the connection."));
        const slash = request.url.indexOf("/", request.url.indexOf("//") + 2);
        const origin = slash < 0 ? request.url : request.url.slice(0, slash);
        try {
          poolFor(origin, request).dispatch(
            {
              // The origin tells undici's proxy agent where to; a pool has one already.
              origin,
              path: slash < 0 ? "/" : request.url.slice(slash),
              method: request.method as Dispatcher.HttpMethod,
              headers: outgoingHeaders(request.headers),
              body: outgoingBody(request),
              // The exact limit is our own timer's; undici's coarse one stands behind it.
              headersTimeout: Number.isFinite(request.timeout) ? request.timeout + 5_000 : 0,
              bodyTimeout: 0,
            },
            exchange,
          );
        } catch (error) {
          exchange.fail(new TransportError("connection", messageOf(error), { cause: error }));
        }
      }),
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.close().catch(() => undefined)));
    },
  };
}

/** One call: undici's handler on one side, the promised response and its body on the other. */
class OneCall {
  private controller: Dispatcher.DispatchController | null = null;
  private body: IncomingBody | null = null;
  private isSettled = false;
  private readonly stopTimer: () => void;
  private readonly onAbort = (): void => this.fail(new TransportError("aborted", "The client closed the connection."));

  constructor(
    private readonly request: OutgoingRequest,
    clock: Clock,
    private readonly resolve: (response: IncomingResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    request.signal.addEventListener("abort", this.onAbort, { once: true });
    const { timeout } = request;
    this.stopTimer = Number.isFinite(timeout)
      ? clock.setTimer(() => this.fail(new TransportError("timeout", `No answer within ${timeout / 1000} seconds.`)), timeout)
      : () => undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isSettled && this.body === null) controller.abort(new Error("The call is over."));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, reason?: string): void {
    // Interim answers (100 Continue, 103 Early Hints) are not handed on.
    if (status < 200 || this.isSettled) return;
    this.isSettled = true;
    this.stopTimer();
    const headers = readRawHeaders((controller as unknown as { rawHeaders: readonly (Buffer | string)[] }).rawHeaders);
    const hasBody = this.request.method !== "HEAD" && status !== 204 && status !== 304;
    this.body = new IncomingBody(controller);
    this.resolve({ status, reason: reason ?? "", headers, body: hasBody ? this.body : null });
    if (!hasBody) this.body.discard();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body?.push(chunk);
  }

  onResponseEnd(): void {
    this.leave();
    this.body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.request.signal.aborted) this.onAbort();
    else this.fail(toTransportError(error));
  }

  /** Ends the call with an error, wherever it is. */
  fail(error: TransportError): void {
    this.leave();
    if (!this.isSettled) {
      this.isSettled = true;
      this.reject(error);
    } else this.body?.fail(error);
    this.controller?.abort(error);
  }

  private leave(): void {
    this.stopTimer();
    this.request.signal.removeEventListener("abort", this.onAbort);
  }
}

function readRawHeaders(raw: readonly (Buffer | string)[]): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    headers.append(
      typeof name === "string" ? name : name.toString("latin1"),
      typeof value === "string" ? value : value.toString("latin1"),
    );
  }
  return headers;
}

/** undici takes Latin-1 only and has its own mind about some headers. */
function outgoingHeaders(headers: Headers): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) {
    if (name.toLowerCase() === "expect") continue;
    flat.push(name, isLatin1(value) ? value : Buffer.from(value, "utf8").toString("latin1"));
  }
  return flat;
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false;
  return true;
}

function outgoingBody(request: OutgoingRequest): NonNullable<Dispatcher.DispatchOptions["body"]> | null {
  const { body } = request;
  if (body === null || body instanceof Uint8Array) return body;
  return body as unknown as NonNullable<Dispatcher.DispatchOptions["body"]>;
}

function makePool(origin: string, request: OutgoingRequest, connections: number): Dispatcher {
  const { tls, proxy, http2 } = request;
  const connect = {
    ...(tls?.pfx === undefined ? {} : { pfx: Buffer.from(tls.pfx) }),
    ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: tls.rejectUnauthorized }),
    checkServerIdentity: tls?.checkName === false ? () => undefined : checkServerIdentity,
  };
  const common = { connections, allowH2: http2 === true, connect, pipelining: 1 };
  if (proxy === undefined) return new Pool(origin, common);
  const token =
    proxy.username === undefined
      ? {}
      : { token: `Basic ${Buffer.from(`${proxy.username}:${proxy.password ?? ""}`).toString("base64")}` };
  return new ProxyAgent({ uri: proxy.url, ...token, ...common, requestTls: connect });
}

/** Connections with other credentials, trust or proxies must not be shared. */
function specialKey(origin: string, request: OutgoingRequest): string {
  const { tls, proxy, http2 } = request;
  const pfx = tls?.pfx === undefined ? "" : Buffer.from(tls.pfx).toString("base64");
  return JSON.stringify([origin, { ...tls, pfx }, proxy ?? null, http2 === true]);
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
