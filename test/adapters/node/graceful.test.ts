import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { gracefulClose, serve } from "#adapters/node/index.js";
import { createGateway } from "#core/index.js";
import { backend, gatewayTo, started } from "./servers.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function open(port: number, text: string): Socket & { text: string } {
  const socket = Object.assign(connect(port, "127.0.0.1"), { text: "" });
  socket.on("error", () => undefined).on("data", (chunk: Buffer) => (socket.text += chunk.toString()));
  socket.write(text);
  cleanups.push(() => socket.destroy());
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: g\r\n\r\n`;

/** A served gateway whose backend answers when it is told to. */
async function held(timeout: number) {
  const waiting: ServerResponse[] = [];
  const upstream = await backend((_incoming, outgoing) => void waiting.push(outgoing));
  const gateway = await gatewayTo(upstream.url);
  const server = createServer();
  const { close } = serve(server, gateway, { timeout });
  const { port } = await started(server);
  cleanups.push(
    upstream.close,
    () => server.closeAllConnections(),
    () => void close(),
  );
  return { port, close, waiting, server };
}

describe("graceful close", () => {
  it("closes what is idle, lets requests finish, and takes no more connections", async () => {
    const { port, close, waiting, server } = await held(10_000);
    const idle = open(port, get("/c/x"));
    const busy = open(port, get("/p/x"));
    await vi.waitFor(() => expect([waiting.length, idle.text.length > 0]).toEqual([1, true]));
    const ended = once(busy, "close");
    const closed = close();
    await once(idle, "close");
    expect(busy.text).toBe("");
    expect(server.listening).toBe(false);
    waiting[0]!.end("done");
    await Promise.all([closed, ended]);
    expect([busy.text.slice(0, 13), busy.text.slice(-8)]).toEqual(["HTTP/1.1 200 ", "\r\n\r\ndone"]);
    expect(busy.text).toContain("\r\nConnection: close\r\n");
    expect(await close()).toBeUndefined();
  });

  it("ends a connection whose answer was already on its way", async () => {
    const { port, close, waiting } = await held(10_000);
    const busy = open(port, get("/p/x"));
    await vi.waitFor(() => expect(waiting.length).toBe(1));
    waiting[0]!.write("half,");
    await vi.waitFor(() => expect(busy.text).toContain("half,"));
    const ended = once(busy, "close");
    const closed = close();
    waiting[0]!.end("whole");
    await Promise.all([closed, ended]);
    expect(busy.text).toContain("whole");
    expect(busy.text).not.toContain("Connection: close");
  });

  it("cuts off what is still open when the time is up", async () => {
    const { port, close, waiting } = await held(50);
    const busy = open(port, get("/p/x"));
    await vi.waitFor(() => expect(waiting.length).toBe(1));
    await close();
    if (!busy.closed) await once(busy, "close");
    expect(busy.text).toBe("");
  });

  it("lets streams of HTTP/2 finish, and their sessions end", async () => {
    const waiting: ServerHttp2Stream[] = [];
    const server = createHttp2Server().on("stream", (stream) => void waiting.push(stream));
    const close = gracefulClose(server);
    const { port } = await started(server);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":path": "/" });
    let text = "";
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await vi.waitFor(() => expect(waiting.length).toBe(1));
    const goaway = once(session, "goaway");
    const closed = close();
    await goaway;
    waiting[0]!.respond({ ":status": 200 });
    waiting[0]!.end("done");
    await closed;
    await vi.waitFor(() => expect([text, session.closed]).toEqual(["done", true]));
  });

  it("watches any server, upgraded connections among the rest", async () => {
    const server = createServer((_incoming, outgoing) => void outgoing.end("plain"));
    server.on("upgrade", (_incoming, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    const close = gracefulClose(server, { timeout: 50 });
    const { port } = await started(server);
    const upgraded = open(port, `GET / HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`);
    await vi.waitFor(() => expect(upgraded.text).toContain("101"));
    await close();
    if (!upgraded.closed) await once(upgraded, "close");
  });
});

describe("closing a gateway", () => {
  const oneWay = (url: string) => ({
    apis: {
      a: {
        path: "a",
        subscriptionRequired: false,
        operations: { get: { method: "GET", urlTemplate: "/*" } },
        policy: `<policies><inbound><send-one-way-request><set-url>${url}</set-url></send-one-way-request><return-response /></inbound></policies>`,
      },
    },
  });

  it("waits for one-way calls", async () => {
    const waiting: ServerResponse[] = [];
    const upstream = await backend((_incoming, outgoing) => void waiting.push(outgoing));
    cleanups.push(upstream.close);
    const gateway = await createGateway(oneWay(upstream.url));
    await gateway.handle({ method: "GET", url: "http://g/a/x", headers: {} });
    let isClosed = false;
    const closed = gateway.close().then(() => (isClosed = true));
    await vi.waitFor(() => expect(waiting.length).toBe(1));
    expect(isClosed).toBe(false);
    waiting[0]!.end();
    await closed;
  });

  it("cuts them off when the time is up", async () => {
    let aborted = 0;
    const upstream = await backend((_incoming, outgoing) => void outgoing.once("close", () => aborted++));
    cleanups.push(upstream.close);
    const warnings: string[] = [];
    const logger = { debug() {}, info() {}, warn: (_fields: object, message: string) => void warnings.push(message), error() {} };
    const gateway = await createGateway(oneWay(upstream.url), { logger });
    await gateway.handle({ method: "GET", url: "http://g/a/x", headers: {} });
    await gateway.close({ timeout: 20 });
    await vi.waitFor(() => expect([aborted, warnings]).toEqual([1, ["one-way request failed"]]));
  });
});
