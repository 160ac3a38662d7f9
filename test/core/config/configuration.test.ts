import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildConfiguration } from "#core/config/build/build.js";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { parseIsoDuration } from "#core/config/duration.js";
import { FileSet } from "#core/config/file-set.js";
import { loadConfiguration } from "#core/config/load.js";
import { LoadedConfiguration } from "#core/config/source.js";

const build = (data: GatewayConfiguration) => buildConfiguration(LoadedConfiguration.fromObject(data, tmpdir()));
const findings = (data: GatewayConfiguration) =>
  build(data).diagnostics.map((finding) => `${finding.code} ${finding.file} ${finding.message}`);

describe("building the model", () => {
  it("fills in defaults", () => {
    const { model, diagnostics } = build({
      apis: { a: { path: "/a/b/", operations: { o: { method: "get", urlTemplate: "/x" } } } },
    });
    expect(diagnostics).toEqual([]);
    expect(model.apis.get("a")).toMatchObject({
      path: "a/b",
      name: "a",
      revision: "1",
      isCurrentRevision: true,
      subscriptionRequired: true,
      subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
      protocols: ["http", "https"],
      operations: [{ id: "o", method: "GET" }],
    });
  });

  it("a revision has what the API has, but for what it says itself", () => {
    const { model, documents } = build({
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://old",
          policy: "<policies/>",
          operations: { o: { method: "GET", urlTemplate: "/" } },
          revisions: { "2": { serviceUrl: "http://new" }, "3": { isCurrent: true, policy: "<policies>3</policies>" } },
        },
      },
    });
    expect([...model.apis].map(([key, one]) => [key, one.revision, one.isCurrentRevision, one.serviceUrl!.host])).toEqual([
      ["a;rev=1", "1", false, "old"],
      ["a;rev=2", "2", false, "new"],
      ["a", "3", true, "old"],
    ]);
    expect([...model.apis.values()].map((api) => documents.apis.get(api)!.text)).toEqual([
      "<policies/>",
      "<policies/>",
      "<policies>3</policies>",
    ]);
    expect([...model.apis.values()].every((api) => api.operations.length === 1)).toBe(true);
  });

  it("serves only the APIs of its gateway", () => {
    const { model } = build({ gateway: "dc1", gateways: { dc1: { apis: ["a"] } }, apis: { a: { path: "a" }, b: { path: "b" } } });
    expect([...model.apis.keys()]).toEqual(["a"]);
    expect(model.deployment.gatewayId).toBe("dc1");
  });

  it("takes named values from the environment and puts them into addresses and keys", () => {
    process.env["TURNPIKE_TEST_KEY"] = "k-1";
    const { model, diagnostics } = build({
      namedValues: { key: { secret: true, env: "TURNPIKE_TEST_KEY" }, host: "h.example", n: 3 },
      apis: { a: { path: "a", serviceUrl: "https://{{host}}/x" } },
      subscriptions: { s: { scope: "all", primaryKey: "{{key}}" } },
    });
    delete process.env["TURNPIKE_TEST_KEY"];
    expect(diagnostics).toEqual([]);
    expect(model.apis.get("a")!.serviceUrl!.toString()).toBe("https://h.example/x");
    expect(model.subscriptions.get("s")!.primaryKey).toBe("k-1");
    expect(model.namedValues.get("n")).toEqual({ name: "n", value: "3", secret: false });
  });

  it("reads breakers and pools", () => {
    const { model, diagnostics } = build({
      backends: {
        b: {
          url: "http://b",
          circuitBreaker: {
            rules: [
              {
                failureCondition: { count: 3, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
                tripDuration: "PT30S",
              },
            ],
          },
        },
        p: { pool: { services: [{ backend: "b", weight: 3 }] } },
      },
    });
    expect(diagnostics).toEqual([]);
    expect(model.backends.get("b")!.circuitBreaker).toMatchObject({ count: 3, interval: 60_000, tripDuration: 30_000 });
    expect(model.backends.get("p")).toMatchObject({
      type: "Pool",
      pool: { services: [{ backend: "b", weight: 3, priority: null }] },
    });
  });
});

