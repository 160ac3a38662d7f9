// A workshop's service as people write them with Fastify: it knows nothing of gateways. Ids are counted, so that a run repeats.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createGzip, gzipSync } from "node:zlib";

const drawing = fileURLToPath(new URL("drawing.svg", import.meta.url));

export async function createApp(fastify, addition = () => {}) {
  const app = fastify({
    bodyLimit: 20_000,
    trustProxy: "127.0.0.1",
    genReqId: () => "request",
    routerOptions: { ignoreTrailingSlash: true },
  });
  addition(app);
  app.decorateRequest("cookies", null);
  app.decorateRequest("session", null);
  app.addHook("onRequest", readCookies);
  app.addHook("onRequest", sessions());
  app.addHook("onSend", entityTags);
  app.addHook("onSend", compression);
  const log = accessLog(app);
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, text, done) =>
    done(null, Object.fromEntries(new URLSearchParams(text))),
  );
  app.addContentTypeParser("multipart/form-data", { parseAs: "buffer" }, async (request, bytes) =>
    parts(request.headers["content-type"], bytes),
  );
  app.addContentTypeParser("application/x-binary", (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => {
    if (error.validation !== undefined) return reply.code(422).send({ invalid: error.message });
    if (request.query.plain !== undefined) return reply.send(error);
    return reply
      .code(error.statusCode ?? 500)
      .send({ error: error.statusCode === undefined ? "Something broke" : error.message });
  });
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ missing: request.url, method: request.method }));

  app.register(parcels, { prefix: "/parcels" });
  app.register(answers, { prefix: "/answers" });
  app.register(uploads, { prefix: "/uploads" });
  app.register(account, { prefix: "/account" });
  app.register(requests, { prefix: "/requests" });
  app.register(failures, { prefix: "/failures" });
  app.get("/log", async () => log);
  app.get("/files/*", async (request) => ({ file: request.params["*"] }));
  app.route({
    method: ["GET", "POST"],
    url: "/hosted",
    constraints: { host: "workshop.example" },
    handler: async () => "by host",
  });
  app.get("/versioned", { constraints: { version: "1.2.0" } }, async () => "one");
  app.get("/versioned", { constraints: { version: "2.0.0" } }, async () => "two");
  app.get(`/patterned/:number(^\\d+)`, async (request) => request.params);
  await app.ready();
  return app;
}

async function readCookies(request) {
  const pairs = (request.headers.cookie ?? "").split(/; */).map((pair) => pair.split("="));
  request.cookies = Object.fromEntries(pairs.filter(([name]) => name !== ""));
}

function sessions() {
  const all = new Map();
  return (request, reply, done) => {
    request.session = all.get(request.cookies.session) ?? { id: `session-${all.size + 1}`, visits: 0 };
    reply.header("x-request", request.id);
    request.session.keep = () => {
      all.set(request.session.id, request.session);
      reply.header("set-cookie", `session=${request.session.id}; Path=/; HttpOnly`);
    };
    done();
  };
}

function entityTags(request, reply, payload, done) {
  if (typeof payload !== "string" || reply.statusCode !== 200 || reply.hasHeader("etag")) return done(null, payload);
  const tag = `"${createHash("sha1").update(payload).digest("base64url")}"`;
  reply.header("etag", tag);
  if (request.headers["if-none-match"] !== tag) return done(null, payload);
  reply.code(304).removeHeader("content-length");
  return done(null, null);
}

async function compression(request, reply, payload) {
  if (payload === null || !(request.headers["accept-encoding"] ?? "").includes("gzip")) return payload;
  reply.header("vary", "accept-encoding");
  if (typeof payload.pipe === "function") {
    reply.header("content-encoding", "gzip").removeHeader("content-length");
    return payload.pipe(createGzip());
  }
  if (payload.length < 1024) return payload;
  reply.header("content-encoding", "gzip").removeHeader("content-length");
  return gzipSync(payload);
}

