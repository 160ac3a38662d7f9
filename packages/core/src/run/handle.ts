import { reachAgent } from "../agents/agent.js";
import { valueFromPlain } from "../context/plain-value.js";
import { graphqlHandler } from "../graphql/handler.js";
import type { Body, GatewayRequest, GatewayResponse } from "../http/message.js";
import { hasOtherSeparators, normalizePath } from "../http/path.js";
import { Url } from "../http/url.js";
import { challengeUnauthorized, METADATA_PATH, metadataAnswer } from "../mcp/protected-resource.js";
import { readdressEndpoint } from "../mcp/sse-endpoint.js";
import type { ApiModel } from "../model/model.js";
import { Capture } from "../observe/captured.js";
import { logFailures } from "../observe/log-failures.js";
import type { Meter } from "../observe/meter.js";
import { Sending } from "../observe/sending.js";
import type { Trace } from "../observe/trace.js";
import type { PolicyError } from "../policy/error.js";
import type { Exchange, HostHandler } from "../policy/exchange.js";
import { errorResponse, setLastError, toPolicyError } from "../policy/failure.js";
import type { Runtime } from "../policy/services.js";
import type { Route } from "../routing/router.js";
import { subscriptionKey } from "../routing/subscription-key.js";
import type { Quarantine } from "../snapshot/quarantine.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { tellOfTrace } from "./asked-trace.js";
import { type Listening, NOBODY, watch } from "./listening.js";
import type { HandledResponse, HandleOptions } from "./options.js";
import { isPreflight, isPreflightAnswered } from "./preflight.js";
import { badRequest, internalError, keyError, operationNotFound } from "./refusals.js";
import { RunningExchange } from "./request.js";
import { runProgram } from "./run.js";
import { whyNotMatched } from "./why-not-matched.js";

/** Answers 200 as long as the process runs: for liveness probes, and balancers. */
export const statusPath = "/status-0123456789abcdef";

/** Takes a request all the way: URL, route, access, pipeline, answer. Waits only where something has to. */
export function handleRequest(
  snapshot: Snapshot,
  runtime: Runtime,
  request: GatewayRequest,
  options: HandleOptions,
  listening: Listening,
): HandledResponse | Promise<HandledResponse> {
  const parsed = Url.parse(request.url);
  const isStrict = (runtime.pathEncoding ?? snapshot.model.pathEncoding) === "strict";
  const url = parsed === null || (isStrict && hasOtherSeparators(parsed.path)) ? null : normalizePath(parsed);
  const exchange = new RunningExchange(request, {
    runtime,
    configuration: snapshot.model,
    url: url ?? INVALID_URL,
    next: options.next ?? null,
    requestId: options.assume?.requestId ?? listening.replay?.requestId,
  });
  watch(exchange, options, listening, snapshot);
  try {
    if (options.variables !== undefined)
      for (const [name, value] of Object.entries(options.variables))
        if (value !== undefined) exchange.variables.set(name, valueFromPlain(value));
    if (url === null) {
      const error = badRequest(
        parsed === null ? "unreadable" : isStrict && hasOtherSeparators(parsed.path) ? "separators" : "dots",
      );
      exchange.trace?.builtIn("configuration", "error", error.message);
      refuse(exchange, error);
    } else if (url.path === statusPath) exchange.response.headers.append("Content-Length", "0");
    else if (!tellsOfResource(snapshot, exchange, url)) {
      const pending = dispatch(snapshot, exchange, options);
      if (pending !== undefined)
        return pending.then(
          () => observed(exchange, options),
          (error) => failed(exchange, options, error),
        );
    }
  } catch (error) {
    return failed(exchange, options, error);
  }
  return observed(exchange, options);
}

/** The pipeline turns every failure into an answer; what comes here is a fault of the engine. */
function failed(exchange: RunningExchange, options: HandleOptions, error: unknown): HandledResponse {
  refuse(exchange, internalError(error));
  return observed(exchange, options);
}

function observed(exchange: RunningExchange, options: HandleOptions): HandledResponse {
  options.observe?.(exchange);
  if (exchange.failures !== null) logFailures(exchange);
  const response = exchange.meter === null ? answer(exchange) : watchedAnswer(exchange, exchange.meter, options);
  if (exchange.asked !== null) tellOfTrace(response, exchange.requestId, exchange.asked, exchange.api?.id ?? null);
  return response;
}

