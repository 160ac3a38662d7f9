import { createServer } from "node:http";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { turnpike } from "@turnpike/adapters/node";
import { openTelemetry } from "@turnpike/adapters/opentelemetry";
import { createGateway } from "@turnpike/core";
import { afterEach, expect, it } from "vitest";
import { started } from "../node/servers.js";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function served(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = await started(createServer(listener!));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.port}`;
}

/** A collector that takes spans as OTLP in JSON. */
async function collector(): Promise<{ readonly url: string; readonly spans: Span[] }> {
  const spans: Span[] = [];
  const url = await served((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      outgoing.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  });
  return { url: `${url}/v1/traces`, spans };
}

const attribute = ({ attributes }: Span, name: string): unknown =>
  Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];

async function gatewayTo(url: string, telemetry: ReturnType<typeof openTelemetry>, inbound = ""): Promise<string> {
  const gateway = await createGateway(
    {
      namedValues: { secret: { value: "canary-4711", secret: true } },
      apis: {
        orders: {
          path: "orders",
          serviceUrl: url,
          subscriptionRequired: false,
          operations: { get: { method: "GET", urlTemplate: "/{id}" } },
          policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`,
        },
      },
    },
    { telemetry },
  );
  closing.push(() => gateway.close());
  return served(turnpike(gateway));
}

it("one trace goes through two gateways to the backend, by the official exporter", async () => {
  const { url, spans } = await collector();
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const telemetry = openTelemetry({ tracerProvider: provider, meterProvider, propagator: new W3CTraceContextPropagator() });
  const seen: (string | string[] | undefined)[] = [];
  const backend = await served((incoming, outgoing) => {
    seen.push(incoming.headers["traceparent"], incoming.headers["tracestate"]);
    outgoing.writeHead(incoming.url!.endsWith("/bad") ? 500 : 200).end("ok");
  });
  const inner = await gatewayTo(backend, telemetry);
  const outer = await gatewayTo(
    `${inner}/orders`,
    telemetry,
    `<trace source="shop"><message>saw {{secret}}</message></trace><emit-metric name="orders" namespace="shop" value="3"><dimension name="kind" value="a" /></emit-metric>
     <set-query-parameter name="code"><value>{{secret}}</value></set-query-parameter>`,
  );
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const caller = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: "vendor=1" };
  expect(await (await fetch(`${outer}/orders/1`, { headers: caller })).text()).toBe("ok");
  await expect.poll(() => provider.forceFlush().then(() => spans.length)).toBe(4);
  const of = (kind: number): Span[] => spans.filter((span) => span.kind === kind);
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const outerServer = of(2).find(({ parentSpanId }) => parentSpanId === "b7ad6b7169203331")!;
  const outerCall = of(3).find(({ parentSpanId }) => parentSpanId === outerServer.spanId)!;
  const innerServer = of(2).find(({ parentSpanId }) => parentSpanId === outerCall.spanId)!;
  const innerCall = of(3).find(({ parentSpanId }) => parentSpanId === innerServer.spanId)!;
  expect(seen).toEqual([`00-${traceId}-${innerCall.spanId}-01`, "vendor=1"]);
  expect(outerServer.name).toBe("GET /orders/{id}");
  expect(attribute(outerServer, "turnpike.answered_by")).toBe("backend");
  expect(attribute(outerServer, "url.path")).toBe("/orders/1");
  expect(outerServer.events?.map(({ name }) => name)).toEqual(["shop"]);
  expect(attribute(innerCall, "url.full")).toBe(`${backend}/1?REDACTED`);
  expect(JSON.stringify(spans)).not.toContain("canary-4711");

  expect((await fetch(`${inner}/orders/bad`)).status).toBe(500);
  expect((await fetch(`${inner}/nowhere`)).status).toBe(404);
  await expect.poll(() => provider.forceFlush().then(() => spans.length)).toBe(7);
  const failed = of(2).find((span) => attribute(span, "url.path") === "/orders/bad")!;
  expect([failed.status?.code, attribute(failed, "error.type")]).toEqual([2, "500"]);
  const refused = of(2).find((span) => attribute(span, "url.path") === "/nowhere")!;
  expect([refused.name, refused.status?.code ?? 0, attribute(refused, "turnpike.error.reason")]).toEqual([
    "GET",
    0,
    "OperationNotFound",
  ]);

  await reader.forceFlush();
  const metrics = exporter
    .getMetrics()
    .at(-1)!
    .scopeMetrics.flatMap((scope) => scope.metrics);
  const points = (name: string): readonly { attributes: object; value: unknown }[] =>
    metrics.find(({ descriptor }) => descriptor.name === name)!.dataPoints;
  expect(points("http.server.request.duration").map(({ attributes }) => attributes)).toContainEqual({
    "turnpike.api": "orders",
    "turnpike.operation": "get",
    "http.request.method": "GET",
    "http.route": "/orders/{id}",
    "http.response.status_code": 200,
  });
  expect(points("http.client.request.duration").length).toBeGreaterThan(0);
  expect(points("http.server.active_requests").map(({ value }) => value)).toEqual([0]);
  expect(points("turnpike.refusals").map(({ attributes }) => attributes)).toEqual([
    { "turnpike.policy": "configuration", "turnpike.reason": "OperationNotFound" },
  ]);
  expect(points("orders")[0]).toMatchObject({ attributes: { kind: "a", "turnpike.namespace": "shop" }, value: { sum: 3 } });
  expect(JSON.stringify(metrics)).not.toMatch(/\/orders\/(?:1|bad)/);
  await meterProvider.shutdown();
  await provider.shutdown();
});
