import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createGateway, type Gateway } from "@turnpike/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createSocketClient, type SubscribePayload } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { turnpike, turnpikeUpgrade } from "#adapters/node/index.js";
import { graphqlApi } from "../core/graphql/support.js";
import { listen } from "./mount.js";

const sdl = `
  type Query { user(id: ID!): User }
  type Mutation { add(name: String!): User }
  type Subscription { added(prefix: String): User }
  type User { id: ID, name: String, mail: String }`;

const resolvers = (backend: string) => ({
  "Query/user": `<http-data-source><http-request><set-method>GET</set-method><set-url>@($"${backend}/users/{context.GraphQL.Arguments["id"]}")</set-url></http-request></http-data-source>`,
  "Mutation/add": `<http-data-source><http-request><set-method>POST</set-method><set-url>${backend}/users</set-url><set-body template="liquid">{"name":"{{body.arguments.name}}"}</set-body></http-request><http-response><publish-event><targets><graphql-subscription id="added" /></targets></publish-event></http-response></http-data-source>`,
  "User/mail": `<http-data-source><http-request><set-method>GET</set-method><set-url>@($"${backend}/mail/{context.GraphQL.Parent["id"]}")</set-url></http-request></http-data-source>`,
});

let gateway: Gateway;
const closing: (() => unknown)[] = [];
let url = "";
let backend = "";
const socketUrl = (path: string): string => `${url.replace("http", "ws")}/${path}`;

beforeAll(async () => {
  const service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.setHeader("Content-Type", "application/json");
      if (request.method === "POST")
        response.end(JSON.stringify({ id: 7, ...(JSON.parse(Buffer.concat(chunks).toString()) as object) }));
      else if (request.url!.startsWith("/mail/")) response.end(JSON.stringify(`${request.url!.slice(6)}@example.org`));
      else response.end(JSON.stringify({ id: request.url!.slice(7), name: "Ann" }));
    });
  });
  // A GraphQL server behind the gateway: what a pass-through API forwards to.
  const sockets = new WebSocketServer({ server: service, handleProtocols: () => "graphql-transport-ws" });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as { type: string; id?: string };
      if (message.type === "connection_init") socket.send('{"type":"connection_ack"}');
      if (message.type !== "subscribe") return;
      socket.send(JSON.stringify({ id: message.id, type: "next", payload: { data: { added: { name: "of the backend" } } } }));
      socket.send(JSON.stringify({ id: message.id, type: "complete" }));
    });
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  backend = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  gateway = await createGateway({
    apis: {
      shop: graphqlApi(sdl, resolvers(backend), { path: "shop" }),
      closed: graphqlApi(sdl, resolvers(backend), { path: "closed", subscriptionRequired: true }),
      passed: { path: "passed", type: "graphql", subscriptionRequired: false, serviceUrl: backend, schema: sdl },
    },
    subscriptions: { all: { scope: "all", primaryKey: "the-key" } },
  });
  const mounted = await listen(turnpike(gateway), turnpikeUpgrade(gateway));
  url = mounted.url;
  closing.push(
    () => mounted.close(),
    () => service.close(),
    () => service.closeAllConnections(),
  );
});

afterAll(async () => {
  await gateway.close();
  for (const close of closing) await close();
});

const mutate = (name: string): Promise<Response> =>
  fetch(`${url}/shop`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: `mutation { add(name: "${name}") { id } }` }),
  });

/** A WebSocket client with the package's own way of connecting. */
function socketClient(path: string, options: Partial<Parameters<typeof createSocketClient>[0]> = {}) {
  const client = createSocketClient({ url: socketUrl(path), webSocketImpl: WebSocket, retryAttempts: 0, lazy: true, ...options });
  const connected = new Promise<void>((resolve) => {
    client.on("message", ({ type }) => {
      if (type === "connection_ack") resolve();
    });
  });
  return { client, connected };
}

