import { createServer } from "node:http";
import { adminHandler, gatewayMetrics } from "@turnpike/adapters/admin";
import { createGateway, createMemoryStore, type Gateway, type Store } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { started } from "../node/servers.js";
import { sampleOf, samplesOf } from "./prometheus.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function pagesOf(
  ...given: Parameters<typeof adminHandler>
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const server = await started(createServer(adminHandler(...given)));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

const POLICY = `<policies>
  <inbound>
    <set-backend-service backend-id="orders" />
    <choose>
      <when condition='@(context.Request.Headers.ContainsKey("X-Refuse"))'>
        <check-header name="X-Missing" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />
      </when>
    </choose>
    <emit-metric name="Orders placed" value="2" namespace="Shop"><dimension name="who" value='@(context.Request.Headers.GetValueOrDefault("X-Who", ""))' /></emit-metric>
  </inbound>
  <backend><forward-request /></backend>
</policies>`;

const CONFIGURATION = {
  backends: {
    orders: {
      url: "http://orders.example",
      circuitBreaker: {
        rules: [
          {
            name: "r",
            failureCondition: { count: 1, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
            tripDuration: "PT1M",
          },
        ],
      },
    },
  },
  apis: {
    orders: {
      path: "orders",
      subscriptionRequired: false,
      operations: { get: { method: "GET", urlTemplate: "/{id}" } },
      policy: POLICY,
    },
  },
} as const;

async function ask(gateway: Gateway, path: string, headers: Record<string, string> = {}): Promise<void> {
  const { body } = await gateway.handle({ method: "GET", url: `https://gateway.example${path}`, headers });
  if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
}

describe("/metrics", () => {
  it("counts by operation, never by path, and looks at backends, store and configuration", async () => {
    const clock = testClock();
    const metrics = gatewayMetrics({ clock, maxSeries: 3 });
    const gateway = await createGateway(CONFIGURATION, {
      clock,
      telemetry: metrics,
      fetch: () => Promise.resolve(new Response("ok")),
    });
    for (let index = 0; index < 20; index++) await ask(gateway, `/orders/${index}`, { "X-Who": `caller-${index}` });
    await ask(gateway, "/orders/1", { "X-Refuse": "1" });
    await ask(gateway, "/nowhere/at/all");
    const get = await pagesOf(gateway, { metrics });
    const answer = await get("/metrics");
    const page = await answer.text();
    const samples = samplesOf(page);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const ofGet = { api: "orders", operation: "get" };
    expect(sampleOf(samples, "turnpike_http_request_duration_seconds_count", { ...ofGet, status: "2xx" })).toBe(20);
    expect(sampleOf(samples, "turnpike_http_request_duration_seconds_count", { ...ofGet, status: "4xx" })).toBe(1);
    expect(sampleOf(samples, "turnpike_http_request_duration_seconds_count", { api: "", operation: "" })).toBe(1);
    expect(sampleOf(samples, "turnpike_refusals_total", { policy: "check-header", reason: "HeaderNotFound" })).toBe(1);
    expect(sampleOf(samples, "turnpike_refusals_total", { reason: "OperationNotFound" })).toBe(1);
    expect(sampleOf(samples, "turnpike_requests_in_flight")).toBe(0);
    expect(sampleOf(samples, "turnpike_backend_circuit", { backend: "orders", state: "closed" })).toBe(1);
    expect(sampleOf(samples, "turnpike_store_up", { part: "counters" })).toBe(1);
    expect(sampleOf(samples, "turnpike_configuration_age_seconds")).toBeGreaterThanOrEqual(0);
    // Callers choose the dimension: three series, and the rest is counted.
    expect(samples.filter(({ name }) => name === "shop_orders_placed_sum")).toHaveLength(3);
    expect(sampleOf(samples, "shop_orders_placed_sum", { who: "caller-0" })).toBe(2);
    expect(sampleOf(samples, "turnpike_metrics_dropped_total")).toBe(17);
    expect(page).not.toContain("/orders/");
    await gateway.close();
  });

  it("tells an open circuit, and a request that is being handled", async () => {
    const metrics = gatewayMetrics();
    let finish: (status: number) => void = () => {};
    const gateway = await createGateway(CONFIGURATION, {
      telemetry: [metrics],
      fetch: () => new Promise((resolve) => (finish = (status) => resolve(new Response(null, { status })))),
    });
    const pending = ask(gateway, "/orders/1");
    await new Promise((resolve) => setImmediate(resolve));
    expect(sampleOf(samplesOf(await metrics.page(gateway)), "turnpike_requests_in_flight")).toBe(1);
    finish(503);
    await pending;
    const samples = samplesOf(await metrics.page(gateway));
    expect(sampleOf(samples, "turnpike_requests_in_flight")).toBe(0);
    expect(sampleOf(samples, "turnpike_backend_circuit", { backend: "orders", state: "open" })).toBe(1);
    expect(sampleOf(samples, "turnpike_backend_available", { backend: "orders" })).toBe(0);
    await gateway.close();
  });

  it("has labels of its own only: what a dimension is called cannot break the page", async () => {
    const metrics = gatewayMetrics();
    metrics.metric({ namespace: "", name: "1 odd\nname", value: -1, dimensions: { __le: 'a"b\\c\nd', le: "x", Ü: "y" } });
    metrics.metric({ namespace: "", name: "1 odd\nname", value: 4, dimensions: { other: "z" } });
    metrics.metric({ namespace: "turnpike", name: "store-failures", value: 1, dimensions: { part: "cache", reason: "timeout" } });
    const samples = samplesOf(await metrics.page(null));
    expect(samples.filter(({ name }) => name === "metric_1_odd_name_sum").map(({ value }) => value)).toEqual([-1, 4]);
    expect(sampleOf(samples, "turnpike_store_failures_total", { part: "cache", reason: "timeout" })).toBe(1);
  });

  it("counts what a shadow ran, and what differs", async () => {
    const metrics = gatewayMetrics();
    const shadow = { ...CONFIGURATION, apis: {} };
    const gateway = await createGateway(CONFIGURATION, {
      telemetry: metrics,
      fetch: async () => new Response("x"),
      shadow: { configuration: shadow },
    });
    await ask(gateway, "/orders/1");
    await vi.waitFor(() => expect(gateway.shadow!.report().requests.compared).toBe(1));
    const samples = samplesOf(await metrics.page(gateway));
    expect(sampleOf(samples, "turnpike_shadow_requests_total", { result: "differing" })).toBe(1);
    expect(sampleOf(samples, "turnpike_shadow_differences_total", { what: "route" })).toBe(1);
    await gateway.close();
  });
});

describe("probes and state", () => {
  it.each([
    ["/livez", 200],
    ["/startupz", 503],
    ["/readyz", 503],
    ["/health", 503],
    ["/metrics", 404],
    ["/", 404],
    ["//", 404],
    ["/livez/", 404],
  ])("before there is a gateway, %s is %d", async (path, status) => {
    const get = await pagesOf(() => null);
    expect((await get(path)).status).toBe(status);
  });

  it("takes GET and HEAD", async () => {
    const get = await pagesOf(() => null);
    const refused = await get("/livez", { method: "POST", body: "x" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await (await get("/livez", { method: "HEAD" })).text()).toBe("");
  });

  it("is ready with a configuration, unless it drains, or needs a store that is away", async () => {
    const memory = createMemoryStore();
    const store: Store = { ...memory, state: { counters: "away", cache: "up" } };
    const gateway = await createGateway({ apis: {} }, { store });
    let isDraining = false;
    const lenient = await pagesOf(gateway, { isDraining: () => isDraining });
    const strict = await pagesOf(gateway, { needsStore: true });
    expect((await lenient("/startupz")).status).toBe(200);
    expect((await lenient("/readyz")).status).toBe(200);
    const answer = await strict("/readyz");
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: "not ready", checks: { configuration: "in force", store: "away", draining: false } },
    ]);
    isDraining = true;
    expect((await lenient("/readyz")).status).toBe(503);
    expect((await lenient("/livez")).status).toBe(200);
    await gateway.close();
  });

  it("/health shows backends, store and what was set aside", async () => {
    const broken = {
      ...CONFIGURATION,
      apis: {
        ...CONFIGURATION.apis,
        broken: { path: "broken", policy: "<policies><inbound><nothing-like-it /></inbound></policies>" },
      },
    };
    const gateway = await createGateway(broken, { lenient: true });
    const get = await pagesOf(gateway);
    expect(await (await get("/health")).json()).toMatchObject({
      configuration: { apis: 2 },
      store: { counters: "up", cache: "up" },
      backends: [{ id: "orders", circuit: "closed", isAvailable: true }],
      setAside: [{ id: "broken" }],
    });
    await gateway.close();
  });

  it("/traces shows which requests were traced, and /traces/{id} one of them", async () => {
    const gateway = await createGateway(CONFIGURATION, {
      trace: { sample: 1 },
      fetch: () => Promise.resolve(new Response("ok")),
    });
    await ask(gateway, "/orders/1");
    const get = await pagesOf(gateway);
    const [kept] = (await (await get("/traces")).json()) as { id: string; status: number }[];
    expect(kept).toMatchObject({ method: "GET", url: "https://gateway.example/orders/1", status: 200 });
    expect(await (await get(`/traces/${kept!.id}`)).json()).toMatchObject({ version: 1, id: kept!.id });
    expect(await (await get(`/traces/${kept!.id}?format=apim`)).json()).toMatchObject({ traceId: kept!.id });
    expect((await get("/traces/nothing")).status).toBe(404);
    await gateway.close();
  });
});
