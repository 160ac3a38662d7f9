import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { type Body, type GatewayRequest, Headers } from "@turnpike/core";
import { forwardedFrom, type TrustedProxies } from "./forwarded.js";

/** How requests reach the gateway. */
export interface NodeOptions {
  /**
   * Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: addresses (`10.0.0.7`) and networks (`10.0.0.0/8`), or `true` for
   * whoever connects. Default: none.
   */
  readonly trustedProxies?: TrustedProxies;
  /** The scheme that callers use, where TLS ends in front of this server and no trusted proxy says so. Default: the connection's own. */
  readonly scheme?: "http" | "https";
}

/**
 * The request as the gateway takes it; null for one that names its target in a way that no ordinary client does.
 * `given` takes the place of what the message itself has: a host may have cut its target, or read its body.
 */
export function toRequest(
  incoming: IncomingMessage,
  options: NodeOptions,
  trusted: (address: string) => boolean,
  signal: AbortSignal,
  given: { readonly target?: string | undefined; readonly body?: Body } = {},
): GatewayRequest | null {
  const headers = Headers.fromFlat(incoming.rawHeaders);
  const remote = plainAddress(incoming.socket.remoteAddress ?? "");
  const forwarded = trusted(remote) ? forwardedFrom(headers, remote, trusted) : null;
  const isEncrypted = (incoming.socket as TLSSocket).encrypted === true;
  const scheme = forwarded?.scheme ?? options.scheme ?? (isEncrypted ? "https" : "http");
  const host = forwarded?.host ?? incoming.headers.host ?? localHost(incoming);
  const url = targetUrl(given.target ?? incoming.url ?? "/", scheme, host);
  if (url === null) return null;
  const certificate = isEncrypted ? (incoming.socket as TLSSocket).getPeerCertificate().raw : undefined;
  return {
    method: incoming.method ?? "GET",
    url,
    headers,
    body: given.body === undefined ? (hasBody(incoming) ? bodyOf(incoming) : null) : given.body,
    ipAddress: forwarded?.address ?? remote,
    signal,
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/**
 * The absolute URL. A target in origin form follows the Host header; one in absolute form must agree with it, since whoever stands in
 * front has looked at one of the two only.
 */
function targetUrl(target: string, scheme: string, host: string): string | null {
  if (/[\s/?#@\\]/.test(host) || host === "") return null;
  if (target.startsWith("/")) return `${scheme}://${host}${target}`;
  if (target === "*") return `${scheme}://${host}/`;
  const absolute = /^https?:\/\/([^/?#]+)(\/?.*)$/i.exec(target);
  if (absolute === null || absolute[1]!.toLowerCase() !== host.toLowerCase()) return null;
  const rest = absolute[2]!;
  return `${scheme}://${host}${rest.startsWith("/") ? rest : `/${rest}`}`;
}

/** True if the caller says that a body follows. */
export function hasBody(incoming: IncomingMessage): boolean {
  const length = incoming.headers["content-length"];
  return incoming.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** The body as an iterable that may be dropped without cutting the connection, on which the answer has still to go out. */
function bodyOf(incoming: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) };
}

function localHost(incoming: IncomingMessage): string {
  const { localAddress = "localhost", localPort } = incoming.socket;
  const name = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
  return localPort === undefined ? name : `${name}:${localPort}`;
}

/** IPv4 addresses that a dual-stack socket shows as IPv6. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** Answers a request that cannot be one. */
export function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(400, { "Content-Type": "application/json", Connection: "close" });
  outgoing.end(JSON.stringify({ statusCode: 400, message: "Bad request" }));
}
