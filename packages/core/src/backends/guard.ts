import { TransportError } from "../http/transport.js";
import type { BackendModel } from "../model/model.js";
import { policyError } from "../policy/declared-error.js";
import type { Exchange, ResponseMessage } from "../policy/exchange.js";
import { transportFailure } from "../policy/failure.js";
import { logEvents } from "../policy/log-events.js";
import { type BackendStates, backendStates } from "./backend-states.js";
import type { CallPermit, CallResult, CircuitBreaker } from "./circuit-breaker.js";
import { sessionMember, sessionToken } from "./pool.js";

const unavailable = {
  status: "503, or that of failureResponse",
  reason: "BackendCircuitOpen",
  toCaller: "Service unavailable",
} as const;

/** A circuit breaker lets no call through. */
export const circuitOpen = policyError({
  ...unavailable,
  when: "the backend's circuit is open",
  message: "The circuit breaker of the backend '{backend}' is open.",
});

/** A pool has nobody left to call. */
export const poolOpen = policyError({
  ...unavailable,
  when: "the circuits of all members of the backend's pool are open",
  message: "No member of the backend pool '{backend}' can be called: all their circuits are open.",
});

/** Does calling it need more than its address: a circuit breaker's leave, or a choice among members? */
export function isGuarded(backend: BackendModel): boolean {
  return backend.circuitBreaker !== null || backend.pool !== null;
}

/**
 * Calls a backend with a circuit breaker, or a member of a pool, and lets the breaker know what came of it.
 * @param call makes the call to the single backend that it is given
 * @throws what the call throws; BackendCircuitOpen, with status 503, if there is nothing that may be called
 */
export async function callGuarded(
  exchange: Exchange,
  backend: BackendModel,
  call: (single: BackendModel) => Promise<ResponseMessage>,
): Promise<ResponseMessage> {
  const states = backendStates.of(exchange.runtime);
  if (backend.pool === null) return callSingle(exchange, states, backend, call);
  const cookies = exchange.request.headers.getAll("cookie");
  const member = chooseMember(exchange, states, backend, cookies);
  if (member === null)
    throw poolOpen.error(
      { backend: backend.id },
      {
        status: backend.pool.failureStatus,
        why: whyPoolOpen(exchange, states, backend.pool.services),
        headers: retryHeaders(firstOpening(exchange, states, backend.pool.services), exchange),
      },
    );
  exchange.target = { ...exchange.target, memberId: member.id };
  showAddress(exchange, member);
  exchange.observer?.message("forward-request", exchange.section, {
    message: `The pool '${backend.id}' has chosen the backend '${member.id}'.`,
  });
  const response = await callSingle(exchange, states, member, call);
  keepSession(exchange, backend, member, cookies, response);
  return response;
}

/** Why a circuit is open, and how long still. */
function whyOpen({ id, circuitBreaker }: BackendModel, breaker: CircuitBreaker, now: number): string {
  const { trip } = breaker;
  const until = breaker.openUntil(now);
  const rest =
    until === null
      ? "a probe is on its way to find out whether it is back"
      : `it takes calls again in ${Math.ceil((until - now) / 1000)} s`;
  if (trip === null) return `The circuit of the backend ${id} is open: ${rest}.`;
  const last = "reason" in trip.last ? trip.last.reason : `status ${trip.last.status}`;
  const interval = Math.round(circuitBreaker!.interval / 1000);
  const what =
    trip.failures === null
      ? `the probe failed (${last})`
      : `${trip.failures} of its calls failed within ${interval} s, the last by ${last}`;
  return `The circuit of the backend ${id} has been open for ${Math.round((now - trip.at) / 1000)} s, because ${what}; ${rest}.`;
}

/** The same of each member of a pool. */
function whyPoolOpen(
  { configuration, runtime }: Exchange,
  states: BackendStates,
  services: NonNullable<BackendModel["pool"]>["services"],
): string {
  const now = runtime.clock.now();
  const reasons = services.map(({ backend }) => {
    const member = configuration.backends.get(backend);
    if (member === undefined) return `There is no backend ${backend}.`;
    return member.circuitBreaker === null ? `${backend} is given no calls.` : whyOpen(member, states.breaker(member), now);
  });
  return reasons.join(" ");
}

