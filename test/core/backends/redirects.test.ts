import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { callFollowingRedirects } from "#core/backends/redirects.js";
import type { GatewayConfiguration } from "#core/config/configuration.js";
import { createGateway } from "#core/gateway.js";
import { Headers } from "#core/http/headers.js";
import type { IncomingResponse, OutgoingRequest } from "#core/http/transport.js";
import { systemClock } from "#core/time/clock.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Servers that redirect as the query's `to` says, or tell what they got. */
async function telling(seen: IncomingMessage[]): Promise<string> {
  return serve((incoming, outgoing) => {
    seen.push(incoming);
    const to = new URL(incoming.url!, "http://x").searchParams.get("to");
    if (to === null) return void outgoing.end("told");
    outgoing.writeHead(307, { Location: to, "Set-Cookie": "c=1" }).end();
  });
}

const secret = "s3cret";
const configuration = (url: string): GatewayConfiguration => ({
  backends: {
    one: {
      url,
      credentials: {
        header: { "X-Backend-Key": secret },
        query: { code: secret },
        authorization: { scheme: "Bearer", parameter: secret },
      },
    },
  },
  apis: {
    a: {
      path: "",
      subscriptionKeyParameterNames: { header: "X-Sub", query: "sub" },
      policy: `<policies><inbound><set-backend-service backend-id="one" /><authentication-basic username="u" password="${secret}" />
        <set-header name="X-Policy"><value>${secret}</value></set-header><set-header name="Host"><value>tenant.example</value></set-header></inbound>
        <backend><forward-request follow-redirects="true" buffer-request-body="true" /></backend></policies>`,
      operations: { get: { method: "GET", urlTemplate: "/*" }, post: { method: "POST", urlTemplate: "/*" } },
    },
  },
  subscriptions: { s: { scope: "all", primaryKey: secret } },
});

describe("a redirect", () => {
  it.each(["GET", "POST"])("to another origin carries nothing that was meant for the first: %s", async (method) => {
    const first: IncomingMessage[] = [];
    const other: IncomingMessage[] = [];
    const origin = await telling(first);
    const target = await telling(other);
    const gateway = await createGateway(configuration(origin));
    closing.push(() => gateway.close());
    const back = encodeURIComponent(`${origin}/back?code=mine`);
    const to = encodeURIComponent(`${target}/next?code=${secret}&a=1&sub=${secret}&sub=other&to=${back}`);
    const answer = await gateway.handle({
      method,
      url: `http://gateway.example/x?to=${to}&sub=${secret}`,
      headers: {
        Accept: "a/b",
        "Accept-Language": "fr",
        "Content-Type": "text/x",
        Cookie: `c=${secret}`,
        "X-Sub": secret,
        "X-Caller": secret,
      },
      ...(method === "GET" ? {} : { body: "body" }),
    });
    expect(answer.status).toBe(200);
    expect(first[0]!.headers).toMatchObject({
      "x-backend-key": secret,
      authorization: `Bearer ${secret}`,
      host: "tenant.example",
    });
    expect(other[0]!.url).toBe(`/next?a=1&sub=other&to=${back}`);
    for (const incoming of [...other, first[1]!]) {
      expect(JSON.stringify([incoming.url, incoming.rawHeaders])).not.toContain(secret);
      const { connection: _c, "content-length": _l, ...headers } = incoming.headers;
      expect(headers).toEqual({
        host: incoming === other[0] ? new URL(target).host : new URL(origin).host,
        accept: "a/b",
        "accept-language": "fr",
        "content-type": "text/x",
      });
    }
    expect(first[1]!.url).toBe("/back?code=mine");
  });

  it("within an origin carries all", async () => {
    const seen: IncomingMessage[] = [];
    const origin = await telling(seen);
    const gateway = await createGateway(configuration(origin));
    closing.push(() => gateway.close());
    await gateway.handle({
      method: "GET",
      url: "http://gateway.example/x?to=%2Fnext%3Fcode%3Ds3cret",
      headers: { "X-Sub": secret, Cookie: "c=1" },
    });
    expect(seen[1]!.url).toBe(`/next?code=${secret}`);
    expect(seen[1]!.headers).toMatchObject({ "x-backend-key": secret, cookie: "c=1", host: "tenant.example", "x-sub": secret });
  });
});

const tls = { cert: "c", key: "k", ca: "a", rejectUnauthorized: false };
const request: OutgoingRequest = {
  purpose: "forward",
  method: "GET",
  url: "https://a.example/x",
  headers: new Headers({ Host: "a.example", Authorization: "x" }),
  body: null,
  signal: new AbortController().signal,
  timeout: 1000,
  tls,
  proxy: { url: "http://proxy.example" },
};

async function follow(locations: readonly string[], first = request, took = 0): Promise<OutgoingRequest[]> {
  const sent: OutgoingRequest[] = [];
  let now = 0;
  const transport = async (one: OutgoingRequest): Promise<IncomingResponse> => {
    const location = locations[sent.length];
    sent.push(one);
    now += took;
    const headers = new Headers(location === undefined ? {} : { Location: location });
    return { status: location === undefined ? 200 : 302, reason: "", headers, body: null };
  };
  await callFollowingRedirects({ transport, clock: { ...systemClock, now: () => now } }, first);
  return sent;
}

describe("following redirects", () => {
  it.each([
    ["https://a.example/y", true],
    ["/y", true],
    ["//a.example:443/y", true],
    ["https://b.example/", false],
    ["https://a.example:444/x", false],
    ["https://a.example.b.example/", false],
    ["https://a.example@b.example/", false],
  ])("client certificate and trust go on to %s: %s", async (location, isSame) => {
    const [, next] = await follow([location]);
    expect([next!.tls, next!.headers.has("authorization"), next!.proxy]).toEqual([
      isSame ? tls : undefined,
      isSame,
      request.proxy,
    ]);
  });

  it.each(["http://a.example/", "ws://a.example/", "wss://a.example/", "ftp://a.example/", "javascript:0", "http://"])(
    "%j is not followed",
    async (location) => {
      expect(await follow([location])).toHaveLength(1);
    },
  );

  it("all calls together have the time-out of one", async () => {
    expect((await follow(["/1", "/2", "/3", "/4"], request, 300)).map(({ timeout }) => timeout)).toEqual([
      1000, 700, 400, 100, 0,
    ]);
  });

  it("ends after fifty", async () => {
    expect(await follow(Array.from({ length: 80 }, (_, i) => `/${i}`))).toHaveLength(51);
  });
});
