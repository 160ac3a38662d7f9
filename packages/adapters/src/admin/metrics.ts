import {
  type Clock,
  type Gateway,
  type GatewayOutcome,
  type GatewayTelemetry,
  type Metric,
  type RequestTelemetry,
  systemClock,
} from "@turnpike/core";
import type * as PromClient from "prom-client";
import { optionalPackage } from "../optional-package.js";
import { CustomMetrics } from "./custom-metrics.js";
import { Histogram, type Series } from "./histogram.js";

/** How metrics are kept. */
export interface MetricsOptions {
  /** Upper bounds of the buckets of durations, in seconds. Default: from 5 ms to 10 s. */
  readonly buckets?: readonly number[];
  /** Most series of metrics that policies emit; measurements of further ones are counted and dropped. Default 2,000. */
  readonly maxSeries?: number;
  /** True: memory, processor time and the event loop's lag of the process as well. Default false. */
  readonly process?: boolean;
  /** The gateway's, if it has one of its own. */
  readonly clock?: Clock;
}

/** What happens in a gateway, counted for Prometheus. */
export interface GatewayMetrics extends GatewayTelemetry {
  metric(metric: Metric): void;
  /** Type of what {@link page} gives. */
  readonly contentType: string;
  /**
   * All metrics in Prometheus's text format.
   * @param gateway whose backends, store and configuration are looked at; null while there is none
   */
  page(gateway: Gateway | null): Promise<string>;
  /** The same as data, to be put together with that of other processes: {@link mergedMetrics}. */
  parts(gateway: Gateway | null): Promise<readonly MetricParts[]>;
}

/** Metrics of one process as data that can be sent to another. */
export type MetricParts = readonly PromClient.MetricObjectWithValues<PromClient.MetricValue<string>>[];

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MOST_SERIES = 2_000;
/** Pairs of policy and reason, beyond which they count as `other`. */
const MOST_REFUSALS = 1_000;
/** Share of a limit from which on it counts as near its end. */
const NEAR = 0.9;
/** Reasons of failed calls of backends. */
const BACKEND_FAILURES = new Set(["BackendConnectionFailure", "Timeout", "BackendCircuitOpen"]);
const CIRCUITS = ["closed", "open", "half-open"] as const;

const MISSING = "Metrics for Prometheus need the package prom-client: npm install prom-client@15";

/**
 * Counts what happens in a gateway, by operation and never by path. Needs the package `prom-client`.
 *
 *     const metrics = gatewayMetrics();
 *     const gateway = await createGateway(configuration, { telemetry: metrics });
 *     http.createServer(adminHandler(gateway, { metrics })).listen(9464, "127.0.0.1");
 *
 * @throws Error if `prom-client` is not installed
 */
export function gatewayMetrics(options: MetricsOptions = {}): GatewayMetrics {
  const prom = optionalPackage("prom-client") as typeof PromClient | null;
  if (prom === null) throw new Error(MISSING);
  return new PrometheusMetrics(prom, options);
}

/**
 * Metrics of several processes on one page: what is counted is summed up; of what is a state the worst is shown.
 * @param parts what {@link GatewayMetrics.parts} gave in each process
 * @throws Error if `prom-client` is not installed
 */
export async function mergedMetrics(parts: readonly (readonly MetricParts[])[]): Promise<string> {
  return (await Promise.all(merged(parts).map((registry) => registry.metrics()))).join("\n");
}

/**
 * What is counted in metrics of several processes, without what is a state of each.
 * @throws Error if `prom-client` is not installed
 */
export async function countedIn(parts: readonly (readonly MetricParts[])[]): Promise<readonly MetricParts[]> {
  const counted = parts.map((of) => of.map((metrics) => metrics.filter(({ name, type }) => isCounted(name, String(type)))));
  return Promise.all(merged(counted).map((registry) => registry.getMetricsAsJSON()));
}

/** Sums of what policies emit are gauges: a measurement may be below zero. */
function isCounted(name: string, type: string): boolean {
  return type === "counter" || type === "histogram" || name.endsWith("_sum");
}

function merged(parts: readonly (readonly MetricParts[])[]): PromClient.Registry[] {
  const prom = optionalPackage("prom-client") as typeof PromClient | null;
  if (prom === null) throw new Error(MISSING);
  const registries = Math.max(0, ...parts.map((of) => of.length));
  return Array.from({ length: registries }, (_, i) =>
    prom.AggregatorRegistry.aggregate(parts.flatMap((of) => (of[i] === undefined ? [] : [of[i] as object as object[]]))),
  );
}

/** Classes of statuses, by their first digit. */
const CLASSES = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx"];
const PARTS = ["gateway", "backend", "client"] as const;

/** What requests to an operation have come to since the page was last looked at: the library is told of it then, which is cheaper. */
interface Untold {
  readonly api: string;
  readonly operation: string;
  /** By the class of the status. */
  readonly durations: Map<string, Series>;
  /** Seconds. */
  readonly times: Record<(typeof PARTS)[number], number>;
  hits: number;
  misses: number;
  retries: number;
  nearLimits: number;
}

