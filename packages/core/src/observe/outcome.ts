import type { Place } from "../diagnostics/place.js";
import type { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
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
export function outcomeOf(exchange: Exchange, meter: Meter, sent: Sent, mask: (text: string) => string): GatewayOutcome {
  const { api, operation, product, subscription, user, request, response, target } = exchange;
  const error = exchange.lastError === null ? null : (exchange.failures?.at(-1) ?? null);
  const isGone = sent.isCut === true && (meter.responseBytes === 0 || error?.reason === "ClientConnectionFailure");
  return {
    requestId: exchange.requestId,
    startedAt: exchange.startedAt,
    method: request.method,
    url: mask(exchange.originalUrl.toString()),
    ipAddress: request.ipAddress,
    api: api?.id ?? null,
    version: api?.version ?? null,
    revision: api?.revision ?? null,
    operation: operation?.id ?? null,
    product: product?.id ?? null,
    subscription: subscription?.id ?? null,
    user: user?.id ?? null,
    workspace: api?.workspace?.id ?? null,
    status: isGone ? 0 : (sent.status ?? response.status),
    reason: sent.reason ?? response.reason,
    by: answererOf(exchange),
    error: error === null ? null : outcomeError(error, mask),
    errors: (exchange.failures ?? []).map((failure) => outcomeError(failure, mask)),
    cache: exchange.isCacheHit ? "hit" : exchange.isCacheMiss ? "miss" : "none",
    retries: Math.max(0, meter.backendCalls - 1),
    requestSize: meter.requestBytes,
    responseSize: sent.bytes ?? meter.responseBytes,
    times: timesOf(meter),
    backend:
      meter.backendCall === null
        ? null
        : { ...meter.backendCall, url: mask(meter.backendCall.url), id: target.memberId ?? target.backendId },
    protocol: sent.protocol ?? null,
    tlsVersion: sent.tlsVersion ?? null,
  };
}

/** How the time of a request is spread, up to now. */
export function timesOf(meter: Meter): OutcomeTimes {
  const total = meter.elapsed;
  const client = Math.min(meter.client, total);
  const backend = Math.min(meter.backend, total - client);
  return { total, gateway: Math.max(0, total - client - backend), backend, client, cache: meter.cache, store: meter.store };
}

function outcomeError(error: PolicyError, mask: (text: string) => string): OutcomeError {
  const { source, reason, message, section, scope, path, policyId, place, cause } = error;
  return {
    source: source ?? "pipeline",
    reason: reason === "" ? null : reason,
    message: mask(message),
    section,
    scope,
    path,
    policyId,
    place,
    cause,
  };
}

const NOBODY = { policy: null, section: null, scope: null, place: null };
const LOOKUPS = /cache-lookup$/;

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
  if (isFromHost) return { layer: "host", ...NOBODY };
  return { layer: exchange.hasBackendResponse ? "backend" : "gateway", ...NOBODY };
}