function accessLog(app) {
  const lines = [];
  app.addHook("onResponse", async (request, reply) => {
    lines.push(
      [
        request.method,
        request.url,
        reply.statusCode,
        reply.getHeader("content-length"),
        reply.sent,
        request.routeOptions.url,
      ].join(" "),
    );
  });
  app.addHook("onError", async (request, _reply, error) => {
    lines.push(`${request.url} failed: ${error.message}`);
  });
  return lines;
}

function parts(contentType, bytes) {
  const boundary = /boundary=([^;]+)/.exec(contentType)[1];
  return bytes
    .toString()
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head, ...rest] = part.trim().split("\r\n\r\n");
      return { name: /name="([^"]*)"/.exec(head)?.[1], content: rest.join("\r\n\r\n") };
    });
}

async function parcels(app) {
  const shelf = new Map([
    ["1", { id: "1", to: "Ash", weight: 2.5 }],
    ["2", { id: "2", to: "Béla", weight: 1 }],
  ]);
  const parcel = {
    type: "object",
    required: ["to"],
    properties: { to: { type: "string" }, weight: { type: "number", default: 1 } },
  };
  app.decorateReply("found", (id) => {
    const one = shelf.get(id);
    if (one === undefined) throw Object.assign(new Error(`There is no parcel ${id}`), { statusCode: 404 });
    return one;
  });
  app.get(
    "/",
    { schema: { querystring: { type: "object", properties: { page: { type: "integer" }, to: { type: "string" } } } } },
    (request, reply) => {
      const found = [...shelf.values()].filter((one) => request.query.to === undefined || one.to === request.query.to);
      return reply.header("x-total", found.length).send({ page: request.query.page ?? 1, found });
    },
  );
  const shown = { type: "object", properties: { id: { type: "string" }, to: { type: "string" } } };
  app.get("/:id", async (request, reply) => reply.found(request.params.id));
  app.get("/:id/label", { schema: { response: { 200: shown } } }, async (request, reply) => reply.found(request.params.id));
  app.post("/", { schema: { body: parcel } }, async (request, reply) => {
    const id = String(shelf.size + 1);
    shelf.set(id, { id, ...request.body });
    return reply.code(201).header("location", `/parcels/${id}`).send(shelf.get(id));
  });
  app.put("/:id", { schema: { body: parcel } }, async (request) => {
    shelf.set(request.params.id, { id: request.params.id, ...request.body });
    return shelf.get(request.params.id);
  });
  app.patch("/:id", async (request, reply) => Object.assign(reply.found(request.params.id), request.body));
  app.delete("/:id", async (request, reply) => {
    reply.found(request.params.id);
    shelf.delete(request.params.id);
    return reply.code(204).send();
  });
  app.setNotFoundHandler(
    {
      preHandler: (_request, reply, done) => {
        reply.header("x-checked", "yes");
        done();
      },
    },
    (request, reply) => reply.code(404).send(`No parcel page ${request.url}`),
  );
}

