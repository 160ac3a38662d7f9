import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type FastifyTurnpikeOptions, turnpike } from "#adapters/fastify/index.js";
import type { Gateway } from "#core/index.js";
import { fastify } from "../../../packages/adapters/node_modules/fastify/fastify.js";
import { gatewayAround, header, reads } from "../middleware.js";
import { backend, gatewayTo, selfSigned } from "../node/servers.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Send = (headers: OutgoingHttpHeaders, body?: string) => Promise<Record<string, unknown>>;

const license = readFileSync(new URL("../../../LICENSE", import.meta.url), "utf8");

/** An application by HTTP/2, and a way to send to it. */
async function serve(options: FastifyTurnpikeOptions | null): Promise<Send> {
  const app = fastify({ http2: true, https: { ...selfSigned("localhost"), allowHTTP1: true }, forceCloseConnections: true });
  if (options !== null) await app.register(turnpike as never, options as never);
  if (options?.mode !== "gateway") {
    app.get("/api/x", (request, reply) =>
      reply.header("X-Many", ["1", "2"]).send({ url: request.url, x: request.headers["x-in"] }),
    );
    app.post("/api/x", (request) => ({
      length: String(request.body).length,
      authority: request.headers[":authority"] !== undefined,
    }));
    app.post("/api/other", (request) => ({ other: request.body, x: request.headers["x-in"] }));
    app.get("/api/trailers", (_request, reply) =>
      reply
        .trailer("x-sum", (_reply: unknown, _payload: unknown, done: (error: null, value: string) => void) => done(null, "42"))
        .send("body"),
    );
    app.get("/api/stream", (_request, reply) => reply.send(new Response(license).body));
  }
  await app.listen({ port: 0, host: "127.0.0.1" });
  const session = connect(`https://localhost:${(app.server.address() as AddressInfo).port}`, { rejectUnauthorized: false });
  closing.push(
    () => session.close(),
    () => app.close(),
  );
  return (headers, body) =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      const got: Record<string, unknown> = {};
      let text = "";
      stream.on("response", (all) => Object.assign(got, { status: all[":status"], many: all["x-many"], out: all["x-out"] }));
      stream.on("trailers", (all) => Object.assign(got, { sum: all["x-sum"] }));
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("error", reject).on("close", () => resolve({ ...got, text }));
      stream.end(body);
    });
}

const requests: readonly (readonly [OutgoingHttpHeaders, string?])[] = [
  [{ ":path": "/api/x" }],
  [{ ":path": "/api/x", ":method": "HEAD" }],
  [{ ":path": "/api/x", ":method": "POST", "content-type": "text/plain" }, "z".repeat(100_000)],
  [{ ":path": "/api/trailers" }],
  [{ ":path": "/api/stream" }],
  [{ ":path": "/api/missing" }],
];

it.each([
  ["leaves bodies alone", {}],
  ["reads bodies", { inbound: reads("Request"), outbound: reads("Response") }],
])("a gateway that %s changes nothing of an application by HTTP/2", async (_, sections) => {
  const plain = await serve(null);
  const mounted = await serve({ gateway: await gatewayAround(sections), mode: "middleware" });
  for (const [headers, body] of requests) expect(await mounted(headers, body)).toEqual(await plain(headers, body));
});

it("policies change what comes and goes by HTTP/2", async () => {
  const gateway: Gateway = await gatewayAround({
    inbound: `${header("X-In", "1")}<set-body>changed</set-body><rewrite-uri template="/other" />`,
    outbound: header("X-Out", "2"),
  });
  const send = await serve({ gateway, mode: "middleware" });
  const got = await send({ ":path": "/api/x", ":method": "POST", "content-type": "text/plain" }, "before");
  expect(got).toMatchObject({ status: 200, out: "2", text: JSON.stringify({ other: "changed", x: "1" }) });
});

it("the gateway answers by HTTP/2", async () => {
  const upstream = await backend((incoming: IncomingMessage, outgoing: ServerResponse) => {
    let length = 0;
    incoming.on("data", (chunk: Buffer) => (length += chunk.length));
    incoming.on("end", () => outgoing.setHeader("X-Many", ["1", "2"]).end(`${incoming.url} ${length}`));
  });
  closing.push(upstream.close);
  const send = await serve({ gateway: await gatewayTo(upstream.url), mode: "gateway" });
  const got = await send({ ":path": "/p/x", ":method": "POST" }, "z".repeat(100_000));
  expect(got).toMatchObject({ status: 200, many: "1, 2", text: "/x 100000" });
});
