import { once } from "node:events";
import { type ClientHttp2Session, connect, constants, createSecureServer, type OutgoingHttpHeaders } from "node:http2";
import { get } from "node:https";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { serve } from "#adapters/node/index.js";
import type { Gateway } from "#core/index.js";
import { backend, gatewayTo, selfSigned, started } from "./servers.js";

/** How long a condition may take, in milliseconds: a machine under load takes its time. */
const WAIT = 20_000;

const server = selfSigned("localhost");
const client = selfSigned("caller");
let upstream: Awaited<ReturnType<typeof backend>>;
let gateway: Gateway;
let port = 0;
let close: () => Promise<void>;
let session: ClientHttp2Session;
let aborted = 0;
/** Cuts the answer of /cut. */
let cut: () => void;

beforeAll(async () => {
  upstream = await backend((incoming, outgoing) => {
    outgoing.once("close", () => outgoing.writableFinished || aborted++);
    if (incoming.url === "/never") return;
    if (incoming.url === "/events")
      return void outgoing.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: 1\n\n");
    if (incoming.url === "/cut") {
      outgoing.writeHead(200, { "Content-Length": 100 }).write("half");
      return void (cut = () => outgoing.destroy());
    }
    if (incoming.url === "/trailers") {
      outgoing.setHeader("Trailer", "X-Sum");
      outgoing.write("body");
      outgoing.addTrailers({ "X-Sum": "42" });
      return void setImmediate(() => outgoing.end());
    }
    if (incoming.url === "/lines")
      return void outgoing
        .writeHead(200, [
          "X-A",
          "1",
          "X-A",
          "2",
          "Set-Cookie",
          "a",
          "Set-Cookie",
          "b",
          "ETag",
          '"1"',
          "ETag",
          '"2"',
          "Keep-Alive",
          "x",
        ])
        .end("lines");
    if (incoming.url === "/host") return void outgoing.end(incoming.headers.host);
    if (incoming.url === "/large") return void outgoing.end(Buffer.alloc(3_000_000, "l"));
    let length = 0;
    incoming.on("data", (chunk: Buffer) => (length += chunk.length));
    incoming.on("end", () => outgoing.end(JSON.stringify({ lines: incoming.rawHeaders.slice(2), length })));
  });
  gateway = await gatewayTo(upstream.url);
  const secure = createSecureServer({ ...server, allowHTTP1: true, requestCert: true, rejectUnauthorized: false });
  ({ close } = serve(secure, gateway, { timeout: 1000 }));
  ({ port } = await started(secure));
  session = connect(`https://localhost:${port}`, { ...client, rejectUnauthorized: false });
});
afterAll(async () => {
  await close();
  await gateway.close();
  upstream.close();
});

interface Got {
  status?: unknown;
  headers?: Record<string, unknown>;
  trailers?: Record<string, unknown>;
  body: string;
  error: string | null;
}

function request(headers: OutgoingHttpHeaders, body?: string, onData: () => void = () => undefined): Promise<Got> {
  const stream = session.request(headers);
  const got: Got = { body: "", error: null };
  stream.setEncoding("latin1");
  stream.on("response", (all) => Object.assign(got, { status: all[":status"], headers: { ...all } }));
  stream.on("trailers", (all) => Object.assign(got, { trailers: { ...all } }));
  stream.on("data", (chunk: string) => {
    got.body += chunk;
    onData();
  });
  stream.on("error", (error: NodeJS.ErrnoException) => (got.error = error.code ?? error.message));
  stream.end(body);
  return new Promise((resolve) => stream.on("close", () => resolve(got)));
}