async function answers(app) {
  app.get("/text", async () => "plain text");
  app.get("/html", (_request, reply) => reply.type("text/html").send("<h1>Workshop</h1>"));
  app.get("/bytes", async () => Buffer.from([0, 1, 2, 255]));
  app.get("/array", async () => new Uint8Array([1, 2, 3]));
  app.get("/null", async () => null);
  app.get("/number", async (_request, reply) => reply.send(42));
  app.get("/empty", (_request, reply) => reply.send());
  app.get("/none", (_request, reply) => reply.code(204).send());
  app.get("/moved", (_request, reply) => reply.redirect("/answers/text", 301));
  app.get("/found", (_request, reply) => reply.redirect("/answers/text?a=ü"));
  app.get("/reason", (_request, reply) => {
    reply.raw.statusMessage = "Fine With Me";
    return reply.send("reason");
  });
  app.get("/stream", (_request, reply) => reply.type("text/plain").send(Readable.from(["line 0\n", "line 1\n", "done\n"])));
  app.get("/file", (_request, reply) => reply.type("image/svg+xml").send(createReadStream(drawing)));
  app.get("/web-stream", (_request, reply) => {
    const stream = new ReadableStream({
      start(controller) {
        for (const text of ["one ", "two"]) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    return reply.type("text/plain").send(stream);
  });
  app.get("/web-response", (_request, reply) =>
    reply.send(new Response("as the web has it", { status: 203, headers: { "x-web": "yes" } })),
  );
  app.get("/large", async () => "0123456789".repeat(100_000));
  app.get("/large-stream", (_request, reply) =>
    reply.type("application/octet-stream").send(Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(16 * 1024, "x")))),
  );
  app.get("/known-length", (_request, reply) =>
    reply
      .header("content-length", 11)
      .type("text/plain")
      .send(Readable.from(["hello ", "world"])),
  );
  app.get("/compressible", async () => ({ text: "compress me ".repeat(400) }));
  app.get("/trailers", (_request, reply) =>
    reply
      .trailer("x-checksum", (_reply, _payload, done) => done(null, "abc"))
      .type("text/plain")
      .send("body with a trailer"),
  );
  app.get("/hints", (_request, reply) => {
    reply.raw.writeEarlyHints({ link: "</drawing.svg>; rel=preload" });
    return reply.send("hinted");
  });
  app.get("/cookies", (_request, reply) =>
    reply.header("set-cookie", ["a=1", "b=2"]).header("X-MiXeD", "case").send({ ok: true }),
  );
  app.get("/latin", (_request, reply) => reply.header("x-latin", "caf\xe9").send("ok"));
  app.get("/own-tag", (_request, reply) => reply.header("etag", '"own"').send("tagged"));
  app.get("/serialized", (_request, reply) =>
    reply
      .type("text/csv")
      .serializer((rows) => rows.join(","))
      .send(["a", "b"]),
  );
  app.get("/later", async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { later: true };
  });
  app.get("/async-send", async (_request, reply) => {
    setImmediate(() => reply.send("sent later"));
    return reply;
  });
  app.get("/raw", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(202, "Raw", { "Content-Type": "text/plain", "X-Raw": ["1", "2"] });
    reply.raw.write("raw ");
    reply.raw.end("body");
  });
  app.get("/events", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    let id = 0;
    const more = () => {
      reply.raw.write(`id: ${id}\ndata: event ${id}\n\n`);
      if (++id === 3) return reply.raw.end();
      setImmediate(more);
    };
    more();
  });
  app.get("/early", { onRequest: (_request, reply) => void reply.code(202).send("from a hook") }, async () => "never");
  app.get("/rewritten", { preSerialization: async (_request, _reply, payload) => ({ wrapped: payload }) }, async () => ({
    a: 1,
  }));
  app.get(
    "/replaced",
    { onSend: async (_request, reply, payload) => reply.header("x-was", payload) && "replaced" },
    async () => "original",
  );
  app.get("/ranged", (request, reply) => {
    const bytes = Buffer.from("0123456789");
    reply.header("accept-ranges", "bytes").type("text/plain");
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (range === null) return reply.send(bytes);
    const from = Number(range[1]);
    const to = range[2] === "" ? bytes.length - 1 : Number(range[2]);
    if (from >= bytes.length) return reply.code(416).header("content-range", `bytes */${bytes.length}`).send();
    return reply
      .code(206)
      .header("content-range", `bytes ${from}-${to}/${bytes.length}`)
      .send(bytes.subarray(from, to + 1));
  });
  app.get("/download", (_request, reply) =>
    reply.header("content-disposition", 'attachment; filename="drawing.svg"').send(createReadStream(drawing)),
  );
  app.options("/text", (_request, reply) => reply.header("allow", "GET, HEAD, OPTIONS").code(204).send());
  app.get("/not-here", (_request, reply) => reply.callNotFound());
}

