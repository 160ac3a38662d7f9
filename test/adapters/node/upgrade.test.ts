import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { outcomeOf } from "#adapters/express/index.js";
import { turnpikeUpgrade, type UpgradeOptions } from "#adapters/node/index.js";
import { createGateway, type Gateway, type GatewayConfiguration } from "#core/index.js";
import { standstill } from "#core/testing/contract/waiting.js";
import { backend, started } from "./servers.js";

/** What is used of `ws`, which comes without types. */
interface Client extends NodeJS.EventEmitter {
  send(data: string | Uint8Array): void;
  close(): void;
  terminate(): void;
}
interface SocketServer extends NodeJS.EventEmitter {
  handleUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer, done: (client: Client) => void): void;
}
const { WebSocket, WebSocketServer } = createRequire(import.meta.url)("ws") as {
  WebSocket: new (url: string, protocols?: string[], options?: object) => Client;
  WebSocketServer: new (options: object) => SocketServer;
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const set = (name: string, value: string): string =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`;

function around(inbound: string, outbound = "", more: object = {}): GatewayConfiguration {
  return {
    apis: {
      live: {
        path: "live",
        type: "websocket",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound>${outbound}</outbound></policies>`,
        ...more,
      },
    },
  };
}

async function serveSockets(gateway: Gateway, options?: UpgradeOptions): Promise<number> {
  const server = createServer().on("upgrade", turnpikeUpgrade(gateway, options));
  const { port } = await started(server);
  cleanups.push(
    () => server.close(),
    () => gateway.close({ timeout: 100 }),
  );
  return port;
}

/** A backend that sends back what it gets, first the lines of the handshake. */
async function echo(): Promise<string> {
  const { url, server, close } = await backend((_incoming, outgoing) => outgoing.end());
  const sockets = new WebSocketServer({ server, handleProtocols: () => "chat" });
  sockets.on("connection", (client: Client, incoming: IncomingMessage) => {
    client.send(JSON.stringify([incoming.url, incoming.headers]));
    client.on("message", (data: Buffer, isBinary: boolean) => client.send(isBinary ? data : String(data)));
  });
  cleanups.push(close);
  return url.replace("http:", "ws:");
}

async function client(url: string, options: object = {}): Promise<{ socket: Client; got: string[]; head: IncomingMessage }> {
  const socket = new WebSocket(url, ["chat"], options);
  cleanups.push(() => socket.terminate());
  const got: string[] = [];
  socket.on("message", (data: Buffer) => got.push(String(data)));
  const [[head]] = (await Promise.all([once(socket, "upgrade"), once(socket, "open")])) as [[IncomingMessage], unknown];
  return { socket, got, head };
}

async function refusal(url: string): Promise<[number | undefined, string]> {
  const socket = new WebSocket(url);
  socket.on("error", () => undefined);
  const [, answer] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return [answer.statusCode, text];
}

