import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { errorsOf, gatewayOf, policies, ran } from "../run/gateway.js";

const operations = { get: { method: "GET", urlTemplate: "/x" } };
const show = (name: string, value: string): string =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`;

/** Two workspaces and the service with an API, a product, a backend, a named value and a fragment of the same id each. */
const part = (word: string, path: string) => ({
  namedValues: { word },
  fragments: { mark: `<fragment>${show("X-Fragment", word)}</fragment>` },
  backends: { ledger: { url: `https://${word}.internal` } },
  apis: {
    orders: {
      path,
      policy: policies({
        inbound: `<base /><set-backend-service backend-id="ledger" />`,
        outbound: `<base />${ran("api")}${show("X-Word", "{{word}}")}<include-fragment fragment-id="mark" />${show("X-Workspace", "@(context.Workspace?.Id ?? &quot;none&quot;)")}`,
      }),
      operations,
    },
  },
  products: { starter: { apis: ["orders"], policy: policies({ outbound: `<base />${ran(`product-${word}`)}` }) } },
  subscriptions: {
    sub: { scope: "product/starter", primaryKey: `key-${word}` },
    everything: { scope: "all", primaryKey: `all-${word}` },
    api: { scope: "api/orders", primaryKey: `api-${word}` },
  },
});

const configuration: GatewayConfiguration = {
  ...part("service", "orders"),
  policy: policies({ backend: "<forward-request />", outbound: ran("global") }),
  workspaces: {
    north: { ...part("north", "north/orders"), name: "North", policy: policies({ outbound: `<base />${ran("workspace")}` }) },
    south: { ...part("south", "south/orders") },
  },
};

describe("workspaces", () => {
  it.each([
    ["/orders/x", "key-service", "global,product-service,api", "service", "none"],
    ["/north/orders/x", "key-north", "global,workspace,product-north,api", "north", "north"],
    ["/south/orders/x", "key-south", "global,product-south,api", "south", "south"],
    ["/north/orders/x", "api-north", "global,workspace,api", "north", "north"],
    ["/north/orders/x", "all-north", "global,workspace,api", "north", "north"],
    ["/north/orders/x", "all-service", "global,workspace,api", "north", "north"],
  ])("%s with %s runs %s on the entities of its own", async (path, key, wanted, word, workspace) => {
    const { send } = await gatewayOf(configuration);
    const { status, headers, sent } = await send(path, { headers: { "Ocp-Apim-Subscription-Key": key } });
    expect(status).toBe(200);
    expect(headers.getAll("x-ran").join(",")).toBe(wanted);
    expect(headers.get("x-word")).toBe(word);
    expect(headers.get("x-fragment")).toBe(word);
    expect(headers.get("x-workspace")).toBe(workspace);
    expect(sent[0]!.url).toBe(`https://${word}.internal/x`);
  });

  it.each([
    ["/orders/x", "key-north"],
    ["/orders/x", "all-north"],
    ["/south/orders/x", "all-north"],
    ["/south/orders/x", "api-north"],
  ])("%s refuses %s, which is good elsewhere", async (path, key) => {
    const { send } = await gatewayOf(configuration);
    expect((await send(path, { headers: { "Ocp-Apim-Subscription-Key": key } })).status).toBe(401);
  });

  it("sees what the service has where it has nothing itself", async () => {
    const { send } = await gatewayOf({
      namedValues: { word: "service" },
      fragments: { mark: `<fragment>${show("X-Fragment", "{{word}}")}</fragment>` },
      workspaces: {
        w: {
          apis: {
            a: {
              path: "a",
              serviceUrl: "https://a.internal",
              subscriptionRequired: false,
              operations,
              policy: policies({ outbound: '<base /><include-fragment fragment-id="mark" />' }),
            },
          },
        },
      },
    });
    expect((await send("/a/x")).headers.get("x-fragment")).toBe("service");
  });

  it("keeps what it has to itself", async () => {
    const outside = { path: "o", operations, policy: policies({ inbound: '<base /><include-fragment fragment-id="mark" />' }) };
    const inside = { fragments: { mark: "<fragment />" } };
    expect(await errorsOf({ apis: { outside }, workspaces: { w: inside } })).toEqual([
      expect.stringMatching(/^TP2014 .*no fragment mark/),
    ]);
  });

  it("reports backends that hide the service's, and the state of each by its workspace", async () => {
    const breaker = {
      rules: [
        {
          failureCondition: { count: 1, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
          tripDuration: "PT1M",
        },
      ],
    };
    const withBreaker: GatewayConfiguration = {
      ...configuration,
      workspaces: {
        north: {
          ...configuration.workspaces!["north"],
          backends: { ledger: { url: "https://north.internal", circuitBreaker: breaker } },
        },
        south: {
          ...configuration.workspaces!["south"],
          backends: { ledger: { url: "https://south.internal", circuitBreaker: breaker } },
        },
      },
    };
    const { gateway, send } = await gatewayOf(withBreaker, (request) => (request.url.includes("north") ? { status: 500 } : {}));
    expect(gateway.diagnostics.map((finding) => `${finding.code} ${finding.file}`)).toEqual([
      "TP3013 configuration#workspaces.north.backends.ledger",
      "TP3013 configuration#workspaces.south.backends.ledger",
    ]);
    const call = async (where: string) =>
      (await send(`/${where}/orders/x`, { headers: { "Ocp-Apim-Subscription-Key": "all-service" } })).status;
    expect([await call("north"), await call("north"), await call("south")]).toEqual([500, 503, 200]);
    expect(gateway.health().backends.map((backend) => `${backend.workspace}/${backend.id} ${backend.circuit}`)).toEqual([
      "null/ledger null",
      "north/ledger open",
      "south/ledger closed",
    ]);
    await gateway.update(withBreaker);
    expect(await call("north")).toBe(503);
  });

  it("reports errors with their place in the workspace", async () => {
    expect(
      await errorsOf({
        workspaces: {
          w: {
            apis: { a: { path: "a", serviceUrl: "nowhere" } },
            products: { p: { apis: ["b"] } },
            subscriptions: { s: { scope: "product/q", user: "nobody" } },
          },
        },
        subscriptions: {},
      }),
    ).toEqual([
      expect.stringContaining('"nowhere" is not an absolute'),
      "TP3002 1:1 There is no API b.",
      "TP3002 1:1 There is no user nobody.",
      "TP3002 1:1 There is no product q.",
    ]);
    expect(
      await errorsOf({
        subscriptions: { s: { scope: "all", primaryKey: "k" } },
        workspaces: { w: { subscriptions: { t: { scope: "all", primaryKey: "k" } } } },
      }),
    ).toEqual([expect.stringContaining("have the same key")]);
  });

  it("are not served by a gateway with a name", async () => {
    const { send } = await gatewayOf({ ...configuration, gateway: "dc1", gateways: { dc1: { apis: ["orders"] } } });
    const headers = { "Ocp-Apim-Subscription-Key": "all-service" };
    expect([(await send("/orders/x", { headers })).status, (await send("/north/orders/x", { headers })).status]).toEqual([
      200, 404,
    ]);
  });
});
