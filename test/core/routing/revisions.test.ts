import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { errorsOf, gatewayOf, policies } from "../run/gateway.js";

const show = `<set-header name="X-Api" exists-action="override"><value>@($"{context.Api.Id} {context.Api.Revision} {context.Api.IsCurrentRevision} {context.Api.Version ?? "-"} {context.Api.Path} {context.Api.ServiceUrl}")</value></set-header>`;
const document = (word: string): string =>
  policies({ outbound: `<base />${show}<set-header name="X-Word" exists-action="override"><value>${word}</value></set-header>` });
const operations = { get: { method: "GET", urlTemplate: "/x" } };

/** Versions by segment, one of them with a staged revision, of which `current` is in force. */
const configuration = (current: string): GatewayConfiguration => ({
  apis: {
    "orders-v1": {
      path: "orders",
      serviceUrl: "https://one.internal",
      versioning: { scheme: "segment", set: "orders", version: "v1" },
      policy: document("v1 first"),
      operations,
      revisions: {
        "2": {
          policy: document("v1 second"),
          serviceUrl: "https://two.internal",
          operations: { ...operations, fresh: { method: "GET", urlTemplate: "/fresh" } },
          isCurrent: current === "2",
        },
      },
    },
    "orders-v2": {
      path: "orders",
      serviceUrl: "https://v2.internal",
      versioning: { scheme: "segment", set: "orders", version: "v2" },
      policy: document("v2"),
      operations,
    },
    orders: {
      path: "orders",
      serviceUrl: "https://zero.internal",
      versioning: { scheme: "segment", set: "orders" },
      policy: document("original"),
      operations,
    },
  },
  subscriptions: { one: { scope: "api/orders-v1", primaryKey: "one" }, all: { scope: "all", primaryKey: "all" } },
});

const seen = async (send: Awaited<ReturnType<typeof gatewayOf>>["send"], path: string, key = "all") => {
  const { status, headers, sent } = await send(path, { headers: { "Ocp-Apim-Subscription-Key": key } });
  return status === 200 ? [headers.get("x-word"), headers.get("x-api"), sent[0]!.url] : status;
};

describe("a revision", () => {
  it("is staged, tested by its number, promoted and rolled back by what `isCurrent` says, in one step", async () => {
    const { gateway, send } = await gatewayOf(configuration("1"));
    const first = (current: boolean) => [
      "v1 first",
      `orders-v1 1 ${current ? "True" : "False"} v1 orders https://one.internal/`,
      "https://one.internal/x",
    ];
    const second = (current: boolean) => [
      "v1 second",
      `orders-v1 2 ${current ? "True" : "False"} v1 orders https://two.internal/`,
      "https://two.internal/x",
    ];
    expect(await seen(send, "/orders/v1/x")).toEqual(first(true));
    expect(await seen(send, "/orders/v1;rev=2/x")).toEqual(second(false));
    expect([await seen(send, "/orders/v1/fresh"), ((await seen(send, "/orders/v1;rev=2/fresh")) as string[])[0]]).toEqual([
      404,
      "v1 second",
    ]);

    await gateway.update(configuration("2"));
    expect(await seen(send, "/orders/v1/x")).toEqual(second(true));
    expect(await seen(send, "/orders/v1;rev=1/x")).toEqual(first(false));

    await gateway.update(configuration("1"));
    expect(await seen(send, "/orders/v1/x")).toEqual(first(true));
  });

  it("that is broken is not promoted, and the one in force stays", async () => {
    const { gateway, send } = await gatewayOf(configuration("1"));
    const broken = configuration("2");
    const api = broken.apis!["orders-v1"]!;
    const revisions = { "2": { ...api.revisions!["2"], policy: "<policies><inbound><nothing /></inbound></policies>" } };
    await expect(gateway.update({ ...broken, apis: { ...broken.apis, "orders-v1": { ...api, revisions } } })).rejects.toThrow(
      "TP2002",
    );
    expect(((await seen(send, "/orders/v1/x")) as string[])[0]).toBe("v1 first");
  });

  it("is open to the keys of its API", async () => {
    const { send } = await gatewayOf(configuration("1"));
    expect(((await seen(send, "/orders/v1;rev=2/x", "one")) as string[])[0]).toBe("v1 second");
    expect(await seen(send, "/orders/v2/x", "one")).toBe(401);
  });

  it("requests on their way finish on the revision that they began with", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { gateway, send } = await gatewayOf(configuration("1"), async () => {
      await held;
      return {};
    });
    const slow = seen(send, "/orders/v1/x");
    await gateway.update(configuration("2"));
    release();
    expect(((await slow) as string[])[0]).toBe("v1 first");
  });

  it("there can be one current", async () => {
    const api = configuration("2").apis!["orders-v1"]!;
    expect(
      await errorsOf({ apis: { a: { ...api, revisions: { "2": { isCurrent: true }, "3": { isCurrent: true } } } } }),
    ).toEqual([expect.stringContaining("both say isCurrent")]);
  });
});

describe("versions side by side", () => {
  it.each([
    ["/orders/v1/x", "v1 first", "orders-v1 1 True v1 orders https://one.internal/"],
    ["/orders/V2/x", "v2", "orders-v2 1 True v2 orders https://v2.internal/"],
    ["/orders/x", "original", "orders 1 True - orders https://zero.internal/"],
  ])("%s is %s", async (path, word, api) => {
    const { send } = await gatewayOf(configuration("1"));
    expect(((await seen(send, path)) as string[]).slice(0, 2)).toEqual([word, api]);
  });
});
