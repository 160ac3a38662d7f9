import type { Transport } from "../http/transport.js";
import type { LoggedEvent, Metric, Telemetry, TraceEntry } from "../policy/services.js";
import type { GatewayOutcome } from "./outcome.js";

/** A request that has just come in, as telemetry sees it. */
export interface TelemetryRequest {
  readonly method: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The value of a header; null if it was not sent. */
  header(name: string): string | null;
  /** A text with the configuration's secrets masked. */
  mask(text: string): string;
}

/** Looks on at one request. Nothing that it does may throw or wait. */
export interface RequestTelemetry {
  /** How calls of this request leave: each one may be looked on, and given more headers. */
  transport?(transport: Transport): Transport;
  /** An entry of a trace policy, in this request. */
  entry?(entry: TraceEntry): void;
  /** Its answer has gone out, or cannot go out any more. */
  ended(outcome: GatewayOutcome): void;
}

/** Where a gateway tells what happens: what policies emit, and every request, if it wants to look on. */
export interface GatewayTelemetry extends Telemetry {
  /** A request has come in. Null: nobody looks on at this one. */
  request?(request: TelemetryRequest): RequestTelemetry | null;
}

/** Several as one. */
export function allTelemetry(all: readonly GatewayTelemetry[]): GatewayTelemetry {
  if (all.length === 1) return all[0]!;
  const requests = all.filter((telemetry) => telemetry.request !== undefined);
  const events = all.filter((telemetry) => telemetry.event !== undefined);
  const entries = all.filter((telemetry) => telemetry.entry !== undefined);
  return {
    metric(metric: Metric): void {
      for (const telemetry of all) telemetry.metric(metric);
    },
    ...(events.length === 0
      ? {}
      : {
          event(event: LoggedEvent): void {
            for (const telemetry of events) telemetry.event!(event);
          },
        }),
    ...(entries.length === 0
      ? {}
      : {
          entry(entry: TraceEntry): void {
            for (const telemetry of entries) telemetry.entry!(entry);
          },
        }),
    ...(requests.length === 0
      ? {}
      : {
          request(request: TelemetryRequest): RequestTelemetry | null {
            return together(requests.map((telemetry) => telemetry.request!(request)).filter((looking) => looking !== null));
          },
        }),
  };
}

function together(all: readonly RequestTelemetry[]): RequestTelemetry | null {
  if (all.length < 2) return all[0] ?? null;
  return {
    transport: (transport) => all.reduce((below, looking) => looking.transport?.(below) ?? below, transport),
    entry(entry) {
      for (const looking of all) looking.entry?.(entry);
    },
    ended(outcome) {
      for (const looking of all) looking.ended(outcome);
    },
  };
}
