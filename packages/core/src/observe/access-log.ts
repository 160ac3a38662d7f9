import type { Place } from "../diagnostics/place.js";
import type { DiagnosticModel } from "../model/diagnostic.js";
import type { RpcCall } from "../policy/rpc-call.js";
import type { GatewayOutcome, LoggedMessages, OutcomeError } from "./outcome.js";

/** One request as a line of the access log: names and units of the columns of API Management's `ApiManagementGatewayLogs`, and ours besides. */
export type AccessLogRecord = Readonly<Record<string, unknown>>;

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
/** A place as the access log has it: `payments.xml:4:5`; empty for none. */
export const placeText = (place: Place | null): string => (place === null ? "" : `${place.file}:${place.line}:${place.column}`);

/** The diagnostic that says what the access log holds. */
const DIAGNOSTIC = "azuremonitor";
const LEVELS = { verbose: 0, information: 1, error: 2 } as const;

/**
 * Is the request written down, by the diagnostic that holds for it? One that says nothing leaves it to `sample`.
 * @param sample the share of successful requests, from 0 to 1
 * @param fraction gives a number from 0 to below 1, by chance
 */
export function isLogged(outcome: GatewayOutcome, sample: number, fraction: () => number): boolean {
  const isFailure = hasFailed(outcome);
  const diagnostic = outcome.diagnostics.get(DIAGNOSTIC);
  if (diagnostic !== undefined && !isWanted(diagnostic, isFailure, fraction)) return false;
  return isFailure || sample >= 1 || fraction() < sample;
}

/** Does a diagnostic want a request, by its verbosity and its sampling? */
export function isWanted(
  { verbosity, logsAllErrors, sampling }: DiagnosticModel,
  isFailure: boolean,
  fraction: () => number,
): boolean {
  if (!isFailure && verbosity === "error") return false;
  return (isFailure && logsAllErrors) || sampling >= 1 || fraction() < sampling;
}

/** Has a request failed: did an error come, or an answer of 400 or more, or none? */
export function hasFailed({ error, status }: GatewayOutcome): boolean {
  return error !== null || status === 0 || status >= 400;
}

/** The columns of a request. Those that nothing is known for are empty, as the service has them. */
export function accessLogRecord(outcome: GatewayOutcome): AccessLogRecord {
  const { times, error, backend, by } = outcome;
  const diagnostic = outcome.diagnostics.get(DIAGNOSTIC);
  const messages = diagnostic === undefined ? null : outcome.logged(DIAGNOSTIC);
  const record: Record<string, unknown> = {
    TimeGenerated: new Date(outcome.startedAt).toISOString(),
    CorrelationId: outcome.requestId,
    OperationName: "Microsoft.ApiManagement/GatewayLogs",
    Category: "GatewayLogs",
    Region: outcome.region,
    Method: outcome.method,
    ApiId: outcome.api ?? "",
    ApiRevision: outcome.revision ?? "",
    OperationId: outcome.operation ?? "",
    ProductId: outcome.product ?? "",
    ApimSubscriptionId: outcome.subscription ?? "",
    UserId: outcome.user ?? "",
    WorkspaceId: outcome.workspace ?? "",
    CallerIpAddress: diagnostic?.logsClientIp === false ? "" : outcome.ipAddress,
    ClientProtocol: outcome.protocol ?? "",
    ClientTlsVersion: outcome.tlsVersion ?? "",
    Url: messages?.url ?? outcome.url,
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
    RequestSize: outcome.requestSize,
    ResponseSize: outcome.responseSize,
    BackendId: backend?.id ?? "",
    BackendMethod: backend?.method ?? "",
    BackendUrl: messages?.backendUrl ?? backend?.url ?? "",
    BackendProtocol: backend?.protocol ?? "",
    BackendResponseCode: backend?.status ?? 0,
    Errors: outcome.errors.length === 0 ? outcome.errors : outcome.errors.map(errorRecord),
    TraceRecords: outcome.traces.length === 0 ? outcome.traces : traceRecords(outcome, diagnostic),
  };
  // Few requests have these: spread into the others they would make every record dearer.
  if (error !== null) Object.assign(record, errorColumns(error));
  if (messages !== null) Object.assign(record, messageColumns(messages));
  if (outcome.rpc !== null) Object.assign(record, rpcColumns(outcome.rpc));
  return record;
}

/** What trace policies said, as far as the diagnostic's verbosity takes it. */
function traceRecords({ traces }: GatewayOutcome, diagnostic: DiagnosticModel | undefined): readonly AccessLogRecord[] {
  const least = diagnostic === undefined ? 0 : LEVELS[diagnostic.verbosity];
  return traces
    .filter(({ severity }) => LEVELS[severity] >= least)
    .map(({ source, severity, message, metadata }) => ({ source, severity, message, metadata }));
}

/** Those of `ApiManagementGatewayMCPLog`, whose Method would hide that of HTTP. */
function rpcColumns({ protocol, method, tool, session, agent }: RpcCall): AccessLogRecord {
  const columns = { RpcMethod: method ?? "" };
  return protocol === "mcp"
    ? { ...columns, ToolName: tool ?? "", SessionId: session ?? "" }
    : { ...columns, AgentId: agent ?? "" };
}

/** What the diagnostic asks for. */
function messageColumns({ request, response, backendRequest, backendResponse }: LoggedMessages): AccessLogRecord {
  return {
    RequestHeaders: request.headers,
    RequestBody: request.body,
    ResponseHeaders: response.headers,
    ResponseBody: response.body,
    BackendRequestHeaders: backendRequest.headers,
    BackendRequestBody: backendRequest.body,
    BackendResponseHeaders: backendResponse.headers,
    BackendResponseBody: backendResponse.body,
  };
}

function errorColumns(error: OutcomeError): AccessLogRecord {
  return {
    LastErrorSource: error.source,
    LastErrorReason: error.reason ?? "",
    LastErrorMessage: error.message,
    LastErrorSection: error.section ?? "",
    LastErrorScope: error.scope ?? "",
    LastErrorElapsed: Math.round(error.elapsed),
    LastErrorPlace: placeText(error.place),
    ...(error.why === null ? {} : { LastErrorWhy: error.why }),
  };
}

function errorRecord({ source, reason, message, section, scope, path, place }: OutcomeError): AccessLogRecord {
  return { source, reason, message, section, scope, path, place: placeText(place) };
}

/** The same in one line for people: who answered what, why, and where the time went. */
export function accessLogText(outcome: GatewayOutcome): string {
  const { method, url, status, by, times, error } = outcome;
  const path = url.slice(Math.max(0, url.indexOf("/", url.indexOf("//") + 2)));
  const spread = times.backend > 0 ? ` (backend ${rounded(times.backend)})` : "";
  const who = by.policy === null ? by.layer : `${by.layer} ${by.policy}${by.place === null ? "" : ` ${placeText(by.place)}`}`;
  const why = error === null ? "" : ` ${error.reason ?? ""}: ${error.message}${error.why === null ? "" : ` ${error.why}`}`;
  return `${method} ${path} ${status} ${rounded(times.total)} ms${spread} ${who}${why}`;
}