class PrometheusMetrics implements GatewayMetrics {
  private readonly registry: PromClient.Registry;
  private readonly duration: Histogram;
  private readonly times: PromClient.Counter;
  private readonly refusals: PromClient.Counter;
  private readonly cache: PromClient.Counter;
  private readonly retries: PromClient.Counter;
  private readonly storeFailures: PromClient.Counter;
  private readonly nearLimits: PromClient.Counter;
  private readonly shadowRequests: PromClient.Counter;
  private readonly shadowDifferences: PromClient.Counter;
  private readonly backendFailures: PromClient.Counter;
  private readonly inFlight: PromClient.Gauge;
  private readonly untold = new Map<string, Map<string, Untold>>();
  private running = 0;
  private readonly refusalsSeen = new Set<string>();
  private readonly custom: CustomMetrics;
  private readonly clock: Clock;

  constructor(
    private readonly prom: typeof PromClient,
    { buckets = BUCKETS, maxSeries = MOST_SERIES, process = false, clock = systemClock }: MetricsOptions,
  ) {
    this.clock = clock;
    this.custom = new CustomMetrics(maxSeries);
    this.registry = new prom.Registry();
    const registers = [this.registry];
    const operation = ["api", "operation"];
    this.duration = new Histogram(
      "turnpike_http_request_duration_seconds",
      "Time from a request's arrival to its answer sent in full. status is the class of the answer (0: the caller went away).",
      [...buckets].sort((a, b) => a - b),
      this.registry,
    );
    const counter = (name: string, help: string, labelNames: string[]): PromClient.Counter =>
      new prom.Counter({ name, help, labelNames, registers });
    this.times = counter("turnpike_time_seconds_total", "Where the time of requests went: gateway, backend or client.", [
      ...operation,
      "part",
    ]);
    this.refusals = counter(
      "turnpike_refusals_total",
      "Requests that the gateway answered with an error, by policy and reason.",
      ["policy", "reason"],
    );
    this.cache = counter("turnpike_cache_lookups_total", "Looks into the response cache, by result: hit or miss.", [
      ...operation,
      "result",
    ]);
    this.retries = counter("turnpike_backend_retries_total", "Calls of backends beyond the first of a request.", operation);
    this.nearLimits = counter(
      "turnpike_limits_near_total",
      "Requests after which a limit or quota is used to 90 % or more.",
      operation,
    );
    this.backendFailures = counter(
      "turnpike_backend_failures_total",
      "Calls of backends that failed: BackendConnectionFailure, Timeout, BackendCircuitOpen. Those that were retried count as well.",
      [...operation, "reason"],
    );
    this.storeFailures = counter(
      "turnpike_store_failures_total",
      "Failed calls of the store, by its part and the kind of failure.",
      ["part", "reason"],
    );
    this.shadowRequests = counter(
      "turnpike_shadow_requests_total",
      "Requests that the shadow took, by what came of it: same, differing, dropped, skipped or failed.",
      ["result"],
    );
    this.shadowDifferences = counter("turnpike_shadow_differences_total", "What requests came to that differs in the shadow.", [
      ...operation,
      "what",
    ]);
    this.inFlight = new prom.Gauge({ name: "turnpike_requests_in_flight", help: "Requests that are being handled.", registers });
    if (process) prom.collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  request(): RequestTelemetry {
    this.running++;
    return this.ends;
  }

  /** The same for all requests: nothing is kept of one. */
  private readonly ends: RequestTelemetry = { ended: (outcome) => this.ended(outcome) };

  metric(metric: Metric): void {
    const { namespace, name, value, dimensions } = metric;
    if (namespace !== "turnpike") this.custom.add(metric);
    else if (name === "store-failures")
      this.storeFailures.inc({ part: dimensions["part"] ?? "", reason: dimensions["reason"] ?? "" }, value);
    else if (name === "shadow-requests") this.shadowRequests.inc({ ...dimensions }, value);
    else if (name === "shadow-differences") this.shadowDifferences.inc({ ...dimensions }, value);
  }

  private ended(outcome: GatewayOutcome): void {
    this.running--;
    const { times, status, api, operation } = outcome;
    const untold = this.untoldOf(api ?? "", operation ?? "");
    this.durationOf(untold, status).observe(times.total / 1000);
    for (const part of PARTS) untold.times[part] += times[part] / 1000;
    if (outcome.cache === "hit") untold.hits++;
    else if (outcome.cache === "miss") untold.misses++;
    if (outcome.limitUsage >= NEAR) untold.nearLimits++;
    untold.retries += outcome.retries;
    for (const { reason } of outcome.errors)
      if (reason !== null && BACKEND_FAILURES.has(reason))
        this.backendFailures.inc({ api: untold.api, operation: untold.operation, reason });
    if (outcome.by.layer === "gateway" && status >= 400) this.refusals.inc(this.refusal(outcome));
  }

  private untoldOf(api: string, operation: string): Untold {
    let ofApi = this.untold.get(api);
    if (ofApi === undefined) this.untold.set(api, (ofApi = new Map()));
    let untold = ofApi.get(operation);
    if (untold === undefined) {
      const times = { gateway: 0, backend: 0, client: 0 };
      untold = { api, operation, durations: new Map(), times, hits: 0, misses: 0, retries: 0, nearLimits: 0 };
      ofApi.set(operation, untold);
    }
    return untold;
  }

  private durationOf({ api, operation, durations }: Untold, code: number): Series {
    const status = code === 0 ? "0" : CLASSES[Math.floor(code / 100)]!;
    let duration = durations.get(status);
    if (duration === undefined) durations.set(status, (duration = this.duration.series({ api, operation, status })));
    return duration;
  }

  /** Tells the library what has come about since the last time. */
  private tell(): void {
    this.inFlight.set(this.running);
    for (const ofApi of this.untold.values())
      for (const untold of ofApi.values()) {
        const labels = { api: untold.api, operation: untold.operation };
        for (const part of PARTS) {
          this.times.inc({ ...labels, part }, untold.times[part]);
          untold.times[part] = 0;
        }
        if (untold.hits > 0) this.cache.inc({ ...labels, result: "hit" }, untold.hits);
        if (untold.misses > 0) this.cache.inc({ ...labels, result: "miss" }, untold.misses);
        if (untold.retries > 0) this.retries.inc(labels, untold.retries);
        if (untold.nearLimits > 0) this.nearLimits.inc(labels, untold.nearLimits);
        untold.hits = untold.misses = untold.retries = untold.nearLimits = 0;
      }
  }

  private refusal({ by, error }: GatewayOutcome): { policy: string; reason: string } {
    const labels = { policy: by.policy ?? "", reason: error?.reason ?? "" };
    const key = `${labels.policy}\n${labels.reason}`;
    if (this.refusalsSeen.has(key)) return labels;
    if (this.refusalsSeen.size >= MOST_REFUSALS) return { policy: "other", reason: "other" };
    this.refusalsSeen.add(key);
    return labels;
  }

  async page(gateway: Gateway | null): Promise<string> {
    const now = this.looked(gateway);
    return `${await this.registry.metrics()}\n${await now.metrics()}`;
  }

  async parts(gateway: Gateway | null): Promise<readonly MetricParts[]> {
    const now = this.looked(gateway);
    return Promise.all([this.registry, now].map((registry) => registry.getMetricsAsJSON()));
  }

  private looked(gateway: Gateway | null): PromClient.Registry {
    // What is only looked at stands in a registry of its own, so that what is gone from the configuration is gone from the page.
    const now = new this.prom.Registry();
    this.tell();
    if (gateway !== null) this.look(gateway, now);
    this.showCustom(now);
    return now;
  }

  private look(gateway: Gateway, registry: PromClient.Registry): void {
    const gauge = (name: string, help: string, labelNames: string[] = [], aggregator: "min" | "max" = "max"): PromClient.Gauge =>
      new this.prom.Gauge({ name, help, labelNames, registers: [registry], aggregator });
    const { backends, store, since } = gateway.health();
    const available = gauge(
      "turnpike_backend_available",
      "1 if requests go to the backend, 0 if they are answered 503 at once.",
      ["workspace", "backend"],
      "min",
    );
    const circuit = gauge("turnpike_backend_circuit", "The state of a backend's circuit breaker: 1 for the one that it is in.", [
      "workspace",
      "backend",
      "state",
    ]);
    for (const { id, workspace, isAvailable, circuit: state } of backends) {
      const labels = { workspace: workspace ?? "", backend: id };
      available.set(labels, isAvailable ? 1 : 0);
      if (state !== null) for (const known of CIRCUITS) circuit.set({ ...labels, state: known }, known === state ? 1 : 0);
    }
    const up = gauge("turnpike_store_up", "1 if the store is in use, 0 if the gateway goes on without it.", ["part"], "min");
    for (const part of ["counters", "cache"] as const) up.set({ part }, store[part] === "up" ? 1 : 0);
    gauge("turnpike_configuration_age_seconds", "Time since the configuration came into force.").set(
      Math.max(0, (this.clock.now() - since) / 1000),
    );
    gauge("turnpike_configuration_set_aside", "Entities that the configuration is in force without.").set(
      gateway.setAside.length,
    );
  }

  private showCustom(registry: PromClient.Registry): void {
    const registers = [registry];
    for (const { name, help, labelNames, series } of this.custom.all()) {
      const sum = new this.prom.Gauge({ name: `${name}_sum`, help, labelNames: [...labelNames], registers });
      const count = new this.prom.Counter({ name: `${name}_count`, help, labelNames: [...labelNames], registers });
      for (const item of series) {
        sum.set(item.labels, item.sum);
        count.inc(item.labels, item.count);
      }
    }
    new this.prom.Counter({
      name: "turnpike_metrics_dropped_total",
      help: "Measurements of policies that were dropped, because their dimensions have too many values.",
      registers,
    }).inc(this.custom.dropped);
  }
}
