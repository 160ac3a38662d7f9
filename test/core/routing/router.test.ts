import { describe, expect, it } from "vitest";
import { Headers } from "#core/http/headers.js";
import { Url } from "#core/http/url.js";
import type { ApiModel, VersioningModel } from "#core/model/model.js";
import { Router } from "#core/routing/router.js";

function api(id: string, path: string, more: Partial<ApiModel> = {}): ApiModel {
  return {
    id,
    name: id,
    path,
    protocols: ["http", "https"],
    serviceUrl: null,
    subscriptionRequired: false,
    answersPreflights: false,
    diagnostics: new Map(),
    mcpTools: null,
    agent: null,
    protectedResource: null,
    ssePath: null,
    backendId: null,
    graphql: null,
    subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
    type: "http",
    revision: "1",
    isCurrentRevision: true,
    isOnline: true,
    version: null,
    versioning: null,
    workspace: null,
    operations: [
      { id: "any", name: "any", method: "GET", urlTemplate: "/*", templateParameters: [], request: null, responses: [] },
    ],
    ...more,
  };
}

const by = (scheme: VersioningModel["scheme"], name = ""): VersioningModel => ({ set: "s", scheme, name });

const router = new Router([
  api("root", ""),
  api("finance", "finance"),
  api("payments", "finance/payments"),
  api("orders-v1", "orders", { version: "v1", versioning: by("segment") }),
  api("orders-v2", "orders", { version: "V2", versioning: by("segment") }),
  api("orders-v2-old", "orders", { version: "V2", versioning: by("segment"), revision: "3", isCurrentRevision: false }),
  api("asked", "asked", { versioning: by("query", "api-version") }),
  api("asked-2", "asked", { version: "2", versioning: by("query", "api-version") }),
  api("sent-2", "sent", { version: "2", versioning: by("header", "X-Version") }),
  api("customers", "customers"),
  api("customers-2", "customers", { revision: "2", isCurrentRevision: false }),
  api("customers-4", "customers", { revision: "4", isCurrentRevision: false, isOnline: false }),
  api("secure", "secure", { protocols: ["https"] }),
]);

const route = (url: string, headers: Record<string, string> = {}) => {
  const found = router.route("GET", Url.parse(url)!, new Headers(headers));
  return found === null ? null : [found.api.id, found.path];
};

describe("finding the API", () => {
  it.each([
    ["https://g/finance/payments/accounts/1", ["payments", "/accounts/1"]],
    ["https://g/Finance/Payments", ["payments", "/"]],
    ["https://g/finance/paymentsX/1", ["finance", "/paymentsX/1"]],
    ["https://g/other/a%20b/", ["root", "/other/a%20b/"]],
    ["https://g/orders/v1/17", ["orders-v1", "/17"]],
    ["https://g/orders/V1", ["orders-v1", "/"]],
    ["https://g/orders/v2;rev=3/17", ["orders-v2-old", "/17"]],
    ["https://g/orders;rev=3/v2/17", ["orders-v2-old", "/17"]],
    ["https://g/orders/v2/17", ["orders-v2", "/17"]],
    ["https://g/orders/v3/17", null],
    ["https://g/orders", null],
    ["https://g/asked/x", ["asked", "/x"]],
    ["https://g/asked/x?api-version=2", ["asked-2", "/x"]],
    ["https://g/asked/x?api-version=9", null],
    ["https://g/sent/x", null],
    ["https://g/customers/leads", ["customers", "/leads"]],
    ["https://g/customers;rev=1/leads", ["customers", "/leads"]],
    ["https://g/customers;rev=2/leads", ["customers-2", "/leads"]],
    ["https://g/customers;rev=9/leads", null],
    ["https://g/customers;rev=4/leads", null],
    ["https://g/;rev=1/leads", ["root", "/leads"]],
    ["https://g/secure/x", ["secure", "/x"]],
    ["http://g/secure/x", null],
  ])("%s", (url, wanted) => {
    expect(route(url)).toEqual(wanted);
  });

  it("reads a version from a header", () => {
    expect(route("https://g/sent/x", { "x-version": "2" })).toEqual(["sent-2", "/x"]);
    expect(route("https://g/sent/x", { "x-version": "3" })).toBeNull();
  });

  it("a WebSocket API may share its path with another: handshakes are its own", () => {
    const socket = api("socket", "both", { type: "websocket", protocols: ["ws", "wss"] });
    const alone = api("alone", "alone", { type: "websocket", protocols: ["ws", "wss"] });
    const router = new Router([api("http", "both"), socket, alone]);
    const found = (url: string): string | null => router.route("GET", Url.parse(url)!, new Headers())?.api.id ?? null;
    expect(router.conflicts).toEqual([]);
    expect(["https://g/both/x", "wss://g/both/x", "ws://g/alone/x", "https://g/alone/x"].map(found)).toEqual([
      "http",
      "socket",
      "alone",
      null,
    ]);
    expect(new Router([socket, { ...socket, id: "second" }]).conflicts).toHaveLength(1);
  });

  it("two APIs at one place are a conflict", () => {
    const { conflicts } = new Router([
      api("a", "same"),
      api("b", "Same"),
      api("c", "same", { version: "v1", versioning: by("segment") }),
    ]);
    expect(conflicts.map((conflict) => [conflict.other.id, conflict.api.id])).toEqual([["a", "b"]]);
  });
});
