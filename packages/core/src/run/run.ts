import type { Program } from "../compile/program.js";
import { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import { clientGone, errorResponse, setLastError, toPolicyError } from "../policy/failure.js";
import type { Flow } from "../policy/flow.js";
import { logEvents } from "../policy/log-events.js";

/**
 * Runs a request through its pipeline: inbound, backend, outbound; on-error after a failure. Afterwards `exchange.response` is the answer.
 * Waits only where a step waits.
 * @param failure an error of a built-in step before the first section: straight to on-error
 */
export function runProgram(program: Program, exchange: Exchange, failure: PolicyError | null = null): void | Promise<void> {
  if (failure !== null) return fail(program, exchange, failure);
  try {
    const pending = runSections(program, exchange);
    if (pending === undefined) return finish(exchange);
    return pending.then(
      () => finish(exchange),
      (thrown) => fail(program, exchange, toPolicyError(thrown, exchange)),
    );
  } catch (thrown) {
    return fail(program, exchange, toPolicyError(thrown, exchange));
  }
}

async function fail(program: Program, exchange: Exchange, error: PolicyError): Promise<void> {
  await runOnError(program, exchange, error);
  await finish(exchange);
}

function finish(exchange: Exchange): void | Promise<void> {
  if (exchange.atEnd.length > 0) return runAtEnd(exchange);
  stampHeaders(exchange, false);
}

async function runAtEnd(exchange: Exchange): Promise<void> {
  for (const action of exchange.atEnd) {
    try {
      const pending = action(exchange);
      if (pending !== undefined) await pending;
    } catch (thrown) {
      exchange.runtime.logger.error({ err: thrown }, logEvents.requestEndFailed);
    }
  }
  stampHeaders(exchange, false);
}

/**
 * Puts the headers that policies have queued on the response that stands, once for each response: outbound and on-error may change them.
 * @param replaces false: names that the response has already are left alone
 */
function stampHeaders(exchange: Exchange, replaces: boolean): void {
  const { finalHeaders } = exchange;
  if (finalHeaders.length === 0) return;
  const { response } = exchange;
  if (exchange.stamped === response) return;
  exchange.stamped = response;
  const { headers } = response;
  const wanted = replaces ? finalHeaders : finalHeaders.filter(([name]) => !headers.has(name));
  for (const [name, value] of wanted) headers.set(name, value);
}

function runSections(program: Program, exchange: Exchange): void | Promise<void> {
  exchange.section = "inbound";
  const flow = program.inbound(exchange);
  if (typeof flow !== "string") return afterInbound(program, exchange, flow);
  if (flow === "stop") return exchange.isCacheHit ? runAfterHit(program, exchange) : undefined;
  const next = runBackend(program, exchange);
  if (typeof next !== "string") return afterBackend(program, exchange, next);
  if (next === "stop") return;
  if (exchange.atResponse.length > 0) return afterBackend(program, exchange, next);
  stampHeaders(exchange, true);
  exchange.section = "outbound";
  const last = program.outbound(exchange);
  if (typeof last !== "string") return last.then(nothing);
}

async function afterInbound(program: Program, exchange: Exchange, pending: Promise<Flow>): Promise<void> {
  if ((await pending) === "stop") return exchange.isCacheHit ? runAfterHit(program, exchange) : undefined;
  if (exchange.signal.aborted) throw clientGone();
  return afterBackend(program, exchange, runBackend(program, exchange));
}

function runBackend(program: Program, exchange: Exchange): Flow | Promise<Flow> {
  exchange.section = "backend";
  const { atEnd, atResponse, finalHeaders } = exchange;
  const isLast = program.endsAtBackend && atEnd.length === 0 && atResponse.length === 0 && finalHeaders.length === 0;
  exchange.endsAtHost = isLast && exchange.next !== null && exchange.observer === null;
  return program.backend(exchange);
}

async function afterBackend(program: Program, exchange: Exchange, pending: Flow | Promise<Flow>): Promise<void> {
  if ((typeof pending === "string" ? pending : await pending) === "stop") return;
  if (exchange.signal.aborted) throw clientGone();
  for (const action of exchange.atResponse) {
    const waiting = action(exchange);
    if (waiting !== undefined) await waiting;
  }
  stampHeaders(exchange, true);
  exchange.section = "outbound";
  const flow = program.outbound(exchange);
  if (typeof flow !== "string") await flow;
}

/** A cached response stands: no backend, and of outbound only what follows the caching. */
function runAfterHit(program: Program, exchange: Exchange): void | Promise<void> {
  stampHeaders(exchange, true);
  exchange.section = "outbound";
  const flow = program.afterHit(exchange);
  if (typeof flow !== "string") return flow.then(nothing);
}

function nothing(): void {}

async function runOnError(program: Program, exchange: Exchange, error: PolicyError): Promise<void> {
  takeError(exchange, error);
  exchange.section = "on-error";
  try {
    const flow = program.onError(exchange);
    if (typeof flow !== "string") await flow;
  } catch (thrown) {
    // What on-error had made of the answer so far is dropped: it may be half done.
    const second = toPolicyError(thrown, exchange);
    second.section = "on-error";
    takeError(exchange, second.options.standsInOnError === true ? second : asServerError(second));
  }
}

function asServerError(error: PolicyError): PolicyError {
  const { source, section, scope, path, policyId, place } = error;
  const made = new PolicyError({
    ...error.options,
    status: 500,
    statusReason: "Internal Server Error",
    bodyMessage: "Internal server error",
    keepsResponse: false,
    headers: [],
  });
  return Object.assign(made, { source, section, scope, path, policyId, place });
}

function takeError(exchange: Exchange, error: PolicyError): void {
  error.source ??= "pipeline";
  exchange.answeredBy = null;
  setLastError(exchange, error);
  const answer = errorResponse(exchange, error);
  if (answer !== exchange.response) {
    exchange.response.body.replace(null);
    exchange.response = answer;
  }
  stampHeaders(exchange, error.options.keepsResponse === true);
}
