import { resolve } from "node:path";
import type { Writable } from "node:stream";
import type * as EventHubs from "@azure/event-hubs";
import {
  type Clock,
  type GatewayModel,
  type GatewayTelemetry,
  type LoggedEvent,
  type Logger,
  type LoggerModel,
  type RequestTelemetry,
  systemClock,
  type TelemetryRequest,
} from "@turnpike/core";
import { droppedEvents, logEvents, type Unheard } from "@turnpike/core/adapter";
import { credentialsFrom } from "../azure/token-credential.js";
import { optionalPackage } from "../optional-package.js";
import { ApplicationInsights } from "./application-insights.js";
import { eventHubSink, type TokenCredential } from "./event-hub.js";
import { httpSink } from "./http-sink.js";
import { fileSink, streamSink } from "./line-sink.js";
import { type LoggerTarget, targetOf } from "./logger-settings.js";
import type { Sink, SinkReport } from "./sink.js";

/** Where messages go besides what loggers say of themselves: `-` for standard output, an http or https URL, or a file. */
export type SinkPlace = string;

/** How messages of loggers are delivered. */
export interface LoggerSinkOptions {
  /** Told what is dropped and what fails. Default: nobody. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Where the messages of a logger go, by its id, whatever its settings say. */
  readonly routes?: Readonly<Record<string, SinkPlace>>;
  /** Where the messages of all other loggers go. Default: where their settings say. */
  readonly all?: SinkPlace;
  /** The folder in which loggers' files are looked for. Default: the process's own. */
  readonly folder?: string;
  /** What standard output is. */
  readonly stdout?: Writable;
  readonly fetch?: typeof globalThis.fetch;
  /** Gives tokens for event hubs that are reached by an identity. Default: the host's managed identity, by `@azure/identity`. */
  readonly credential?: (clientId: string | null) => TokenCredential;
  /** A number from 0 to below 1, by chance: which requests go to Application Insights where they are sampled. */
  readonly fraction?: () => number;
  /** Milliseconds between two exports to Application Insights. Default: that of OpenTelemetry. */
  readonly exportInterval?: number;
  /** Handed on to each exporter of `@azure/monitor-opentelemetry-exporter`: credential, proxy, trust. */
  readonly exporter?: Readonly<Record<string, unknown>>;
  /** `@azure/event-hubs`, as `import * as` gives it, in place of the one that is installed; null: none is. */
  readonly eventHubs?: typeof EventHubs | null;
}

/** Telemetry that delivers messages of log-to-eventhub, and what diagnostics send to Application Insights. */
export interface LoggerSinks extends GatewayTelemetry {
  event(event: LoggedEvent): void;
  configured(configuration: GatewayModel): void;
  request(request: TelemetryRequest): RequestTelemetry | null;
  /** Resolves when what was taken is delivered, or could not be: call it when the gateway is closed. */
  end(): Promise<void>;
}

/** Milliseconds between two lines about the same failure. */
const EVERY = 60_000;

/**
 * Delivers messages of log-to-eventhub where the loggers of the configuration say: to Azure Event Hubs (by the package `@azure/event-hubs`), to
 * a file, to standard output or by HTTP; and what `applicationinsights` diagnostics ask for to Application Insights, by the package
 * `@azure/monitor-opentelemetry-exporter`. Loggers that have nowhere to go are named when a configuration comes into force; what is dropped is
 * counted, and told once a minute.
 *
 *     const sinks = loggerSinks({ logger });
 *     const gateway = await createGateway(configuration, { telemetry: sinks, logger });
 */
