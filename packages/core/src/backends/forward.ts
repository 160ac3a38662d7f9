import { MessageBody } from "../http/body.js";
import { isHandshake } from "../http/handshake.js";
import type { Headers } from "../http/headers.js";
import { removeHopByHop, takeNamedHeaders } from "../http/hop-by-hop.js";
import type { OutgoingRequest } from "../http/transport.js";
import type { Url } from "../http/url.js";
import type { BackendCredentials, BackendModel } from "../model/model.js";
import { internalError } from "../policy/declared-error.js";
import type { Exchange, ResponseMessage } from "../policy/exchange.js";
import { reasonPhrase } from "../policy/failure.js";
import type { Flow } from "../policy/flow.js";
import { effectiveBackend } from "./effective-backend.js";
import { callGuarded, isGuarded } from "./guard.js";
import { identityToken, identityTokenFailed } from "./identity-token.js";
import { callFollowingRedirects } from "./redirects.js";
import { containedUrl, joinedPath } from "./target-path.js";

/** There is nowhere to send the request to. */
export const backendNotConfigured = internalError(
  "the API has no service URL, and no policy has set a backend",
  "BackendNotConfigured",
  "There is no backend to forward to: the API has no service URL, and no policy has set a backend.",
);

/** What was streamed to the backend is gone. */
export const bodyNotBuffered = internalError(
  "a body that was streamed is to be sent again",
  "RequestBodyNotBuffered",
  "The request body was streamed to the backend and cannot be sent again. Set buffer-request-body on forward-request.",
);

/** How forward-request sends the request. */
export interface ForwardOptions {
  /** Milliseconds until status and headers must have arrived. */
  readonly timeout: number;
  readonly followRedirects: boolean;
  /** Keep the body, so that it can be sent again. */
  readonly buffersRequestBody: boolean;
  readonly http2: boolean;
}

/**
 * Sends the request as policies left it to its backend, or to the host's handler in middleware mode, and makes the answer the current
 * response. What goes out: base URL, then the request's path and query; header lines in their order without hop-by-hop ones; `Host` of
 * the backend unless a policy set another; `X-Forwarded-For` with the caller's address appended, `X-Forwarded-Proto` and
 * `X-Forwarded-Host` as the caller saw them; the backend entity's credentials over all.
 * @throws TransportError, or PolicyError where there is nothing to send to, or the path is not safe to send
 */
export function forward(exchange: Exchange, options: ForwardOptions): Flow | Promise<Flow> {
  exchange.hasBackendResponse = false;
  exchange.request.url = containedUrl(exchange.request.url);
  if (!exchange.endsAtHost || !isForHost(exchange) || exchange.request.body.isSpent) return forwardAndWait(exchange, options);
  const answer = exchange.next!(exchange.request, exchange);
  return answer === null ? "stop" : answer.then((response) => take(exchange, response));
}

/** Is the host's handler the backend? */
function isForHost({ next, target }: Exchange): boolean {
  return next !== null && target.baseUrl === null && target.backendId === null;
}

async function forwardAndWait(exchange: Exchange, options: ForwardOptions): Promise<Flow> {
  if (options.buffersRequestBody) {
    const pending = exchange.request.body.buffer(exchange.runtime.bodyLimit);
    if (pending !== undefined) await pending;
  }
  if (exchange.request.body.isSpent) throw bodyNotBuffered.error();
  return take(exchange, await (isForHost(exchange) ? exchange.next!(exchange.request, exchange) : send(exchange, options)));
}

/** @param response null where the host's handler has taken the request over */
function take(exchange: Exchange, response: ResponseMessage | null): Flow {
  if (response === null) return "stop";
  exchange.response.body.replace(null);
  exchange.response = response;
  exchange.hasBackendResponse = true;
  // Another answer may take its place: an unread stream would hold its connection.
  if (!response.body.isBuffered || response.socket !== undefined)
    exchange.atEnd.push((ended) => dropUnlessAnswer(ended, response));
  return "continue";
}

function dropUnlessAnswer(exchange: Exchange, response: ResponseMessage): void {
  if (exchange.response.body !== response.body) response.body.replace(null);
  if (exchange.response !== response || response.status !== 101) response.socket?.destroy();
}

function send(exchange: Exchange, options: ForwardOptions): Promise<ResponseMessage> {
  const backend = effectiveBackend(exchange);
  return backend !== null && isGuarded(backend)
    ? callGuarded(exchange, backend, (single) => sendTo(exchange, single, options))
    : sendTo(exchange, backend, options);
}

