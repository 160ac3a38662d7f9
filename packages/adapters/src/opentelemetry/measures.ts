import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from "@opentelemetry/api";
import type { Gateway, GatewayOutcome, Metric, ModelCall } from "@turnpike/core";
import { errorTypeOf, methodOf, targetOf } from "./attributes.js";

/** As the conventions advise. */
const TOKEN_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304];
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Addresses that calls go to, and names of policies' metrics, beyond which they count as `other` or are dropped. */
const MOST_NAMES = 500;
/** Pairs of policy and reason, beyond which they count as `other`. */
const MOST_REFUSALS = 1_000;
/** Share of a limit from which on it counts as near its end. */
const NEAR = 0.9;
/** Reasons of failed calls of backends. */
const BACKEND_FAILURES = new Set(["BackendConnectionFailure", "Timeout", "BackendCircuitOpen"]);

/** The metrics of a gateway. Their attributes are bounded by its operations. */
export class Measures {
  private readonly server: Histogram;
  private readonly client: Histogram;
  private readonly active: UpDownCounter;
  private readonly refusals: Counter;
  private readonly cache: Counter;
  private readonly storeFailures: Counter;
  private readonly nearLimits: Counter;
  private readonly shadowRequests: Counter;
  private readonly shadowDifferences: Counter;
  private readonly backendFailures: Counter;
  private readonly tokens: Histogram;
  private readonly refusalsSeen = new Set<string>();
  private readonly custom = new Map<string, Histogram>();
  private readonly addresses = new Set<string>();

  constructor(
    private readonly meter: Meter,
    private readonly now: () => number = Date.now,
  ) {
    const advice = { explicitBucketBoundaries: BUCKETS };
    this.server = meter.createHistogram("http.server.request.duration", { unit: "s", advice });
    this.client = meter.createHistogram("http.client.request.duration", { unit: "s", advice });
    this.active = meter.createUpDownCounter("http.server.active_requests", { unit: "{request}" });
    this.refusals = meter.createCounter("turnpike.refusals", { unit: "{request}" });
    this.cache = meter.createCounter("turnpike.cache.lookups", { unit: "{lookup}" });
    this.nearLimits = meter.createCounter("turnpike.limits.near", { unit: "{request}" });
    this.backendFailures = meter.createCounter("turnpike.backend.failures", { unit: "{call}" });
    this.tokens = meter.createHistogram("gen_ai.client.token.usage", {
      unit: "{token}",
      advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
    });
    this.storeFailures = meter.createCounter("turnpike.store.failures", { unit: "{call}" });
    this.shadowRequests = meter.createCounter("turnpike.shadow.requests", { unit: "{request}" });
    this.shadowDifferences = meter.createCounter("turnpike.shadow.differences", { unit: "{difference}" });
  }

  began(method: string): void {
    this.active.add(1, { "http.request.method": methodOf(method) });
  }

  ended(outcome: GatewayOutcome, method: string): void {
    this.active.add(-1, { "http.request.method": methodOf(method) });
    const operation = { "turnpike.api": outcome.api ?? "", "turnpike.operation": outcome.operation ?? "" };
    const error = errorTypeOf(outcome);
    this.server.record(outcome.times.total / 1000, {
      ...operation,
      "http.request.method": methodOf(method),
      ...(outcome.route === null ? {} : { "http.route": outcome.route }),
      ...(outcome.status === 0 ? {} : { "http.response.status_code": outcome.status }),
      ...(error === null ? {} : { "error.type": error }),
    });
    if (outcome.cache !== "none") this.cache.add(1, { ...operation, "turnpike.result": outcome.cache });
    if (outcome.by.layer === "gateway" && outcome.status >= 400) this.refusals.add(1, this.refusal(outcome));
    if (outcome.limitUsage >= NEAR) this.nearLimits.add(1, operation);
    for (const { reason } of outcome.errors)
      if (reason !== null && BACKEND_FAILURES.has(reason)) this.backendFailures.add(1, { ...operation, "error.type": reason });
    if (outcome.model !== null) this.used(outcome.model, operation);
  }

  private used({ operation: asked, inputTokens, outputTokens }: ModelCall, operation: Attributes): void {
    const attributes = { ...operation, ...(asked === null ? {} : { "gen_ai.operation.name": asked }) };
    if (inputTokens !== null) this.tokens.record(inputTokens, { ...attributes, "gen_ai.token.type": "input" });
    if (outputTokens !== null) this.tokens.record(outputTokens, { ...attributes, "gen_ai.token.type": "output" });
  }

  private refusal({ by, error }: GatewayOutcome): Attributes {
    const policy = by.policy ?? "";
    const reason = error?.reason ?? "";
    const key = `${policy}\n${reason}`;
    const isKnown = this.refusalsSeen.has(key) || this.refusalsSeen.size < MOST_REFUSALS;
    if (isKnown) this.refusalsSeen.add(key);
    return isKnown
      ? { "turnpike.policy": policy, "turnpike.reason": reason }
      : { "turnpike.policy": "other", "turnpike.reason": "other" };
  }

  called(seconds: number, method: string, url: string, result: Attributes): void {
    const { attributes } = targetOf(url);
    const address = String(attributes["server.address"] ?? "");
    const isKnown = this.addresses.has(address) || this.addresses.size < MOST_NAMES;
    if (isKnown) this.addresses.add(address);
    const target = isKnown ? attributes : { "server.address": "other" };
    this.client.record(seconds, { ...target, "http.request.method": methodOf(method), ...result });
  }

  emitted({ namespace, name, value, dimensions }: Metric): void {
    if (namespace === "turnpike") {
      if (name === "store-failures") this.storeFailures.add(value, dimensions);
      else if (name === "shadow-requests") this.shadowRequests.add(value, { "turnpike.result": dimensions["result"] ?? "" });
      else if (name === "shadow-differences")
        this.shadowDifferences.add(value, {
          "turnpike.api": dimensions["api"] ?? "",
          "turnpike.operation": dimensions["operation"] ?? "",
          "turnpike.what": dimensions["what"] ?? "",
        });
      return;
    }
    let histogram = this.custom.get(name);
    if (histogram === undefined) {
      if (this.custom.size >= MOST_NAMES) return;
      histogram = this.meter.createHistogram(name);
      this.custom.set(name, histogram);
    }
    histogram.record(value, { ...dimensions, "turnpike.namespace": namespace });
  }

  /** Has a gateway looked at with each export, until the function is called that it gives back. */
  observe(gateway: Gateway): () => void {
    const open = this.meter.createObservableGauge("turnpike.backend.circuit_open");
    const store = this.meter.createObservableGauge("turnpike.store.up");
    const since = this.meter.createObservableGauge("turnpike.configuration.since", { unit: "s" });
    const age = this.meter.createObservableGauge("turnpike.configuration.age", { unit: "s" });
    const all = [open, store, since, age];
    const look: Parameters<Meter["addBatchObservableCallback"]>[0] = (result) => {
      const health = gateway.health();
      for (const { id, workspace, circuit } of health.backends)
        if (circuit !== null)
          result.observe(open, circuit === "open" ? 1 : 0, { "turnpike.backend": id, "turnpike.workspace": workspace ?? "" });
      for (const part of ["counters", "cache"] as const)
        result.observe(store, health.store[part] === "up" ? 1 : 0, { "turnpike.part": part });
      result.observe(since, health.since / 1000);
      result.observe(age, Math.max(0, (this.now() - health.since) / 1000));
    };
    this.meter.addBatchObservableCallback(look, all);
    return () => this.meter.removeBatchObservableCallback(look, all);
  }
}