describe("HTTP/2", () => {
  it("header lines arrive as HTTP/1.1 has them", async () => {
    const { body } = await request({ ":path": "/p/x?y=1", cookie: ["a=1", "b=2"], "x-a": ["1", "2"] });
    const { lines } = JSON.parse(body) as { lines: string[] };
    const pairs = lines.flatMap((text, i) => (i % 2 === 0 ? [`${text}: ${lines[i + 1]}`] : []));
    expect(pairs).toEqual(
      expect.arrayContaining(["x-a: 1", "x-a: 2", "cookie: a=1; b=2", `X-Forwarded-Host: localhost:${port}`]),
    );
    expect(pairs.filter((pair) => pair.startsWith(":"))).toEqual([]);
  });

  it("bodies arrive, read or not", async () => {
    const large = "x".repeat(2_000_000);
    expect(JSON.parse((await request({ ":path": "/p/x", ":method": "POST" }, large)).body)).toMatchObject({ length: 2_000_000 });
    expect(await request({ ":path": "/c/x", ":method": "POST" }, large)).toMatchObject({ status: 200, error: null });
  });

  it("answers come back with their lines, and trailers behind them", async () => {
    expect((await request({ ":path": "/p/large" })).body.length).toBe(3_000_000);
    const { headers } = await request({ ":path": "/p/lines" });
    expect(headers).toMatchObject({ "x-a": "1, 2", "set-cookie": ["a", "b"], etag: '"1"' });
    expect(headers).not.toHaveProperty("keep-alive");
    expect(await request({ ":path": "/p/trailers" })).toMatchObject({ body: "body", trailers: { "x-sum": "42" } });
    expect(await request({ ":path": "/p/x", ":method": "HEAD" })).toMatchObject({ status: 200, body: "", error: null });
  });

  it("an answer cut short is reset, so that nobody takes it for whole", async () => {
    const got = await request({ ":path": "/p/cut" }, undefined, () => cut());
    expect(got).toMatchObject({ status: 200, body: "half", error: "ERR_HTTP2_STREAM_ERROR" });
  });

  it("a stream that the caller resets ends its call, and no other", async () => {
    const before = aborted;
    const gone = session.request({ ":path": "/p/never" });
    gone.on("error", () => undefined);
    await request({ ":path": "/p/x" });
    gone.close(constants.NGHTTP2_CANCEL);
    await vi.waitFor(() => expect(aborted).toBe(before + 1), WAIT);
    const events = session.request({ ":path": "/p/events" });
    events.on("error", () => undefined);
    expect(String((await once(events, "data"))[0])).toBe("data: 1\n\n");
    events.close(constants.NGHTTP2_INTERNAL_ERROR);
    await vi.waitFor(() => expect(aborted).toBe(before + 2), WAIT);
    expect(await request({ ":path": "/p/x" })).toMatchObject({ status: 200 });
  });

  it("a caller that waits for leave to send its body gets it, unless a policy answers without", async () => {
    const ask = async (path: string): Promise<[boolean, unknown]> => {
      const stream = session.request({ ":path": path, ":method": "POST", expect: "100-continue" }, { endStream: false });
      let isAsked = false;
      stream.on("continue", () => {
        isAsked = true;
        stream.end("body");
      });
      stream.on("error", () => undefined).resume();
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      stream.close();
      return [isAsked, headers[":status"]];
    };
    expect(await ask("/p/x")).toEqual([true, 200]);
    expect(await ask("/c/x")).toEqual([false, 200]);
  });

  it("another host besides the authority is refused", async () => {
    const { status } = await request({ ":path": "/p/x", ":authority": `localhost:${port}`, host: "other.example" });
    expect(status).toBe(400);
  });

  it.each(["LOCALHOST", "localhost:", "localhost:00443", "evil.example"])(
    "the backend hears its own host, whatever the authority: %s",
    async (authority) => {
      expect((await request({ ":path": "/p/host", ":authority": authority })).body).toBe(new URL(upstream.url).host);
    },
  );

  it("the caller's certificate reaches policies, by HTTP/1.1 as well", async () => {
    expect((await request({ ":path": "/c/x" })).body).toBe(`https://localhost:${port}/c/x CN=caller`);
    for (const [given, subject] of [
      [client, "CN=caller"],
      [{}, "none"],
    ] as const) {
      const body = await new Promise<string>((resolve) =>
        get({ port, path: "/c/x", rejectUnauthorized: false, agent: false, ...given }, (answer) => {
          let text = "";
          answer.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => resolve(text));
        }),
      );
      expect(body).toBe(`https://localhost:${port}/c/x ${subject}`);
    }
  });
});
