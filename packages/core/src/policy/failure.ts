import { STATUS_CODES } from "node:http";
import { BodyTooLargeError, BodyWorkError, MessageBody } from "../http/body.js";
import { bodyWorkText } from "../http/body-work.js";
import { Headers } from "../http/headers.js";
import { TransportError } from "../http/transport.js";
import { PolicyError } from "./error.js";
import type { Exchange, LastError, ResponseMessage } from "./exchange.js";

/** The standard reason phrase of a status. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? "Unknown";
}

/** The client went away: nobody reads the answer. */
export const clientClosedRequest = 499;

/** The failure of a request whose caller has dropped the connection. */
export function clientGone(): PolicyError {
  return new PolicyError({
    reason: "ClientConnectionFailure",
    message: "The client closed the connection.",
    status: clientClosedRequest,
    statusReason: "Client Closed Request",
  });
}

/**
 * Any failure as the {@link PolicyError} that the pipeline reports. Failed calls become BackendConnectionFailure, Timeout or
 * ClientConnectionFailure, whichever policy made them; what nobody foresaw is logged and becomes a 500 that says nothing of its cause.
 */
export function toPolicyError(error: unknown, exchange: Exchange): PolicyError {
  const { runtime } = exchange;
  if (error instanceof PolicyError) return error;
  // What the request's own body failed with is no failure of the connection.
  if (error instanceof TransportError)
    return error.cause instanceof PolicyError ? error.cause : transportFailure(error, exchange);
  if (error instanceof BodyTooLargeError)
    return tooLarge(error, exchange, `The body of the response is larger than ${error.limit} bytes.`);
  if (error instanceof BodyWorkError) return tooLarge(error, exchange, bodyWorkText(error.limit, "The body of the response"));
  runtime.logger.error({ err: error }, "A policy failed in a way that nobody foresaw.");
  return new PolicyError({
    reason: "InternalError",
    message: unforeseen(error),
    status: 500,
    bodyMessage: "Internal server error",
    cause: error,
  });
}

function unforeseen(error: unknown): string {
  // The engine's words for a stack that is used up say nothing to a reader.
  const isStack = error instanceof RangeError && /call stack/i.test(error.message);
  return isStack ? "What was to be done is nested too deep." : error instanceof Error ? error.message : "The policy failed.";
}

/** @param ofResponse the message where it is not the request's own body */
function tooLarge(error: BodyTooLargeError | BodyWorkError, exchange: Exchange, ofResponse: string): PolicyError {
  if (error.body === exchange.request.body)
    return new PolicyError({
      reason: "RequestEntityTooLarge",
      message: error.message,
      status: 413,
      bodyMessage: "Request entity too large",
      cause: error,
    });
  return new PolicyError({
    reason: "ResponseEntityTooLarge",
    message: ofResponse,
    status: 502,
    bodyMessage: "Internal server error",
    cause: error,
  });
}

/** A call that failed, as an error. `gatewayErrors: "apim"` gives 500 where we say 502 and 504. */
export function transportFailure(error: TransportError, { runtime, configuration }: Exchange): PolicyError {
  const apim = (runtime.gatewayErrors ?? configuration.gatewayErrors) === "apim";
  const common = { message: error.message, bodyMessage: "Internal server error", cause: error };
  switch (error.kind) {
    case "connection":
      return new PolicyError({ ...common, reason: "BackendConnectionFailure", status: apim ? 500 : 502 });
    case "timeout":
      return new PolicyError({ ...common, reason: "Timeout", status: apim ? 500 : 504 });
    case "aborted":
      return new PolicyError({
        ...common,
        reason: "ClientConnectionFailure",
        status: clientClosedRequest,
        statusReason: "Client Closed Request",
      });
  }
}

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
  return lastError;
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