/** Looks on while the answer goes out. */
function watchedAnswer(exchange: RunningExchange, meter: Meter, options: HandleOptions): HandledResponse {
  const { trace } = exchange;
  const sending = new Sending(exchange, meter, exchange.listeners);
  const response = answer(exchange);
  let { body } = response;
  if (exchange.recorder !== null) body = exchange.recorder.toCaller(body);
  sending.begin();
  meter.capture?.headers("response", response.headers);
  const isHeard = options.reportsSending === true;
  if (body instanceof Uint8Array) {
    meter.responseBytes = body.length;
    meter.capture?.chunk("response", body);
  } else if (body !== null) body = meter.toCaller(body, (isWhole) => (isHeard ? undefined : sending.done({ isCut: !isWhole })));
  const isSent = body === null || body instanceof Uint8Array;
  if (!isHeard && isSent) sending.done();
  // The answer is made for this: nothing is copied.
  const watched: { -readonly [K in keyof HandledResponse]: HandledResponse[K] } = response;
  watched.body = body;
  if (isHeard) watched.sending = sending;
  // Asked for when the answer has gone out, it tells of that, too.
  return trace === null || options.trace !== true
    ? watched
    : Object.defineProperty(watched, "trace", { get: () => trace.document(), enumerable: true, configurable: true });
}

/** Answers with the metadata of an MCP server, if that is asked for and there is one that has some. */
function tellsOfResource({ model }: Snapshot, exchange: RunningExchange, { path }: Url): boolean {
  if (!path.startsWith(METADATA_PATH)) return false;
  const answered = metadataAnswer(model, path, exchange);
  if (answered === null) return false;
  exchange.response = answered;
  return true;
}

const INVALID_URL = Url.parse("http://invalid/")!;

/** Finds the pipeline and runs it. */
function dispatch(snapshot: Snapshot, exchange: RunningExchange, options: HandleOptions): void | Promise<void> {
  const { request } = exchange;
  const route =
    snapshot.router.route(request.method, exchange.originalUrl, request.headers) ??
    (exchange.runtime.anyScheme ? routeByOtherScheme(snapshot, exchange) : null);
  if (route === null && options.unmatched === "pass" && options.next !== undefined) return pass(exchange, options.next);
  const refusal = snapshot.quarantine === null || route === null ? null : quarantined(snapshot.quarantine, route);
  if (refusal !== null) return unserved(snapshot, exchange, route!, refusal);
  const { assume } = options;
  if (route?.match == null) return notFound(snapshot, exchange, route, assume);
  const { api, match } = route;
  if (api.answersPreflights && match.operation.method === "OPTIONS" && isPreflight(request))
    return preflightFirst(snapshot, exchange, { ...route, match }, assume);
  return serve(snapshot, exchange, route, match, assume);
}

const OTHER_SCHEME: Readonly<Record<string, string>> = { http: "https", https: "http", ws: "wss", wss: "ws" };

/** The route of a request as if it had come with TLS, or without: then that is how it came. */
function routeByOtherScheme(snapshot: Snapshot, exchange: RunningExchange): Route | null {
  const { originalUrl, request } = exchange;
  const url = originalUrl.with({ scheme: OTHER_SCHEME[originalUrl.scheme] ?? originalUrl.scheme });
  const route = snapshot.router.route(request.method, url, request.headers);
  if (route !== null) exchange.originalUrl = request.url = url;
  return route;
}

