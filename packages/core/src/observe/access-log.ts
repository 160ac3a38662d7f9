import type { Place } from "../diagnostics/place.js";
import type { GatewayOutcome, OutcomeError } from "./outcome.js";

/** One request as a line of the access log: names and units of the columns of API Management's `ApiManagementGatewayLogs`, and ours besides. */
export type AccessLogRecord = Readonly<Record<string, unknown>>;

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
const placeText = (place: Place | null): string => (place === null ? "" : `${place.file}:${place.line}:${place.column}`);

/** The columns of a request. Those that nothing is known for are empty, as the service has them. */
export function accessLogRecord(outcome: GatewayOutcome): AccessLogRecord {
  const { times, error, backend, by } = outcome;
  return {
    TimeGenerated: new Date(outcome.startedAt).toISOString(),
    CorrelationId: outcome.requestId,
    OperationName: "Microsoft.ApiManagement/GatewayLogs",
    Category: "GatewayLogs",
    Method: outcome.method,
    Url: outcome.url,
    ResponseCode: outcome.status,
    IsRequestSuccess: outcome.status >= 200 && outcome.status < 400,
    AnsweredBy: by.layer,
    AnsweredByPolicy: by.policy ?? "",
    AnsweredByPlace: placeText(by.place),
    TotalTime: rounded(times.total),
    GatewayTime: rounded(times.gateway),
    BackendTime: rounded(times.backend),
    ClientTime: rounded(times.client),
    CacheTime: rounded(times.cache),
    Cache: outcome.cache,
    ApiId: outcome.api ?? "",
    ApiRevision: outcome.revision ?? "",
    OperationId: outcome.operation ?? "",
    ProductId: outcome.product ?? "",
    ApimSubscriptionId: outcome.subscription ?? "",
    UserId: outcome.user ?? "",
    WorkspaceId: outcome.workspace ?? "",
    CallerIpAddress: outcome.ipAddress,
    RequestSize: outcome.requestSize,
    ResponseSize: outcome.responseSize,
    ClientProtocol: outcome.protocol ?? "",
    ClientTlsVersion: outcome.tlsVersion ?? "",
    BackendId: backend?.id ?? "",
    BackendMethod: backend?.method ?? "",
    BackendUrl: backend?.url ?? "",
    BackendResponseCode: backend?.status ?? 0,
    ...(error === null ? {} : errorColumns(error)),
    Errors: outcome.errors.map(errorRecord),
  };
}

function errorColumns(error: OutcomeError): AccessLogRecord {
  return {
    LastErrorSource: error.source,
    LastErrorReason: error.reason ?? "",
    LastErrorMessage: error.message,
    LastErrorSection: error.section ?? "",
    LastErrorScope: error.scope ?? "",
    LastErrorPlace: placeText(error.place),
  };
}

function errorRecord({ source, reason, message, section, scope, path, place }: OutcomeError): AccessLogRecord {
  return { source, reason, message, section, scope, path, place: placeText(place) };
}

/** The same in one line for people: who answered what, why, and where the time went. */
export function accessLogText(outcome: GatewayOutcome): string {
  const { method, url, status, by, times, error } = outcome;
  const path = url.replace(/^[a-z]+:\/\/[^/]+/i, "");
  const spread = times.backend > 0 ? ` (backend ${rounded(times.backend)})` : "";
  const who = by.policy === null ? by.layer : `${by.layer} ${by.policy}${by.place === null ? "" : ` ${placeText(by.place)}`}`;
  const why = error === null ? "" : ` ${error.reason ?? ""}: ${error.message}`;
  return `${method} ${path} ${status} ${rounded(times.total)} ms${spread} ${who}${why}`;
}