describe("WebSockets in gateway mode", () => {
  it("go to the backend as policies say, with their protocol and compression", async () => {
    const backendUrl = await echo();
    const inbound = set("X-Operation", "@(context.Operation.Id + &quot; &quot; + context.Request.OriginalUrl.Scheme)");
    const gateway = await createGateway(around(inbound, set("X-Out", "1"), { serviceUrl: `${backendUrl}/base` }));
    const port = await serveSockets(gateway);
    const { socket, got, head } = await client(`ws://127.0.0.1:${port}/live/a?b=1`);
    expect(head.headers).toMatchObject({ "x-out": "1", "sec-websocket-protocol": "chat", upgrade: "websocket" });
    socket.send("text");
    socket.send("x".repeat(2_000_000));
    await vi.waitFor(() => expect(got.map((one) => one.length)).toEqual([expect.any(Number), 4, 2_000_000]));
    const [url, headers] = JSON.parse(got[0]!) as [string, Record<string, string>];
    expect(url).toBe("/base/a?b=1");
    expect(headers).toMatchObject({
      host: backendUrl.slice(5),
      "x-operation": "onHandshake ws",
      "x-forwarded-proto": "http",
      "x-forwarded-host": `127.0.0.1:${port}`,
    });
    const closed = once(socket, "close");
    socket.close();
    expect(await closed).toMatchObject({ 0: 1005 });
  });

  it("need a key where the API does, from the query as browsers can send no header", async () => {
    const gateway = await createGateway({
      ...around("", "", { serviceUrl: await echo(), subscriptionRequired: true }),
      subscriptions: { s: { scope: "all", primaryKey: "key-of-the-caller" } },
    });
    const url = `ws://127.0.0.1:${await serveSockets(gateway)}/live`;
    expect((await refusal(url))[0]).toBe(401);
    await client(`${url}?subscription-key=key-of-the-caller`);
  });

  it.each([
    ["inbound answers", "<return-response><set-status code='403' reason='No' /></return-response>", "", 403],
    ["inbound fails", '<set-variable name="x" value="@(int.Parse(&quot;x&quot;))" />', "", 500],
    ["outbound takes it back", "", "<return-response><set-status code='409' reason='No' /></return-response>", 409],
    ["outbound changes the status", "", "<set-status code='403' reason='No' />", 403],
    ["outbound fails", "", '<set-variable name="x" value="@(int.Parse(&quot;x&quot;))" />', 500],
  ])("are refused where %s, and the backend's connection ends", async (_, inbound, outbound, status) => {
    const open = new Set<Duplex>();
    const { url, server, close } = await backend((_incoming, outgoing) => outgoing.end());
    cleanups.push(close);
    let handshakes = 0;
    server.on("upgrade", (_incoming, socket: Duplex) => {
      handshakes++;
      open.add(socket.on("end", () => open.delete(socket)));
      socket
        .on("error", () => undefined)
        .write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      socket.resume();
    });
    const port = await serveSockets(await createGateway(around(inbound, outbound, { serviceUrl: url })));
    expect((await refusal(`ws://127.0.0.1:${port}/live`))[0]).toBe(status);
    expect(handshakes).toBe(outbound === "" ? 0 : 1);
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  it("go past policies that handshakes do not have, wherever they stand", async () => {
    const configuration = around("<base />", "<base />", { serviceUrl: await echo() });
    const gateway = await createGateway({
      ...configuration,
      policy: `<policies>
        <inbound><choose><when condition="@(true)"><mock-response /></when></choose><set-method>POST</set-method><set-body>x</set-body></inbound>
        <backend><forward-request /></backend><outbound><cache-store duration="60" /><set-body>y</set-body></outbound></policies>`,
    });
    const { got } = await client(`ws://127.0.0.1:${await serveSockets(gateway)}/live`);
    await vi.waitFor(() => expect(got.length).toBe(1));
  });

  it("that cannot reach their backend are a 502", async () => {
    const gone = await backend((_incoming, outgoing) => outgoing.end());
    gone.close();
    const port = await serveSockets(await createGateway(around("", "", { serviceUrl: gone.url })));
    expect((await refusal(`ws://127.0.0.1:${port}/live`))[0]).toBe(502);
  });

  it("whose caller goes away during the handshake end the call", async () => {
    let aborted = 0;
    let asked = 0;
    const { url, server, close } = await backend((_incoming, outgoing) => outgoing.end());
    cleanups.push(close);
    server.on("upgrade", (_incoming, socket: Duplex) => {
      asked++;
      socket.on("end", () => aborted++).on("error", () => undefined);
      socket.resume();
    });
    const port = await serveSockets(await createGateway(around("", "", { serviceUrl: url })));
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /live HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await vi.waitFor(() => expect(asked).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(aborted).toBe(1));
  });

  it("hold a fast sender back while the other side does not read", async () => {
    const { url, server, close } = await backend((_incoming, outgoing) => outgoing.end());
    cleanups.push(close);
    let sent = 0;
    server.on("upgrade", (_incoming, socket: Duplex) => {
      cleanups.push(() => socket.destroy());
      socket
        .on("error", () => undefined)
        .write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      const more = (): void => {
        while (sent < 200_000_000) {
          sent += 65_536;
          if (!socket.write(Buffer.alloc(65_536))) return void socket.once("drain", more);
        }
      };
      more();
    });
    const port = await serveSockets(await createGateway(around("", "", { serviceUrl: url })));
    const socket = connect(port, "127.0.0.1");
    cleanups.push(() => socket.destroy());
    socket.write("GET /live HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(socket, "readable");
    expect(await standstill(() => sent)).toBeLessThan(100_000_000);
  });
});

describe("WebSockets in middleware mode", () => {
  it("reach the application's own server as policies left them, with the outcome", async () => {
    const sockets = new WebSocketServer({ noServer: true });
    const inbound = `${set("X-Caller", "@((string)context.Variables[&quot;caller&quot;])")}<rewrite-uri template="/room/7" />`;
    const gateway = await createGateway(around(inbound));
    const port = await serveSockets(gateway, {
      mode: "middleware",
      variables: (incoming) => ({ caller: incoming.headers["user-agent"] }),
      handler: (incoming, socket, head) =>
        sockets.handleUpgrade(incoming, socket, head, (one) => {
          one.send(JSON.stringify([incoming.url, incoming.headers["x-caller"], outcomeOf(incoming)?.operation?.id]));
          one.on("message", (data: Buffer) => one.send(String(data)));
        }),
    });
    const { socket, got } = await client(`ws://127.0.0.1:${port}/live/x`, { headers: { "User-Agent": "me" } });
    socket.send("hello");
    await vi.waitFor(() => expect(got.length).toBe(2));
    expect([JSON.parse(got[0]!), got[1]]).toEqual([["/live/room/7", "me", "onHandshake"], "hello"]);
  });

  it("do not reach it where a policy refuses", async () => {
    let calls = 0;
    const gateway = await createGateway(around("<return-response><set-status code='401' reason='Who' /></return-response>"));
    const port = await serveSockets(gateway, { mode: "middleware", handler: () => calls++ });
    expect((await refusal(`ws://127.0.0.1:${port}/live`))[0]).toBe(401);
    expect(calls).toBe(0);
  });

  it("need the handler", async () => {
    const gateway = await createGateway({});
    expect(() => turnpikeUpgrade(gateway, { mode: "middleware" })).toThrow(TypeError);
  });
});

describe("a WebSocket API", () => {
  it("has one operation, which is there by itself and may have a policy", async () => {
    const policy = "<policies><inbound><base /><set-body>x</set-body></inbound></policies>";
    const own = { onHandshake: { method: "GET", urlTemplate: "/*", policy } };
    const gateway = await createGateway(around("", "", { operations: own, serviceUrl: "ws://live.internal" }));
    expect(gateway.diagnostics.map((finding) => [finding.code, finding.message])).toEqual([
      ["TP2023", "<set-body> has no effect on the handshake of a WebSocket API."],
    ]);
    expect(gateway.configuration.apis.get("live")).toMatchObject({
      protocols: ["ws", "wss"],
      operations: [{ id: "onHandshake" }],
    });
    await expect(
      createGateway(around("", "", { operations: { get: { method: "GET", urlTemplate: "/" } } })),
    ).rejects.toMatchObject({
      diagnostics: [{ code: "TP3004", message: "A WebSocket API has the operation onHandshake only, not get." }],
    });
  });
});
