import type { FakeRule } from "@turnpike/core/testing";
import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, findings, sent, url, world } from "./support.js";

const forwarding = (attributes = "", backend: readonly FakeRule[] = [], onError = "") =>
  world({ backend: `<forward-request ${attributes} />`, onError }, { backend });

describe("forward-request", () => {
  it("sends method, path, query, headers and body as they stand", async () => {
    const policy = await forwarding("", [
      { reply: { status: 201, reason: "Made", headers: { "X-A": ["a", "b"] }, body: "made" } },
    ]);
    const outcome = await policy.send({ url: `${url}/7?a=1&a=2`, method: "PUT", headers: { "X-B": "b" }, body: "new" });
    const [call] = outcome.backendCalls;
    expect([call!.method, call!.url, sent(call, "X-B"), Buffer.from(call!.body).toString()]).toEqual([
      "PUT",
      "https://backend.example/orders/7?a=1&a=2",
      "b",
      "new",
    ]);
    expect([outcome.status, outcome.reason, outcome.headers.getAll("X-A"), outcome.text]).toEqual([
      201,
      "Made",
      ["a", "b"],
      "made",
    ]);
  });

  const setHost = (attributes: string, ...values: string[]): string =>
    `<set-header name="host" ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-header>`;

  it.each([
    ["no policy", "", "backend.example"],
    ["a policy", setHost("", "tenant.example"), "tenant.example"],
    ["a policy, as the caller's", setHost("", "@(context.Request.OriginalUrl.Host)"), "public.example"],
    ["a policy that adds one", setHost(`exists-action="append"`, "tenant.example"), "tenant.example"],
    ["a policy that leaves it", setHost(`exists-action="skip"`, "tenant.example"), "backend.example"],
    ["a policy that removes it", setHost(`exists-action="delete"`), "backend.example"],
    ["a policy that changes another", `<set-header name="X-Host"><value>x</value></set-header>`, "backend.example"],
  ])("the host is chosen by %s", async (_what, inbound, host) => {
    for (const Host of ["gateway.internal", "PUBLIC.example", "public.example:", "public.example:00443", "evil.example"]) {
      const { backendCalls } = await (await world(inbound)).send({ url: "https://public.example/orders", headers: { Host } });
      expect(backendCalls[0]!.headers.getAll("Host")).toEqual([host]);
    }
  });

  it.each([
    [`timeout="3"`, 2999, 200, 2999],
    [`timeout="3"`, 3001, 504, 3000],
    [`timeout="@(1 + 1)"`, 5000, 504, 2000],
    [`timeout-ms="250"`, 251, 504, 250],
    ["", 299_999, 200, 299_999],
    ["", 300_001, 504, 300_000],
  ])("%s and a backend that takes %i ms: %i", async (attributes, delay, status, elapsed) => {
    const outcome = await (await forwarding(attributes, [{ reply: { delay } }])).send({ url });
    expect([outcome.status, outcome.elapsed]).toEqual([status, elapsed]);
    if (status === 504) expect(outcome.error).toMatchObject({ source: "forward-request", reason: "Timeout" });
  });

  it.each([
    ["refused", 502],
    ["reset", 502],
    ["timeout", 504],
  ] as const)("a backend that fails (%s) gives %i, and on-error runs", async (fail, status) => {
    const seen = `<set-variable name="seen" value="@(context.LastError.Source)" />`;
    const outcome = await (await forwarding("", [{ fail }], seen)).send({ url });
    expect([outcome.status, outcome.variables["seen"]]).toEqual([status, "forward-request"]);
  });

  it.each([
    ["no address", {}, "", "BackendNotConfigured"],
    [
      "no token for its identity",
      { one: { url: "https://one.example", credentials: { managedIdentity: { resource: "r" } } } },
      `<set-backend-service backend-id="one" />`,
      "ManagedIdentityTokenFailure",
    ],
  ])("a backend with %s is a 500", async (_what, backends, inbound, reason) => {
    const policy = await policyTest({
      managedIdentity: { r: null },
      gateway: {
        backends,
        apis: {
          a: {
            path: "",
            subscriptionRequired: false,
            policy: document({ inbound, backend: "<forward-request />" }),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
    });
    const { status, error, text, backendCalls } = await policy.send({ url });
    expect([status, error!.source, error!.reason, backendCalls]).toEqual([500, "forward-request", reason, []]);
    expect(JSON.parse(text)).toMatchObject({ statusCode: 500, message: "Internal server error" });
  });

  it("error statuses are ordinary answers", async () => {
    const outcome = await (await forwarding("", [{ reply: { status: 500, body: "x" } }])).send({ url });
    expect([outcome.status, outcome.text, outcome.error]).toEqual([500, "x", null]);
  });

  it.each([
    [399, null],
    [400, "forward-request"],
    [599, "forward-request"],
  ])("unless they are to be errors: %i", async (status, source) => {
    const seen = `<set-variable name="status" value="@(context.Response.StatusCode)" />`;
    const policy = await forwarding(`fail-on-error-status-code="true"`, [{ reply: { status } }], seen);
    const outcome = await policy.send({ url });
    expect([outcome.status, outcome.error?.source ?? null, outcome.variables["status"]]).toEqual([
      status,
      source,
      source === null ? undefined : status,
    ]);
    expect(outcome.error?.reason ?? null).toBe(source === null ? null : "BackendErrorStatusCode");
  });
});

it.each([
  [{ backend: `<forward-request timeout="60" follow-redirects="true" buffer-request-body="true" />` }, []],
  [{ backend: `<forward-request timeout="60" timeout-ms="5" />` }, ["error TP2022"]],
  [{ backend: `<forward-request http-version="3" />` }, ["error TP2008"]],
  [{ inbound: "<forward-request />" }, ["error TP2003"]],
])("is checked at load time: %j", (sections, expected) => {
  expect(findings(sections)).toEqual(expected);
});
