import type { Duplex } from "node:stream";
import type { Headers, HeadersInput } from "./headers.js";

/**
 * A body: none, bytes, or a stream of byte chunks that can be read once. A stream of a backend's answer has a property `trailers`, which
 * holds the trailers once it has ended, or null: they are passed on with a body that policies let through as it came.
 */
export type Body = null | Uint8Array | AsyncIterable<Uint8Array>;

/** What an adapter hands to `gateway.handle`. */
export interface GatewayRequest {
  /** Upper-case method token. */
  readonly method: string;
  /** Absolute URL as the client sent it; its scheme is `ws` or `wss` for the handshake of a WebSocket connection. */
  readonly url: string;
  /** Name/value pairs in order, case and repetition kept; or an object whose values may be lists. */
  readonly headers: HeadersInput;
  readonly body?: Body | string;
  /** The caller's address, without port. */
  readonly ipAddress?: string;
  /** The client's TLS certificate: DER bytes or PEM text. */
  readonly certificate?: Uint8Array | string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal;
}

/** What `gateway.handle` answers. */
export interface GatewayResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Body;
  /** With status 101: the connection to the backend, for whoever joins the caller's to it. It must be ended by them. */
  readonly socket?: Duplex;
}
