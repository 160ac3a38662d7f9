import { STATUS_CODES } from "node:http";
import { BodyTooLargeError, BodyWorkError, MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import { TransportError } from "../http/transport.js";
import { internalError, internalServerError, policyError } from "./declared-error.js";
import { PolicyError } from "./error.js";
import type { Exchange, LastError, ResponseMessage } from "./exchange.js";
import type { PolicyInfo } from "./observer.js";

/** The standard reason phrase of a status. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? "Unknown";
}

/** The client went away: nobody reads the answer. */
export const clientClosedRequest = 499;

/** The caller has gone. */
export const callerGone = policyError({
  when: "the caller has gone, so that nobody reads the answer",
  status: clientClosedRequest,
  statusReason: "Client Closed Request",
  reason: "ClientConnectionFailure",
  message: "{what}",
});

/** The way to the server could not be made, or broke. */
export const connectionFailed = policyError({
  when: "no connection, or one that breaks",
  status: '502; 500 with `gatewayErrors: "apim"`',
  reason: "BackendConnectionFailure",
  message: "{what}",
  toCaller: internalServerError,
});

/** The server took longer than it may. */
export const callTimedOut = policyError({
  when: "no answer within timeout",
  status: '504; 500 with `gatewayErrors: "apim"`',
  reason: "Timeout",
  message: "{what}",
  toCaller: internalServerError,
});

/** The request's body is longer than what is read whole. */
export const requestTooLarge = policyError({
  when: "the request's body is longer than `bodyLimit` and is to be read whole",
  status: 413,
  reason: "RequestEntityTooLarge",
  message: "{what}",
  toCaller: "Request entity too large",
});

/** The same of any other body. */
export const responseTooLarge = policyError({
  when: "the same of a response's body, be it the backend's or the answer to send-request",
  status: 502,
  reason: "ResponseEntityTooLarge",
  message: "{what}",
  toCaller: internalServerError,
});

/** What nobody foresaw. */
export const unforeseen = internalError("something that nobody foresaw, which is logged", "InternalError", "{what}");

/** The failure of a request whose caller has dropped the connection. */
export function clientGone(): PolicyError {
  return callerGone.error({ what: "The client closed the connection." });
}

/**
 * Any failure as the {@link PolicyError} that the pipeline reports. Failed calls become BackendConnectionFailure, Timeout or
 * ClientConnectionFailure, whichever policy made them; what nobody foresaw is logged and becomes a 500 that says nothing of its cause.
 */
export function toPolicyError(error: unknown, exchange: Exchange): PolicyError {
  if (error instanceof PolicyError) return error;
  // What the request's own body failed with is no failure of the connection.
  if (error instanceof TransportError)
    return error.cause instanceof PolicyError ? error.cause : transportFailure(error, exchange);
  if (error instanceof BodyTooLargeError)
    return tooLarge(error, exchange, `The body of the response is larger than ${error.limit} bytes.`);
  if (error instanceof BodyWorkError) return tooLarge(error, exchange, error.messageOf("The body of the response"));
  return unforeseen.error({ what: unforeseenText(error) }, { cause: error });
}

/** Any failure of a policy, as {@link toPolicyError} has it, with what is not known of its place filled in. */
export function failureAt(error: unknown, info: PolicyInfo, exchange: Exchange): PolicyError {
  const failure = toPolicyError(error, exchange);
  failure.source ??= info.name;
  failure.section ??= info.section;
  failure.scope ??= info.scope;
  failure.path ??= info.path;
  failure.policyId ??= info.policyId;
  failure.place ??= info.place;
  return failure;
}

function unforeseenText(error: unknown): string {
  // The engine's words for a stack that is used up say nothing to a reader.
  const isStack = error instanceof RangeError && /call stack/i.test(error.message);
  return isStack ? "What was to be done is nested too deep." : error instanceof Error ? error.message : "The policy failed.";
}

/** @param ofResponse the message where it is not the request's own body */
function tooLarge(error: BodyTooLargeError | BodyWorkError, exchange: Exchange, ofResponse: string): PolicyError {
  return error.body === exchange.request.body
    ? requestTooLarge.error({ what: error.message }, { cause: error })
    : responseTooLarge.error({ what: ofResponse }, { cause: error });
}

/** A call that failed, as an error. `gatewayErrors: "apim"` gives 500 where we say 502 and 504. */
export function transportFailure(error: TransportError, { runtime, configuration }: Exchange): PolicyError {
  const apim = (runtime.gatewayErrors ?? configuration.gatewayErrors) === "apim";
  const what = error.message;
  switch (error.kind) {
    case "connection":
      return connectionFailed.error({ what }, { status: apim ? 500 : 502, cause: error });
    case "timeout":
      return callTimedOut.error({ what }, { status: apim ? 500 : 504, cause: error });
    case "aborted":
      return callerGone.error({ what }, { toCaller: internalServerError, cause: error });
  }
}

/** Of a request, for its log: a retry loop must not keep them without end. */
const MOST_FAILURES = 20;

/** Sets `context.LastError`. A policy that looks at an error before it leaves it (retry) calls this first. */
export function setLastError(exchange: Exchange, error: PolicyError): LastError {
  const lastError: LastError = {
    source: error.source ?? "pipeline",
    reason: error.reason === "" ? null : error.reason,
    message: error.message,
    scope: error.scope,
    section: error.section,
    path: error.path,
    policyId: error.policyId,
    status: error.status,
  };
  exchange.lastError = lastError;
  noteFailure(exchange, error);
  return lastError;
}

/** Adds a failure to those of a request, for its log: also one that does not end it. */
export function noteFailure(exchange: Exchange, error: PolicyError): void {
  exchange.failures ??= [];
  if (exchange.failures.length >= MOST_FAILURES) exchange.failures.pop();
  if (exchange.failures.at(-1) !== error) exchange.failures.push(error);
  error.at ??= exchange.runtime.clock.now();
}

/** The response that an error stands for before on-error may change it: status, reason, headers and the documented JSON body. */
export function errorResponse(exchange: Exchange, error: PolicyError): ResponseMessage {
  if (error.options.keepsResponse === true) return exchange.response;
  const message = error.options.bodyMessage ?? error.message;
  const fields: Record<string, unknown> = { statusCode: error.status, message };
  if (error.status >= 500 && message === "Internal server error") fields["activityId"] = exchange.requestId;
  const headers = new Headers([["Content-Type", "application/json"]]);
  if (error.options.headers !== undefined) for (const [name, value] of error.options.headers) headers.append(name, value);
  return {
    status: error.status,
    reason: error.options.statusReason ?? reasonPhrase(error.status),
    headers,
    body: new MessageBody(Buffer.from(spacedJson(fields))),
  };
}

/** As the gateway of API Management writes its errors: `{ "statusCode": 401, "message": "…" }`. */
function spacedJson(fields: Readonly<Record<string, unknown>>): string {
  return `{ ${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}