async function sendTo(exchange: Exchange, backend: BackendModel | null, options: ForwardOptions): Promise<ResponseMessage> {
  const { target, upstream, request } = exchange;
  const base = target.baseUrl ?? backend?.url ?? exchange.api?.serviceUrl ?? null;
  if (base === null) throw backendNotConfigured.error();
  const headers = requestHeaders(exchange, base);
  let url = base.with({ path: joinedPath(base, request.url), queryString: request.url.queryString });
  if (backend?.credentials) {
    url = addCredentials(backend, headers, url);
    const { managedIdentity } = backend.credentials;
    if (managedIdentity !== null) headers.set("Authorization", await identityAuthorization(exchange, managedIdentity, base));
  }
  headers.deleteLookalikes();
  const tls = backend === null ? upstream.tls : { ...backend.tls, ...certificateOf(exchange, backend), ...upstream.tls };
  const proxy = upstream.proxy ?? backend?.proxy ?? null;
  const body = request.body.release();
  if (body instanceof Uint8Array || body === null) headers.delete("content-length");
  const isUpgrade = isHandshake(exchange.originalUrl);
  const outgoing: { -readonly [K in keyof OutgoingRequest]: OutgoingRequest[K] } = {
    purpose: "forward",
    method: request.method,
    url: asHttp(url).toString(),
    headers,
    body: isUpgrade ? null : body,
    signal: exchange.signal,
    timeout: options.timeout,
  };
  if (isUpgrade) outgoing.upgrade = "websocket";
  else if (exchange.api?.type === "grpc") outgoing.http2 = "only";
  else if (options.http2) outgoing.http2 = true;
  if (tls !== undefined && Object.keys(tls).length > 0) outgoing.tls = tls;
  if (proxy !== null) outgoing.proxy = proxy;
  exchange.observer?.message("forward-request", exchange.section, { request: { method: outgoing.method, url: outgoing.url } });
  const incoming = options.followRedirects
    ? await callFollowingRedirects(exchange.runtime, outgoing, credentialParameters(exchange, backend))
    : await exchange.runtime.transport(outgoing);
  takeNamedHeaders(incoming.headers);
  removeHopByHop(incoming.headers);
  const response: ResponseMessage = {
    status: incoming.status,
    reason: incoming.reason === "" ? reasonPhrase(incoming.status) : incoming.reason,
    headers: incoming.headers,
    body: new MessageBody(incoming.body),
  };
  if (incoming.socket !== undefined) response.socket = incoming.socket;
  return response;
}

function requestHeaders(exchange: Exchange, base: Url): Headers {
  const { request, originalUrl } = exchange;
  const headers = request.headers.clone();
  removeHopByHop(headers);
  // The caller's Host is the gateway's name, in whatever spelling; only a policy says another for the backend.
  headers.set("Host", request.headers.chosenHost ?? base.authority);
  const forwardedFor = headers.getAll("x-forwarded-for");
  forwardedFor.push(request.ipAddress);
  headers.set("X-Forwarded-For", forwardedFor.join(", "));
  headers.set("X-Forwarded-Proto", asHttp(originalUrl).scheme);
  headers.set("X-Forwarded-Host", originalUrl.authority);
  return headers;
}

/** A URL with the scheme that its connection begins with: a WebSocket's begins as HTTP. */
function asHttp(url: Url): Url {
  return isHandshake(url) ? url.with({ scheme: url.scheme === "wss" ? "https" : "http" }) : url;
}

/** Credentials of the entity go over what the request has of the same name. */
export function addCredentials(backend: BackendModel, headers: Headers, url: Url): Url {
  const { credentials } = backend;
  if (credentials === null) return url;
  for (const [name, values] of credentials.headers) headers.set(name, ...values);
  const { authorization } = credentials;
  if (authorization !== null) headers.set("Authorization", `${authorization.scheme} ${authorization.parameter}`);
  return credentials.query.reduce((result, [name, values]) => result.setQuery(name, ...values), url);
}

/** Query parameters whose values are for this backend and this gateway alone. */
function credentialParameters({ api }: Exchange, backend: BackendModel | null): string[] {
  const names = backend?.credentials?.query.map(([name]) => name) ?? [];
  return api === null ? names : [...names, api.subscriptionKeyParameterNames.query];
}

/** Without a resource the token is for the backend's own address. */
async function identityAuthorization(
  exchange: Exchange,
  { resource, clientId }: NonNullable<BackendCredentials["managedIdentity"]>,
  base: Url,
): Promise<string> {
  const wanted = resource ?? base.origin;
  try {
    return `Bearer ${await identityToken(exchange, wanted, clientId)}`;
  } catch (error) {
    throw identityTokenFailed.error(
      { resource: wanted, what: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

function certificateOf(exchange: Exchange, backend: BackendModel | null): OutgoingRequest["tls"] {
  const name = backend?.credentials?.certificates[0];
  if (name === undefined) return {};
  const { certificates } = exchange.configuration;
  const found = certificates.get(name) ?? [...certificates.values()].find(({ thumbprint }) => thumbprint === name.toUpperCase());
  return found?.tls ?? {};
}
