import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { turnpike as expressTurnpike } from "#adapters/express/index.js";
import { turnpike as fastifyTurnpike } from "#adapters/fastify/index.js";
import { turnpike as nodeTurnpike } from "#adapters/node/index.js";
import { createGateway, type Gateway } from "#core/index.js";
import { sendText } from "#core/testing/contract/wire.js";
import { fastify } from "../../packages/adapters/node_modules/fastify/fastify.js";
import { express4, express5 } from "./frameworks.js";
import { reads } from "./middleware.js";
import { listen } from "./mount.js";

/** How long a condition may take, in milliseconds: a machine under load takes its time. */
const WAIT = 20_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What the application does with a request: it answers by `respond`, when it likes. */
type Handler = (path: string, respond: (text: string) => void) => void;
interface Variables {
  variables?(request: never): Record<string, unknown>;
}
type Mount = (gateway: Gateway, handler: Handler, options?: Variables) => Promise<string>;

interface ExpressApp {
  (request: never, response: never): void;
  use(handler: unknown): ExpressApp;
}

const plain =
  (handler: Handler): RequestListener =>
  (incoming, outgoing) =>
    handler(incoming.url!, (text) => outgoing.end(text));

const expressMount =
  (express: unknown): Mount =>
  async (gateway, handler, options) => {
    const app = (express as () => ExpressApp)();
    app.use((incoming: IncomingMessage, outgoing: ServerResponse & { locals: object }, next: () => void) => {
      Object.assign(incoming, { user: { id: "u1" } });
      Object.assign(outgoing.locals, { tenant: "t1" });
      next();
    });
    app.use(expressTurnpike(gateway, { mode: "middleware", ...options }));
    app.use(plain(handler));
    const server = await listen(app as unknown as RequestListener);
    closing.push(() => server.close());
    return server.url;
  };

const mounts: Readonly<Record<string, Mount>> = {
  "express 5": expressMount(express5),
  "express 4": expressMount(express4),
  node: async (gateway, handler, options) => {
    const server = await listen(nodeTurnpike(gateway, { mode: "middleware", handler: plain(handler), ...options }));
    closing.push(() => server.close());
    return server.url;
  },
  fastify: async (gateway, handler, options) => {
    const app = fastify({ forceCloseConnections: true });
    app.addHook("onRequest", async (request) => void Object.assign(request, { user: { id: "u1" } }));
    await app.register(fastifyTurnpike, { gateway, mode: "middleware", ...options });
    app.addContentTypeParser("*", (_request, _payload, done) => done(null));
    app.all("/api/*", (request, reply) => handler(request.url, (text) => void reply.send(text)));
    app.get("/api/hijacked", (_request, reply) => {
      reply.hijack();
      reply.raw.end("raw");
    });
    closing.push(() => app.close());
    return app.listen({ port: 0, host: "127.0.0.1" });
  },
};

/** A gateway that lets one request at a time to the application. */
function oneAtATime(inbound = ""): Promise<Gateway> {
  return createGateway({
    apis: {
      api: {
        path: "api",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound>
          <backend><limit-concurrency key="all" max-count="1"><forward-request /></limit-concurrency></backend></policies>`,
        operations: Object.fromEntries(["GET", "POST"].map((method) => [method, { method, urlTemplate: "/*" }])),
      },
    },
  });
}

function open(url: string, text: string): Socket {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined).write(text);
  return socket;
}

describe.each(Object.entries(mounts))("%s in middleware mode", (name, mount) => {
  it("a caller that goes away while the application works ends its request", async () => {
    const held: (() => void)[] = [];
    const url = await mount(await oneAtATime(), (path, respond) => {
      if (path === "/api/hold") held.push(() => respond("late"));
      else respond("text");
    });
    const socket = open(url, "GET /api/hold HTTP/1.1\r\nHost: g\r\n\r\n");
    await vi.waitFor(() => expect(held.length).toBe(1), WAIT);
    expect((await fetch(`${url}/api/text`)).status).toBe(429);
    socket.destroy();
    await vi.waitFor(async () => expect((await fetch(`${url}/api/text`)).status).toBe(200), WAIT);
    // The application may still answer: nobody hears it, and nothing breaks.
    held[0]!();
    expect((await fetch(`${url}/api/text`)).status).toBe(200);
  });

  it("a caller that goes away in an upload that a policy reads does not reach the application", async () => {
    const seen: string[] = [];
    const url = await mount(await oneAtATime(reads("Request")), (path, respond) => {
      seen.push(path);
      respond("text");
    });
    const socket = open(url, "POST /api/upload HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\nhalf");
    await fetch(`${url}/api/before`);
    socket.destroy();
    await vi.waitFor(async () => expect((await fetch(`${url}/api/after`)).status).toBe(200), WAIT);
    expect(seen).toEqual(["/api/before", "/api/after"]);
  });

  it("requests that come at once are answered in order", async () => {
    const held: (() => void)[] = [];
    let isSecondDone = false;
    const gateway = await createGateway({
      apis: { api: { path: "api", subscriptionRequired: false, operations: { get: { method: "GET", urlTemplate: "/*" } } } },
    });
    const url = await mount(gateway, (path, respond) => {
      if (path === "/api/1") return void held.push(() => respond("first"));
      respond("second");
      isSecondDone = true;
    });
    const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: g\r\n${more}\r\n`;
    const sent = sendText(url, get("/api/1") + get("/api/2", "Connection: close\r\n"));
    await vi.waitFor(() => expect([held.length, isSecondDone]).toEqual([1, true]), WAIT);
    held[0]!();
    const got = await sent;
    expect(got.match(/first|second/g)).toEqual(["first", "second"]);
  });

  it("what the host knows reaches policies by name", async () => {
    const gateway = await oneAtATime(
      `<return-response><set-body>@(string.Join(" ", new [] { "user", "tenant", "trace" }.Select(name => context.Variables.GetValueOrDefault(name, "-"))))</set-body></return-response>`,
    );
    interface HostRequest extends IncomingMessage {
      readonly user?: { readonly id: string };
      readonly res?: { readonly locals: { readonly tenant: string } };
    }
    const url = await mount(gateway, () => undefined, {
      variables: (request: HostRequest) => ({
        user: request.user?.id,
        tenant: request.res?.locals.tenant,
        trace: request.headers["traceparent"],
      }),
    });
    const response = await fetch(`${url}/api/x`, { headers: { traceparent: "00-a-b-01" } });
    const expected = { node: "- - 00-a-b-01", fastify: "u1 - 00-a-b-01" }[name] ?? "u1 t1 00-a-b-01";
    expect(await response.text()).toBe(expected);
  });
});

it("a route of Fastify that takes the response over ends its request as well", async () => {
  const url = await mounts["fastify"]!(await oneAtATime(), (_path, respond) => respond("text"));
  for (let i = 0; i < 3; i++)
    await vi.waitFor(async () => expect(await (await fetch(`${url}/api/hijacked`)).text()).toBe("raw"), WAIT);
});
