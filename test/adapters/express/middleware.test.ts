import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type ExpressOptions, outcomeOf, turnpike, turnpikeErrors } from "#adapters/express/index.js";
import type { Gateway } from "#core/index.js";
import { standstill } from "#core/testing/contract/waiting.js";
import { express4, express5 } from "../frameworks.js";
import { answerOf, gatewayAround, header, passThrough, reads } from "../middleware.js";
import { listen } from "../mount.js";

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const file = fileURLToPath(new URL("../../../LICENSE", import.meta.url));

// What the tests use of either version.
// biome-ignore format: one line a member
interface Request { method: string; url: string; originalUrl: string; headers: Record<string, string>; query: object; body: unknown; on(event: string, listener: (chunk: Buffer) => void): void; pipe(to: unknown): void }
interface Response {
  statusMessage: string;
  headersSent: boolean;
  send(body: unknown): void;
  json(body: unknown): void;
  sendFile(path: string): void;
  status(code: number): Response;
  redirect(to: string): void;
  cookie(name: string, value: string): void;
  type(name: string): Response;
  set(name: string, value: string): Response;
  writeHead(...given: unknown[]): Response;
  write(chunk: unknown): boolean;
  end(chunk?: unknown): void;
  once(event: string, listener: () => void): void;
}
type Next = (error?: unknown) => void;
type Handler = (request: Request, response: Response, next: Next) => unknown;
interface App {
  (request: never, response: never): void;
  use(...given: unknown[]): App;
  all(path: string, handler: Handler): App;
}
interface Express {
  (): App;
  json(): unknown;
  urlencoded(options: object): unknown;
  text(): unknown;
}

/** Routes in every shape in which Express answers. */
function routes(app: App, express: Express, asyncThrows: boolean): App {
  const parsers = [express.json(), express.urlencoded({ extended: true }), express.text()];
  app.use(...parsers);
  app.all("/api/send", (_request, response) => response.send("text"));
  app.all("/api/json", (_request, response) => response.json({ a: 1 }));
  app.all("/api/stream", (_request, response) => {
    response.type("text/plain").write("one,");
    setImmediate(() => response.end("two"));
  });
  app.all("/api/large", (_request, response) => {
    let left = 50;
    const more = (): void => {
      while (left-- > 0) if (!response.write(Buffer.alloc(64_000, "l"))) return response.once("drain", more);
      response.end();
    };
    more();
  });
  app.all("/api/file", (_request, response) => response.sendFile(file));
  app.all("/api/head-object", (_request, response) => {
    response.set("X-Before", "1").writeHead(201, { "X-One": "1", "Set-Cookie": ["a=1", "b=2"] });
    response.end("object");
  });
  app.all("/api/head-flat", (_request, response) =>
    response.writeHead(202, ["X-One", "1", "Content-Type", "text/plain"]).end("flat"),
  );
  app.all("/api/head-reason", (_request, response) => response.writeHead(203, "My reason", { "X-One": "1" }).end("reason"));
  app.all("/api/write-end", (_request, response) => {
    response.write("a");
    response.write("b");
    response.end();
  });
  app.all("/api/end", (_request, response) => response.end());
  app.all("/api/no-content", (_request, response) => response.status(204).end());
  app.all("/api/redirect", (_request, response) => response.redirect("/api/send"));
  app.all("/api/throws", () => {
    throw Object.assign(new Error("thrown"), { status: 422 });
  });
  app.all("/api/rejects", async (_request, _response, next) => {
    if (asyncThrows) throw new Error("rejected");
    next(new Error("rejected"));
  });
  app.all("/api/cookies", (_request, response) => {
    response.cookie("a", "1");
    response.cookie("b", "2");
    response.send("cookies");
  });
  app.all("/api/query", (request, response) => response.json(request.query));
  app.all("/api/echo", ({ method, url, originalUrl, headers, query, body }, response) => {
    response.json({ method, url, originalUrl, query, body, length: headers["content-length"], x: headers["x-in"] });
  });
  return app;
}

