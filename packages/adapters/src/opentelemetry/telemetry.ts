import type * as Api from "@opentelemetry/api";
import type { Gateway, GatewayTelemetry, Metric } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";
import { Measures } from "./measures.js";
import { RequestSpans, type SpanTools } from "./request-spans.js";

/** What spans and metrics go to. Default: what the host has registered as global. */
export interface OpenTelemetryOptions {
  readonly tracerProvider?: Api.TracerProvider;
  readonly meterProvider?: Api.MeterProvider;
  /** How a trace goes from service to service. */
  readonly propagator?: Api.TextMapPropagator;
  /** True: a span for each policy that runs, too, with its calls below it. It costs several microseconds a policy. Default false. */
  readonly policySpans?: boolean;
}

/** Telemetry that goes to OpenTelemetry. */
export interface OpenTelemetry extends GatewayTelemetry {
  metric(metric: Metric): void;
  /**
   * Has backends, store and configuration of a gateway looked at with each export.
   * @returns ends that
   */
  observe(gateway: Gateway): () => void;
}

/**
 * A server span for each request, which continues the caller's trace; a client span for each call, whose context goes on with it; metrics.
 * Needs the package `@opentelemetry/api`. Register the SDK's providers first.
 *
 *     const telemetry = openTelemetry();
 *     const gateway = await createGateway(configuration, { telemetry });
 *     telemetry.observe(gateway);
 *
 * @throws Error if `@opentelemetry/api` is not installed
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetry {
  const api = optionalPackage("@opentelemetry/api") as typeof Api | null;
  if (api === null) throw new Error("OpenTelemetry needs the package @opentelemetry/api: npm install @opentelemetry/api@1.9");
  const measures = new Measures((options.meterProvider ?? api.metrics).getMeter("turnpike"));
  const tools: SpanTools = {
    api,
    tracer: (options.tracerProvider ?? api.trace).getTracer("turnpike"),
    measures,
    propagator: options.propagator ?? api.propagation,
    policySpans: options.policySpans ?? false,
  };
  return {
    metric: (metric) => measures.emitted(metric),
    request: (request) => new RequestSpans(request, tools),
    observe: (gateway) => measures.observe(gateway),
  };
}
