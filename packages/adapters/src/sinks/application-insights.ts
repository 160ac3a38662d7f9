import { createRequire } from "node:module";
import type * as Azure from "@azure/monitor-opentelemetry-exporter";
import type * as Api from "@opentelemetry/api";
import type * as Core from "@opentelemetry/core";
import type * as SdkLogs from "@opentelemetry/sdk-logs";
import type * as SdkMetrics from "@opentelemetry/sdk-metrics";
import type * as SdkTrace from "@opentelemetry/sdk-trace-base";
import type {
  Clock,
  DiagnosticModel,
  GatewayModel,
  GatewayOutcome,
  GatewayTelemetry,
  Logger,
  LoggerModel,
  Metric,
  RequestTelemetry,
  TelemetryRequest,
} from "@turnpike/core";
import { hasFailed, isWanted, logEvents } from "@turnpike/core/adapter";
import { RequestSpans, type SpanTools } from "../opentelemetry/request-spans.js";
import { optionalPackage } from "../optional-package.js";
import { diagnosedAttributes } from "./diagnosed-attributes.js";
import { connectionStringOf } from "./logger-settings.js";

const EXPORTER = "@azure/monitor-opentelemetry-exporter";
/** The diagnostic that says what goes to Application Insights. */
export const DIAGNOSTIC = "applicationinsights";
/** What tells the service how many requests one stands for. */
const SAMPLE_RATE = "microsoft.sample_rate";
/** What a call tells the service of the request that it is part of. */
const OPERATION_NAME = "ai.operation.name";
/** Measurements of one request that wait for its end. */
const MOST_METRICS = 100;
const LAST_WAIT = 5_000;
const SEVERITIES = { verbose: 5, information: 9, error: 17 } as const;
const LEVELS = { verbose: 0, information: 1, error: 2 } as const;

/** How Application Insights is reached. */
export interface ApplicationInsightsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when something could not be sent. */
  readonly failed: (error: unknown) => void;
  readonly fraction: () => number;
  /** Milliseconds between two exports. Default: that of OpenTelemetry. */
  readonly exportInterval?: number;
  /** Handed on to each exporter. */
  readonly exporter: Readonly<Record<string, unknown>>;
}

type Resource = NonNullable<SdkTrace.TracerConfig["resource"]>;

/** The packages that are needed. The exporter brings OpenTelemetry's SDK along. */
interface Packages {
  readonly api: typeof Api;
  readonly azure: typeof Azure;
  readonly core: typeof Core;
  readonly trace: typeof SdkTrace;
  readonly metrics: typeof SdkMetrics;
  readonly logs: typeof SdkLogs;
  readonly resource: Resource;
}

/** One resource of Application Insights. */
interface Connection {
  readonly spans: SdkTrace.SpanProcessor;
  readonly logs: SdkLogs.LoggerProvider;
  readonly metrics: SdkMetrics.MeterProvider;
  readonly histograms: Map<string, Api.Histogram>;
  end(): Promise<void>;
}

/** Names of metrics that are kept apart. */
const MOST_NAMES = 500;

/**
 * What diagnostics send to Application Insights: requests, calls, failures, entries of trace policies and metrics, as each diagnostic samples
 * and filters them.
 */
export class ApplicationInsights implements GatewayTelemetry {
  private readonly connections = new Map<string, Connection | null>();
  private readonly connectionOf = new WeakMap<object, Connection>();
  /** The loggers that diagnostics can name. */
  private readonly loggers = new WeakMap<object, GatewayModel["loggers"]>();
  private tools: SpanTools | null = null;
  private loaded: Packages | null | undefined;
  private isAsked = false;
  private takesMetrics = false;

  constructor(private readonly options: ApplicationInsightsOptions) {}

  /** Connects to what diagnostics name, and names the loggers that cannot be reached. */
  configured(configuration: GatewayModel): void {
    this.isAsked = false;
    this.takesMetrics = false;
    const told = new Set<LoggerModel>();
    for (const model of [configuration, ...configuration.workspaces.values()])
      for (const diagnostics of [model.diagnostics, ...[...model.apis.values()].map((api) => api.diagnostics)]) {
        this.loggers.set(diagnostics, model.loggers);
        const { loggerId, takesMetrics } = diagnostics.get(DIAGNOSTIC) ?? NOTHING;
        const logger = loggerId === null ? undefined : model.loggers.get(loggerId);
        if (logger === undefined) continue;
        const isConnected = this.connected(logger, told.has(logger)) !== null;
        told.add(logger);
        this.isAsked ||= isConnected;
        this.takesMetrics ||= isConnected && takesMetrics;
      }
  }

