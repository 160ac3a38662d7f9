import type { GatewayModel } from "../model/model.js";
import type { GatewayOutcome, OutcomeError } from "../observe/outcome.js";
import type { OutcomeListener } from "../observe/sending.js";
import { secretMask } from "../policy/secret-mask.js";

/** A request that its host has refused before the gateway saw it. */
export interface RefusedRequest {
  /** As far as it could be read; may be empty, like the URL. */
  readonly method: string;
  readonly url: string;
  readonly ipAddress: string;
  /** What the caller got. */
  readonly status: number;
  /** Why, in one sentence for the operator. */
  readonly why: string;
  /** `HTTP/1.1` */
  readonly protocol?: string;
  readonly tlsVersion?: string | null;
  /** Told of it, beside the listeners of the gateway. */
  readonly onOutcome?: OutcomeListener;
}

const LONGEST_METHOD = 64;
const LONGEST_URL = 8_000;

const REASONS: Readonly<Record<number, string>> = {
  400: "BadRequest",
  408: "RequestTimeout",
  413: "RequestEntityTooLarge",
  431: "RequestHeaderFieldsTooLarge",
  500: "InternalError",
  501: "NotImplemented",
  505: "HttpVersionNotSupported",
};

const NO_TIMES = { total: 0, gateway: 0, backend: 0, client: 0, cache: 0, store: 0 };

/** What became of a request that never came to the gateway. */
export function refusedOutcome(
  { method, url, ipAddress, status, why, protocol, tlsVersion }: RefusedRequest,
  configuration: GatewayModel,
  requestId: string,
  startedAt: number,
): GatewayOutcome {
  const mask = secretMask(configuration);
  const error: OutcomeError = {
    source: "configuration",
    reason: REASONS[status] ?? "BadRequest",
    message: mask.text(why),
    section: null,
    scope: null,
    path: null,
    policyId: null,
    place: null,
    elapsed: 0,
    why: null,
    cause: undefined,
  };
  return {
    requestId,
    startedAt,
    method: method.slice(0, LONGEST_METHOD),
    url: mask.text(url.slice(0, LONGEST_URL)),
    ipAddress,
    api: null,
    version: null,
    revision: null,
    operation: null,
    product: null,
    subscription: null,
    user: null,
    workspace: null,
    route: null,
    region: configuration.deployment.region,
    status,
    reason: "",
    by: { layer: "gateway", policy: error.source, section: null, scope: null, place: null },
    error,
    errors: [error],
    cache: "none",
    retries: 0,
    requestSize: 0,
    responseSize: 0,
    times: NO_TIMES,
    backend: null,
    protocol: protocol ?? null,
    tlsVersion: tlsVersion ?? null,
    traces: [],
    limitUsage: 0,
    model: null,
    rpc: null,
    diagnostics: configuration.diagnostics,
    logged: () => null,
  };
}
