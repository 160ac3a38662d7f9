import type { ServerResponse } from "node:http";
import {
  Client,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  SSEClientTransport,
} from "@modelcontextprotocol/client";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { afterEach, describe, expect, it } from "vitest";
import { backend } from "../adapters/node/servers.js";
import { document } from "../core/policies/support.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Apis = NonNullable<Parameters<typeof createGateway>[0] extends infer C ? (C extends { apis?: infer A } ? A : never) : never>;

async function served(apis: Apis): Promise<string> {
  const gateway = await createGateway({ apis });
  const front = await backend(turnpike(gateway));
  closing.push(() => gateway.close(), front.close);
  return front.url;
}

/** A server of the transport of 2024-11-05: answers come on the stream that was opened first. */
async function oldServer(endpoint: (own: string, session: number) => string): Promise<string> {
  const streams = new Map<string, ServerResponse>();
  const server = await backend((request, response) => {
    void (async () => {
      const url = new URL(request.url!, "http://server");
      if (request.method === "GET" && url.pathname === "/mcp/sse") {
        const session = streams.size + 1;
        streams.set(String(session), response);
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(`event: endpoint\ndata: ${endpoint(server.url, session)}\n\n`);
        return;
      }
      const stream = streams.get(url.searchParams.get("session") ?? "");
      if (url.pathname !== "/mcp/messages" || stream === undefined) return void response.writeHead(404).end();
      const { id, method, params } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8"));
      response.writeHead(202).end();
      const results: Record<string, object> = {
        initialize: {
          protocolVersion: params?.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: "old", version: "1" },
        },
        "tools/list": { tools: [{ name: "t", inputSchema: { type: "object" } }] },
      };
      if (id !== undefined)
        stream.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} })}\n\n`);
    })();
  });
  closing.push(server.close);
  return `${server.url}/mcp`;
}

describe("the official client of MCP, by the older transport", () => {
  it.each<[string, (own: string, session: number) => string]>([
    ["a path", (_own, session) => `/mcp/messages?session=${session}`],
    ["a whole URL", (own, session) => `${own}/mcp/messages?session=${session}`],
    ["a path beside the stream's", (_own, session) => `messages?session=${session}`],
  ])("posts to the gateway where the server tells %s", async (_what, endpoint) => {
    const serviceUrl = await oldServer(endpoint);
    const address = await served({
      old: { path: "tools/old", type: "mcp", serviceUrl, subscriptionRequired: false, mcpProperties: { transportType: "sse" } },
    });
    const client = new Client({ name: "judge", version: "1.0.0" });
    await client.connect(new SSEClientTransport(new URL(`${address}/tools/old/sse`)));
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["t"]);
    await client.close();
  });
});

describe("where callers of an MCP server get tokens", () => {
  const mcpProperties = {
    authorizationServers: ["https://login.example/v2.0"],
    scopesSupported: ["tools.call"],
  };
  const guarded = {
    type: "mcp" as const,
    serviceUrl: "http://127.0.0.1:9",
    subscriptionRequired: false,
    mcpProperties,
    policy: document(
      `<check-header name="Authorization" failed-check-httpcode="401" failed-check-error-message="No token." ignore-case="true"><value>Bearer good</value></check-header>`,
    ),
  };

  it("the official client finds by a 401", async () => {
    const address = await served({ guarded: { ...guarded, path: "tools/guarded" } });
    const refused = await fetch(`${address}/tools/guarded/mcp`, { method: "POST", body: "{}" });
    expect(refused.status).toBe(401);
    const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused);
    expect(String(resourceMetadataUrl)).toBe(`${address}/.well-known/oauth-protected-resource/tools/guarded/mcp`);
    const metadata = await discoverOAuthProtectedResourceMetadata(`${address}/tools/guarded/mcp`, {
      resourceMetadataUrl: resourceMetadataUrl!,
    });
    expect(metadata).toEqual({
      resource: `${address}/tools/guarded/mcp`,
      authorization_servers: ["https://login.example/v2.0"],
      bearer_methods_supported: ["header"],
      scopes_supported: ["tools.call"],
    });
    // Without the header it looks at the well-known places itself.
    expect((await discoverOAuthProtectedResourceMetadata(`${address}/tools/guarded/mcp`)).resource).toBe(metadata.resource);
  });

  it("is told for the server's own paths alone, and not where it is switched off", async () => {
    const quiet = { ...guarded, path: "quiet", mcpProperties: { ...mcpProperties, returnProtectedResourceMetadata: false } };
    const address = await served({ a: { ...guarded, path: "a" }, quiet });
    const statusOf = async (path: string) => (await fetch(`${address}/.well-known/oauth-protected-resource${path}`)).status;
    expect(await Promise.all(["", "/a", "/a/mcp", "/a/other", "/quiet", "/quiet/mcp"].map(statusOf))).toEqual([
      200, 200, 200, 404, 404, 404,
    ]);
    expect((await fetch(`${address}/quiet/mcp`, { method: "POST", body: "{}" })).headers.get("WWW-Authenticate")).toBeNull();
  });

  it("goes into a challenge that a policy has written", async () => {
    const policy = document(
      `<return-response><set-status code="401" reason="Unauthorized" /><set-header name="WWW-Authenticate" exists-action="override"><value>Bearer error="invalid_token"</value></set-header></return-response>`,
    );
    const address = await served({ a: { ...guarded, path: "a", policy } });
    const { headers } = await fetch(`${address}/a/mcp`, { method: "POST", body: "{}" });
    expect(headers.get("WWW-Authenticate")).toBe(
      `Bearer error="invalid_token", resource_metadata="${address}/.well-known/oauth-protected-resource/a/mcp"`,
    );
  });
});