/** Runs the pipeline of the operation that takes the request. */
function serve(
  snapshot: Snapshot,
  exchange: RunningExchange,
  route: Route,
  match: NonNullable<Route["match"]>,
  assume: HandleOptions["assume"],
): void | Promise<void> {
  const { request } = exchange;
  const { api } = route;
  exchange.enter(api, snapshot.modelOf(api));
  takeDown(exchange);
  exchange.trace?.matched();
  exchange.operation = match.operation;
  request.match = match;
  request.url = behindPrefix(exchange.originalUrl, route);
  exchange.basePath = basePath(exchange.originalUrl.path, route.path);
  if (api.type === "mcp") reachServer(snapshot, exchange, api);
  else if (api.agent !== null) reachAgent(exchange, api.agent, match.operation.id === api.agent.cardOperation);
  else if (api.graphql !== null) {
    const server = snapshot.graphqlServer(api);
    if (server !== null) exchange.next = graphqlHandler(server);
  }
  if (assume === undefined) {
    const access = snapshot.access.decide(api, subscriptionKey(exchange, route));
    if (!access.isAllowed) {
      const why = snapshot.access.why(api, subscriptionKey(exchange, route));
      exchange.trace?.builtIn("authorization", "error", why);
      return runProgram(snapshot.program(api, match.operation, null), exchange, keyError(exchange, access.reason, why));
    }
    if (exchange.trace !== null && access.key === null) tellOfIgnoredKey(exchange, exchange.trace, snapshot, route);
    exchange.product = access.product;
    exchange.subscription = access.subscription;
    exchange.user = access.user;
    exchange.subscriptionKey = access.key;
    const refusal = snapshot.quarantine?.refusal(access.product) ?? null;
    if (refusal !== null) return unserved(snapshot, exchange, route, refusal);
  } else {
    exchange.product = assume.product ?? null;
    exchange.subscription = assume.subscription ?? null;
    exchange.user = assume.user ?? null;
    exchange.subscriptionKey = assume.subscriptionKey ?? null;
  }
  traceStart(exchange);
  return runProgram(snapshot.program(api, match.operation, exchange.product?.id ?? null), exchange);
}

/** A key that came with a request which needs none is of no account: that may be a surprise. */
function tellOfIgnoredKey(exchange: Exchange, trace: Trace, { access }: Snapshot, route: Route): void {
  const { api } = route;
  const key = subscriptionKey(exchange, route);
  if (key === null || key === "") return;
  const product = access.openProduct(api);
  const open = product === null ? "the API asks for none" : `the product ${product.id}, which is open to all, has the API`;
  trace.builtIn("authorization", "continue", `${access.why(api, key)} That is of no account: ${open}.`);
}

/** What diagnostics want of the request is taken down before policies change it. */
function takeDown({ meter, api, configuration, request }: RunningExchange): void {
  if (meter === null || meter.capture !== null) return;
  const diagnostics = api?.diagnostics ?? configuration.diagnostics;
  if (diagnostics.size === 0) return;
  const capture = Capture.for(diagnostics);
  if (capture === null) return;
  meter.capture = capture;
  capture.headers("request", request.headers);
  if (request.body.isBuffered && request.body.bytes !== null) capture.chunk("request", request.body.bytes);
}

/** Puts the MCP server of an API, or the backend entity of one that is elsewhere, in the place of its backend. */
function reachServer(snapshot: Snapshot, exchange: RunningExchange, api: ApiModel): void {
  const server = snapshot.mcpServer(api);
  if (server !== null)
    exchange.next = server.handler((request) => handleRequest(snapshot, exchange.runtime, request, {}, NOBODY));
  else if (api.backendId !== null) exchange.target = { backendId: api.backendId, baseUrl: null };
  if (api.ssePath === exchange.request.url.path && exchange.request.method === "GET") readdressEndpoint(exchange);
  if (api.protectedResource !== null) challengeUnauthorized(exchange, api);
}

/** Why what a request comes to cannot be served; null if it can. */
function quarantined(quarantine: Quarantine, { api, match }: Route): PolicyError | null {
  return quarantine.refusal(api) ?? quarantine.refusal(match?.operation);
}

/** Something that the request needs was set aside: an error, with what the global policy does about errors. */
function unserved(snapshot: Snapshot, exchange: RunningExchange, route: Route, refusal: PolicyError): void | Promise<void> {
  exchange.enter(route.api, snapshot.modelOf(route.api));
  exchange.operation = route.match?.operation ?? null;
  return runProgram(snapshot.program(null, null, null), exchange, refusal);
}

