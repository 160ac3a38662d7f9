import { EventEmitter, once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type FastifyTurnpikeOptions, outcomeOf, turnpike } from "#adapters/fastify/index.js";
import type { Gateway, GatewayOutcome } from "#core/index.js";
import { type FastifyInstance, fastify } from "../../../packages/adapters/node_modules/fastify/fastify.js";
import { answerOf, gatewayAround, header, passThrough, reads } from "../middleware.js";

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const file = fileURLToPath(new URL("../../../LICENSE", import.meta.url));

async function serve(
  gateway: Gateway | null,
  options: Partial<FastifyTurnpikeOptions> = {},
): Promise<{ url: string; app: FastifyInstance }> {
  const app = fastify({ forceCloseConnections: true });
  apps.push(app);
  if (gateway !== null) await app.register(turnpike, { gateway, mode: "middleware", ...options });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  app.get("/api/send", (_request, reply) => reply.send("text"));
  app.get("/api/json", (_request, reply) => reply.header("ETag", '"1"').send({ a: 1 }));
  app.get("/api/stream", (_request, reply) => reply.type("text/plain").send(Readable.from(["one,", "two"])));
  app.get("/api/large", (_request, reply) => reply.send(Buffer.alloc(3_000_000, "l")));
  app.get("/api/file", (_request, reply) => reply.type("text/plain").send(createReadStream(file)));
  app.get("/api/write-end", (_request, reply) => reply.send(new Response("web", { status: 203, headers: { "X-Web": "1" } })));
  app.get("/api/end", (_request, reply) => reply.send());
  app.get("/api/no-content", (_request, reply) => reply.code(204).send());
  app.get("/api/redirect", (_request, reply) => reply.redirect("/api/send"));
  app.get("/api/throws", () => {
    throw Object.assign(new Error("thrown"), { statusCode: 422 });
  });
  app.get("/api/rejects", async () => {
    throw new Error("rejected");
  });
  app.get("/api/cookies", (_request, reply) => reply.header("Set-Cookie", "a=1").header("Set-Cookie", "b=2").send("cookies"));
  app.get("/api/query", (request) => request.query);
  app.route({
    method: ["GET", "POST", "PUT"],
    url: "/api/echo",
    handler: ({ method, url, originalUrl, query, body, headers }) => ({
      method,
      url,
      originalUrl,
      query,
      body,
      length: headers["content-length"],
      x: headers["x-in"],
    }),
  });
  app.get("/api/outcome", (request) => {
    const { api, operation, product, variables } = outcomeOf(request)!;
    return [api?.path, operation?.method, product, variables["sum"]];
  });
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), app };
}

describe.each([
  ["that leaves bodies alone", {}],
  ["that reads bodies", { inbound: reads("Request"), outbound: reads("Response") }],
])("a gateway %s", (_which, sections: { inbound?: string; outbound?: string }) => {
  it.each(passThrough)("changes nothing of %s %j", async (path, init) => {
    const plain = await serve(null);
    const mounted = await serve(await gatewayAround(sections));
    const [before, after] = [
      await answerOf(`${plain.url}/api/${path}`, init),
      await answerOf(`${mounted.url}/api/${path}`, init),
    ];
    const same = (text: string): string => text.replace(/^content-length: .*\n|^transfer-encoding: .*\n/gm, "");
    expect(sections.outbound === undefined ? after : same(after)).toBe(sections.outbound === undefined ? before : same(before));
  });
});

it("gives the application the request as policies left it, at another route", async () => {
  const { url } = await serve(
    await gatewayAround({
      inbound: `<set-method>PUT</set-method><rewrite-uri template="/echo?q=new" copy-unmatched-params="false" />${header("X-In", "policy")}<set-body>{"by":"policy"}</set-body>`,
    }),
  );
  const init = { method: "POST", body: '{"by":"caller","more":true}', headers: { "Content-Type": "application/json" } };
  expect(await (await fetch(`${url}/api/elsewhere?q=old`, init)).json()).toMatchObject({
    method: "PUT",
    url: "/api/echo?q=new",
    query: { q: "new" },
    body: { by: "policy" },
    length: "15",
    x: "policy",
  });
});

it("gives a body to a request that had none", async () => {
  const inbound = `<set-method>POST</set-method>${header("Content-Type", "application/json")}<set-body>[1]</set-body>`;
  const { url } = await serve(await gatewayAround({ inbound }));
  expect(await (await fetch(`${url}/api/echo`)).json()).toMatchObject({ body: [1], length: "3" });
});