const errorHandler = (error: { status?: number; message: string }, _request: Request, response: Response, _next: Next): void =>
  response.status(error.status ?? 500).json({ error: error.message });

describe.each([
  ["express 5", express5 as Express, true],
  ["express 4", express4 as Express, false],
])("%s", (_name, express, asyncThrows) => {
  async function serve(
    gateway: Gateway | null,
    options: ExpressOptions = {},
    more: { mount?: string; parse?: boolean; onError?: boolean } = {},
  ) {
    const app = express();
    if (more.parse === true) app.use(express.json(), express.urlencoded({ extended: true }));
    const own = gateway === null ? [] : [turnpike(gateway, { mode: "middleware", ...options })];
    if (more.mount !== undefined) app.use(more.mount, ...own);
    else if (own.length > 0) app.use(...own);
    routes(app, express, asyncThrows);
    if (more.onError === true) app.use(turnpikeErrors);
    app.use(errorHandler);
    const server = await listen(app as never);
    closing.push(() => server.close());
    return server.url;
  }

  describe.each([
    ["that leaves bodies alone", {}],
    ["that reads bodies", { inbound: reads("Request"), outbound: reads("Response") }],
  ])("a gateway %s", (_which, sections: { inbound?: string; outbound?: string }) => {
    it.each(passThrough)("changes nothing of %s %j", async (path, init) => {
      const plain = await serve(null);
      const mounted = await serve(await gatewayAround(sections));
      const [before, after] = [await answerOf(`${plain}/api/${path}`, init), await answerOf(`${mounted}/api/${path}`, init)];
      // A body that was read has a length, where it went out in chunks before.
      const same = (text: string): string => text.replace(/^content-length: .*\n|^transfer-encoding: .*\n/gm, "");
      expect(sections.outbound === undefined ? after : same(after)).toBe(sections.outbound === undefined ? before : same(before));
    });
  });

  it("leaves request and response with the properties that they had", async () => {
    const propertiesWith = async (gateway: Gateway | null) => {
      let seen: unknown;
      const app = express();
      if (gateway !== null) app.use(turnpike(gateway, { mode: "middleware" }));
      app.all("/api/x", (request, response) => {
        const flags = (one: object) => Object.entries(one).filter(([, value]) => typeof value === "boolean");
        seen = [request, response].map((one) => Object.fromEntries(flags(one)));
        response.end();
      });
      const server = await listen(app as never);
      closing.push(() => server.close());
      await fetch(`${server.url}/api/x`, { method: "POST", body: "x" });
      return seen;
    };
    expect(await propertiesWith(await gatewayAround({}))).toEqual(await propertiesWith(null));
  });

  it("gives the application the request as policies left it", async () => {
    const url = await serve(
      await gatewayAround({
        inbound: `<set-method>PUT</set-method><rewrite-uri template="/echo?q=new" copy-unmatched-params="false" />${header("X-In", "policy")}<set-body>{"by":"policy"}</set-body>`,
      }),
    );
    const init = { method: "POST", body: '{"by":"caller","more":true}', headers: { "Content-Type": "application/json" } };
    expect(await (await fetch(`${url}/api/elsewhere?q=old`, init)).json()).toEqual({
      method: "PUT",
      url: "/api/echo?q=new",
      originalUrl: "/api/elsewhere?q=old",
      query: { q: "new" },
      body: { by: "policy" },
      length: "15",
      x: "policy",
    });
  });

  it("gives the application a body whole of which a policy has only read the beginning", async () => {
    const rule = `<validate-content unspecified-content-type-action="ignore" max-size="1000" size-exceeded-action="detect" />`;
    const url = await serve(await gatewayAround({ inbound: rule }));
    const body = JSON.stringify({ text: "x".repeat(90_000) });
    const init = {
      method: "POST",
      body: new Blob([body]).stream(),
      duplex: "half",
      headers: { "Content-Type": "application/json" },
    };
    const { body: seen } = (await (await fetch(`${url}/api/echo`, init as RequestInit)).json()) as { body: unknown };
    expect(JSON.stringify(seen)).toBe(body);
  });

  it("gives a body to a request that had none, or takes it away", async () => {
    const type = header("Content-Type", "application/json");
    const given = await serve(await gatewayAround({ inbound: `<set-method>POST</set-method>${type}<set-body>[1]</set-body>` }));
    expect(await (await fetch(`${given}/api/echo`)).json()).toMatchObject({ body: [1], length: "3" });
    const taken = await serve(await gatewayAround({ inbound: "<set-body></set-body>" }));
    const init = { method: "POST", body: "x".repeat(200_000), headers: { "Content-Type": "text/plain" } };
    expect(await (await fetch(`${taken}/api/echo`, init)).json()).toMatchObject({ length: "0" });
  });

  it.each([
    ["application/json", '{"a":{"b":[1,2]}}', { a: { b: [1, 2] } }],
    ["application/x-www-form-urlencoded", "a[b]=1&c=2", { a: { b: "1" }, c: "2" }],
  ])("reuses a body that %s parsers have read", async (type, body, parsed) => {
    const init = { method: "POST", body, headers: { "Content-Type": type } };
    const read = await serve(
      await gatewayAround({
        inbound: reads("Request"),
        outbound: header("X-Read", "@((string)context.Variables[&quot;readRequest&quot;])"),
      }),
      {},
      { parse: true },
    );
    const response = await fetch(`${read}/api/echo`, init);
    expect(await response.json()).toMatchObject({ body: parsed });
    expect(decodeURIComponent(response.headers.get("x-read")!)).toBe(body);
    const changed = await serve(
      await gatewayAround({ inbound: `${header("Content-Type", "application/json")}<set-body>{"n":1}</set-body>` }),
      {},
      { parse: true },
    );
    expect(await (await fetch(`${changed}/api/echo`, init)).json()).toMatchObject({ body: { n: 1 }, length: "7" });
  });

  it("lets policies change the response, and drops what no longer holds", async () => {
    const outbound = `<set-status code="299" reason="Changed" />${header("X-Out", "1")}<set-header name="X-Powered-By" exists-action="delete" /><set-body>@(context.Response.Body.As&lt;string&gt;().ToUpperInvariant() + &quot;!&quot;)</set-body>`;
    const url = await serve(await gatewayAround({ outbound }));
    for (const path of ["send", "stream", "write-end"]) {
      const response = await fetch(`${url}/api/${path}`);
      const { headers } = response;
      const text = { send: "TEXT!", stream: "ONE,TWO!", "write-end": "AB!" }[path]!;
      expect([response.status, response.statusText, await response.text()]).toEqual([299, "Changed", text]);
      expect([headers.get("etag"), headers.get("x-out"), headers.get("x-powered-by"), headers.get("content-length")]).toEqual([
        null,
        "1",
        null,
        String(text.length),
      ]);
    }
    const instead = await serve(
      await gatewayAround({ outbound: "<return-response><set-body>mine</set-body></return-response>" }),
    );
    for (const path of ["large", "file", "json"]) expect(await (await fetch(`${instead}/api/${path}`)).text()).toBe("mine");
  });

  it("answers without the application where a policy does", async () => {
    const url = await serve(
      await gatewayAround({ inbound: '<return-response><set-status code="418" reason="No" /></return-response>' }),
    );
    expect((await fetch(`${url}/api/send`)).status).toBe(418);
  });

  it("refuses what no API is there for, or hands it on if asked", async () => {
    const gateway = await gatewayAround({}, "other");
    expect((await fetch(`${await serve(gateway)}/api/send`)).status).toBe(404);
    expect(await (await fetch(`${await serve(gateway, { unmatched: "pass" })}/api/send`)).text()).toBe("text");
  });

  it("sees the whole path wherever it is mounted", async () => {
    const gateway = await gatewayAround({ inbound: '<rewrite-uri template="/echo" />' });
    const url = await serve(gateway, {}, { mount: "/api" });
    expect(await (await fetch(`${url}/api/x`)).json()).toMatchObject({ url: "/api/echo", originalUrl: "/api/x" });
  });

  it("takes variables of the host's, and offers the outcome", async () => {
    const gateway = await gatewayAround({
      inbound: `<set-variable name="sum" value="@((int)context.Variables[&quot;n&quot;] + ((JObject)context.Variables[&quot;user&quot;])[&quot;age&quot;].Value&lt;int&gt;())" />`,
    });
    const app = express();
    app.use(turnpike(gateway, { mode: "middleware", variables: () => ({ n: 40, user: { age: 2 } }) }));
    app.all("/api/x", (request, response) => {
      // A name that parsers of bodies use as well, and the adapter for Fastify's requests.
      Object.assign(request, { raw: "text" });
      const outcome = outcomeOf(request)!;
      response.json([outcome.api?.path, outcome.operation?.method, outcome.product, outcome.variables["sum"]]);
    });
    const server = await listen(app as never);
    closing.push(() => server.close());
    expect(await (await fetch(`${server.url}/api/x`)).json()).toEqual(["api", "GET", null, 42]);
  });

  it("takes errors of the application to on-error if asked", async () => {
    const gateway = await gatewayAround({
      onError: header("X-Error", "@(context.LastError.Source + &quot; &quot; + context.LastError.Message)"),
    });
    const url = await serve(gateway, {}, { onError: true });
    const response = await fetch(`${url}/api/throws`);
    expect([response.status, response.headers.get("x-error")]).toEqual([422, "application thrown"]);
    expect(await (await fetch(`${url}/api/rejects`)).text()).not.toContain("rejected");
  });

  it("answers for what the application throws where no policy sees it as where one does", async () => {
    const unseen = await serve(await gatewayAround({}), {}, { onError: true });
    const seen = await serve(await gatewayAround({ outbound: header("X-Never", "1") }), {}, { onError: true });
    const answerAt = async (url: string, method: string): Promise<string> =>
      (await answerOf(url, { method })).replace(/"activityId": ?"[^"]+"/, "");
    for (const path of ["throws", "rejects"])
      for (const method of ["GET", "HEAD"]) {
        const answer = await answerAt(`${unseen}/api/${path}`, method);
        expect(answer).toBe(await answerAt(`${seen}/api/${path}`, method));
        expect(answer).toMatch(path === "throws" ? /^422 / : /^500 /);
      }
  });

  it("keeps the writer waiting for a slow reader, and tells it when the caller is gone", async () => {
    let [sent, isClosed] = [0, false];
    const app = express();
    app.use(turnpike(await gatewayAround({}), { mode: "middleware" }));
    app.all("/api/x", (_request, response) => {
      response.once("close", () => {
        isClosed = true;
      });
      const more = (): void => {
        while (!isClosed && sent < 300_000_000) {
          sent += 64_000;
          if (!response.write(Buffer.alloc(64_000))) return response.once("drain", more);
        }
      };
      more();
    });
    const server = await listen(app as never);
    closing.push(() => server.close());
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("GET /api/x HTTP/1.1\r\nHost: g\r\n\r\n");
    await new Promise((resolve) => socket.once("readable", resolve));
    expect(await standstill(() => sent)).toBeLessThan(100_000_000);
    expect(sent).toBeGreaterThan(64_000);
    socket.destroy();
    await expect.poll(() => isClosed).toBe(true);
  });

  it("says that headers are sent as soon as the application has sent them", async () => {
    const seen: boolean[] = [];
    const app = express();
    app.use(turnpike(await gatewayAround({ outbound: reads("Response") }), { mode: "middleware" }));
    app.all("/api/x", (_request, response) => {
      seen.push(response.headersSent);
      response.end("x");
      seen.push(response.headersSent);
    });
    const server = await listen(app as never);
    closing.push(() => server.close());
    await fetch(`${server.url}/api/x`);
    expect(seen).toEqual([false, true]);
  });
});
