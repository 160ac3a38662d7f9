import { describe, expect, it } from "vitest";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import type { OutgoingRequest } from "#core/http/transport.js";
import { gatewayOf, policies, type Reply } from "./gateway.js";

const HOST = "https://api.example";

interface Ask {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** A gateway, what it sends, and a way to ask it by whole URLs. */
async function worldOf(configuration: GatewayConfiguration, reply: Reply = () => ({})) {
  const sent: OutgoingRequest[] = [];
  const world = await gatewayOf(configuration, (request) => {
    sent.push(request);
    return reply(request);
  });
  const send = ({ url, ...more }: Ask) => world.send(url.slice(HOST.length), more);
  return { gateway: world.gateway, send, sent };
}

const orders = {
  path: "orders",
  serviceUrl: "https://orders.internal",
  subscriptionRequired: false,
  operations: {
    list: {
      method: "GET",
      urlTemplate: "/{shop}/orders",
      templateParameters: [{ name: "shop", type: "string", required: true }],
      request: {
        queryParameters: [{ name: "top", type: "integer" }],
        headers: [{ name: "X-Region", type: "string" }],
      },
    },
    add: {
      method: "POST",
      urlTemplate: "/{shop}/orders",
      request: {
        representations: [
          {
            contentType: "application/json",
            schema: { type: "object", properties: { item: { type: "string" }, count: { type: "integer" } }, required: ["item"] },
          },
        ],
      },
      policy: policies({
        inbound: `<base /><rate-limit-by-key calls="1" renewal-period="60" counter-key="k" />`,
        backend: "<base />",
        outbound: "<base />",
        "on-error": "<base />",
      }),
    },
  },
} as const;

const configuration = (more: object = {}): GatewayConfiguration => ({
  apis: {
    orders,
    tools: {
      path: "shop",
      type: "mcp",
      subscriptionRequired: false,
      mcpTools: [
        {
          name: "list_orders",
          description: "Lists orders.",
          operationId: "/subscriptions/x/service/y/apis/orders/operations/list",
        },
        { name: "add_order", description: "Adds one.", operationId: "/apis/orders/operations/add" },
      ],
      ...more,
    },
  },
});

async function server(more: object = {}, reply: Reply = () => ({})) {
  const world = await worldOf(configuration(more), reply);
  let id = 0;
  const send = async (method: string, params: object = {}, headers: Readonly<Record<string, string>> = {}) => {
    const outcome = await world.send({
      method: "POST",
      url: "https://api.example/shop/mcp",
      headers: { "Content-Type": "application/json", Accept: "application/json, text/event-stream", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
    });
    return { ...outcome, json: outcome.body === "" ? null : JSON.parse(outcome.body) };
  };
  return { ...world, rpc: send };
}

describe("an MCP server made of operations", () => {
  it("says what it is and has", async () => {
    const { rpc } = await server();
    const { json } = await rpc("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: {} });
    expect(json.result).toMatchObject({
      protocolVersion: "2025-06-18",
      capabilities: { tools: {} },
      serverInfo: { name: "tools" },
    });
    const { result } = (await rpc("tools/list")).json;
    expect(result.tools).toEqual([
      {
        name: "list_orders",
        description: "Lists orders.",
        inputSchema: {
          type: "object",
          properties: { shop: { type: "string" }, top: { type: "integer" }, "X-Region": { type: "string" } },
          required: ["shop"],
        },
      },
      {
        name: "add_order",
        description: "Adds one.",
        inputSchema: {
          type: "object",
          properties: { shop: { type: "string" }, item: { type: "string" }, count: { type: "integer" } },
          required: ["shop", "item"],
        },
      },
    ]);
  });

  it("calls an operation with all that its arguments say", async () => {
    const { rpc, sent } = await server({}, () => ({ body: Buffer.from(`{"ok":true}`) }));
    const { json } = await rpc(
      "tools/call",
      { name: "list_orders", arguments: { shop: "a/b c", top: 5, "X-Region": "eu" } },
      { Authorization: "Bearer secret", "X-Trace": "1" },
    );
    expect(json.result).toEqual({ content: [{ type: "text", text: `{"ok":true}` }], isError: false });
    expect([sent[0]!.method, sent[0]!.url]).toEqual(["GET", "https://orders.internal/a%2Fb%20c/orders?top=5"]);
    const { headers } = sent[0]!;
    expect(["X-Region", "X-Trace", "Authorization"].map((name) => headers.get(name))).toEqual(["eu", "1", null]);
  });

  it("runs the operation's policies, whose refusals are errors of the tool", async () => {
    const { rpc, sent } = await server();
    const call = { name: "add_order", arguments: { shop: "s", item: "tea", count: 2 } };
    expect((await rpc("tools/call", call)).json.result.isError).toBe(false);
    expect(JSON.parse(Buffer.from(sent[0]!.body as Uint8Array).toString())).toEqual({ item: "tea", count: 2 });
    const { result } = (await rpc("tools/call", call)).json;
    expect([result.isError, JSON.parse(result.content[0].text).statusCode, sent.length]).toEqual([true, 429, 1]);
  });

  it("tells the log what was asked of it", async () => {
    const lines: Record<string, unknown>[] = [];
    const { gateway } = await gatewayOf(configuration(), () => ({}), {
      accessLog: true,
      logger: { debug() {}, warn() {}, error() {}, info: (line) => void lines.push(line as Record<string, unknown>) },
    });
    for (const name of ["list_orders", "none"])
      await gateway.handle({
        method: "POST",
        url: "https://api.example/shop/mcp",
        headers: { "Mcp-Session-Id": "s-1" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: { shop: "s" } } }),
      });
    const ofServer = lines.filter(({ ApiId }) => ApiId === "tools");
    expect(ofServer.map(({ RpcMethod, ToolName, SessionId }) => [RpcMethod, ToolName, SessionId])).toEqual([
      ["tools/call", "list_orders", "s-1"],
      ["tools/call", "", "s-1"],
    ]);
  });

  it("runs the server's own policies for every message", async () => {
    const policy = policies({
      inbound: `<base /><return-response><set-status code="403" reason="No" /></return-response>`,
      backend: "<base />",
      outbound: "<base />",
      "on-error": "<base />",
    });
    expect((await (await server({ policy })).rpc("tools/list")).status).toBe(403);
  });

  it.each([
    ["nothing", {}, -32601],
    ["tools/call", { name: "none" }, -32602],
    ["tools/call", { name: "list_orders", arguments: {} }, -32602],
    ["tools/call", { name: "list_orders", arguments: { shop: "s", other: 1 } }, -32602],
    ["tools/call", { name: "list_orders", arguments: [] }, -32602],
    ["tools/call", { name: "list_orders", arguments: { shop: "s", "X-Region": "a\nb" } }, -32602],
  ])("refuses %s %o", async (method, params, code) => {
    const { rpc, sent } = await server();
    expect([(await rpc(method, params)).json.error.code, sent.length]).toEqual([code, 0]);
  });

  it("leads nowhere else by dot segments", async () => {
    const { rpc, sent } = await server();
    const { result } = (await rpc("tools/call", { name: "list_orders", arguments: { shop: ".." } })).json;
    expect([result.isError, sent.length]).toEqual([true, 0]);
  });

  it.each([
    ["POST", "no json", 400],
    ["POST", "[]", 400],
    ["POST", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, 202],
    ["GET", undefined, 405],
    ["DELETE", undefined, 405],
  ])("%s %s", async (method, body, status) => {
    const { send } = await server();
    const outcome = await send({
      method,
      url: "https://api.example/shop/mcp",
      headers: {},
      ...(body === undefined ? {} : { body }),
    });
    expect(outcome.status).toBe(status);
  });

  it("asks for its key, and takes it to the operation's API", async () => {
    const world = await worldOf({
      apis: {
        orders: { ...orders, subscriptionRequired: true },
        tools: { ...configuration().apis!["tools"]!, subscriptionRequired: true },
      },
      subscriptions: { s: { scope: "all", primaryKey: "key-1" } },
    });
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "list_orders", arguments: { shop: "s" } },
    });
    const ask = (query: string) => world.send({ method: "POST", url: `https://api.example/shop/mcp${query}`, headers: {}, body });
    expect((await ask("")).status).toBe(401);
    expect(JSON.parse((await ask("?subscription-key=key-1")).body).result.isError).toBe(false);
  });
});