  request(request: TelemetryRequest): RequestTelemetry | null {
    const tools = this.isAsked ? this.spanTools() : null;
    if (tools === null) return null;
    const spans = new RequestSpans(request, tools);
    const metrics: Metric[] = [];
    return {
      transport: (below) => spans.transport(below),
      metric: (metric) => {
        if (metrics.length < MOST_METRICS) metrics.push(metric);
        return this.takesMetrics;
      },
      ended: (outcome) => {
        spans.ended(outcome);
        this.rest(outcome, spans.spanContext, metrics);
      },
    };
  }

  async end(): Promise<void> {
    const all = [...this.connections.values()];
    this.connections.clear();
    await Promise.all(all.filter((connection) => connection !== null).map((connection) => connection.end()));
  }

  /** Entries of trace policies, and metrics, which no sampling leaves out. */
  private rest(outcome: GatewayOutcome, context: Api.Context, metrics: readonly Metric[]): void {
    const connection = this.connectionFor(outcome);
    if (connection === null) return;
    const diagnostic = outcome.diagnostics.get(DIAGNOSTIC)!;
    const logger = connection.logs.getLogger("turnpike");
    for (const { source, severity, message, metadata } of outcome.traces)
      if (LEVELS[severity] >= LEVELS[diagnostic.verbosity])
        logger.emit({ severityNumber: SEVERITIES[severity], body: message, attributes: { source, ...metadata }, context });
    if (diagnostic.takesMetrics) for (const metric of metrics) measure(connection, metric);
  }

  private connectionFor({ diagnostics }: GatewayOutcome): Connection | null {
    const { loggerId } = diagnostics.get(DIAGNOSTIC) ?? { loggerId: null };
    const logger = loggerId === null ? undefined : this.loggers.get(diagnostics)?.get(loggerId);
    return logger === undefined ? null : this.connected(logger, true);
  }

  private connected(logger: LoggerModel, isTold: boolean): Connection | null {
    const text = connectionStringOf(logger);
    const tell = (why: string): null => {
      if (!isTold) this.options.logger.warn({ loggerId: logger.id, why }, logEvents.loggerUnusable);
      return null;
    };
    if (text === null) return tell("its credentials are not in the configuration");
    const known = this.connections.get(text);
    if (known !== undefined) return known === null ? tell("it cannot be reached") : known;
    const packages = this.packages();
    let connection: Connection | null = null;
    if (packages === null) tell(`the package ${EXPORTER} is not installed`);
    else
      try {
        connection = connect(packages, text, this.options);
      } catch (error) {
        this.options.logger.warn(
          { loggerId: logger.id, why: "its connection string is invalid", err: error },
          logEvents.loggerUnusable,
        );
      }
    this.connections.set(text, connection);
    return connection;
  }

