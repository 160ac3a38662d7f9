import type { Exchange, RequestMessage } from "@turnpike/core";
import { hostTarget, stateLength } from "../host/request.js";
import { toWebStream, type WebBody } from "./web-body.js";

/** The request for the application's handler: the caller's own if policies left it alone, one with their changes otherwise. */
export function hostRequest(request: Request, body: WebBody | null, message: RequestMessage, exchange: Exchange): Request {
  const { originalUrl } = exchange;
  const isHeadSame = sameHeaders(request, message) && message.method === request.method;
  const target = hostTarget(exchange);
  const left = message.body.release();
  if (isHeadSame && left === body && target === originalUrl.pathAndQuery) return request;
  if (left instanceof Uint8Array) stateLength(message.headers, left.length);
  const takesBody = message.method !== "GET" && message.method !== "HEAD" && left !== null;
  const sent = !takesBody ? null : left instanceof Uint8Array ? new Uint8Array(left) : toWebStream(left);
  const init = {
    method: message.method,
    headers: [...message.headers] as [string, string][],
    body: sent,
    signal: request.signal,
    redirect: request.redirect,
    ...(sent instanceof ReadableStream ? { duplex: "half" } : {}),
  };
  return new Request(originalUrl.origin + target, init as RequestInit);
}

/** True if policies left the headers alone. `Host` is the gateway's own addition where the request has none. */
function sameHeaders(request: Request, message: RequestMessage): boolean {
  const before = [...request.headers];
  const after = [...message.headers].filter(([name]) => request.headers.has("host") || name !== "Host");
  return before.length === after.length && before.every(([name, value], i) => after[i]![0] === name && after[i]![1] === value);
}
