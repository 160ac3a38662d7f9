import type { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import { logEvents } from "../policy/log-events.js";
import type { Logger } from "../policy/services.js";
import { ShownText } from "./shown-text.js";

/**
 * Tells the operator of every failure of a request: where it was, why, and what was below it, under the `activityId` that the caller got. Refusals are
 * what policies are there for, and of less weight than what should not have been.
 */
export function logFailures(exchange: Exchange): void {
  logAll(exchange, exchange.failures!);
}

/** The same of a failure that comes to light when the others have been told of: while the answer goes out. */
export function logLateFailure(exchange: Exchange, failure: PolicyError): void {
  logAll(exchange, [failure]);
}

/** Which request a line of the log is about. */
export function ofRequest({ requestId, api, operation }: Exchange): object {
  return { activityId: requestId, api: api?.id ?? null, operation: operation?.id ?? null };
}

function logAll(exchange: Exchange, failures: readonly PolicyError[]): void {
  const bindings = ofRequest(exchange);
  const { logger } = exchange.runtime;
  const isChild = logger.child !== undefined;
  const log = isChild ? logger.child!(bindings) : logger;
  const texts = new ShownText(exchange);
  for (const failure of failures) logFailure(log, failure, isChild ? {} : bindings, texts);
}

function logFailure(log: Logger, failure: PolicyError, bindings: object, texts: ShownText): void {
  const { source, reason, message, section, scope, path, policyId, place, status, cause, options } = failure;
  const fields = {
    ...bindings,
    policy: source ?? "pipeline",
    reason,
    status,
    error: texts.text(message, 4_000),
    section,
    scope,
    path,
    policyId,
    place: place === null ? null : `${place.file}:${place.line}:${place.column}`,
    ...(options.why === undefined ? {} : { why: texts.text(options.why, 4_000) }),
    ...(cause === undefined ? {} : { err: texts.masked(cause) }),
  };
  if (status >= 500) log.error(fields, logEvents.requestFailed);
  else log.info(fields, logEvents.requestFailed);
}
