import type * as Api from "@opentelemetry/api";
import type { Gateway, GatewayTelemetry, Headers, RequestTelemetry, TelemetryRequest } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";
import { methodOf, outcomeAttributes, targetOf } from "./attributes.js";
import { Measures } from "./measures.js";

/** What spans and metrics go to. Default: what the host has registered as global. */
export interface OpenTelemetryOptions {
  readonly tracerProvider?: Api.TracerProvider;
  readonly meterProvider?: Api.MeterProvider;
  /** How a trace goes from service to service. */
  readonly propagator?: Api.TextMapPropagator;
}

/** Telemetry that goes to OpenTelemetry. */
export interface OpenTelemetry extends GatewayTelemetry {
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
  const tracer = (options.tracerProvider ?? api.trace).getTracer("turnpike");
  const measures = new Measures((options.meterProvider ?? api.metrics).getMeter("turnpike"));
  const tools: Tools = { api, tracer, measures, propagator: options.propagator ?? api.propagation };
  return {
    metric: (metric) => measures.emitted(metric),
    request: (request) => watched(request, tools),
    observe: (gateway) => measures.observe(gateway),
  };
}

interface Tools {
  readonly api: typeof Api;
  readonly tracer: Api.Tracer;
  readonly measures: Measures;
  readonly propagator: Pick<Api.TextMapPropagator, "inject" | "extract">;
}

const getter: Api.TextMapGetter<TelemetryRequest> = {
  keys: () => [],
  get: (request, name) => request.header(name) ?? undefined,
};

const setter: Api.TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

function watched(request: TelemetryRequest, tools: Tools): RequestTelemetry {
  const { api, tracer, measures, propagator } = tools;
  const { method, startedAt } = request;
  // A server that is instrumented itself has a span already.
  const active = api.context.active();
  const parent = api.trace.getSpan(active) === undefined ? propagator.extract(api.ROOT_CONTEXT, request, getter) : active;
  const span = tracer.startSpan(
    methodOf(method),
    { kind: api.SpanKind.SERVER, startTime: startedAt, attributes: { "http.request.method": methodOf(method) } },
    parent,
  );
  measures.began(method);
  const context = api.trace.setSpan(parent, span);
  return {
    transport: (below) => (outgoing) => called(outgoing, below, request, context, tools),
    entry({ source, severity, message, metadata }) {
      if (!span.isRecording()) return;
      const entries = Object.entries(metadata).map(([name, value]) => [`turnpike.metadata.${name}`, request.mask(value)]);
      span.addEvent(source, {
        "turnpike.severity": severity,
        "turnpike.message": request.mask(message),
        ...Object.fromEntries(entries),
      });
    },
    ended(outcome) {
      measures.ended(outcome, method);
      if (span.isRecording()) {
        const attributes = outcomeAttributes(outcome);
        if (outcome.operation !== null) span.updateName(`${methodOf(method)} ${outcome.api}/${outcome.operation}`);
        span.setAttributes(attributes);
        const { error } = outcome;
        if (error !== null) span.recordException({ name: error.reason ?? error.source, message: error.message });
        if (attributes["error.type"] !== undefined)
          span.setStatus({ code: api.SpanStatusCode.ERROR, ...(error === null ? {} : { message: error.message }) });
      }
      span.end(startedAt + outcome.times.total);
    },
  };
}

type Transport = Parameters<NonNullable<RequestTelemetry["transport"]>>[0];

/** A call with a span of its own, whose context goes with it. The span ends when status and headers have come. */
async function called(
  outgoing: Parameters<Transport>[0],
  below: Transport,
  request: TelemetryRequest,
  parent: Api.Context,
  { api, tracer, measures, propagator }: Tools,
): ReturnType<Transport> {
  const method = methodOf(outgoing.method);
  const { attributes, shown } = targetOf(outgoing.url);
  const span = tracer.startSpan(
    method,
    {
      kind: api.SpanKind.CLIENT,
      attributes: {
        ...attributes,
        "http.request.method": method,
        "url.full": request.mask(shown),
        "turnpike.purpose": outgoing.purpose,
      },
    },
    parent,
  );
  const headers = outgoing.headers.clone();
  propagator.inject(api.trace.setSpan(parent, span), headers, setter);
  const began = performance.now();
  let result: Api.Attributes = {};
  try {
    const answer = await below({ ...outgoing, headers });
    const { status } = answer;
    result = { "http.response.status_code": status, ...(status >= 400 ? { "error.type": String(status) } : {}) };
    return answer;
  } catch (error) {
    const kind = (error as { readonly kind?: unknown }).kind;
    result = { "error.type": typeof kind === "string" ? kind : "_OTHER" };
    throw error;
  } finally {
    span.setAttributes(result);
    if (result["error.type"] !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR });
    span.end();
    measures.called((performance.now() - began) / 1000, method, outgoing.url, result);
  }
}
