import type { Duplex } from "node:stream";
import type { Headers } from "./headers.js";
import type { Body } from "./message.js";

/** A request on its way out: to a backend, or by send-request. */
export interface OutgoingRequest {
  /** `forward`: to the backend, by forward-request; `call`: on the side, by send-request, metadata and token fetches. */
  readonly purpose: "forward" | "call";
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly signal: AbortSignal;
  /** Milliseconds until status and headers must have arrived. */
  readonly timeout: number;
  readonly followRedirects?: boolean;
  /** Client certificate and trust for this call. */
  readonly tls?: {
    readonly pfx?: Uint8Array;
    readonly passphrase?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly ca?: string;
    readonly rejectUnauthorized?: boolean;
    readonly checkName?: boolean;
  };
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  /** True: HTTP/2 where the server takes it. `only`: nothing else, also without TLS; request and response stream at the same time. */
  readonly http2?: boolean | "only";
  /** The handshake of a WebSocket connection: it asks for an upgrade, and a 101 comes with its socket. */
  readonly upgrade?: "websocket";
}

/** What a server has answered. */
export interface IncomingResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Body;
  /** What was spoken, where that is known: `HTTP/1.1`, `HTTP/2.0`. */
  readonly protocol?: string;
  /** With status 101: the connection, upgraded. */
  readonly socket?: Duplex;
}

/** Why a call failed. `kind` decides the reason and status that the pipeline gives. */
export class TransportError extends Error {
  constructor(
    readonly kind: "connection" | "timeout" | "aborted",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "TransportError";
  }
}

/** How calls leave the process. The default one is undici's; tests hand in a fake. */
export type Transport = (request: OutgoingRequest) => Promise<IncomingResponse>;
