import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Body, type GatewayRequest, Headers, TransportError } from "@turnpike/core";
import { forwardedByStandard, forwardedFrom, type TrustedProxies } from "./forwarded.js";
import { http2Headers } from "./http2.js";
import type { RequestHead } from "./request-head.js";

/** How requests reach the gateway. */
export interface NodeOptions {
  /**
   * Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: addresses (`10.0.0.7`) and networks (`10.0.0.0/8`), or `true` for
   * whoever connects. Default: none.
   */
  readonly trustedProxies?: TrustedProxies;
  /**
   * The header in which trusted proxies say who called: `x-forwarded` (the default), or `forwarded` (RFC 7239). Only the one that they write is read:
   * the other comes from callers as it is.
   */
  readonly forwardedHeader?: "x-forwarded" | "forwarded";
  /** The scheme that callers use, where TLS ends in front of this server and no trusted proxy says so. Default: the connection's own. */
  readonly scheme?: "http" | "https";
}

/** What is not as the message itself has it. */
export interface GivenParts {
  /** In place of the message's own, which a host may have read. */
  readonly body?: Body;
  /** Called when the body is first asked for: its caller may wait for leave to send it. */
  readonly beforeBody?: () => void;
  /** True for the handshake of a WebSocket connection. */
  readonly isHandshake?: boolean;
}

/** A request as it came, its headers in a list that may be changed before the gateway gets it. */
export type ReceivedRequest = GatewayRequest & { readonly headers: Headers };

/**
 * The request as the gateway takes it; or the status to refuse it with: 400 for one whose target or framing an ordinary client does not
 * write, and which a server in front may have read in another way; 431 for one with more header lines than Node keeps; 501 for a transfer coding besides `chunked`; 505 for a version of HTTP
 * that is none.
 */
export function toRequest(
  head: RequestHead,
  options: NodeOptions,
  trusted: (address: string) => boolean,
  signal: AbortSignal,
  given: GivenParts = {},
): ReceivedRequest | number {
  const { http2, socket } = head;
  const headers = http2 === null ? Headers.fromFlat(head.rawHeaders) : http2Headers(http2);
  const fault = framingFault(head, headers);
  if (fault !== null) return fault;
  const remote = plainAddress(socket.remoteAddress ?? "");
  const forwarded = trusted(remote)
    ? (options.forwardedHeader === "forwarded" ? forwardedByStandard : forwardedFrom)(headers, remote, trusted)
    : null;
  const isEncrypted = (socket as TLSSocket).encrypted === true;
  const scheme = forwarded?.scheme ?? options.scheme ?? (isEncrypted ? "https" : "http");
  const host = forwarded?.host ?? headers.get("host") ?? localHost(socket);
  const url = targetUrl(head.target, given.isHandshake === true ? webSocket(scheme) : scheme, host);
  if (url === null) return 400;
  const certificate = isEncrypted ? (socket as TLSSocket).getPeerCertificate().raw : undefined;
  return {
    method: head.method,
    url,
    headers,
    body: given.body === undefined ? (head.hasBody ? bodyOf(head.incoming, given.beforeBody) : null) : given.body,
    ipAddress: forwarded?.address ?? remote,
    signal,
    certificate,
  };
}

// Node's parser forgets the lines behind these, whatever they say of framing.
const MOST_LINES = 1000;

/** What Node's parser lets through, although two servers may read it differently. */
function framingFault({ http2, httpVersion }: RequestHead, headers: Headers): number | null {
  if (http2 !== null) {
    const authority = http2.headers[":authority"];
    return authority === undefined || headers.get("host") === authority ? null : 400;
  }
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return 505;
  if (headers.size >= MOST_LINES) return 431;
  if (headers.isRepeated("host")) return 400;
  const coding = headers.joined("transfer-encoding");
  if (coding === undefined) return null;
  if (httpVersion === "1.0") return 400;
  return coding.toLowerCase() === "chunked" ? null : 501;
}

/**
 * The absolute URL. A target in origin form follows the Host header; one in absolute form must agree with it, since whoever stands in
 * front has looked at one of the two only.
 */
function targetUrl(target: string, scheme: string, host: string): string | null {
  if (/[\s/?#@\\]/.test(host) || host === "" || target.includes("#")) return null;
  if (target.startsWith("/")) return `${scheme}://${host}${target}`;
  if (target === "*") return `${scheme}://${host}/`;
  const absolute = /^https?:\/\/([^/?#]+)(\/?.*)$/i.exec(target);
  if (absolute === null || absolute[1]!.toLowerCase() !== host.toLowerCase()) return null;
  const rest = absolute[2]!;
  return `${scheme}://${host}${rest.startsWith("/") ? rest : `/${rest}`}`;
}

const webSocket = (scheme: string): string => (scheme === "https" ? "wss" : "ws");

/** The body as an iterable that may be dropped without cutting the connection, on which the answer has still to go out. */
function bodyOf(incoming: IncomingMessage, before?: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
      let isAsked = false;
      return {
        async next() {
          if (!isAsked) before?.();
          isAsked = true;
          try {
            return await chunks.next();
          } catch (error) {
            throw new TransportError("aborted", "The client closed the connection.", { cause: error });
          }
        },
        return: () => chunks.return!(),
      };
    },
  };
}

function localHost({ localAddress = "localhost", localPort }: Socket): string {
  const name = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
  return localPort === undefined ? name : `${name}:${localPort}`;
}

/** IPv4 addresses that a dual-stack socket shows as IPv6. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
