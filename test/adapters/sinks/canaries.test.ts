import { Writable } from "node:stream";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { gatewayMetrics } from "@turnpike/adapters/admin";
import { openTelemetry } from "@turnpike/adapters/opentelemetry";
import { loggerSinks } from "@turnpike/adapters/sinks";
import { createGateway, type GatewayConfiguration, Headers, type Logger } from "@turnpike/core";
import { accessLogRecord, accessLogText } from "@turnpike/core/adapter";
import { testClock } from "@turnpike/core/testing";
import { expect, it } from "vitest";

const read = (name: string): string => `context.Request.Headers.GetValueOrDefault(&quot;${name}&quot;, &quot;&quot;)`;
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.c2lnbmF0dXJlLUNBTkFSWQ";
const BASIC = Buffer.from("svc:CANARY-basic").toString("base64");
const message = {
  headers: ["Authorization", "Cookie", "X-Api-Key", "Set-Cookie", "X-Leak", "Ocp-Apim-Subscription-Key"],
  body: { bytes: 4_000 },
};

/** Every place of a configuration and of a request where a secret can be. */
const configuration: GatewayConfiguration = {
  namedValues: {
    hidden: { secret: true, value: "CANARY-named" },
    hub: {
      secret: true,
      value: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=CANARY-hub;UseDevelopmentEmulator=true",
    },
  },
  loggers: {
    hub: { type: "azureEventHub", properties: { credentials: { name: "h", connectionString: "{{hub}}" } } },
    web: {
      type: "http",
      properties: { url: "http://127.0.0.1:1/?sig=CANARY-sig", headers: { Authorization: "Bearer CANARY-web" } },
    },
    pigeon: { type: "carrierPigeon", properties: { credentials: { password: "CANARY-pigeon" } } },
    insights: { type: "applicationInsights", properties: { credentials: { instrumentationKey: "CANARY-insights" } } },
  },
  diagnostics: {
    azuremonitor: {
      verbosity: "verbose",
      frontend: { request: message, response: message },
      backend: { request: message, response: message },
    },
    applicationinsights: { loggerId: "insights" },
  },
  backends: {
    b: { url: "https://u:CANARY-user@b.example/?code=CANARY-code", credentials: { header: { "X-Api-Key": ["CANARY-backend"] } } },
  },
  products: { p: { name: "P", apis: ["a"] } },
  subscriptions: { s: { scope: "product/p", primaryKey: "CANARY-subscription" } },
  apis: {
    a: {
      path: "a",
      operations: { post: { method: "POST", urlTemplate: "/{id}" } },
      policy: `<policies><inbound><base /><set-backend-service backend-id="b" />
        <trace source="t" severity="error"><message>@(${read("Authorization")} + " {{hidden}} " + context.Subscription.Key)</message><metadata name="m" value="@(${read("Cookie")})" /></trace>
        <emit-metric name="m" namespace="n"><dimension name="secret" value="{{hidden}}" /><dimension name="key" value="@(context.Subscription.Key)" /></emit-metric>
        <log-to-eventhub logger-id="hub">m</log-to-eventhub><log-to-eventhub logger-id="web">m</log-to-eventhub><log-to-eventhub logger-id="pigeon">m</log-to-eventhub>
        <authentication-basic username="svc2" password="CANARY-password" />
        <set-header name="X-Leak" exists-action="override"><value>@(${read("X-Jwt")} + " {{hidden}}")</value></set-header></inbound>
        <backend><forward-request /></backend>
        <outbound><set-variable name="f" value="@{ throw new Exception(context.Request.Headers.GetValueOrDefault(&quot;Cookie&quot;, &quot;&quot;) + &quot; {{hidden}}&quot;); }" /></outbound><on-error><base /></on-error></policies>`,
    },
  },
};

it("no log, trace, span, metric or event holds a secret, wherever in configuration and request it stands", async () => {
  const clock = testClock();
  const out: unknown[] = [];
  const log = (fields: object, text: string): void => void out.push(fields, text, fields instanceof Error ? fields.stack : null);
  const child = (bindings: object) => {
    out.push(bindings);
    return logger;
  };
  const logger: Logger = { debug: log, info: log, warn: log, error: log, child };
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      out.push(chunk.toString());
      done();
    },
  });
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const metrics = gatewayMetrics({ clock });
  const sinks = loggerSinks({ logger, clock, stdout });
  const gateway = await createGateway(configuration, {
    clock,
    logger,
    telemetry: [sinks, metrics, openTelemetry({ tracerProvider, meterProvider, policySpans: true })],
    accessLog: true,
    trace: { sample: 1 },
    onOutcome: (outcome) => void out.push(accessLogRecord(outcome), accessLogText(outcome)),
    transport: (request) =>
      Promise.resolve({
        status: 200,
        reason: "OK",
        headers: new Headers([
          ["Set-Cookie", "s=CANARY-set-cookie"],
          ["X-Leak", request.headers.get("X-Leak") ?? ""],
        ]),
        body: Buffer.from('{"client_secret":"x","password=CANARY-answer":1}'),
      }),
  });
  const { status } = await gateway.handle({
    method: "POST",
    url: "https://g.example/a/1?subscription-key=CANARY-subscription&code=CANARY-query&access_token=CANARY-access",
    headers: { Authorization: `Basic ${BASIC}`, Cookie: "session=CANARY-cookie", "X-Jwt": JWT, "X-Api-Key": "CANARY-api-key" },
    body: "password=CANARY-body&client_secret=CANARY-form",
  });
  await gateway.handle({
    method: "POST",
    url: "https://g.example/a/2",
    headers: { "Ocp-Apim-Subscription-Key": "CANARY-unknown-key" },
  });
  expect(status).toBe(500);
  await reader.forceFlush();
  out.push(
    await metrics.page(gateway),
    exporter.getMetrics().map(({ scopeMetrics }) => scopeMetrics.map((scope) => scope.metrics)),
  );
  out.push(spans.getFinishedSpans().map(({ name, attributes, events, status: ended }) => [name, attributes, events, ended]));
  out.push(gateway.traces.list().map(({ id }) => gateway.traces.get(id)));
  out.push(gateway.diagnostics, gateway.health());
  await gateway.close();
  await sinks.end();
  await clock.advance(60_000);
  const text = out.map((entry) => (entry instanceof Error ? `${entry.stack}` : JSON.stringify(entry))).join("\n");
  expect(text).toContain("X-Leak");
  expect(text).toContain("turnpike_refusals_total");
  const found = [...text.matchAll(/.{0,60}CANARY[\w-]*/g)].map(([where]) => where);
  expect(found).toEqual([]);
  for (const secret of [JWT, BASIC]) expect(text.includes(secret)).toBe(false);
  await meterProvider.shutdown();
});
