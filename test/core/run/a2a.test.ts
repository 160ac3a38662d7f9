import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ApiConfiguration } from "#core/config/configuration.js";
import { Headers } from "#core/http/headers.js";
import type { OutgoingRequest } from "#core/http/transport.js";
import { gatewayOf, policies, type Reply } from "./gateway.js";

const agent: ApiConfiguration = {
  path: "agent",
  type: "a2a",
  subscriptionRequired: false,
  a2aProperties: { agentCardBackendUrl: "https://agent.internal/card?v=1" },
  jsonRpcProperties: { backendUrl: "https://agent.internal/base/", path: "rpc" },
};

async function world(more: Partial<ApiConfiguration> = {}, reply: Reply = () => ({})) {
  const sent: OutgoingRequest[] = [];
  const { send } = await gatewayOf({ apis: { agent: { ...agent, ...more } } }, (request) => {
    sent.push(request);
    return reply(request);
  });
  return { sent, send };
}

const CARD = "/agent/.well-known/agent-card.json";
const get = { method: "GET", headers: {} } as const;

const oldCard = {
  name: "a",
  url: "https://agent.internal/base/rpc",
  preferredTransport: "GRPC",
  additionalInterfaces: [{ url: "https://agent.internal/rest", transport: "HTTP+JSON" }],
  securitySchemes: { oauth: { type: "oauth2", flows: {} } },
  security: [{ oauth: ["read"] }],
  signatures: [{ protected: "x", signature: "y" }],
};

async function cardOf(card: unknown, more: Partial<ApiConfiguration> = {}) {
  const { send } = await world(more, () => ({ body: Buffer.from(JSON.stringify(card)), headers: new Headers({ ETag: `"1"` }) }));
  const { status, body, headers } = await send(CARD, get);
  return { status, card: JSON.parse(body) as Record<string, unknown>, etag: headers.get("ETag") };
}

describe("an A2A API", () => {
  it("sends messages and card requests where they belong", async () => {
    const { send, sent } = await world({}, () => ({ body: Buffer.from("{}") }));
    await send("/agent", { method: "POST", headers: {}, body: "{}" });
    await send("/agent/?x=1", { method: "POST", headers: {}, body: "{}" });
    await send(CARD, get);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://agent.internal/base/rpc",
      "POST https://agent.internal/base/rpc?x=1",
      "GET https://agent.internal/card",
    ]);
  });

  it("tells the log which agent it was", async () => {
    const lines: Record<string, unknown>[] = [];
    const { send } = await gatewayOf({ apis: { agent: { ...agent, agent: { id: "a-1" } } } }, () => ({}), {
      accessLog: true,
      logger: { debug() {}, warn() {}, error() {}, info: (line) => void lines.push(line as Record<string, unknown>) },
    });
    await send("/agent", { method: "POST", headers: {}, body: "{}" });
    expect(lines[0]).toMatchObject({ ApiId: "agent", OperationId: "json-rpc", AgentId: "a-1" });
  });

  it("has nothing else", async () => {
    const { send } = await world();
    const statuses = [];
    for (const [method, path] of [
      ["GET", "/agent"],
      ["POST", CARD],
      ["POST", "/agent/rpc"],
    ] as const)
      statuses.push((await send(path, { method, headers: {} })).status);
    expect(statuses).toEqual([404, 404, 404]);
  });

  it("runs its policies for messages and for the card", async () => {
    const policy = policies({
      inbound: `<base /><return-response><set-status code="418" reason="Teapot" /></return-response>`,
      backend: "<base />",
      outbound: "<base />",
      "on-error": "<base />",
    });
    const { send, sent } = await world({ policy });
    const statuses = [(await send("/agent", { method: "POST", headers: {} })).status, (await send(CARD, get)).status];
    expect([statuses, sent]).toEqual([[418, 418], []]);
  });
});

