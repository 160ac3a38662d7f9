import { performance } from "node:perf_hooks";
import { defaultLimits } from "@turnpike/expressions";
import { fetchTransport } from "./backends/fetch-transport.js";
import type { LoadedTransport } from "./backends/undici-transport.js";
import type { GatewayOptions } from "./gateway-options.js";
import type { GatewayModel } from "./model/model.js";
import { accessLogRecord, isLogged } from "./observe/access-log.js";
import { AccessLogLines } from "./observe/access-log-line.js";
import type { OutcomeListener } from "./observe/sending.js";
import { allTelemetry, type GatewayTelemetry, type WholeTelemetry } from "./observe/telemetry.js";
import type { NoTelemetry } from "./observe/unheard.js";
import { Background } from "./policy/background.js";
import { logEvents } from "./policy/log-events.js";
import type { Runtime } from "./policy/services.js";
import { randomPool } from "./run/random-pool.js";

/** Who is told of outcomes: the host's listener, the access log, both, or nobody. */
export function outcomeListener(
  { onOutcome, accessLog = false, logger }: GatewayOptions,
  { random }: Runtime,
): OutcomeListener | null {
  const { sample = 1, write = null } = typeof accessLog === "boolean" ? {} : accessLog;
  if (accessLog === false || (logger === undefined && write === null)) return onOutcome ?? null;
  const lines = new AccessLogLines();
  return (outcome) => {
    onOutcome?.(outcome);
    if (!isLogged(outcome, sample, () => random.fraction())) return;
    // An outcome holds no secrets: what it has is masked already.
    if (write !== null) write(lines.line(outcome));
    else logger!.info(accessLogRecord(outcome), logEvents.requestAnswered);
  };
}

/** The services of a gateway, as its host has them. */
export function makeRuntime(
  options: GatewayOptions,
  chosen: Pick<Runtime, "clock" | "store" | "logger" | "telemetry">,
  owned: LoadedTransport | null,
): Runtime {
  const transport =
    options.transport ?? (options.fetch === undefined ? owned!.send : fetchTransport(options.fetch, chosen.clock));
  const random = { bytes: randomPool(), fraction: Math.random, ...options.random };
  const expressionLimits = { ...defaultLimits, ...options.limits };
  return {
    ...chosen,
    transport,
    random,
    credentials: options.credentials ?? {},
    contentSafety: options.contentSafety ?? {},
    dataSources: options.dataSources ?? {},
    expressionHost: {
      now: () => chosen.clock.now(),
      randomBytes: (length) => random.bytes(length),
      elapsed: () => performance.now(),
    },
    expressionLimits,
    gatewayErrors: options.gatewayErrors ?? null,
    pathEncoding: options.pathEncoding ?? null,
    anyScheme: options.anyScheme ?? false,
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    bodyWork: expressionLimits.bodyWork,
    background: new Background(),
  };
}

/** The services of a gateway with the limits that a configuration sets, where the host has set none. */
export function boundedRuntime(runtime: Runtime, configured: GatewayModel["limits"], own: GatewayOptions["limits"]): Runtime {
  if (Object.keys(configured).length === 0) return runtime;
  const expressionLimits = { ...defaultLimits, ...configured, ...own };
  return { ...runtime, original: runtime, expressionLimits, bodyWork: expressionLimits.bodyWork };
}

/** What is given, with {@link NoTelemetry} in the place of what is not. */
export function telemetryOf(given: GatewayOptions["telemetry"], nobody: NoTelemetry): WholeTelemetry {
  const telemetry = given === undefined ? {} : Array.isArray(given) ? allTelemetry(given) : (given as GatewayTelemetry);
  const metric = telemetry.metric?.bind(telemetry) ?? nobody.metric;
  const event = telemetry.event?.bind(telemetry) ?? nobody.event;
  const entry = telemetry.entry?.bind(telemetry);
  const request = telemetry.request?.bind(telemetry);
  return {
    metric,
    takesMetrics: telemetry.metric !== undefined,
    event,
    ...(entry === undefined ? {} : { entry }),
    ...(request === undefined ? {} : { request }),
    configured: (configuration) => {
      telemetry.configured?.(configuration);
      if (telemetry.event === undefined) nobody.configured(configuration);
    },
  };
}