/** Publishes until somebody has heard of it: a subscription is there some time after it was sent. */
async function until<T>(result: Promise<T>, name: string): Promise<T> {
  let isOver = false;
  void result.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (!isOver) {
    await mutate(name);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return result;
}

describe("graphql-ws", () => {
  it("subscribes, gets events with their own fields resolved, and ends", async () => {
    const { client } = socketClient("shop");
    const results = client.iterate({
      query: "subscription ($p: String) { it: added(prefix: $p) { name mail } }",
      variables: { p: "a" },
    });
    const first = await until(results.next(), "Ann");
    expect(first).toEqual({ done: false, value: { data: { it: { name: "Ann", mail: "7@example.org" } } } });
    await results.return!();
    await client.dispose();
  });

  it("has several subscriptions on one connection, each its own", async () => {
    const { client } = socketClient("shop");
    const one = client.iterate({ query: "subscription { added { id } }" });
    const two = client.iterate({ query: "subscription { added { name } }" });
    const both = await until(Promise.all([one.next(), two.next()]), "Bo");
    expect(both.map(({ value }) => value as unknown)).toEqual([
      { data: { added: { id: "7" } } },
      { data: { added: { name: "Bo" } } },
    ]);
    await one.return!();
    expect((await until(two.next(), "Cy")).done).toBe(false);
    await client.dispose();
  });

  it.each([
    ["a query", "{ user(id: 1) { name } }", "Queries and mutations are not taken on a WebSocket connection: send them by POST."],
    ["an unknown field", "subscription { removed { name } }", 'Cannot query field "removed" on type "Subscription".'],
    ["no GraphQL", "subscription {", "Syntax Error: Expected Name, found <EOF>."],
    [
      "two fields",
      "subscription { added { id } more: added { id } }",
      "Anonymous Subscription must select only one top level field.",
    ],
  ])("tells of %s", async (_what, query, message) => {
    const { client } = socketClient("shop");
    const failed = new Promise((resolve) => {
      client.subscribe({ query } as SubscribePayload, { next: () => {}, complete: () => resolve("complete"), error: resolve });
    });
    expect(await failed).toEqual([{ message }]);
    await client.dispose();
  });

  it("passes the connection of an API with a backend on, as it is", async () => {
    const { client } = socketClient("passed");
    const results: unknown[] = [];
    for await (const result of client.iterate({ query: "subscription { added { name } }" })) results.push(result);
    expect(results).toEqual([{ data: { added: { name: "of the backend" } } }]);
    await client.dispose();
  });

  it("needs the API's key for its handshake", async () => {
    const status = (headers: Record<string, string>, protocol = "graphql-transport-ws"): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(socketUrl("closed"), protocol, { headers });
        socket.on("unexpected-response", (_request, response) => resolve(response.statusCode!));
        socket.on("open", () => {
          socket.close();
          resolve(101);
        });
        socket.on("error", () => {});
      });
    expect(await status({})).toBe(401);
    expect(await status({ "Ocp-Apim-Subscription-Key": "the-key" })).toBe(101);
    expect(await status({ "Ocp-Apim-Subscription-Key": "the-key" }, "graphql-ws")).toBe(400);
  });

  it.each([
    [
      "a subscription before the greeting",
      ['{"type":"subscribe","id":"1","payload":{"query":"subscription { added { id } }"}}'],
      4401,
    ],
    ["a second greeting", ['{"type":"connection_init"}', '{"type":"connection_init"}'], 4429],
    [
      "an id that is taken",
      [
        '{"type":"connection_init"}',
        ...Array.from({ length: 2 }, () => '{"type":"subscribe","id":"1","payload":{"query":"subscription { added { id } }"}}'),
      ],
      4409,
    ],
    ["no JSON", ["{"], 4400],
    ["JSON that is deep", ["[".repeat(5_000)], 4400],
    ["another type", ['{"type":"start"}'], 4400],
    ["no id", ['{"type":"connection_init"}', '{"type":"subscribe","payload":{"query":"{ a }"}}'], 4400],
    ["a long message", [`{"type":"ping","payload":"${"x".repeat(200_000)}"}`], 1009],
  ])("closes the connection for %s", async (_what, messages, code) => {
    const socket = new WebSocket(socketUrl("shop"), "graphql-transport-ws");
    await once(socket, "open");
    for (const message of messages) socket.send(message);
    const [closed] = (await once(socket, "close")) as [number];
    expect(closed).toBe(code);
  });

  it("answers pings", async () => {
    const socket = new WebSocket(socketUrl("shop"), "graphql-transport-ws");
    await once(socket, "open");
    socket.send('{"type":"ping"}');
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(String(data))).toEqual({ type: "pong" });
    socket.close();
  });

  it("is told when the gateway closes", async () => {
    const other = await createGateway({ apis: { shop: graphqlApi(sdl, resolvers(backend), { path: "shop" }) } });
    const mounted = await listen(turnpike(other), turnpikeUpgrade(other));
    const socket = new WebSocket(`${mounted.url.replace("http", "ws")}/shop`, "graphql-transport-ws");
    await once(socket, "open");
    const closed = once(socket, "close");
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
    await other.close();
    expect(((await closed) as [number])[0]).toBe(1001);
    await mounted.close();
  });
});

describe("graphql-sse", () => {
  it("subscribes, and gets events until it leaves", async () => {
    const client = createSseClient({ url: `${url}/shop`, retryAttempts: 0 });
    const results = client.iterate({ query: "subscription { added { name mail } }" });
    expect(await until(results.next(), "Dee")).toEqual({
      done: false,
      value: { data: { added: { name: "Dee", mail: "7@example.org" } } },
    });
    await results.return!();
    client.dispose();
  });

  it("gets the one result of a query, and errors as results", async () => {
    const client = createSseClient({ url: `${url}/shop`, retryAttempts: 0 });
    const all = async (query: string): Promise<unknown[]> => {
      const results: unknown[] = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results;
    };
    expect(await all("{ user(id: 3) { name mail } }")).toEqual([{ data: { user: { name: "Ann", mail: "3@example.org" } } }]);
    expect(await all("subscription { removed { id } }")).toEqual([
      { errors: [{ message: 'Cannot query field "removed" on type "Subscription".' }] },
    ]);
    client.dispose();
  });
});
