import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { type Exchange, type Headers, PolicyError, type RequestMessage } from "@turnpike/core";
import { valuesByName } from "../wire/header-lines.js";
import { http2Headers } from "../wire/http2.js";
import type { RequestHead } from "../wire/request-head.js";

/** Path and query as the application's routes know them: what routing took off the front stands before what policies left. */
export function hostTarget(exchange: Exchange): string {
  const { basePath, originalUrl, request } = exchange;
  const { path, queryString } = request.url;
  const isPrefixAlone = path === "/" && basePath !== "" && originalUrl.path === basePath;
  return (isPrefixAlone ? basePath : basePath + path) + queryString;
}

/** The failure of policies that send a request to the host's handler twice: it writes into the one response that there is. */
export function ranAlready(): PolicyError {
  return new PolicyError({
    reason: "HandlerRanAlready",
    message: "The application's handler has run for this request and cannot run again.",
    status: 500,
    bodyMessage: "Internal server error",
  });
}

/** Puts method and headers as policies left them on the host's request. What nobody changed is not touched. */
export function applyHead({ incoming, method, rawHeaders, http2 }: RequestHead, request: RequestMessage): void {
  if (method !== request.method) incoming.method = request.method;
  const flat = request.headers.toFlat();
  if (flat === rawHeaders) return;
  const before = http2 === null ? rawHeaders : http2Headers(http2).toFlat();
  if (flat.length === before.length && flat.every((text, i) => text === before[i])) return;
  if (http2 !== null) return applyHttp2Headers(http2, request.headers);
  incoming.rawHeaders = [...flat];
  incoming.headers = joinedHeaders(request.headers);
  const distinct = Object.create(null) as Record<string, string[]>;
  for (const [name, values] of valuesByName(flat)) distinct[name] = values;
  incoming.headersDistinct = distinct;
}

/** A request by HTTP/2 has its headers behind accessors; pseudo-headers stay. */
function applyHttp2Headers(incoming: Http2ServerRequest, headers: Headers): void {
  const pseudo = Object.entries(incoming.headers).filter(([name]) => name.startsWith(":"));
  const put = (name: string, value: unknown): void =>
    void Object.defineProperty(incoming, name, { value, configurable: true, enumerable: true, writable: true });
  put("rawHeaders", [...(pseudo as [string, string][]).flat(), ...headers.toFlat()]);
  put("headers", Object.assign(Object.create(null) as object, Object.fromEntries(pseudo), joinedHeaders(headers)));
}

// Of these node:http keeps the first line only.
const SINGLE = new Set(
  (
    "age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified " +
    "location max-forwards proxy-authorization referer retry-after server user-agent"
  ).split(" "),
);

/** Headers by lower-case name, repeated ones joined as node:http joins them. */
function joinedHeaders(headers: Headers): IncomingMessage["headers"] {
  const joined = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const known = joined[key];
    if (key === "set-cookie") joined[key] = [...((known as string[] | undefined) ?? []), value];
    else if (known === undefined) joined[key] = value;
    else if (!SINGLE.has(key)) joined[key] = `${known as string}${key === "cookie" ? "; " : ", "}${value}`;
  }
  return joined;
}

/** Brings the length that headers state in step with a body that is there as bytes. */
export function stateLength(headers: Headers, length: number): void {
  if (headers.has("transfer-encoding")) return;
  if (length > 0 || headers.has("content-length")) headers.set("Content-Length", String(length));
}

/** What an application threw, as the failure that on-error is told of. */
export function applicationFailure(error: unknown): PolicyError {
  const { status, statusCode, message } = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const given = Number(status ?? statusCode);
  const answered = Number.isInteger(given) && given >= 400 && given <= 599 ? given : 500;
  const text = typeof message === "string" ? message : String(error);
  return new PolicyError({
    source: "application",
    reason: "ApplicationError",
    message: text,
    status: answered,
    // What goes wrong inside is nobody's business outside.
    ...(answered >= 500 ? { bodyMessage: "Internal server error" } : {}),
    cause: error,
  });
}
