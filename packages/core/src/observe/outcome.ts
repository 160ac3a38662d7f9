import type { Place } from "../diagnostics/place.js";
import type { Diagnostics, LoggedPart } from "../model/diagnostic.js";
import type { ApiModel, OperationModel } from "../model/model.js";
import type { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import { type ModelCall, modelCallOf } from "../policy/model-call.js";
import { type RpcCall, rpcCallOf } from "../policy/rpc-call.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import type { TraceEntry } from "../policy/services.js";
import { keptEntries } from "../policy/trace-entries.js";
import { type LoggedMessage, maskedUrl } from "./captured.js";
import type { Meter, MeteredBackendCall } from "./meter.js";

/** Who made the answer to a request. */
export interface Answerer {
  /** `host`: the host's own handler, in middleware mode. */
  readonly layer: "gateway" | "backend" | "cache" | "host";
  /** The policy that made it, or the built-in step (`authorization`, `configuration`); null where none did. */
  readonly policy: string | null;
  readonly section: SectionName | null;
  readonly scope: ScopeName | null;
  /** Null for built-in steps. */
  readonly place: Place | null;
}

/** A failure of a request, for its operator. */
export interface OutcomeError {
  readonly source: string;
  readonly reason: string | null;
  readonly message: string;
  readonly section: SectionName | null;
  readonly scope: ScopeName | null;
  readonly path: string | null;
  readonly policyId: string | null;
  readonly place: Place | null;
  /** Milliseconds from the request's arrival to it. */
  readonly elapsed: number;
  /** For the operator alone, in one sentence: why it came to this, where the message does not say. */
  readonly why: string | null;
  /** What went wrong below, where something did. */
  readonly cause: unknown;
}

/** Where the time of a request went, in milliseconds. */
export interface OutcomeTimes {
  readonly total: number;
  /** Without backend and caller; cache and store are part of it. */
  readonly gateway: number;
  readonly backend: number;
  /** Waiting for what the caller sends and takes. */
  readonly client: number;
  readonly cache: number;
  readonly store: number;
}

/** What became of a request: who asked for what, who answered, and where the time went. */
export interface GatewayOutcome {
  /** GUID text: `context.RequestId`, and the `activityId` that callers see. */
  readonly requestId: string;
  /** Milliseconds since the epoch at which it came in. */
  readonly startedAt: number;
  readonly method: string;
  /** As the caller sent it, keys and tokens masked. */
  readonly url: string;
  readonly ipAddress: string;
  readonly api: string | null;
  readonly version: string | null;
  readonly revision: string | null;
  readonly operation: string | null;
  readonly product: string | null;
  readonly subscription: string | null;
  readonly user: string | null;
  readonly workspace: string | null;
  /** The template that took the request: the API's prefix and the operation's template (`/orders/{id}`); null where none did. */
  readonly route: string | null;
  /** Where the gateway is: `context.Deployment.Region`. */
  readonly region: string;
  /** 0 where the caller went away before it had an answer. */
  readonly status: number;
  readonly reason: string;
  readonly by: Answerer;
  /** `context.LastError`. */
  readonly error: OutcomeError | null;
  /** All failures, retried ones included, the first first. */
  readonly errors: readonly OutcomeError[];
  /** What the response cache had to do with it. */
  readonly cache: "hit" | "miss" | "none";
  /** Calls of the backend beyond the first. */
  readonly retries: number;
  /** Bytes of the bodies. */
  readonly requestSize: number;
  readonly responseSize: number;
  readonly times: OutcomeTimes;
  /** The last call of the backend. */
  readonly backend: (MeteredBackendCall & { readonly id: string | null }) | null;
  /** Of the caller's connection, where the host tells: `HTTP/1.1`, and `1.3` or null. */
  readonly protocol: string | null;
  readonly tlsVersion: string | null;
  /** What trace policies said, secrets masked, the first first. */
  readonly traces: readonly TraceEntry[];
  /** How much is used of the limit that is nearest to its end, of those that the request counted to: 1 is all of it, 0 where it counted to none. */
  readonly limitUsage: number;
  /** The call of a language model, where an AI policy looked at it. */
  readonly model: ModelCall | null;
  /** The message to an MCP server or an A2A agent; null for other APIs. */
  readonly rpc: RpcCall | null;
  /** What the diagnostics that hold for the request say, by id (`azuremonitor`, `applicationinsights`). */
  readonly diagnostics: Diagnostics;
  /** The messages of the request as a diagnostic wants them logged; null where none of its id wants any. */
  logged(this: void, diagnostic: string): LoggedMessages | null;
}

/** What a diagnostic logs of a request's messages. */
export interface LoggedMessages extends Readonly<Record<LoggedPart, LoggedMessage>> {
  /** The URL, with the query parameters masked that the diagnostic names. */
  readonly url: string;
  readonly backendUrl: string;
}

/** How texts of an outcome are shown: without secrets. */
export interface OutcomeTexts {
  header(name: string, value: string): string;
  text(text: string, most?: number): string;
}

/** How the answer went out. */
export interface Sent {
  /** True: the caller was gone before it had all of it. */
  readonly isCut?: boolean;
  /** Where somebody else made the answer: the host, that has taken the request over. */
  readonly status?: number;
  readonly reason?: string;
  readonly bytes?: number;
  readonly protocol?: string;
  readonly tlsVersion?: string | null;
}

/** What became of a request, as it stands. */
export function outcomeOf(exchange: Exchange, meter: Meter, sent: Sent, texts: OutcomeTexts): GatewayOutcome {
  const mask = (text: string): string => texts.text(text);
  const { api, operation, product, subscription, user, request, response, target } = exchange;
  const error = exchange.lastError === null ? null : (exchange.failures?.at(-1) ?? null);
  const isGone = sent.isCut === true && (meter.responseBytes === 0 || error?.reason === "ClientConnectionFailure");
  const entries = keptEntries(exchange);
  const url = mask(exchange.originalUrl.toString());
  const backendUrl = meter.backendCall === null ? "" : mask(meter.backendCall.url);
  const diagnostics = api?.diagnostics ?? exchange.configuration.diagnostics;
  const elapsedTo = (failure: PolicyError): number => Math.max(0, (failure.at ?? exchange.startedAt) - exchange.startedAt);
  return {
    requestId: exchange.requestId,
    startedAt: exchange.startedAt,
    method: request.method,
    url,
    ipAddress: request.ipAddress,
    api: api?.id ?? null,
    version: api?.version ?? null,
    revision: api?.revision ?? null,
    operation: operation?.id ?? null,
    product: product?.id ?? null,
    subscription: subscription?.id ?? null,
    user: user?.id ?? null,
    workspace: api?.workspace?.id ?? null,
    route: api === null || operation === null ? null : routeOf(api, operation),
    region: exchange.configuration.deployment.region,
    status: isGone ? 0 : (sent.status ?? response.status),
    reason: sent.reason ?? response.reason,
    by: answererOf(exchange),
    error: error === null ? null : outcomeError(error, elapsedTo(error), mask),
    errors:
      exchange.failures === null
        ? NO_ERRORS
        : exchange.failures.map((failure) => outcomeError(failure, elapsedTo(failure), mask)),
    cache: exchange.isCacheHit ? "hit" : exchange.isCacheMiss ? "miss" : "none",
    retries: Math.max(0, meter.backendCalls - 1),
    requestSize: meter.requestBytes,
    responseSize: sent.bytes ?? meter.responseBytes,
    times: timesOf(meter),
    backend:
      meter.backendCall === null ? null : calledBackend(meter.backendCall, backendUrl, target.memberId ?? target.backendId),
    protocol: sent.protocol ?? null,
    tlsVersion: sent.tlsVersion ?? null,
    traces: entries.length === 0 ? entries : entries.map((entry) => shownEntry(entry, mask)),
    limitUsage: meter.limitUsage,
    model: modelCallOf(exchange),
    rpc: rpcCallOf(exchange),
    diagnostics,
    logged: (id) => loggedMessages(diagnostics, id, meter, url, backendUrl, texts),
  };
}

function calledBackend(
  { method, status, protocol }: MeteredBackendCall,
  url: string,
  id: string | null,
): GatewayOutcome["backend"] {
  return { method, url, status, protocol, id };
}

function loggedMessages(
  diagnostics: Diagnostics,
  id: string,
  { capture }: Meter,
  url: string,
  backendUrl: string,
  texts: OutcomeTexts,
): LoggedMessages | null {
  const diagnostic = diagnostics.get(id);
  if (diagnostic === undefined) return null;
  const { request, backendRequest } = diagnostic.messages;
  const message = (part: LoggedPart): LoggedMessage =>
    capture === null ? EMPTY_MESSAGE : capture.logged(part, diagnostic.messages[part], texts);
  return {
    url: maskedUrl(url, request),
    backendUrl: maskedUrl(backendUrl, backendRequest),
    request: message("request"),
    response: message("response"),
    backendRequest: message("backendRequest"),
    backendResponse: message("backendResponse"),
  };
}

const NO_ERRORS: readonly OutcomeError[] = [];
const EMPTY_MESSAGE: LoggedMessage = { headers: {}, body: "" };

function shownEntry(entry: TraceEntry, mask: (text: string) => string): TraceEntry {
  const metadata = Object.entries(entry.metadata).map(([name, value]) => [mask(name), mask(value)]);
  return { ...entry, message: mask(entry.message), metadata: Object.fromEntries(metadata) as Record<string, string> };
}

const routes = new WeakMap<OperationModel, string>();

/** The template of a request as the API and the operation have it. Made once for each operation. */
function routeOf({ path }: ApiModel, operation: OperationModel): string {
  let route = routes.get(operation);
  if (route === undefined) {
    const [template] = operation.urlTemplate.split("?");
    route = `${path === "" ? "" : `/${path}`}${template!.startsWith("/") ? "" : "/"}${template}`;
    routes.set(operation, route);
  }
  return route;
}

/** How the time of a request is spread, up to now. */
export function timesOf(meter: Meter): OutcomeTimes {
  const total = meter.elapsed;
  const client = Math.min(meter.client, total);
  const backend = Math.min(meter.backend, total - client);
  return { total, gateway: Math.max(0, total - client - backend), backend, client, cache: meter.cache, store: meter.store };
}

function outcomeError(error: PolicyError, elapsed: number, mask: (text: string) => string): OutcomeError {
  const { source, reason, message, section, scope, path, policyId, place, cause, options } = error;
  return {
    source: source ?? "pipeline",
    reason: reason === "" ? null : reason,
    message: mask(message),
    section,
    scope,
    path,
    policyId,
    place,
    elapsed,
    why: options.why === undefined ? null : mask(options.why),
    cause,
  };
}

const NOBODY = { policy: null, section: null, scope: null, place: null };
const LOOKUPS = /cache-lookup$/;

/** Does the gateway answer for the API itself: an MCP server of tools, a GraphQL API of resolvers? */
function isServedHere({ api }: Exchange): boolean {
  return api !== null && (api.mcpTools !== null || api.graphql?.resolvers != null);
}

/** Who made the answer that stands. */
export function answererOf(exchange: Exchange): Answerer {
  const { answeredBy, lastError, failures } = exchange;
  if (answeredBy !== null && answeredBy.name !== "forward-request") {
    const { name, section, scope, place } = answeredBy;
    const layer = exchange.isCacheHit && LOOKUPS.test(name) ? "cache" : "gateway";
    return { layer, policy: name, section, scope, place };
  }
  if (lastError !== null && failures?.at(-1)?.options.keepsResponse !== true) {
    const { source, section, scope } = lastError;
    return { layer: "gateway", policy: source, section, scope, place: failures?.at(-1)?.place ?? null };
  }
  const isFromHost =
    exchange.endsAtHost ||
    (exchange.hasBackendResponse &&
      exchange.next !== null &&
      exchange.target.baseUrl === null &&
      exchange.target.backendId === null);
  if (isFromHost) return { layer: isServedHere(exchange) ? "gateway" : "host", ...NOBODY };
  return { layer: exchange.hasBackendResponse ? "backend" : "gateway", ...NOBODY };
}
