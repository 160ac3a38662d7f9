import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { fromJsonSchema, McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway, type Gateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { started } from "../adapters/node/servers.js";
import { document } from "../core/policies/support.js";

const KEY = "a-key-of-the-tools-product";
const servers: Server[] = [];
let gateway: Gateway;
let address = "";
/** Sessions that the passed-on server has open. */
const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

async function listening(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = await started(createServer(listener));
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

/** A server with sessions that others wrote, as a listener of node:http. */
async function sessionServer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = request.headers["mcp-session-id"] as string | undefined;
  let transport = id === undefined ? undefined : sessions.get(id);
  if (transport === undefined) {
    transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (opened) => void sessions.set(opened, transport!),
      onsessionclosed: (closed) => void sessions.delete(closed),
    });
    const server = new McpServer({ name: "weather", version: "2.0.0" });
    const inputSchema = fromJsonSchema<{ city: string }>({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    });
    server.registerTool("forecast", { description: "Tells the weather.", inputSchema }, ({ city }) => ({
      content: [{ type: "text", text: `Sun in ${city}` }],
    }));
    await server.connect(transport);
  }
  const hasBody = request.method === "POST";
  const asked = new Request(`http://127.0.0.1${request.url}`, {
    method: request.method!,
    headers: request.headers as Record<string, string>,
    ...(hasBody ? { body: Buffer.concat(await request.toArray()) } : {}),
  });
  const answer = await transport.handleRequest(asked);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.flushHeaders();
  // A caller that goes away ends the stream early.
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => undefined);
}

beforeAll(async () => {
  const orders = await listening((request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ method: request.method, url: request.url }));
  });
  const weather = await listening((request, response) => void sessionServer(request, response));
  gateway = await createGateway({
    products: { tools: { apis: ["orders", "shop", "weather"] } },
    subscriptions: { caller: { scope: "/products/tools", primaryKey: KEY } },
    apis: {
      orders: {
        path: "orders",
        serviceUrl: orders,
        operations: {
          list: { method: "GET", urlTemplate: "/{shop}", templateParameters: [{ name: "shop", type: "string", required: true }] },
          once: {
            method: "GET",
            urlTemplate: "/once",
            policy: document(`<rate-limit calls="1" renewal-period="300" />`),
          },
        },
      },
      shop: {
        path: "shop",
        type: "mcp",
        mcpTools: [
          { name: "list_orders", description: "Lists orders.", operationId: "/apis/orders/operations/list" },
          { name: "once", description: "Runs once.", operationId: "/apis/orders/operations/once" },
        ],
      },
      weather: {
        path: "weather",
        type: "mcp",
        serviceUrl: weather,
        policy: document(
          `<choose><when condition="@(context.Request.Method == &quot;POST&quot; &amp;&amp; (string)context.Request.Body.As<JObject>(preserveContent: true)[&quot;method&quot;] == &quot;tools/call&quot;)">
             <rate-limit-by-key calls="1" renewal-period="300" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;Mcp-Session-Id&quot;,&quot;&quot;))" />
           </when></choose>`,
        ),
      },
    },
  });
  address = await listening(turnpike(gateway));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await gateway.close();
});

async function connected(path: string, key = KEY) {
  const transport = new StreamableHTTPClientTransport(new URL(`${address}/${path}/mcp`), {
    requestInit: { headers: { "Ocp-Apim-Subscription-Key": key } },
  });
  const client = new Client({ name: "judge", version: "1.0.0" });
  await client.connect(transport);
  return { client, transport };
}

describe("the official client of MCP", () => {
  it("lists and calls tools that are operations", async () => {
    const { client } = await connected("shop");
    expect(client.getServerVersion()?.name).toBe("shop");
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["list_orders", "once"]);
    const { content, isError } = await client.callTool({ name: "list_orders", arguments: { shop: "tea house" } });
    expect([isError, content]).toEqual([false, [{ type: "text", text: `{"method":"GET","url":"/tea%20house"}` }]]);
    await client.close();
  });

  it("is told of the limit of a tool's operation as the tool's error", async () => {
    const { client } = await connected("shop");
    expect((await client.callTool({ name: "once" })).isError).toBe(false);
    const { content, isError } = await client.callTool({ name: "once" });
    expect([isError, JSON.stringify(content)]).toEqual([true, expect.stringContaining("Rate limit is exceeded")]);
    await client.close();
  });

  it("is told what is wrong with its arguments", async () => {
    const { client } = await connected("shop");
    await expect(client.callTool({ name: "list_orders", arguments: {} })).rejects.toThrow("The argument shop is missing.");
    await expect(client.callTool({ name: "nothing" })).rejects.toThrow("There is no tool nothing.");
    await client.close();
  });

  it("has a session of a server behind the gateway, with a limit for each session", async () => {
    const { client, transport } = await connected("weather");
    const session = transport.sessionId!;
    expect(sessions.has(session)).toBe(true);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["forecast"]);
    const call = { name: "forecast", arguments: { city: "Oslo" } };
    expect((await client.callTool(call)).content).toEqual([{ type: "text", text: "Sun in Oslo" }]);
    await expect(client.callTool(call)).rejects.toThrow(/429|Rate limit/);
    const other = await connected("weather");
    expect((await other.client.callTool(call)).content).toEqual([{ type: "text", text: "Sun in Oslo" }]);
    await other.client.close();
    await transport.terminateSession();
    expect(sessions.has(session)).toBe(false);
    await client.close();
  });

  it.each(["shop", "weather"])("is refused by %s without a key that counts", async (path) => {
    await expect(connected(path, "wrong")).rejects.toThrow(/401|subscription key/i);
  });
});