describe("what does not fit together", () => {
  it.each<[string, GatewayConfiguration, string]>([
    [
      "an unknown API in a product",
      { apis: { payments: { path: "p" } }, products: { x: { apis: ["payment"] } } },
      "TP3002 configuration#products.x.apis[0] There is no API payment.",
    ],
    ["an unknown gateway", { gateway: "dc1" }, "TP3002 configuration#gateway There is no gateway dc1."],
    [
      "a template",
      { apis: { a: { path: "a", operations: { o: { method: "GET", urlTemplate: "/{a" } } } } },
      `TP3004 configuration#apis.a.operations.o.urlTemplate The URL template "/{a": a '{' is not closed.`,
    ],
    [
      "an address",
      { apis: { a: { path: "a", serviceUrl: "payments.internal" } } },
      `TP3005 configuration#apis.a.serviceUrl "payments.internal" is not an absolute http or https URL.`,
    ],
    [
      "a scope",
      { subscriptions: { s: { scope: "everything" } } },
      `TP3005 configuration#subscriptions.s.scope "everything" is no scope of a subscription.`,
    ],
    [
      "a key used twice",
      { subscriptions: { s: { scope: "all", primaryKey: "k" }, t: { scope: "all", secondaryKey: "k" } } },
      "TP3007 configuration#subscriptions.t.secondaryKey The subscriptions s and t have the same key.",
    ],
    [
      "a named value without value",
      { namedValues: { n: { env: "TURNPIKE_NOT_SET" } } },
      "TP3006 configuration#namedValues.n The named value n takes its value from the environment variable TURNPIKE_NOT_SET, which is not set.",
    ],
    [
      "a file",
      { policy: { file: "no-such.xml" } },
      "TP3001 configuration#policy.file The file no-such.xml cannot be read: there is no such file.",
    ],
    [
      "two open products",
      {
        apis: { a: { path: "a" } },
        products: { x: { apis: ["a"], subscriptionRequired: false }, y: { apis: ["a"], subscriptionRequired: false } },
      },
      "TP3005 configuration#products.y.apis[0] The API a is in two open products, x and y.",
    ],
    [
      "an unknown key",
      { apis: { a: { path: "a", serviceURL: "http://x" } } } as GatewayConfiguration,
      'TP4002 configuration#apis.a.serviceURL Unknown key "serviceURL" in apis.a.',
    ],
  ])("%s", (_, data, wanted) => {
    expect(findings(data)).toContain(wanted);
  });
});

describe("files", () => {
  it("names the place in the file, and counts inline documents from their own", () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-"));
    writeFileSync(
      join(folder, "gateway.yaml"),
      "apis:\n  a:\n    path: a\n    policy: |\n      <policies>\n        <inbound/>\n      </policies>\n    operations:\n      o: { method: GET, urlTemplate: '/{' }\n",
    );
    const loaded = loadConfiguration(join(folder, "gateway.yaml"));
    const { documents, model, diagnostics } = buildConfiguration(loaded);
    expect(documents.apis.get(model.apis.get("a")!)!.origin).toEqual({ line: 5, column: 7 });
    expect(diagnostics.map((finding) => [finding.line, finding.code])).toEqual([[9, "TP3004"]]);
  });

  it("says what is wrong with a file that is not there", () => {
    expect(loadConfiguration("/nowhere/gateway.yaml").diagnostics[0]).toMatchObject({ code: "TP3001", severity: "error" });
  });

  it("refuses unknown keys with their place", () => {
    const loaded = LoadedConfiguration.fromText("apis:\n  a:\n    path: a\n    serviceURL: x\n", "g.yaml", FileSet.onDisk("."));
    expect(loaded.diagnostics[0]).toMatchObject({ line: 4, code: "TP4002", hint: 'Did you mean "serviceUrl"?' });
  });
});

it("durations", () => {
  expect(["PT30S", "PT1M", "PT1H30M", "P1D", "PT0.5S", "PT", "30", "P1Y"].map(parseIsoDuration)).toEqual([
    30_000,
    60_000,
    5_400_000,
    86_400_000,
    500,
    null,
    null,
    null,
  ]);
});
