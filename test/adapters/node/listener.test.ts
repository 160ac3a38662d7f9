import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type NodeOptions, turnpike } from "#adapters/node/index.js";
import { Headers } from "#core/http/headers.js";
import type { Gateway, GatewayRequest, GatewayResponse } from "#core/index.js";
import { standstill, until } from "#core/testing/contract/waiting.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Handle = (request: GatewayRequest) => Partial<GatewayResponse> | Promise<Partial<GatewayResponse>>;

/** A server on a gateway that answers as `handle` says. */
async function serve(handle: Handle, options?: NodeOptions): Promise<number> {
  const gateway = {
    refused() {},
    handle: async (request: GatewayRequest) => ({
      status: 200,
      reason: "OK",
      headers: new Headers(),
      body: null,
      ...(await handle(request)),
    }),
  } as unknown as Gateway;
  const server = createServer(turnpike(gateway, options)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Sends bytes as they are and gives back what comes until the connection ends. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let all = "";
  for await (const chunk of socket) all += String(chunk);
  return all;
}

const get = (port: number, lines = "", target = "/") =>
  raw(port, `GET ${target} HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n${lines}\r\n`);

async function text(body: GatewayRequest["body"]): Promise<string> {
  let all = "";
  for await (const chunk of body as AsyncIterable<Uint8Array>) all += Buffer.from(chunk).toString();
  return all;
}

describe("requests", () => {
  it("keep method, URL, header lines, body and address", async () => {
    let seen: unknown;
    const port = await serve(async (request) => {
      seen = [
        request.method,
        request.url,
        [...(request.headers as Iterable<readonly [string, string]>)],
        request.ipAddress,
        await text(request.body),
      ];
      return {};
    });
    await raw(
      port,
      "PATCH /a%2Fb?c=%20 HTTP/1.1\r\nHost: g.example:81\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
    );
    expect(seen).toEqual([
      "PATCH",
      "http://g.example:81/a%2Fb?c=%20",
      [
        ["Host", "g.example:81"],
        ["X-A", "1"],
        ["x-a", "2"],
        ["Content-Length", "4"],
        ["Connection", "close"],
      ],
      "127.0.0.1",
      "body",
    ]);
  });

  it("without body have none", async () => {
    let body: unknown = "?";
    const port = await serve((request) => {
      ({ body } = request);
      return {};
    });
    await get(port);
    expect(body).toBeNull();
  });

  it.each([
    ["http://gateway.example/x?y", "200", "http://gateway.example/x?y"],
    ["http://gateway.example", "200", "http://gateway.example/"],
    ["http://evil.example/x", "400", null],
    ["evil", "400", null],
  ])("target %s gives %s", async (target, status, url) => {
    let got: string | null = null;
    const port = await serve((request) => {
      got = request.url;
      return {};
    });
    expect((await get(port, "", target)).split(" ")[1]).toBe(status);
    expect(got).toBe(url);
  });

  it.each([
    ["two lengths", "POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    ["length and chunks", "POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["an odd header", "GET / HTTP/1.1\r\nHost: g\r\nX Y: 1\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
  ])("%s are refused", async (_, bytes) => {
    let calls = 0;
    const port = await serve(() => {
      calls++;
      return {};
    });
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
    expect(calls).toBe(0);
  });

  it("that nobody reads leave the connection usable", async () => {
    const port = await serve((request) => ({
      headers: new Headers([["Content-Length", "2"]]),
      body: Buffer.from(request.method === "POST" ? "1." : "2."),
    }));
    const answers = await raw(
      port,
      `POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\n${"x".repeat(100_000)}GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`,
    );
    expect(answers.match(/\r\n\r\n\d\./g)).toEqual(["\r\n\r\n1.", "\r\n\r\n2."]);
  });

  it("of one connection do not end each other", async () => {
    const signals: AbortSignal[] = [];
    const wereAborted: boolean[] = [];
    const port = await serve((request) => {
      signals.push(request.signal!);
      wereAborted.push(request.signal!.aborted);
      return {};
    });
    await raw(port, "GET /1 HTTP/1.1\r\nHost: g\r\n\r\nGET /2 HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
    await get(port);
    expect(wereAborted).toEqual([false, false, false]);
    expect(signals[2]).not.toBe(signals[0]);
  });

  it("end when the caller goes away", async () => {
    const signals: AbortSignal[] = [];
    const port = await serve((request) => {
      signals.push(request.signal!);
      return new Promise(() => undefined);
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: g\r\n\r\n");
    await until(() => signals.length === 1, "the request has come");
    expect(signals[0]!.aborted).toBe(false);
    socket.destroy();
    await until(() => signals[0]!.aborted, "the request has ended");
  });
});

describe("answers", () => {
  it("keep status, reason, header lines and body", async () => {
    const port = await serve(() => ({
      status: 299,
      reason: "So so",
      headers: new Headers([
        ["X-A", "1"],
        ["x-a", "2"],
        ["Set-Cookie", "a"],
        ["Set-Cookie", "b"],
      ]),
      body: Buffer.from("body"),
    }));
    expect(await get(port)).toMatch(
      /^HTTP\/1\.1 299 So so\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 4\r\n.*\r\n\r\nbody$/s,
    );
  });

  it("stream, and hold the sender back", async () => {
    let sent = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (; sent < 100_000_000; sent += 64_000) yield Buffer.alloc(64_000);
    }
    const port = await serve(() => ({ body: endless() }));
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: g\r\n\r\n");
    await once(socket, "readable");
    const before = await standstill(() => sent);
    expect(before).toBeLessThan(50_000_000);
    socket.destroy();
    expect((await standstill(() => sent)) - before).toBeLessThan(1_000_000);
  });

  it("let the next request through when a body was read in part", async () => {
    const port = await serve(async (request) => {
      if (request.body !== null) for await (const _ of request.body as AsyncIterable<Uint8Array>) break;
      return { headers: new Headers([["Content-Length", "2"]]), body: Buffer.from(request.method === "POST" ? "1." : "2.") };
    });
    const answers = await raw(
      port,
      `POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`,
    );
    expect(answers.match(/\r\n\r\n\d\./g)).toEqual(["\r\n\r\n1.", "\r\n\r\n2."]);
  });

  it("whose body fails cut the connection", async () => {
    async function* failing(): AsyncIterable<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("gone");
    }
    const port = await serve(() => ({ body: failing() }));
    await expect(get(port).then((answer) => answer.endsWith("0\r\n\r\n"))).resolves.toBe(false);
  });

  it("cannot be split by what stands in their headers", async () => {
    const port = await serve(() => ({
      reason: "a\r\nX-Evil: 1",
      headers: new Headers([
        ["X-A", "1\r\nX-Evil: 2"],
        ["X B", "3"],
        ["X-C", "☂"],
      ]),
    }));
    const answer = await get(port);
    expect(answer).not.toMatch(/^X-Evil/m);
    expect(answer).not.toContain("X B");
  });
});

describe("trusted proxies", () => {
  const lines = "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: public.example\r\n";
  it.each<[string, NodeOptions, string, string]>([
    ["nobody by default", {}, "http://gateway.example/", "127.0.0.1"],
    ["an address", { trustedProxies: ["127.0.0.1"] }, "https://public.example/", "10.0.0.9"],
    ["networks", { trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] }, "https://public.example/", "1.2.3.4"],
    ["others", { trustedProxies: ["10.0.0.0/8"] }, "http://gateway.example/", "127.0.0.1"],
    ["everybody", { trustedProxies: true }, "https://public.example/", "6.6.6.6"],
    ["a scheme that is known", { scheme: "https" }, "https://gateway.example/", "127.0.0.1"],
  ])("%s", async (_, options, url, address) => {
    let seen: unknown;
    const port = await serve((request) => {
      seen = [request.url, request.ipAddress];
      return {};
    }, options);
    await get(port, lines);
    expect(seen).toEqual([url, address]);
  });

  it.each([
    ["1.2.3.4:5678", "1.2.3.4"],
    ["[2001:db8::1]:5678", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["1.2.3.4, unknown", "127.0.0.1"],
    ["1.2.3.4, 1.2.3.4.5:80", "127.0.0.1"],
    ["", "127.0.0.1"],
  ])("that write %j speak of %s", async (value, address) => {
    let seen: unknown;
    const port = await serve(
      (request) => {
        seen = [request.url, request.ipAddress];
        return {};
      },
      { trustedProxies: ["127.0.0.1"] },
    );
    await get(port, `X-Forwarded-For: ${value}\r\nX-Forwarded-Proto: wss\r\n`);
    expect(seen).toEqual(["https://gateway.example/", address]);
  });

  it("that are none are refused at once", () => {
    expect(() => turnpike({} as Gateway, { trustedProxies: ["10.0.0.0/99"] })).toThrow(
      new TypeError("Invalid proxy '10.0.0.0/99': expected an address or a network such as 10.0.0.0/8."),
    );
  });
});
