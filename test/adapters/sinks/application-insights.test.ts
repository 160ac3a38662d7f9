import { createServer } from "node:https";
import { gunzipSync } from "node:zlib";
import { loggerSinks } from "@turnpike/adapters/sinks";
import { createGateway, type DiagnosticConfiguration, type GatewayConfiguration, Headers } from "@turnpike/core";
import { afterEach, beforeAll, expect, it } from "vitest";
import { testAuthority } from "../../certificates.js";
import { started } from "../node/servers.js";

interface Envelope {
  readonly name: string;
  readonly sampleRate?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: { readonly baseType: string; readonly baseData: Readonly<Record<string, unknown>> };
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
// The exporter's own statistics go to Microsoft, not to the connection string.
beforeAll(() => {
  process.env["APPLICATION_INSIGHTS_NO_STATSBEAT"] = "1";
});

/** What Application Insights takes its telemetry with. */
async function ingestion() {
  const items: Envelope[] = [];
  const authority = testAuthority();
  const { cert, key } = authority.issue("localhost", "127.0.0.1");
  const server = await started(
    createServer({ cert, key }, (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks);
        const text = (incoming.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
        const sent = text.trimStart().startsWith("[")
          ? (JSON.parse(text) as Envelope[])
          : text.split("\n").map((line) => JSON.parse(line) as Envelope);
        items.push(...sent);
        outgoing
          .writeHead(200, { "Content-Type": "application/json" })
          .end(JSON.stringify({ itemsReceived: sent.length, itemsAccepted: sent.length, errors: [] }));
      });
    }),
  );
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    items,
    exporter: { tlsOptions: { ca: authority.cert } },
    of: (type: string) =>
      items
        .filter(({ data }) => data.baseType === type && !JSON.stringify(data).includes("_OTELRESOURCE_"))
        .map(({ data }) => data.baseData),
    connectionString: `InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://127.0.0.1:${server.port}/`,
  };
}

const TRACES = `<trace source="shop" severity="verbose"><message>quiet</message></trace>
  <trace source="shop" severity="error"><message>loud</message><metadata name="order" value="7" /></trace>
  <emit-metric name="orders" namespace="shop" value="3"><dimension name="kind" value="a" /></emit-metric>`;

async function called(
  diagnostic: DiagnosticConfiguration,
  connectionString: string,
  {
    fractions = [],
    paths = ["/a/x"],
    exporter = {},
  }: { readonly fractions?: number[]; readonly paths?: readonly string[]; readonly exporter?: object } = {},
) {
  const lines: string[] = [];
  const sentHeaders: Headers[] = [];
  const write = (fields: object, message: string): void => {
    const { loggerId, why, to, metric, dropped } = fields as Record<string, unknown>;
    const shown = [message, loggerId, why, to, metric, dropped].filter((part) => part !== undefined);
    void lines.push(shown.join(", "));
  };
  const logger = { debug() {}, info() {}, warn: write, error: write };
  const sinks = loggerSinks({
    logger,
    exportInterval: 60_000,
    fraction: () => fractions.shift() ?? 0,
    exporter: { ...exporter },
  });
  const configuration: GatewayConfiguration = {
    namedValues: { insights: { secret: true, value: connectionString } },
    loggers: { insights: { type: "applicationInsights", properties: { credentials: { connectionString: "{{insights}}" } } } },
    diagnostics: { applicationinsights: { loggerId: "/loggers/insights", ...diagnostic } },
    apis: {
      a: {
        path: "a",
        subscriptionRequired: false,
        serviceUrl: "https://backend.example",
        operations: { get: { method: "GET", urlTemplate: "/{id}" } },
        policy: `<policies><inbound>${TRACES}</inbound><backend><forward-request /></backend></policies>`,
      },
    },
  };
  const gateway = await createGateway(configuration, {
    telemetry: sinks,
    logger,
    transport: ({ headers, url }) => {
      sentHeaders.push(headers);
      if (url.includes("/down")) return Promise.reject(new Error("nobody answers"));
      return Promise.resolve({
        status: url.includes("/bad") ? 500 : 200,
        reason: "OK",
        headers: new Headers([["X-Id", "9"]]),
        body: Buffer.from("answer"),
      });
    },
  });
  for (const path of paths)
    await gateway.handle({
      method: "GET",
      url: `https://gateway.example${path}?code=CANARY-code`,
      headers: {
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-Caller": "ann",
        Authorization: "Bearer CANARY-token",
      },
    });
  await gateway.close();
  await sinks.end();
  return { lines, sentHeaders };
}

