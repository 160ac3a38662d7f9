import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@turnpike/adapters/cli";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { started } from "../node/servers.js";

interface Attributed {
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}
interface Span extends Attributed {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
}
interface Metric {
  readonly name: string;
  readonly histogram?: { readonly dataPoints: readonly Attributed[] };
  readonly sum?: { readonly dataPoints: readonly (Attributed & { readonly asInt?: string; readonly asDouble?: number })[] };
  readonly gauge?: { readonly dataPoints: readonly Attributed[] };
}

const folder = mkdtempSync(join(tmpdir(), "turnpike-otel-"));
afterAll(() => rmSync(folder, { recursive: true }));
const closing: (() => unknown)[] = [];
beforeEach(() => {
  for (const [name, value] of Object.entries({
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_NODE_RESOURCE_DETECTORS: "none",
    OTEL_METRIC_EXPORT_INTERVAL: "3600000",
    OTEL_METRIC_EXPORT_TIMEOUT: "10000",
    OTEL_BSP_SCHEDULE_DELAY: "50",
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

async function served(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = await started(createServer(listener!));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.port}`;
}

/** A collector that takes OTLP over HTTP in JSON. */
async function collector() {
  const spans: Span[] = [];
  const metrics: Metric[] = [];
  const url = await served((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans?: { scopeSpans: { spans: Span[] }[] }[];
        resourceMetrics?: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      for (const { scopeSpans } of body.resourceSpans ?? []) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      for (const { scopeMetrics } of body.resourceMetrics ?? []) metrics.push(...scopeMetrics.flatMap((scope) => scope.metrics));
      outgoing.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  });
  return { url, spans, metrics };
}

const attribute = ({ attributes = [] }: Attributed, name: string): unknown =>
  Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];

it("turnpike run --otel sends spans over two gateways, and metrics, by the official exporter", async () => {
  const { url, spans, metrics } = await collector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  const seen: (string | string[] | undefined)[] = [];
  const backend = await served((incoming, outgoing) => {
    seen.push(incoming.headers["traceparent"]);
    outgoing.end("ok");
  });
  const file = join(folder, "gateway.yaml");
  const api = (path: string, serviceUrl: string) => ({
    path,
    serviceUrl,
    subscriptionRequired: false,
    operations: { get: { method: "GET", urlTemplate: "/{id}" } },
    policy: `<policies><inbound><trace source="shop"><message>seen</message></trace></inbound><backend><forward-request /></backend></policies>`,
  });
  const port = await freePort();
  const apis = { outer: api("outer", `http://127.0.0.1:${port}/inner`), inner: api("inner", backend) };
  writeFileSync(file, JSON.stringify({ apis }));
  const end = await runs([file, "--port", String(port), "--otel"]);
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const gateway = `http://127.0.0.1:${port}`;
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  expect(await (await fetch(`${gateway}/outer/7`, { headers })).text()).toBe("ok");
  expect((await fetch(`${gateway}/nowhere`)).status).toBe(404);
  await end();

  const ofTrace = spans.filter((span) => span.traceId === traceId);
  const below = (parent: string | undefined): Span => ofTrace.find(({ parentSpanId }) => parentSpanId === parent)!;
  const chain = [below("b7ad6b7169203331")];
  for (let depth = 0; depth < 3; depth++) chain.push(below(chain.at(-1)!.spanId));
  expect(chain.map(({ name, kind }) => [name, kind])).toEqual([
    ["GET /outer/{id}", 2],
    ["GET", 3],
    ["GET /inner/{id}", 2],
    ["GET", 3],
  ]);
  expect(attribute(chain[0]!, "http.route")).toBe("/outer/{id}");
  expect(seen).toEqual([`00-${traceId}-${chain[3]!.spanId}-01`]);
  const named = (name: string): Metric => metrics.find((metric) => metric.name === name)!;
  expect(named("http.server.request.duration").histogram!.dataPoints.map((point) => attribute(point, "http.route"))).toEqual(
    expect.arrayContaining(["/outer/{id}", "/inner/{id}"]),
  );
  expect(named("http.server.active_requests").sum!.dataPoints.map(({ asInt, asDouble }) => Number(asInt ?? asDouble))).toEqual([
    0,
  ]);
  expect(named("turnpike.refusals").sum!.dataPoints.map((point) => attribute(point, "turnpike.reason"))).toEqual([
    "OperationNotFound",
  ]);
  for (const name of ["turnpike.store.up", "turnpike.configuration.age", "http.client.request.duration"])
    expect(metrics.map((metric) => metric.name)).toContain(name);
  expect(JSON.stringify(metrics)).not.toMatch(/\/outer\/7|nowhere/);
});

it("turnpike run --otel-policy-spans sends a span for each policy, below the request's", async () => {
  const { url, spans } = await collector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  const file = join(folder, "policies.xml");
  writeFileSync(
    file,
    `<policies><inbound><choose><when condition="@(true)"><return-response id="here" /></when></choose></inbound></policies>`,
  );
  const port = await freePort();
  const end = await runs([file, "--backend", "http://127.0.0.1:1", "--port", String(port), "--otel", "--otel-policy-spans"]);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  await end();
  const parentOf = ({ parentSpanId }: Span): string | undefined => spans.find(({ spanId }) => spanId === parentSpanId)?.name;
  const server = spans.find(({ kind }) => kind === 2)!;
  const policies = spans.filter(({ kind }) => kind === 1);
  expect(policies.map((span) => `${span.name} in ${parentOf(span)}`).toSorted()).toEqual([
    `choose in ${server.name}`,
    "return-response in when",
    "when in choose",
  ]);
  const policy = policies.find(({ name }) => name === "return-response")!;
  expect([attribute(policy, "turnpike.policy.id"), attribute(policy, "turnpike.outcome")]).toEqual(["here", "stop"]);
  expect(attribute(policy, "turnpike.place")).toMatch(/policies\.xml:1:54$/);
});

it("turnpike run --otel-policy-spans needs --otel", async () => {
  const said: string[] = [];
  const output = {
    stdout: process.stdout,
    stderr: process.stderr,
    print: () => undefined,
    complain: (line: string) => void said.push(line),
  };
  const file = join(folder, "alone.xml");
  writeFileSync(file, "<policies><inbound /></policies>");
  expect(await main(["run", file, "--backend", "http://127.0.0.1:1", "--otel-policy-spans"], output)).toBe(2);
  expect(said.join("\n")).toContain("'--otel-policy-spans' needs '--otel'.");
});

/** Runs the command until what is given back is called. */
async function runs(args: readonly string[]): Promise<() => Promise<void>> {
  const lines: string[] = [];
  const running = main(["run", ...args, "--log", "json"], {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (line) => void lines.push(line),
    complain: (line) => void lines.push(line),
  });
  await vi.waitFor(() => expect(lines.join("\n")).toContain("listening"), 30_000);
  return async () => {
    process.emit("SIGTERM");
    expect(await running).toBe(0);
  };
}

async function freePort(): Promise<number> {
  const server = await started(createServer());
  const { port } = server;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
