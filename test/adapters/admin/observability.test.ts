import { readFileSync } from "node:fs";
import { gatewayMetrics } from "@turnpike/adapters/admin";
import { createGateway, type GatewayOutcome, Headers } from "@turnpike/core";
import { accessLogRecord, readYaml } from "@turnpike/core/adapter";
import { testClock } from "@turnpike/core/testing";
import parsePrometheusTextFormat from "parse-prometheus-text-format";
import { expect, it } from "vitest";
import { samplesOf } from "./prometheus.js";

const read = (file: string): string => readFileSync(new URL(`../../../docs/observability/${file}`, import.meta.url), "utf8");

interface Family {
  readonly name: string;
  readonly type: string;
  readonly metrics: readonly unknown[];
}

/** A gateway that has seen all that its metrics tell of: its page, and the outcomes of its requests. */
async function seen(): Promise<{ readonly page: string; readonly outcomes: readonly GatewayOutcome[] }> {
  const clock = testClock();
  const metrics = gatewayMetrics({ clock });
  const outcomes: GatewayOutcome[] = [];
  metrics.metric({ namespace: "turnpike", name: "store-failures", value: 1, dimensions: { part: "cache", reason: "timeout" } });
  metrics.metric({ namespace: "turnpike", name: "shadow-requests", value: 1, dimensions: { result: "differing" } });
  metrics.metric({
    namespace: "turnpike",
    name: "shadow-differences",
    value: 1,
    dimensions: { api: "a", operation: "get", what: "status" },
  });
  let calls = 0;
  const rule = { name: "r", failureCondition: { count: 9, interval: "PT1M" }, tripDuration: "PT1M" };
  const gateway = await createGateway(
    {
      backends: { b: { url: "https://b.example", circuitBreaker: { rules: [rule] } } },
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          operations: { get: { method: "GET", urlTemplate: "/{id}" } },
          policy: `<policies><inbound><set-backend-service backend-id="b" /><rate-limit-by-key calls="1" renewal-period="60" counter-key="@(context.Request.Url.Path)" />
            <cache-lookup vary-by-developer="false" vary-by-developer-groups="false" /><emit-metric name="placed" namespace="shop"><dimension name="API ID" /></emit-metric></inbound>
            <backend><retry condition="@(context.LastError != null)" count="2" interval="0"><forward-request /></retry></backend></policies>`,
        },
      },
    },
    {
      clock,
      telemetry: metrics,
      onOutcome: (outcome) => void outcomes.push(outcome),
      fetch: () => (++calls === 1 ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(new Response("ok"))),
    },
  );
  for (const path of ["/a/1", "/a/1", "/nowhere"]) {
    const { body } = await gateway.handle({ method: "GET", url: `https://g.example${path}`, headers: new Headers() });
    if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
  }
  const page = await metrics.page(gateway);
  await gateway.close();
  return { page, outcomes };
}

/** Metrics of the page by name, each with its labels. */
async function shown(): Promise<Map<string, ReadonlySet<string>>> {
  const { page } = await seen();
  const names = new Map<string, Set<string>>();
  for (const { name, labels } of samplesOf(page)) {
    const known = names.get(name) ?? new Set();
    for (const label of Object.keys(labels)) known.add(label);
    names.set(name, known);
  }
  return names;
}

/** Labels that a query names of a metric, besides those that Prometheus adds. */
const labelsIn = (query: string): string[] => [
  ...[...query.matchAll(/\{([^{}]*)\}/g)].flatMap(([, inner]) =>
    [...inner!.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!),
  ),
  ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(",").map((label) => label.trim())),
];

it("/metrics is read by a parser of Prometheus's text format", async () => {
  const { page } = await seen();
  const families = parsePrometheusTextFormat(page) as Family[];
  const typeOf = Object.fromEntries(families.map(({ name, type }) => [name, type]));
  expect(typeOf).toMatchObject({
    turnpike_http_request_duration_seconds: "HISTOGRAM",
    turnpike_refusals_total: "COUNTER",
    turnpike_requests_in_flight: "GAUGE",
    shop_placed_sum: "GAUGE",
  });
  expect(families.every(({ metrics }) => metrics.length > 0)).toBe(true);
});

it("dashboard and alerts name metrics and labels that are on the page, and no others", async () => {
  const names = await shown();
  const dashboard = JSON.parse(read("grafana-dashboard.json")) as { panels: { id: number; targets: { expr: string }[] }[] };
  const { groups } = readYaml(read("alerts.yaml"), "alerts.yaml").data as {
    groups: { rules: { alert: string; expr: string; annotations: object }[] }[];
  };
  const queries = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ];
  expect(queries.length).toBeGreaterThan(15);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const query of queries) {
    const metrics = [...query.matchAll(/\bturnpike_\w+/g)].map(([name]) => name);
    expect([query, metrics.length > 0]).toEqual([query, true]);
    for (const name of metrics) expect([query, names.has(name) ? name : null]).toEqual([query, name]);
    const labels = new Set(metrics.flatMap((name) => [...names.get(name)!]));
    for (const label of labelsIn(query)) expect([query, labels.has(label) ? label : null]).toEqual([query, label]);
    for (const [open, close] of ["()", "{}", "[]"] as const) expect(query.split(open!).length).toBe(query.split(close!).length);
  }
});

/** Words of the query language, and what a query makes for itself. */
const KQL = new Set(
  "where summarize extend project order by desc asc and or in bin ago count countif percentile round false true ApiManagementGatewayLogs".split(
    " ",
  ),
);

it("queries for the log name columns that it has, and no others", async () => {
  const { outcomes } = await seen();
  const columns = new Set(outcomes.flatMap((outcome) => Object.keys(accessLogRecord(outcome))));
  const queries = read("queries.kql")
    .split("\n\n")
    .map((text) => text.replace(/\/\/.*$/gm, "").trim())
    .filter((text) => text !== "");
  expect(queries).toHaveLength(6);
  for (const query of queries) {
    expect(query).toMatch(/^ApiManagementGatewayLogs\n\| /);
    const plain = query.replace(/"[^"]*"/g, "");
    const made = new Set([...plain.matchAll(/(\w+)\s*=(?![=~])/g)].map(([, name]) => name!));
    for (const [word] of plain.matchAll(/\b[A-Za-z]\w*\b/g))
      if (!KQL.has(word) && !made.has(word)) expect([query, columns.has(word) ? word : null]).toEqual([query, word]);
  }
});
