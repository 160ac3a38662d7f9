import type { Transport } from "../http/transport.js";
import type { GatewayModel } from "../model/model.js";
import { allObservers, type Observer } from "../policy/observer.js";
import type { Metric, Telemetry, TraceEntry } from "../policy/services.js";
import type { GatewayOutcome } from "./outcome.js";

/** A request that has just come in, as telemetry sees it. */
export interface TelemetryRequest {
  readonly method: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The value of a header; null if it was not sent. */
  header(name: string): string | null;
  /** A text without secrets of the configuration, and of the caller. */
  mask(text: string): string;
}

/** Looks on at one request. Nothing that it does may throw or wait. */
export interface RequestTelemetry {
  /** How calls of this request leave: each one may be looked on, and given more headers. */
  transport?(transport: Transport): Transport;
  /** Told of each policy that runs. Where nobody else looks on, requests run in a slower form for it. */
  readonly observer?: Observer;
  /** An entry of a trace policy, in this request. */
  entry?(entry: TraceEntry): void;
  /**
   * A measurement of a policy, in this request.
   * @returns true if it goes somewhere
   */
  metric?(metric: Metric): boolean;
  /** Its answer has gone out, or cannot go out any more. */
  ended(outcome: GatewayOutcome): void;
}

/** Where a gateway tells what happens: what policies emit, and every request, if it wants to look on. */
export interface GatewayTelemetry extends Partial<Telemetry> {
  /** A request has come in. Null: nobody looks on at this one. */
  request?(request: TelemetryRequest): RequestTelemetry | null;
  /** A configuration has come into force: the first, or another. */
  configured?(configuration: GatewayModel): void;
}

/** A gateway's telemetry, with what is not given made up for. */
export interface WholeTelemetry extends GatewayTelemetry, Telemetry {
  metric(metric: Metric): void;
  /** False: metrics go nowhere, and are counted. */
  readonly takesMetrics: boolean;
}

/** Several as one. What none of them takes it does not take either. */
export function allTelemetry(all: readonly GatewayTelemetry[]): GatewayTelemetry {
  if (all.length === 1) return all[0]!;
  const requests = all.filter((telemetry) => telemetry.request !== undefined);
  const told = <Method extends "metric" | "event" | "entry" | "configured">(
    method: Method,
  ): Pick<GatewayTelemetry, Method> | undefined => {
    const takers = all.filter((telemetry) => telemetry[method] !== undefined);
    if (takers.length === 0) return undefined;
    const tell = (what: never): void => {
      for (const telemetry of takers) telemetry[method]!(what);
    };
    return { [method]: tell } as unknown as Pick<GatewayTelemetry, Method>;
  };
  return {
    ...told("metric"),
    ...told("event"),
    ...told("entry"),
    ...told("configured"),
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
  const observer = allObservers(all.map((looking) => looking.observer).filter((watcher) => watcher !== undefined));
  return {
    ...(observer === null ? {} : { observer }),
    transport: (transport) => all.reduce((below, looking) => looking.transport?.(below) ?? below, transport),
    entry(entry) {
      for (const looking of all) looking.entry?.(entry);
    },
    metric: (metric) => all.filter((looking) => looking.metric?.(metric) === true).length > 0,
    ended(outcome) {
      for (const looking of all) looking.ended(outcome);
    },
  };
}
