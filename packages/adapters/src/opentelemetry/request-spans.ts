import type * as Api from "@opentelemetry/api";
import type {
  GatewayOutcome,
  Headers,
  Observer,
  RequestTelemetry,
  TelemetryRequest,
  TraceEntry,
  Transport,
} from "@turnpike/core";
import { errorTypeOf, methodOf, outcomeAttributes, targetOf } from "./attributes.js";
import type { Measures } from "./measures.js";
import { PolicySpans, parentOf } from "./policy-spans.js";

/** What spans of a gateway's requests are made with. */
export interface SpanTools {
  readonly api: typeof Api;
  readonly tracer: Api.Tracer;
  /** Null: nothing is measured. */
  readonly measures: Measures | null;
  readonly propagator: Pick<Api.TextMapPropagator, "inject" | "extract">;
  /** A span for each policy, too. */
  readonly policySpans: boolean;
  /** Decides, when the answer has gone out, whether the spans of a request are kept, and adds to them. Without it all are. */
  readonly finish?: (outcome: GatewayOutcome, server: Api.Span, calls: readonly Api.Span[]) => boolean;
}

const getter: Api.TextMapGetter<TelemetryRequest> = {
  keys: () => [],
  get: (request, name) => request.header(name) ?? undefined,
};

const setter: Api.TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/** Calls of one request whose spans wait for its end: a loop must not keep them without bound. */
const MOST_CALLS = 100;

/** One request as a server span, with its calls below it. */
export class RequestSpans implements RequestTelemetry {
  readonly observer?: Observer;
  private readonly span: Api.Span;
  private readonly context: Api.Context;
  private readonly calls: { readonly span: Api.Span; readonly endedAt: number }[] = [];

  constructor(
    private readonly request: TelemetryRequest,
    private readonly tools: SpanTools,
  ) {
    const { api, tracer, measures, propagator, policySpans } = tools;
    const { method, startedAt } = request;
    // A server that is instrumented itself has a span already.
    const active = api.context.active();
    const parent = api.trace.getSpan(active) === undefined ? propagator.extract(api.ROOT_CONTEXT, request, getter) : active;
    const known = methodOf(method);
    const attributes = {
      "http.request.method": known,
      ...(known === "_OTHER" ? { "http.request.method_original": method.slice(0, 64) } : {}),
    };
    this.span = tracer.startSpan(
      known === "_OTHER" ? "HTTP" : known,
      { kind: api.SpanKind.SERVER, startTime: startedAt, attributes },
      parent,
    );
    this.context = api.trace.setSpan(parent, this.span);
    measures?.began(method);
    if (policySpans && this.span.isRecording())
      this.observer = new PolicySpans(api, tracer, this.context, (text) => request.mask(text));
  }

  /** The context that the request's spans stand in. */
  get spanContext(): Api.Context {
    return this.context;
  }

  transport(below: Transport): Transport {
    return (outgoing) => this.called(outgoing, below);
  }

  entry({ source, severity, message, metadata }: TraceEntry): void {
    const { span, request, tools } = this;
    if (!span.isRecording() || tools.finish !== undefined) return;
    const entries = Object.entries(metadata).map(([name, value]) => [`turnpike.metadata.${name}`, request.mask(value)]);
    span.addEvent(source, {
      "turnpike.severity": severity,
      "turnpike.message": request.mask(message),
      ...Object.fromEntries(entries),
    });
  }

  ended(outcome: GatewayOutcome): void {
    const { span, request, tools } = this;
    const { api, measures, finish } = tools;
    const { method, startedAt } = request;
    measures?.ended(outcome, method);
    if (span.isRecording()) {
      const attributes = outcomeAttributes(outcome);
      if (outcome.route !== null) span.updateName(`${methodOf(method)} ${outcome.route}`);
      span.setAttributes(attributes);
      const { error } = outcome;
      if (error !== null) span.recordException({ name: error.reason ?? error.source, message: error.message });
      if (errorTypeOf(outcome) !== null)
        span.setStatus({ code: api.SpanStatusCode.ERROR, ...(error === null ? {} : { message: error.message }) });
    }
    const isKept =
      finish?.(
        outcome,
        span,
        this.calls.map((call) => call.span),
      ) ?? true;
    if (!isKept) return;
    for (const call of this.calls) call.span.end(call.endedAt);
    span.end(startedAt + outcome.times.total);
  }

  /** A call with a span of its own, whose context goes with it. The span ends when status and headers have come. */
  private async called(outgoing: Parameters<Transport>[0], below: Transport): ReturnType<Transport> {
    const { request, tools } = this;
    const { api, tracer, measures, propagator, finish } = tools;
    const parent = parentOf(outgoing) ?? this.context;
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
      if (finish === undefined) span.end();
      else if (this.calls.length < MOST_CALLS) this.calls.push({ span, endedAt: Date.now() });
      measures?.called((performance.now() - began) / 1000, method, outgoing.url, result);
    }
  }
}
