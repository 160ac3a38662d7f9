import type { HandleOptions, HostHandler, OutcomeListener } from "@turnpike/core";

/** How a gateway stands in its host. */
export interface HostOptions<Request> {
  /**
   * `gateway` (the default): the gateway answers, and calls its backends over HTTP. `middleware`: the application's next handler is the
   * backend of every API whose policies name no other.
   */
  readonly mode?: "gateway" | "middleware";
  /**
   * What becomes of a request that no API is there for, in middleware mode. `refuse` (the default) answers 404. `pass` hands it on as it
   * came: then whatever the application serves beside its APIs is open to all.
   */
  readonly unmatched?: HandleOptions["unmatched"];
  /**
   * Context variables that a request starts with, made of what the host knows of it: `(request) => ({ userId: request.user?.id })`. It may
   * take the request by the type that the application has for it.
   */
  variables?(request: Request): Readonly<Record<string, unknown>>;
  /** Told of every request that comes by this mount, once its answer has gone out; beside the gateway's own listener. */
  readonly onOutcome?: OutcomeListener;
}

/**
 * What the gateway is told besides the request.
 * @param next the application's own handler, in middleware mode
 * @param reportsSending true for a mount that tells when an answer has gone out
 */
export function handleOptions<Request>(
  options: HostOptions<Request>,
  request: Request,
  next?: HostHandler,
  reportsSending = false,
): HandleOptions {
  const told: { -readonly [K in keyof HandleOptions]: HandleOptions[K] } = { unmatched: options.unmatched ?? "refuse" };
  if (next !== undefined) told.next = next;
  if (reportsSending) told.reportsSending = true;
  if (options.onOutcome !== undefined) told.onOutcome = options.onOutcome;
  if (options.variables !== undefined) told.variables = options.variables(request);
  return told;
}
