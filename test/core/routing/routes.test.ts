import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { gatewayOf } from "../run/gateway.js";

const api = (path: string, templates: Record<string, string>): NonNullable<GatewayConfiguration["apis"]>[string] => ({
  path,
  serviceUrl: `https://${path === "" ? "root" : path.replaceAll("/", "-")}.internal/base`,
  subscriptionRequired: false,
  operations: Object.fromEntries(
    Object.entries(templates).map(([id, text]) => {
      const [method, urlTemplate] = text.split(" ");
      const templateParameters = id.startsWith("optional") ? [{ name: "top", required: false }] : [];
      return [id, { method: method!, urlTemplate: urlTemplate!, templateParameters }];
    }),
  ),
});

const configuration: GatewayConfiguration = {
  apis: {
    shop: api("shop", {
      root: "GET /",
      list: "GET /items",
      newest: "GET /items/newest",
      item: "GET /items/{id}",
      page: "GET /items/page-{number}.html",
      files: "GET /files/{*path}",
      dated: "GET /reports?date={date}",
      reports: "GET /reports",
      optional: "GET /search?top={top}",
      any: "POST /*",
    }),
    inner: api("shop/inner", { item: "GET /{id}" }),
    root: api("", { anything: "GET /{*rest}" }),
  },
};

describe("which operation answers, with which parameters, and what the backend is asked", () => {
  it.each<[string, string, string, Record<string, string>, string]>([
    ["GET", "/shop", "shop/root", {}, "https://shop.internal/base/"],
    ["GET", "/shop/", "shop/root", {}, "https://shop.internal/base/"],
    ["GET", "/SHOP/Items", "shop/list", {}, "https://shop.internal/base/Items"],
    ["GET", "/shop/items/", "shop/list", {}, "https://shop.internal/base/items/"],
    ["GET", "/shop/items/NEWEST", "shop/newest", {}, "https://shop.internal/base/items/NEWEST"],
    ["GET", "/shop/items/Ab%20c", "shop/item", { id: "Ab c" }, "https://shop.internal/base/items/Ab%20c"],
    ["GET", "/shop/items/a%2Fb", "shop/item", { id: "a/b" }, "https://shop.internal/base/items/a%2Fb"],
    ["GET", "/shop/items/100%25", "shop/item", { id: "100%" }, "https://shop.internal/base/items/100%25"],
    ["GET", "/shop/%69tems", "shop/list", {}, "https://shop.internal/base/%69tems"],
    ["GET", "/shop/items/page-7.html", "shop/page", { number: "7" }, "https://shop.internal/base/items/page-7.html"],
    ["GET", "/shop/items/page-.html", "shop/item", { id: "page-.html" }, "https://shop.internal/base/items/page-.html"],
    ["GET", "/shop/items/../items/1", "shop/item", { id: "1" }, "https://shop.internal/base/items/1"],
    ["GET", "/shop/files/a/b.txt", "shop/files", { path: "a/b.txt" }, "https://shop.internal/base/files/a/b.txt"],
    ["GET", "/shop/files", "shop/files", { path: "" }, "https://shop.internal/base/files"],
    ["GET", "/shop/files/a//b", "shop/files", { path: "a//b" }, "https://shop.internal/base/files/a//b"],
    [
      "GET",
      "/shop/reports?date=2026-01-01",
      "shop/dated",
      { date: "2026-01-01" },
      "https://shop.internal/base/reports?date=2026-01-01",
    ],
    ["GET", "/shop/reports?x=1", "shop/reports", {}, "https://shop.internal/base/reports?x=1"],
    ["GET", "/shop/search", "shop/optional", {}, "https://shop.internal/base/search"],
    ["GET", "/shop/search?top=5", "shop/optional", { top: "5" }, "https://shop.internal/base/search?top=5"],
    ["POST", "/shop/a/b", "shop/any", { "*": "a/b" }, "https://shop.internal/base/a/b"],
    ["GET", "/shop/inner/1", "inner/item", { id: "1" }, "https://shop-inner.internal/base/1"],
    ["GET", "/shop/innermost/1", "404", {}, ""],
    ["GET", "/shops/1", "root/anything", { rest: "shops/1" }, "https://root.internal/base/shops/1"],
    ["GET", "/shop/items//", "404", {}, ""],
    ["get", "/shop/items", "shop/list", {}, "https://shop.internal/base/items"],
    ["HEAD", "/shop/items", "404", {}, ""],
    ["OPTIONS", "/shop/items", "404", {}, ""],
  ])("%s %s is %s", async (method, path, wanted, parameters, url) => {
    const { send } = await gatewayOf(configuration);
    const { status, exchange, sent } = await send(path, { method });
    expect(status === 404 ? "404" : `${exchange.api!.id}/${exchange.operation!.id}`).toBe(wanted);
    expect(Object.fromEntries(exchange.request.matchedParameters)).toEqual(parameters);
    expect(sent[0]?.url ?? "").toBe(url);
  });
});