describe("an MCP server elsewhere", () => {
  it.each([
    [{ serviceUrl: "https://mcp.internal/base" }, "https://mcp.internal/base/mcp"],
    [{ backendId: "there" }, "https://there.internal/mcp"],
  ])("gets the messages as they are: %o", async (more, expected) => {
    const { gateway, send, sent } = await worldOf(
      {
        backends: { there: { url: "https://there.internal" } },
        apis: { m: { path: "m", type: "mcp", subscriptionRequired: false, ...more } },
      },
      () => ({ body: Buffer.from("data: {}\n\n") }),
    );
    const outcome = await send({
      method: "POST",
      url: "https://api.example/m/mcp",
      headers: { "Mcp-Session-Id": "1" },
      body: "{}",
    });
    await gateway.close();
    expect([outcome.body, sent[0]!.url, sent[0]!.headers.get("Mcp-Session-Id")]).toEqual(["data: {}\n\n", expected, "1"]);
  });

  it("answers where its endpoints are", async () => {
    const endpoints = { message: { uriTemplate: "/rpc" } };
    const { send } = await worldOf({
      apis: {
        m: {
          path: "m",
          type: "mcp",
          subscriptionRequired: false,
          serviceUrl: "https://mcp.internal",
          mcpProperties: { endpoints },
        },
      },
    });
    const statuses = [];
    for (const path of ["rpc", "mcp"])
      statuses.push((await send({ method: "POST", url: `https://api.example/m/${path}`, headers: {}, body: "{}" })).status);
    expect(statuses).toEqual([200, 404]);
  });
});

it.each([
  [{}, "neither tools nor a server"],
  [{ mcpTools: [{ name: "t", operationId: "none/x" }] }, "none"],
  [{ mcpTools: [{ name: "t", operationId: "/apis/orders/operations/lists" }] }, "lists"],
  [
    {
      mcpTools: [
        { name: "t", operationId: "orders/list" },
        { name: "t", operationId: "orders/add" },
      ],
    },
    "two tools of the name t",
  ],
  [
    { serviceUrl: "https://x.example", mcpProperties: { endpoints: [{ name: "message", uriTemplate: "rpc" }] } },
    "Invalid uriTemplate 'rpc' of the endpoint message: expected a path that starts with /.",
  ],
  [{ mcpTools: [{ name: "t", operationId: "orders/list" }], serviceUrl: "https://x.example" }, "not both"],
  [
    { serviceUrl: "https://x.example", mcpProperties: { authorizationServers: ["login"] } },
    "Invalid authorization server 'login': expected the https address of an issuer.",
  ],
  [
    { serviceUrl: "https://x.example", mcpProperties: { returnProtectedResourceMetadata: true } },
    "names no authorization server",
  ],
])("is refused at load time: %o", async (more, message) => {
  const apis = { orders, m: { path: "m", type: "mcp" as const, ...more } };
  await expect(gatewayOf({ apis })).rejects.toThrow(message);
});