  private spanTools(): SpanTools | null {
    const packages = this.packages();
    if (packages === null) return null;
    if (this.tools === null) {
      const { api, core, trace, resource } = packages;
      const routing: SdkTrace.SpanProcessor = {
        onStart: () => {},
        onEnd: (span) => this.connectionOf.get(span)?.spans.onEnd(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      };
      this.tools = {
        api,
        tracer: new trace.BasicTracerProvider({ resource, spanProcessors: [routing] }).getTracer("turnpike"),
        measures: null,
        propagator: new core.W3CTraceContextPropagator(),
        policySpans: false,
        finish: (outcome, server, calls) => this.finish(outcome, server, calls),
      };
    }
    return this.tools;
  }

  /** Whether a request is sent, and what goes with it. */
  private finish(outcome: GatewayOutcome, server: Api.Span, calls: readonly Api.Span[]): boolean {
    const connection = this.connectionFor(outcome);
    const diagnostic = outcome.diagnostics.get(DIAGNOSTIC);
    if (connection === null || diagnostic === undefined || !isWanted(diagnostic, hasFailed(outcome), this.options.fraction))
      return false;
    for (const span of [server, ...calls]) {
      this.connectionOf.set(span, connection);
      span.setAttribute(SAMPLE_RATE, rateOf(diagnostic, outcome));
    }
    const attributes = diagnosedAttributes(outcome, diagnostic);
    server.setAttributes(attributes);
    const name = attributes["http.route"];
    if (name !== undefined) for (const call of calls) call.setAttribute(OPERATION_NAME, `${outcome.method} ${String(name)}`);
    return true;
  }

  private packages(): Packages | null {
    if (this.loaded === undefined) this.loaded = load();
    return this.loaded;
  }
}

const NOTHING = { loggerId: null, takesMetrics: false } as const;

/** In percent. Failures that are logged whatever the sampling stand for themselves alone. */
function rateOf({ sampling, logsAllErrors }: DiagnosticModel, outcome: GatewayOutcome): number {
  return logsAllErrors && hasFailed(outcome) ? 100 : Math.max(sampling * 100, 0.01);
}

function load(): Packages | null {
  const azure = optionalPackage(EXPORTER) as typeof Azure | null;
  const api = optionalPackage("@opentelemetry/api") as typeof Api | null;
  if (azure === null || api === null) return null;
  // The SDK that the exporter itself uses, not another version of it.
  const own = createRequire(createRequire(import.meta.url).resolve(EXPORTER));
  return {
    api,
    azure,
    core: own("@opentelemetry/core") as typeof Core,
    trace: own("@opentelemetry/sdk-trace-base") as typeof SdkTrace,
    metrics: own("@opentelemetry/sdk-metrics") as typeof SdkMetrics,
    logs: own("@opentelemetry/sdk-logs") as typeof SdkLogs,
    resource: (
      own("@opentelemetry/resources") as { resourceFromAttributes(attributes: Api.Attributes): Resource }
    ).resourceFromAttributes({
      "service.name": process.env["OTEL_SERVICE_NAME"] ?? "turnpike",
    }),
  };
}

/** @throws Error if the connection string is none */
function connect(
  { azure, trace, metrics, logs, resource }: Packages,
  connectionString: string,
  { clock, exportInterval: interval, exporter, failed }: ApplicationInsightsOptions,
): Connection {
  const options = { ...exporter, connectionString, disableOfflineStorage: true };
  const delay = interval === undefined ? {} : { scheduledDelayMillis: interval };
  const spanExporter = new azure.AzureMonitorTraceExporter(options);
  const logExporter = new azure.AzureMonitorLogExporter(options);
  const metricExporter = new azure.AzureMonitorMetricExporter(options);
  watch(spanExporter, failed);
  watch(logExporter, failed);
  watch(metricExporter, failed);
  const spans = new trace.BatchSpanProcessor(spanExporter, delay);
  const logProcessor = new logs.BatchLogRecordProcessor(logExporter, delay);
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: metricExporter,
    ...(interval === undefined ? {} : { exportIntervalMillis: interval, exportTimeoutMillis: interval }),
  });
  const logProvider = new logs.LoggerProvider({ resource, processors: [logProcessor] });
  const meterProvider = new metrics.MeterProvider({ resource, readers: [reader] });
  return {
    spans,
    logs: logProvider,
    metrics: meterProvider,
    histograms: new Map(),
    async end() {
      const closed = Promise.allSettled([spans.shutdown(), logProvider.shutdown(), meterProvider.shutdown()]);
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => (cancel = clock.setTimer(resolve, LAST_WAIT)));
      await Promise.race([closed, late]);
      cancel();
    },
  };
}

interface Exporter<Items> {
  export(items: Items, done: (result: Core.ExportResult) => void): unknown;
}

/** Has an exporter tell what it could not send. */
function watch<Items>(exporter: Exporter<Items>, failed: (error: unknown) => void): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      if (result.code !== 0) failed(result.error ?? new Error("It does not take what is sent."));
      done(result);
    });
}

function measure({ metrics, histograms }: Connection, { namespace, name, value, dimensions }: Metric): void {
  const key = JSON.stringify([namespace, name]);
  let histogram = histograms.get(key);
  if (histogram === undefined) {
    if (histograms.size >= MOST_NAMES) return;
    histogram = metrics.getMeter(namespace).createHistogram(name);
    histograms.set(key, histogram);
  }
  histogram.record(value, { ...dimensions, "turnpike.namespace": namespace });
}
