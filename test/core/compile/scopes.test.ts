import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { gatewayOf, policies, ran } from "../run/gateway.js";

const forward = "<forward-request />";
const around = (word: string) => `${ran(`${word}1`)}<base />${ran(`${word}2`)}`;

const configuration: GatewayConfiguration = {
  policy: policies({ inbound: ran("global"), backend: forward, outbound: ran("global"), "on-error": ran("global") }),
  workspaces: { ws: { policy: policies({ inbound: around("ws") }) } },
  products: {
    gold: { apis: ["a", "b"], policy: policies({ inbound: around("gold"), outbound: "<base />", "on-error": around("gold") }) },
    plain: { apis: ["a"] },
  },
  subscriptions: {
    g: { scope: "product/gold", primaryKey: "gold" },
    p: { scope: "product/plain", primaryKey: "plain" },
    all: { scope: "all", primaryKey: "all" },
  },
  apis: {
    a: {
      path: "a",
      serviceUrl: "http://a",
      policy: policies({ inbound: around("api"), backend: "<base />", outbound: around("api"), "on-error": around("api") }),
      operations: {
        plain: { method: "GET", urlTemplate: "/plain" },
        own: { method: "GET", urlTemplate: "/own", policy: policies({ inbound: around("op") }) },
        cut: { method: "GET", urlTemplate: "/cut", policy: policies({ inbound: ran("op"), outbound: "" }) },
        mute: { method: "GET", urlTemplate: "/mute", policy: policies({ backend: "" }) },
      },
    },
    b: { path: "b", serviceUrl: "http://b", workspace: "ws", operations: { x: { method: "GET", urlTemplate: "/" } } },
  },
};

const { send } = await gatewayOf(configuration);
const request = (path: string, key = "gold") => send(path, { headers: { "Ocp-Apim-Subscription-Key": key } });

describe("joining scopes", () => {
  it.each([
    ["/a/plain", "gold", "api1 gold1 global gold2 api2", "api1 global api2"],
    ["/a/plain", "plain", "api1 global api2", "api1 global api2"],
    ["/a/plain", "all", "api1 global api2", "api1 global api2"],
    ["/a/own", "gold", "op1 api1 gold1 global gold2 api2 op2", "api1 global api2"],
    ["/a/cut", "gold", "op", ""],
    ["/b", "gold", "gold1 ws1 global ws2 gold2", "global"],
  ])("%s with the key of %s", async (path, key, inbound, outbound) => {
    const outcome = await request(path, key);
    expect(outcome.status).toBe(200);
    expect(outcome.sent[0]!.headers.getAll("x-ran").join(" ")).toBe(inbound);
    expect(outcome.headers.getAll("x-ran").join(" ")).toBe(outbound);
  });

  it("an empty backend section sends nothing, and outbound runs on an empty answer", async () => {
    const { sent, status, body, headers } = await request("/a/mute");
    expect([sent.length, status, body, headers.getAll("x-ran").join(" ")]).toEqual([0, 200, "", "api1 global api2"]);
  });

  it("which on-error sections take part depends on how far the request came", async () => {
    const trail = async (path: string, key?: string) => {
      const { headers, status } = await request(path, key);
      return `${status} ${headers.getAll("x-ran").join(" ")}`;
    };
    expect(await trail("/nowhere")).toBe("404 global");
    expect(await trail("/a/nothing")).toBe("404 api1 global api2");
    expect(await trail("/a/own", "wrong")).toBe("401 api1 global api2");
  });

  it("without a global policy requests are forwarded, as in API Management", async () => {
    const { sent, body } = await (
      await gatewayOf({
        apis: { a: { ...configuration.apis!["b"]!, workspace: undefined as never, subscriptionRequired: false } },
      })
    ).send("/b");
    expect([sent.length, body]).toEqual([1, "ok"]);
  });

  it("base at global scope has no effect, and says so", async () => {
    const { gateway } = await gatewayOf({ policy: policies({ inbound: "<base />", backend: forward }) });
    expect(gateway.diagnostics.map((finding) => finding.code)).toEqual(["TP2017"]);
  });
});