/** When the first circuit of a pool's members lets a call through again; null where none is known. */
function firstOpening(
  { configuration, runtime }: Exchange,
  states: BackendStates,
  services: NonNullable<BackendModel["pool"]>["services"],
): number | null {
  const now = runtime.clock.now();
  const times = services.flatMap(({ backend }) => {
    const member = configuration.backends.get(backend);
    return member === undefined || member.circuitBreaker === null ? [] : (states.breaker(member).openUntil(now) ?? []);
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** Whole seconds, at least one. */
function retryHeaders(until: number | null, { runtime }: Exchange): [string, string][] {
  const seconds = until === null ? 1 : Math.max(1, Math.ceil((until - runtime.clock.now()) / 1000));
  return [["Retry-After", String(seconds)]];
}

function chooseMember(
  exchange: Exchange,
  states: BackendStates,
  pool: BackendModel,
  cookies: readonly string[],
): BackendModel | null {
  const { backends } = exchange.configuration;
  const now = exchange.runtime.clock.now();
  const isAvailable = (id: string): boolean => backends.has(id) && states.isAvailable(backends.get(id)!, now);
  const kept = sessionMember(pool.id, pool.pool!, cookies);
  const id =
    kept !== null && kept.weight !== 0 && isAvailable(kept.backend)
      ? kept.backend
      : states.balancer(pool).next(pool.pool!, isAvailable);
  return id === null ? null : backends.get(id)!;
}

/** `context.Request.Url` shows the host that the request goes to. */
function showAddress({ request }: Exchange, { url }: BackendModel): void {
  if (url !== null) request.url = request.url.with({ scheme: url.scheme, host: url.host, port: url.port });
}

/** Puts the cookie on the answer, unless the request came with it. */
function keepSession(
  exchange: Exchange,
  pool: BackendModel,
  member: BackendModel,
  cookies: readonly string[],
  response: ResponseMessage,
): void {
  const name = pool.pool!.sessionCookie;
  if (name === null || sessionMember(pool.id, pool.pool!, cookies)?.backend === member.id) return;
  const secure = exchange.originalUrl.scheme === "https" ? "; Secure" : "";
  response.headers.append("Set-Cookie", `${name}=${sessionToken(pool.id, member.id)}; Path=/; HttpOnly${secure}`);
}

async function callSingle(
  exchange: Exchange,
  states: BackendStates,
  backend: BackendModel,
  call: (single: BackendModel) => Promise<ResponseMessage>,
): Promise<ResponseMessage> {
  if (backend.circuitBreaker === null) return call(backend);
  const breaker = states.breaker(backend);
  const permit = breaker.admit(backend.circuitBreaker, exchange.runtime.clock.now());
  if (permit === null)
    throw circuitOpen.error(
      { backend: backend.id },
      {
        status: backend.circuitBreaker.failureStatus,
        why: whyOpen(backend, breaker, exchange.runtime.clock.now()),
        headers: retryHeaders(breaker.openUntil(exchange.runtime.clock.now()), exchange),
      },
    );
  let response: ResponseMessage;
  try {
    response = await call(backend);
  } catch (error) {
    settle(exchange, backend, breaker, permit, resultOf(error, exchange));
    throw error;
  }
  settle(exchange, backend, breaker, permit, { status: response.status, retryAfter: response.headers.get("retry-after") });
  return response;
}

/** What a failed call tells the breaker; null where it tells nothing: the caller went away, or the call was never made. */
function resultOf(error: unknown, exchange: Exchange): CallResult | null {
  if (!(error instanceof TransportError) || error.kind === "aborted") return null;
  return { reason: transportFailure(error, exchange).reason };
}

function settle(
  { runtime }: Exchange,
  backend: BackendModel,
  breaker: CircuitBreaker,
  permit: CallPermit,
  result: CallResult | null,
): void {
  if (result === null) return breaker.release(permit);
  const now = runtime.clock.now();
  if (!breaker.record(permit, result, backend.circuitBreaker!, now)) return;
  const until = breaker.openUntil(now);
  if (until === null) runtime.logger.info({ backend: backend.id }, logEvents.circuitClosed);
  else runtime.logger.warn({ backend: backend.id, until, ...result }, logEvents.circuitOpened);
}
