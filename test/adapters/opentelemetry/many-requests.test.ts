import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { openTelemetry } from "@turnpike/adapters/opentelemetry";
import { createGateway, Headers } from "@turnpike/core";
import { expect, it } from "vitest";

const apis = (inbound: string, method = "GET") => ({
  a: {
    path: "a",
    serviceUrl: "https://backend.example",
    subscriptionRequired: false,
    operations: { get: { method, urlTemplate: "/{id}" } },
    policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`,
  },
});

it("after 10,000 requests of as many paths and methods nothing has grown: no series, no open span", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  let open = 0;
  const counting = {
    onStart: () => void open++,
    onEnd: () => void open--,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [counting] });
  const telemetry = openTelemetry({ tracerProvider, meterProvider });
  let calls = 0;
  const gateway = await createGateway(
    { apis: apis("") },
    {
      telemetry,
      transport: () =>
        ++calls % 10 === 0
          ? Promise.reject(new Error("no"))
          : Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: Buffer.from("x") }),
    },
  );
  for (let index = 0; index < 10_000; index++) {
    const method = index % 100 === 0 ? `M${index}` : "GET";
    await gateway.handle({ method, url: `https://g.example/${index % 7 === 0 ? "b" : "a"}/${index}`, headers: {} });
  }
  await reader.forceFlush();
  const metrics = exporter
    .getMetrics()
    .at(-1)!
    .scopeMetrics.flatMap((scope) => scope.metrics);
  const series = metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
  expect(open).toBe(0);
  expect(series).toBeLessThan(25);
  const active = metrics.find(({ descriptor }) => descriptor.name === "http.server.active_requests")!;
  expect(active.dataPoints.every(({ value }) => value === 0)).toBe(true);
  await gateway.close();
  await meterProvider.shutdown();
});

it("spans of policies hold what they decide, and calls stand below the policy that makes them", async () => {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const side = `<choose><when condition="@(true)"><send-request mode="new" response-variable-name="r" timeout="5"><set-url>https://side.example/x</set-url><set-method>GET</set-method></send-request></when></choose>
    <check-header name="X-A" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />`;
  const gateway = await createGateway(
    { apis: apis(side) },
    {
      telemetry: openTelemetry({ tracerProvider, policySpans: true }),
      transport: () => Promise.resolve({ status: 200, reason: "OK", headers: new Headers(), body: null }),
    },
  );
  await gateway.handle({ method: "GET", url: "https://g.example/a/1", headers: {} });
  await gateway.close();
  const spans = exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan => spans.find((span) => span.name === name)!;
  const parent = (span: ReadableSpan): string | undefined =>
    spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
  const call = spans.find(({ kind }) => kind === 2)!;
  expect([parent(call), parent(named("send-request")), parent(named("when")), parent(named("choose"))]).toEqual([
    "send-request",
    "when",
    "choose",
    "GET /a/{id}",
  ]);
  expect(named("check-header").attributes).toMatchObject({ "turnpike.outcome": "error", "error.type": "HeaderNotFound" });
  expect(spans.map(({ name }) => name)).not.toContain("forward-request");
});

it("a call of a language model has its attributes and its tokens; a limit that is near its end is counted", async () => {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const inbound = `<rate-limit-by-key calls="10" renewal-period="300" counter-key="k" /><llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric><set-backend-service base-url="https://model.example/openai/deployments/gpt-x/chat/completions" />`;
  const gateway = await createGateway(
    { apis: apis(inbound, "POST") },
    {
      telemetry: openTelemetry({ tracerProvider, meterProvider }),
      transport: () =>
        Promise.resolve({
          status: 200,
          reason: "OK",
          headers: new Headers([["Content-Type", "application/json"]]),
          body: Buffer.from(JSON.stringify({ usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 } })),
        }),
    },
  );
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "CANARY-prompt" }] });
  for (let index = 0; index < 10; index++)
    await gateway.handle({ method: "POST", url: "https://g.example/a/1", headers: { "Content-Type": "application/json" }, body });
  await reader.forceFlush();
  await gateway.close();
  const server = spans.getFinishedSpans().find(({ kind }) => kind === 1)!;
  expect(server.attributes).toMatchObject({
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 4,
    "gen_ai.usage.output_tokens": 6,
  });
  const metrics = exporter
    .getMetrics()
    .at(-1)!
    .scopeMetrics.flatMap((scope) => scope.metrics);
  const points = (name: string) => metrics.find(({ descriptor }) => descriptor.name === name)!.dataPoints;
  expect(points("gen_ai.client.token.usage").map(({ attributes }) => attributes["gen_ai.token.type"])).toEqual([
    "input",
    "output",
  ]);
  expect(points("turnpike.limits.near")).toMatchObject([{ value: 2 }]);
  expect(JSON.stringify([spans.getFinishedSpans().map(({ attributes, events }) => [attributes, events]), metrics])).not.toContain(
    "CANARY",
  );
  await meterProvider.shutdown();
});