it("lets policies change the response, and drops what no longer holds", async () => {
  const body = "@(context.Response.Body.As&lt;string&gt;().ToUpperInvariant() + &quot;!&quot;)";
  const outbound = `<set-status code="299" reason="Changed" />${header("X-Out", "1")}<set-body>${body}</set-body>`;
  const { url } = await serve(await gatewayAround({ outbound }));
  for (const [path, text] of [
    ["send", "TEXT!"],
    ["stream", "ONE,TWO!"],
    ["json", '{"A":1}!'],
    ["file", `${readFileSync(file, "utf8").toUpperCase()}!`],
  ] as const) {
    const response = await fetch(`${url}/api/${path}`);
    const { headers } = response;
    expect([response.status, response.statusText, await response.text()]).toEqual([299, "Changed", text]);
    expect([headers.get("etag"), headers.get("x-out"), headers.get("content-length")]).toEqual([null, "1", String(text.length)]);
  }
});

it.each([
  ["are left alone", "", ["a=1", "b=2"]],
  ["get one more", '<set-header name="Set-Cookie" exists-action="append"><value>c=3</value></set-header>', ["a=1", "b=2", "c=3"]],
  ["are replaced", '<set-header name="Set-Cookie" exists-action="override"><value>c=3</value></set-header>', ["c=3"]],
  ["are removed", '<set-header name="Set-Cookie" exists-action="delete" />', []],
])("keeps header lines of one name together where they %s", async (_, change, cookies) => {
  const { url } = await serve(await gatewayAround({ outbound: header("X-Out", "1") + change }));
  const { headers } = await fetch(`${url}/api/cookies`);
  expect([headers.getSetCookie(), headers.get("x-out"), headers.get("content-length")]).toEqual([cookies, "1", "7"]);
});

it("answers without the application where a policy does", async () => {
  const { app } = await serve(
    await gatewayAround({
      inbound: `<return-response><set-status code="418" reason="No" />${header("X-A", "1")}</return-response>`,
    }),
  );
  const { statusCode, statusMessage, headers, body } = await app.inject("/api/send");
  expect([statusCode, statusMessage, headers["x-a"], headers["content-type"], body]).toEqual([418, "No", "1", undefined, ""]);
});

it("refuses what no API is there for, or hands it on if asked", async () => {
  const gateway = await gatewayAround({}, "other");
  expect((await fetch(`${(await serve(gateway)).url}/api/send`)).status).toBe(404);
  expect(await (await fetch(`${(await serve(gateway, { unmatched: "pass" })).url}/api/send`)).text()).toBe("text");
});

it("takes variables of the host's, and offers the outcome", async () => {
  const inbound = `<set-variable name="sum" value="@((int)context.Variables[&quot;n&quot;] + 2)" />`;
  for (const rewrite of ["", '<rewrite-uri template="/outcome" />']) {
    const { url } = await serve(await gatewayAround({ inbound: inbound + rewrite }), { variables: () => ({ n: 40 }) });
    expect(await (await fetch(`${url}/api/${rewrite === "" ? "outcome" : "other"}`)).json()).toEqual(["api", "GET", null, 42]);
  }
});

describe("who listens for outcomes", () => {
  const seen = async (path: string, options: Partial<FastifyTurnpikeOptions>, inbound: string): Promise<unknown> => {
    const told = new EventEmitter<{ outcome: [GatewayOutcome] }>();
    const heard = once(told, "outcome") as Promise<[GatewayOutcome]>;
    const { url } = await serve(await gatewayAround({ inbound }), {
      ...options,
      onOutcome: (outcome) => told.emit("outcome", outcome),
    });
    await (await fetch(`${url}/api/${path}`)).arrayBuffer();
    const [{ by, status, protocol }] = await heard;
    return [by.layer, status, protocol];
  };

  const teapot = `<return-response><set-status code="418" /></return-response>`;
  it.each<[string, Partial<FastifyTurnpikeOptions>, string, number, string?]>([
    ["send", {}, "host", 200],
    ["throws", {}, "host", 422],
    ["rejects", {}, "host", 500],
    ["rejects", { errors: "on-error" }, "gateway", 500],
    ["no-content", {}, "host", 204],
    ["nowhere", {}, "host", 404],
    ["send", {}, "gateway", 418, teapot],
    ["nowhere", { mode: "gateway" }, "gateway", 418, teapot],
  ])("hears the status that went out of /%s with %o", async (path, options, layer, status, inbound = "") => {
    expect(await seen(path, options, inbound)).toEqual([layer, status, "HTTP/1.1"]);
  });
});

it("takes errors of the application to on-error if asked", async () => {
  const onError = header("X-Error", "@(context.LastError.Source + &quot; &quot; + context.LastError.Message)");
  const { url } = await serve(await gatewayAround({ onError }), { errors: "on-error" });
  const response = await fetch(`${url}/api/throws`);
  expect([response.status, response.headers.get("x-error")]).toEqual([422, "application thrown"]);
  expect(await (await fetch(`${url}/api/rejects`)).text()).not.toContain("rejected");
});

it("lets the application's own routes go first in gateway mode", async () => {
  const { app } = await serve(
    await gatewayAround({ inbound: "<return-response><set-body>gateway</set-body></return-response>" }),
    { mode: "gateway" },
  );
  expect((await app.inject("/api/send")).body).toBe("text");
  expect((await app.inject("/api/else")).body).toBe("gateway");
});