it("requests, calls, failures, traces and metrics arrive, in the caller's operation", async () => {
  const { items, of, connectionString, exporter } = await ingestion();
  const message = { headers: ["X-Caller", "X-Id", "Authorization"], body: { bytes: 4 } };
  const { lines, sentHeaders } = await called(
    { metrics: true, logClientIp: true, frontend: { request: message, response: message } },
    connectionString,
    { paths: ["/a/x", "/a/down"], exporter },
  );
  expect(lines.filter((line) => !/^loud$|^request failed/.test(line))).toEqual([]);
  const [request, failed] = of("RequestData");
  expect(request).toMatchObject({ name: "GET a;rev=1 - get", responseCode: "200", success: true });
  expect(request!["properties"]).toMatchObject({
    "API Name": "a",
    "Operation Name": "get",
    "Request-X-Caller": "ann",
    "Request-Authorization": "Bearer ***",
    "Response-X-Id": "9",
    "Response Body": "answ",
  });
  expect(failed).toMatchObject({ name: "GET a;rev=1 - get", success: false });
  expect(of("RemoteDependencyData")).toMatchObject([
    { data: "https://backend.example/x?REDACTED", resultCode: "200" },
    { success: false },
  ]);
  expect(of("ExceptionData")).toHaveLength(1);
  expect(
    of("MessageData").map(({ message: text, severityLevel, properties }) => [
      text,
      severityLevel,
      (properties as { order?: string }).order,
    ]),
  ).toEqual([
    ["loud", "Error", "7"],
    ["loud", "Error", "7"],
  ]);
  expect(of("MetricData").map(({ metrics, properties }) => [metrics, properties])).toMatchObject([
    [[{ name: "orders", value: 6, count: 2 }], { kind: "a" }],
  ]);
  const names = items.filter(({ data }) => /^Re/.test(data.baseType)).map(({ tags }) => tags["ai.operation.name"]);
  expect(new Set(names)).toEqual(new Set(["GET a;rev=1 - get"]));
  const operations = new Set(
    items.filter(({ data }) => data.baseType !== "MetricData").map(({ tags }) => tags["ai.operation.id"]),
  );
  expect(operations).toEqual(new Set(["0af7651916cd43dd8448eb211c80319c"]));
  const [dependency] = of("RemoteDependencyData");
  expect(sentHeaders[0]!.get("traceparent")).toBe(`00-0af7651916cd43dd8448eb211c80319c-${String(dependency!["id"])}-01`);
  expect(JSON.stringify(items)).not.toContain("CANARY");
});

it("what is sent is the diagnostic's share; entries of trace policies are not sampled", async () => {
  const { items, of, connectionString, exporter } = await ingestion();
  await called(
    { operationNameFormat: "Url", sampling: { percentage: 25 }, alwaysLog: "allErrors", verbosity: "verbose" },
    connectionString,
    {
      paths: ["/a/1", "/a/2", "/a/bad"],
      fractions: [0.2, 0.3],
      exporter,
    },
  );
  expect(of("RequestData").map(({ responseCode }) => responseCode)).toEqual(["200", "500"]);
  expect(items.filter(({ data }) => data.baseType === "RequestData").map(({ sampleRate }) => sampleRate)).toEqual([25, 100]);
  expect(of("RequestData").map(({ name }) => name)).toEqual(["GET /a/1", "GET /a/bad"]);
  expect(of("RemoteDependencyData")).toHaveLength(2);
  expect(of("MessageData")).toHaveLength(6);
  expect(of("MetricData")).toEqual([]);
});

it.each([
  ["*** REDACTED ***", /^logger unusable, insights, its credentials are not in the configuration$/],
  ["InstrumentationKey=nonsense", /^logger unusable, insights, its connection string is invalid$/],
])("a logger with the connection string %s is named, and requests are served", async (connectionString, line) => {
  const { lines } = await called({}, connectionString);
  expect(lines.filter((text) => line.test(text))).toHaveLength(1);
  expect(lines.join("\n")).toContain("measurements dropped, orders, 1");
});

it("what cannot be sent is told, once as long as it goes on", async () => {
  const { connectionString } = await ingestion();
  // Without its authority nobody trusts the endpoint.
  const { lines } = await called({}, connectionString, { paths: ["/a/1", "/a/2"] });
  expect(lines.filter((line) => line === "delivery failed, Application Insights")).toHaveLength(1);
});