/** A preflight that an operation would take goes to cors first. */
async function preflightFirst(
  snapshot: Snapshot,
  exchange: RunningExchange,
  route: Route & { readonly match: NonNullable<Route["match"]> },
  assume: HandleOptions["assume"],
): Promise<void> {
  exchange.enter(route.api, snapshot.modelOf(route.api));
  exchange.request.url = behindPrefix(exchange.originalUrl, route);
  if (await isPreflightAnswered(snapshot, exchange, route, assume)) return;
  return serve(snapshot, exchange, route, route.match, assume);
}

/** A request that concerns no API goes to the host's handler as it came. */
function pass(exchange: RunningExchange, next: HostHandler): void | Promise<void> {
  exchange.endsAtHost = true;
  const failed = (error: unknown): void => refuse(exchange, toPolicyError(error, exchange));
  try {
    const pending = next(exchange.request, exchange);
    if (pending === null) return;
    return pending.then((response) => {
      if (response !== null) exchange.response = response;
    }, failed);
  } catch (error) {
    failed(error);
  }
}

/** The URL without what led to the API. */
function behindPrefix(url: Url, { path }: Route): Url {
  return path === url.path ? url : url.with({ path });
}

function basePath(original: string, rest: string): string {
  if (original.endsWith(rest)) return original.slice(0, original.length - rest.length);
  // `/payments` alone: the rest is a slash that the caller did not write.
  return original;
}

/** No API, or none of its operations: 404 by way of the on-error of what is known, unless cors answers a preflight. */
async function notFound(
  snapshot: Snapshot,
  exchange: RunningExchange,
  route: Route | null,
  assume: HandleOptions["assume"],
): Promise<void> {
  if (route !== null) {
    exchange.enter(route.api, snapshot.modelOf(route.api));
    exchange.request.url = behindPrefix(exchange.originalUrl, route);
  }
  takeDown(exchange);
  if (isPreflight(exchange.request) && (await isPreflightAnswered(snapshot, exchange, route, assume))) return;
  exchange.trace?.builtIn("configuration", "error", whyNotMatched(snapshot, exchange, route));
  const program = snapshot.program(route?.api ?? null, null, null);
  return runProgram(program, exchange, operationNotFound());
}

/**
 * The answer to a request that its host's handler took over ({@link Exchange.endsAtHost}) and could not answer: no policy is there to see the
 * failure.
 */
export function answerFailure(exchange: Exchange, error: PolicyError): GatewayResponse {
  refuse(exchange, error);
  return answer(exchange);
}

/** An answer that no policy has a say in. */
function refuse(exchange: Exchange, error: PolicyError): void {
  setLastError(exchange, error);
  exchange.response = errorResponse(exchange, error);
}

function traceStart(exchange: Exchange): void {
  const { api, operation, product, user, originalUrl, request, observer } = exchange;
  if (observer === null) return;
  observer.message("api-inspector", "inbound", { request: { method: request.method, url: originalUrl.toString() } });
  observer.message("api-inspector", "inbound", {
    configuration: {
      api: { from: `/${api!.path}`, to: api!.serviceUrl?.toString() ?? null, version: api!.version, revision: api!.revision },
      operation: { method: operation!.method, uriTemplate: operation!.urlTemplate },
      user: user?.id ?? "-",
      product: product?.id ?? "-",
    },
  });
}

/** The response as it goes out: body and its headers in step. */
function answer(exchange: Exchange): GatewayResponse {
  const { response } = exchange;
  const { status } = response;
  const isBodiless = exchange.request.method === "HEAD" || status === 204 || status === 304 || (status >= 100 && status < 200);
  const { headers } = response;
  headers.delete("transfer-encoding");
  headers.delete("connection");
  // The request's body may not have been read at all: whoever holds the stream must be told.
  if (!exchange.request.body.isBuffered) exchange.request.body.replace(null);
  if (isBodiless) {
    response.body.replace(null);
    if (status === 204 || status < 200) headers.delete("content-length");
    const { reason, socket } = response;
    return { status, reason, headers, body: null, ...(socket === undefined || status !== 101 ? null : { socket }) };
  }
  const body: Body = response.body.release();
  if (body === null) {
    if (headers.has("content-length")) headers.set("Content-Length", "0");
  } else if (body instanceof Uint8Array && headers.has("content-length")) headers.set("Content-Length", String(body.length));
  return { status, reason: response.reason, headers, body };
}