export function loggerSinks(options: LoggerSinkOptions = {}): LoggerSinks {
  return new ConfiguredSinks(options);
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

class ConfiguredSinks implements LoggerSinks {
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly dropped: Unheard;
  private readonly report: SinkReport;
  /** By where they lead. */
  private readonly sinks = new Map<string, Sink>();
  /** The way of a logger, found once. Null: there is none. */
  private readonly ways = new WeakMap<LoggerModel, Sink | null>();
  private readonly toldAt = new Map<string, number>();
  private readonly leaving = new Set<Promise<void>>();
  private readonly insights: ApplicationInsights;
  private hubs: typeof EventHubs | null | undefined;

  constructor(private readonly options: LoggerSinkOptions) {
    const { logger = silent, clock = systemClock } = options;
    this.logger = logger;
    this.clock = clock;
    this.dropped = droppedEvents(logger, clock);
    this.insights = new ApplicationInsights({
      clock,
      logger,
      failed: (error) => this.tellFailure(error, "Application Insights"),
      fraction: options.fraction ?? Math.random,
      exporter: options.exporter ?? {},
      ...(options.exportInterval === undefined ? {} : { exportInterval: options.exportInterval }),
    });
    this.report = {
      dropped: (loggerId, count) => this.dropped.add(loggerId, count),
      failed: (error, to) => this.tellFailure(error, to),
    };
  }

  configured(configuration: GatewayModel): void {
    const used = new Set<Sink>();
    for (const model of [configuration, ...configuration.workspaces.values()])
      for (const logger of model.loggers.values()) {
        const way = this.wayOf(logger);
        if (way !== null) used.add(way);
      }
    for (const [key, sink] of this.sinks) if (!used.has(sink)) this.letGo(key, sink);
    this.insights.configured(configuration);
  }

  request(request: TelemetryRequest): RequestTelemetry | null {
    return this.insights.request(request);
  }

  event(event: LoggedEvent): void {
    const way = this.wayOf(event.logger);
    if (way === null) this.dropped.add(event.loggerId);
    else way.write(event);
  }

  async end(): Promise<void> {
    for (const [key, sink] of this.sinks) this.letGo(key, sink);
    await Promise.all([...this.leaving, this.insights.end()]);
    this.dropped.tell();
  }

  private letGo(key: string, sink: Sink): void {
    this.sinks.delete(key);
    const leaving = sink.end().finally(() => this.leaving.delete(leaving));
    this.leaving.add(leaving);
  }

  private wayOf(logger: LoggerModel): Sink | null {
    const known = this.ways.get(logger);
    if (known !== undefined) return known;
    const way = this.openWay(logger);
    this.ways.set(logger, way);
    return way;
  }

  private openWay(logger: LoggerModel): Sink | null {
    const { id } = logger;
    const { routes = {}, all } = this.options;
    const place = Object.hasOwn(routes, id) ? routes[id] : all;
    const target = place === undefined ? targetOf(logger) : targetOfPlace(place);
    // Messages of log-to-eventhub do not go there, and what does is another sink's.
    if (place === undefined && /^(?:applicationinsights|azuremonitor)$/i.test(logger.type)) return null;
    if (typeof target === "string") return this.nowhere(id, target);
    const key = JSON.stringify(target);
    const open = this.sinks.get(key);
    if (open !== undefined) return open;
    try {
      const sink = this.open(target);
      if (typeof sink === "string") return this.nowhere(id, sink);
      this.sinks.set(key, sink);
      return sink;
    } catch (error) {
      this.logger.warn({ loggerId: id, why: "it cannot be reached", err: error }, logEvents.loggerUnusable);
      return null;
    }
  }

  private nowhere(loggerId: string, why: string): null {
    this.logger.warn({ loggerId, why }, logEvents.loggerUnusable);
    return null;
  }

  /** @returns a text that says what is missing, where it cannot be opened */
  private open(target: LoggerTarget): Sink | string {
    const { clock, report } = this;
    const {
      folder = process.cwd(),
      stdout = process.stdout,
      fetch = globalThis.fetch,
      credential = hostIdentity(),
    } = this.options;
    switch (target.kind) {
      case "file":
        return fileSink(resolve(folder, target.path), clock, report);
      case "stdout":
        return streamSink(stdout, clock, report);
      case "http":
        return httpSink(target.url, target.headers, clock, report, fetch);
      case "event-hub": {
        const hubs = this.eventHubs();
        if (hubs === null) return "the package @azure/event-hubs is not installed";
        return eventHubSink(hubs, target.settings, credential, clock, report);
      }
    }
  }

  private eventHubs(): typeof EventHubs | null {
    if (this.hubs === undefined) {
      const { eventHubs } = this.options;
      this.hubs = eventHubs === undefined ? (optionalPackage("@azure/event-hubs") as typeof EventHubs | null) : eventHubs;
    }
    return this.hubs;
  }

  private tellFailure(error: unknown, to: string): void {
    const now = this.clock.now();
    if (now - (this.toldAt.get(to) ?? Number.NEGATIVE_INFINITY) < EVERY) return;
    this.toldAt.set(to, now);
    this.logger.error({ err: error, to }, logEvents.deliveryFailed);
  }
}

function targetOfPlace(place: SinkPlace): LoggerTarget {
  if (place === "-") return { kind: "stdout" };
  return /^https?:\/\//i.test(place) ? { kind: "http", url: place, headers: {} } : { kind: "file", path: place };
}

function hostIdentity(): (clientId: string | null) => TokenCredential {
  return (clientId) =>
    credentialsFrom("managed-identity", "An event hub without a connection string")(clientId) as TokenCredential;
}
