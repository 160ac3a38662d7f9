import { randomUUID } from "node:crypto";
import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const orders = {
  policy: "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
  apis: {
    orders: {
      path: "orders",
      serviceUrl: "https://orders.internal",
      policy:
        '<policies><inbound><base /><set-header name="X-Plan" exists-action="override"><value>@(context.Product?.Name ?? "none")</value></set-header></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>',
      versioning: { scheme: "header" as const, set: "orders", version: "v2", versionHeaderName: "X-Version" },
      operations: {
        list: { method: "GET", urlTemplate: "/all?state={state}" },
        get: { method: "GET", urlTemplate: "/{id}/lines/{line}" },
        make: { method: "POST", urlTemplate: "/" },
      },
    },
    other: { path: "other", serviceUrl: "https://other.internal", operations: { any: { method: "GET", urlTemplate: "/*" } } },
  },
  products: { gold: { name: "Gold", apis: ["orders"], subscriptionRequired: true } },
  subscriptions: { s1: { scope: "product/gold", primaryKey: "key-of-s1", secondaryKey: "k2", state: "active" as const } },
};
const context = { product: { id: "gold" }, subscription: { id: "s1" } };

describe("one operation of a whole configuration", () => {
  it.each([
    ["orders/get", { parameters: { id: "a b", line: "7" } }, "GET https://orders.internal/a%20b/lines/7"],
    ["orders/list", { parameters: { state: "open" } }, "GET https://orders.internal/all?state=open"],
    ["orders/make", { body: "{}" }, "POST https://orders.internal/"],
    ["other/any", {}, "GET https://other.internal/anything"],
  ])("%s is where requests without a URL go", async (operation, request, called) => {
    const outcome = await (await policyTest({ gateway: orders, operation, context })).send(request);
    expect(`${outcome.match.api}/${outcome.match.operation}`).toBe(operation);
    expect(outcome.backendCalls.map(({ method, url }) => `${method} ${url}`)).toEqual([called]);
  });

  it("is called by whom the context says, or by whoever has a key", async () => {
    const known = await (await policyTest({ gateway: orders, operation: "orders/make", context })).send();
    expect([known.match.subscription, known.backendCalls[0]!.headers.get("X-Plan")]).toEqual(["s1", "Gold"]);
    const world = await policyTest({ gateway: orders, operation: "orders/make" });
    expect((await world.send()).status).toBe(401);
    const keyed = await world.send({ headers: { "Ocp-Apim-Subscription-Key": "key-of-s1" } });
    expect([keyed.status, keyed.match.product]).toEqual([200, "gold"]);
  });

  it("must be there, and get what its template needs", async () => {
    await expect(policyTest({ gateway: orders, operation: "orders/nothing" })).rejects.toThrow(
      "Invalid operation 'orders/nothing': expected <API>/<operation>, such as orders/list, orders/get",
    );
    await expect(policyTest({ policy: "<policies />", operation: "a/b" })).rejects.toThrow("expected a gateway that has it");
    const world = await policyTest({ gateway: orders, operation: "orders/get", context });
    await expect(world.send({ parameters: { id: "1" } })).rejects.toThrow(
      "Invalid parameters: expected a value for 'line' of /{id}/lines/{line}.",
    );
    await expect((await policyTest({ gateway: orders })).send()).rejects.toThrow("A request needs a URL.");
  });
});

describe("one expression", () => {
  const evaluated = async (expression: string, more: Partial<Parameters<typeof policyTest>[0]> = {}, headers = {}) =>
    (await (await policyTest({ expression, ...more })).send({ url: "https://api.example/a", headers })).variables["value"];

  it.each([
    ['@(context.Request.Headers.GetValueOrDefault("X", "none") + "!")', "a!"],
    ["@(7 / 2)", 3],
    ['@{ var a = "<&>"; return a + "\\""; }', '<&>"'],
    ['@("{{greeting}}".Length)', 5],
  ])("%s", async (expression, value) => {
    expect(await evaluated(expression, { namedValues: { greeting: "hello" } }, { X: "a" })).toBe(value);
  });

  it("may speak of the response, or fail", async () => {
    expect(
      await evaluated("@(context.Response.StatusCode)", { section: "outbound", backend: [{ reply: { status: 418 } }] }),
    ).toBe(418);
    const failed = await (await policyTest({ expression: '@(int.Parse("x"))' })).send({ url: "https://api.example/" });
    expect(failed.error).toMatchObject({ source: "set-variable", reason: "ExpressionValueEvaluationFailure" });
    await expect(policyTest({ expression: "@(context.Nothing)" })).rejects.toThrow("'Nothing'");
  });
});

describe("chance in tests", () => {
  const expression = '@(context.RequestId + " " + Guid.NewGuid() + " " + new Random().Next(1000000))';
  const twice = async (): Promise<unknown[]> => {
    const world = await policyTest({ expression });
    return [
      (await world.send({ url: "https://a.example/" })).variables["value"],
      (await world.send({ url: "https://a.example/" })).variables["value"],
    ];
  };

  it("is the same in every run: ids, GUIDs, random numbers", async () => {
    const first = await twice();
    expect(await twice()).toEqual(first);
    expect(first[0]).not.toBe(first[1]);
    expect(first[0]).not.toContain(randomUUID());
    expect(String(first[0])).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12} /);
  });
});

describe("an event stream of a fake backend", () => {
  it("comes on the clock, each part as soon as it is sent", async () => {
    const world = await policyTest({
      policy: "<policies />",
      backend: [
        {
          reply: {
            events: [
              { comment: "go", event: "tick", id: "1", retry: 50, data: { n: 1 } },
              { after: 250, data: "two\nlines" },
              { after: 250, data: "[DONE]" },
            ],
          },
        },
      ],
    });
    const outcome = await world.send({ url: "https://api.example/" });
    expect(outcome.parts.map(({ at, bytes }) => [at, Buffer.from(bytes).toString()])).toEqual([
      [0, ': go\nevent: tick\nid: 1\nretry: 50\ndata: {"n":1}\n\n'],
      [250, "data: two\ndata: lines\n\n"],
      [500, "data: [DONE]\n\n"],
    ]);
  });

  it("comes at once where a policy reads it", async () => {
    const policy =
      '<policies><outbound><set-variable name="a" value="@(context.Response.Body.As<string>(preserveContent: true))" /></outbound></policies>';
    const world = await policyTest({ policy, backend: [{ reply: { events: ["a", { after: 100, data: "b" }] } }] });
    expect((await world.send({ url: "https://api.example/" })).parts.map(({ at }) => at)).toEqual([100]);
  });
});