async function uploads(app) {
  app.post("/echo", async (request) => ({ type: request.headers["content-type"] ?? null, body: request.body ?? null }));
  app.post("/hash", async (request) => {
    const hash = createHash("sha256");
    let length = 0;
    for await (const chunk of request.body) {
      hash.update(chunk);
      length += chunk.length;
    }
    return { length, sha256: hash.digest("hex"), trailers: request.raw.trailers };
  });
  app.post("/piped-back", (request, reply) => reply.type("application/x-binary").send(request.body));
  app.post("/unread", async (_request, reply) => reply.code(202).send("not read"));
  app.post("/small", { bodyLimit: 10 }, async (request) => request.body);
  app.post("/lines", async (request) => request.body);
  app.addHook("preParsing", async (request, _reply, payload) => {
    if (!request.url.endsWith("/lines")) return payload;
    const text = [];
    for await (const chunk of payload) text.push(chunk);
    const changed = Readable.from([Buffer.from(JSON.stringify({ lines: Buffer.concat(text).toString().split("\n") }))], {
      objectMode: false,
    });
    changed.receivedEncodedLength = Number(request.headers["content-length"]);
    return changed;
  });
}

async function account(app) {
  app.post("/login", async (request, reply) => {
    if (request.body.password !== "open sesame") return reply.code(403).send({ error: "Wrong password" });
    request.session.user = request.body.user;
    request.session.keep();
    return reply.redirect("/account/me", 303);
  });
  app.register(async (inside) => {
    inside.addHook("preHandler", async (request, reply) => {
      if (request.session.user === undefined)
        return reply.code(401).header("www-authenticate", 'Basic realm="workshop"').send("Sign in first");
    });
    inside.get("/me", async (request) => ({ user: request.session.user, visits: ++request.session.visits }));
  });
  app.get("/token", async (request, reply) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    return scheme === "Bearer" ? { token } : reply.code(401).send();
  });
}

async function requests(app) {
  app.all("/seen", async (request) => {
    const { method, url, originalUrl, query, protocol, hostname, ip, ips } = request;
    const raw = request.raw.rawHeaders.map((text) => text.replace(/:\d{4,5}$/, ":port"));
    return { method, url, originalUrl, query, protocol, hostname, ip, ips, raw, twice: request.raw.headersDistinct["x-twice"] };
  });
  app.get("/parameters/:first/:second", async (request) => request.params);
  app.get("/is-404", async (request) => ({
    is404: request.is404,
    route: request.routeOptions.url,
    method: request.routeOptions.method,
  }));
}

async function failures(app) {
  app.get("/thrown", () => {
    throw new Error("secret detail");
  });
  app.get("/rejected", async () => {
    throw Object.assign(new Error("Tea only"), { statusCode: 418 });
  });
  app.get("/sent", (_request, reply) => reply.code(409).send(new Error("Conflict here")));
  app.get(
    "/in-hook",
    {
      preHandler: async () => {
        throw Object.assign(new Error("Hook says no"), { statusCode: 403 });
      },
    },
    async () => "never",
  );
  app.get("/half-way", async (_request, reply) => {
    reply.header("x-half", "way");
    throw Object.assign(new Error("Stopped half-way"), { statusCode: 409 });
  });
  app.get("/in-stream", (_request, reply) =>
    reply.type("text/plain").send(
      Readable.from(
        (async function* () {
          yield "begun";
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error("too late");
        })(),
      ),
    ),
  );
  app.get("/before-stream", (_request, reply) => reply.send(createReadStream("/nowhere/at/all")));
  app.get("/cut", (_request, reply) => {
    reply.hijack();
    reply.raw.write("begun");
    setImmediate(() => reply.raw.destroy());
  });
  app.get("/bad-header", (_request, reply) => reply.header("x-bad", "line\nbreak").send("never"));
  app.get("/unserializable", async () => ({ big: 1n }));
  app.register(async (inside) => {
    inside.setErrorHandler((error, _request, reply) => reply.code(503).type("text/plain").send(`inside: ${error.message}`));
    inside.get("/inside", async () => {
      throw new Error("caught here");
    });
  });
}