describe("the card of an agent", () => {
  it("of version 0.3 says the gateway's address, JSON-RPC and nothing of other ways or of signatures", async () => {
    const { card, etag } = await cardOf(oldCard);
    expect([card, etag]).toEqual([
      {
        name: "a",
        url: "https://gateway.example/agent",
        preferredTransport: "JSONRPC",
        securitySchemes: { oauth: { type: "oauth2", flows: {} } },
        security: [{ oauth: ["read"] }],
      },
      null,
    ]);
  });

  it("asks for the subscription key besides what the agent asks for", async () => {
    const { send } = await (async () => {
      const { send } = await gatewayOf(
        {
          apis: { agent: { ...agent, subscriptionRequired: true, subscriptionKeyParameterNames: { header: "X-Key" } } },
          subscriptions: { s: { scope: "all", primaryKey: "k" } },
        },
        () => ({ body: Buffer.from(JSON.stringify(oldCard)) }),
      );
      return { send };
    })();
    const { body } = await send(CARD, { method: "GET", headers: { "X-Key": "k" } });
    expect(JSON.parse(body)).toMatchObject({
      securitySchemes: {
        oauth: { type: "oauth2" },
        apiKeyHeader: { type: "apiKey", in: "header", name: "X-Key" },
        apiKeyQuery: { type: "apiKey", in: "query", name: "subscription-key" },
      },
      security: [
        { oauth: ["read"], apiKeyHeader: [] },
        { oauth: ["read"], apiKeyQuery: [] },
      ],
    });
  });

  it("of version 1.0 keeps one interface for each version of the protocol", async () => {
    const supportedInterfaces = [
      { url: "https://x.internal", protocolBinding: "GRPC", protocolVersion: "1.0" },
      { url: "https://x.internal", protocolBinding: "JSONRPC", protocolVersion: "1.0", tenant: "t" },
      { url: "https://y.internal", protocolBinding: "JSONRPC", protocolVersion: "1.0" },
    ];
    expect((await cardOf({ name: "a", supportedInterfaces })).card).toEqual({
      name: "a",
      supportedInterfaces: [
        { url: "https://gateway.example/agent", protocolBinding: "JSONRPC", protocolVersion: "1.0", tenant: "t" },
      ],
    });
  });

  it("is unpacked", async () => {
    const { send } = await world({}, () => ({
      body: gzipSync(JSON.stringify(oldCard)),
      headers: new Headers({ "Content-Encoding": "gzip" }),
    }));
    const { body, headers } = await send(CARD, get);
    expect([JSON.parse(body).url, headers.get("Content-Encoding")]).toEqual(["https://gateway.example/agent", null]);
  });

  it.each(["no JSON", "[]", `"x"`, "", "x".repeat((1 << 20) + 1)])("that is none is a 502: %.10s", async (text) => {
    const { send } = await world({}, () => ({ body: Buffer.from(text) }));
    expect((await send(CARD, get)).status).toBe(502);
  });

  it("with another status comes as it is", async () => {
    const { send } = await world({}, () => ({ status: 404, body: Buffer.from("none") }));
    const { status, body } = await send(CARD, get);
    expect([status, body]).toEqual([404, "none"]);
  });

  it("answers where agentCardPath says", async () => {
    const { send } = await world(
      { a2aProperties: { agentCardPath: "/.well-known/agent.json", agentCardBackendUrl: "https://agent.internal/card" } },
      () => ({ body: Buffer.from("{}") }),
    );
    expect([(await send("/agent/.well-known/agent.json", get)).status, (await send(CARD, get)).status]).toEqual([200, 404]);
  });
});

it.each<[Partial<ApiConfiguration>, string]>([
  [{ a2aProperties: {} }, "An A2A API has no a2aProperties.agentCardBackendUrl."],
  [{ jsonRpcProperties: {} }, "An A2A API has no jsonRpcProperties.backendUrl."],
  [{ jsonRpcProperties: { backendUrl: "agent" } }, '"agent" is not an absolute http or https URL'],
  [{ a2aProperties: { agentCardPath: "card", agentCardBackendUrl: "https://x.example" } }, "Invalid agentCardPath 'card'"],
  [{ operations: { x: { method: "GET", urlTemplate: "/" } } }, "An A2A API has no operations of its own: x."],
  [{ type: "http" }, "Only an API of the type a2a has a2aProperties."],
])("is refused at load time: %o", async (more, text) => {
  await expect(world(more)).rejects.toThrow(text);
});
