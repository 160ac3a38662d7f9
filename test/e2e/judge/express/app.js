// A bookshop as people write them with Express, 4 or 5: it knows nothing of gateways. Ids and sessions are counted, so that a run repeats.
import { createHash } from "node:crypto";
import { createReadStream, readFile } from "node:fs";
import { fileURLToPath } from "node:url";

const publicFolder = fileURLToPath(new URL("public/", import.meta.url));

export function createApp(express, compression, additions = {}) {
  const app = express();
  app.set("env", "production");
  app.set("trust proxy", "loopback");
  app.engine("view", (file, options, done) =>
    readFile(file, "utf8", (error, text) => done(error, text?.replace("{title}", options.title))),
  );
  app.set("views", fileURLToPath(new URL("views/", import.meta.url)));

  if (additions.first !== undefined) app.use(additions.first);
  app.use(compression({ threshold: 1024 }));
  app.use(cookies);
  app.use(sessions());
  const log = accessLog(app);
  app.use(express.json({ limit: "20kb" }));
  app.use(express.urlencoded({ extended: true }));
  app.use(express.text({ type: "text/plain" }));
  app.use(express.raw({ type: "application/octet-stream" }));
  if (additions.beforeRoutes !== undefined) app.use(additions.beforeRoutes);

  app.use("/static", express.static(publicFolder, { maxAge: "1h", lastModified: false }));
  app.use("/books", books(express));
  app.use("/answers", answers(express));
  app.use("/uploads", uploads(express));
  app.use("/account", account(express));
  app.use("/requests", requests(express));
  app.use("/admin", admin(express));
  app.use("/failures", failures(express));
  app.get("/log", (_request, response) => response.json(log));
  app.all(/^\/any(thing|body)$/, (request, response) => response.send(`${request.method} ${request.path}`));

  app.use("/books", (request, response) => response.status(404).json({ error: `No such page: ${request.originalUrl}` }));
  app.use((error, request, response, next) => {
    if (response.headersSent || request.path.startsWith("/plain") || request.query.plain !== undefined) return next(error);
    response
      .status(error.status ?? 500)
      .json({ error: error.status === undefined ? "Something broke" : error.message, type: error.type });
  });
  return app;
}

function cookies(request, _response, next) {
  const pairs = (request.headers.cookie ?? "").split(/; */).map((pair) => pair.split("="));
  request.cookies = Object.fromEntries(pairs.filter(([name]) => name !== ""));
  next();
}

/** Sessions in memory. The cookie goes out with the head, by a wrapped writeHead, as the known packages do it. */
function sessions() {
  const all = new Map();
  return (request, response, next) => {
    const known = all.get(request.cookies.session);
    request.session = known ?? { id: `session-${all.size + 1}`, views: 0 };
    const { writeHead } = response;
    response.writeHead = function (...given) {
      if (request.session.user !== undefined && known === undefined) {
        all.set(request.session.id, request.session);
        this.appendHeader("Set-Cookie", `session=${request.session.id}; Path=/; HttpOnly`);
      }
      return writeHead.apply(this, given);
    };
    next();
  };
}

function accessLog(app) {
  const lines = [];
  app.use((request, response, next) => {
    response.on("finish", () =>
      lines.push(
        [
          request.method,
          request.originalUrl,
          response.statusCode,
          response.getHeader("content-length"),
          response.headersSent,
        ].join(" "),
      ),
    );
    response.on("close", () => lines.push(`closed ${response.writableFinished} ${response.writableEnded}`));
    next();
  });
  return lines;
}

function books(express) {
  const router = express.Router();
  const shelf = new Map([
    ["1", { id: "1", title: "The Mill", author: "Ash", pages: 210 }],
    ["2", { id: "2", title: "Größe", author: "Béla", pages: 99 }],
  ]);
  router.param("id", (_request, response, next, id) => {
    const book = shelf.get(id);
    if (book === undefined) return next(Object.assign(new Error(`There is no book ${id}`), { status: 404 }));
    response.locals.book = book;
    next();
  });
  router
    .route("/")
    .get((request, response) => {
      const { author, page = "1" } = request.query;
      const found = [...shelf.values()].filter((book) => author === undefined || [].concat(author).includes(book.author));
      response
        .links({ next: `/books?page=${Number(page) + 1}` })
        .set("X-Total-Count", String(found.length))
        .json(found);
    })
    .post((request, response) => {
      const id = String(shelf.size + 1);
      shelf.set(id, { id, ...request.body });
      response.status(201).location(`/books/${id}`).json(shelf.get(id));
    });
  router
    .route("/:id")
    .get((_request, response) => response.json(response.locals.book))
    .put((request, response) => {
      shelf.set(request.params.id, { ...request.body, id: request.params.id });
      response.json(shelf.get(request.params.id));
    })
    .patch((request, response) => response.json(Object.assign(response.locals.book, request.body)))
    .delete((request, response) => {
      shelf.delete(request.params.id);
      response.sendStatus(204);
    });
  const reviews = express.Router({ mergeParams: true });
  reviews.get("/:number", (request, response) => response.json(request.params));
  router.use("/:id/reviews", reviews);
  return router;
}

function answers(express) {
  const router = express.Router();
  router.get("/page", (_request, response) => response.render("shop.view", { title: "Books" }));
  router.get("/text", (_request, response) => response.type("txt").send("plain text"));
  router.get("/bytes", (_request, response) => response.send(Buffer.from([0, 1, 2, 255])));
  router.get("/number", (_request, response) => response.json(42));
  router.get("/null", (_request, response) => response.json(null));
  router.get("/callback", (_request, response) => response.jsonp({ a: 1 }));
  router.get("/negotiated", (_request, response) =>
    response.format({
      text: () => response.send("hey"),
      html: () => response.send("<p>hey</p>"),
      json: () => response.send({ m: "hey" }),
    }),
  );
  router.get("/moved", (_request, response) => response.redirect(301, "/answers/text"));
  router.get("/found", (_request, response) => response.redirect("text?ü=1"));
  router.get("/empty", (_request, response) => response.end());
  router.get("/reset", (_request, response) => response.status(205).end());
  router.get("/reason", (_request, response) => {
    response.statusMessage = "Fine With Me";
    response.send("reason");
  });
  router.get("/head-object", (_request, response) =>
    response.writeHead(200, { "Content-Type": "text/plain", "X-A": ["1", "2"] }).end("object"),
  );
  router.get("/head-reason", (_request, response) => {
    response.setHeader("X-Before", "kept");
    response.writeHead(202, "Taken", { "X-After": "added" });
    response.end("reason");
  });
  router.get("/head-list", (_request, response) => {
    response.writeHead(200, ["Content-Type", "text/plain", "X-B", "1", "X-b", "2"]);
    response.write("li");
    response.end("st");
  });
  router.get("/known-length", (_request, response) => {
    response.setHeader("Content-Length", "11");
    response.write("hello ");
    response.end("world");
  });
  router.get("/encodings", (_request, response) => {
    const order = [];
    response.write("68656c6c6f", "hex", () => order.push("first"));
    response.write("IHdvcmxk", "base64", () => order.push("second"));
    setImmediate(() => setImmediate(() => response.end(` ${"é"}`, "latin1")));
  });
  router.get("/stream", (_request, response) => {
    let number = 0;
    const more = () => {
      if (number === 5) return response.end("done\n");
      response.write(`line ${number++}\n`);
      setImmediate(more);
    };
    more();
  });
  router.get("/flushed", (_request, response) => {
    response.set("X-Early", "yes");
    response.flushHeaders();
    setImmediate(() => response.end("late body"));
  });
  router.get("/piped", (_request, response) => {
    response.type("css");
    createReadStream(`${publicFolder}style.css`).pipe(response);
  });
  router.get("/large", (_request, response) => response.type("txt").send("0123456789".repeat(100_000)));
  router.get("/large-stream", (_request, response) => {
    response.type("bin");
    let left = 64;
    const chunk = Buffer.alloc(16 * 1024, "x");
    const more = () => {
      while (left-- > 0) if (!response.write(chunk)) return response.once("drain", more);
      response.end();
    };
    more();
  });
  router.get("/compressible", (_request, response) => response.json({ text: "compress me ".repeat(400) }));
  router.get("/events", (_request, response) => {
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    response.flushHeaders();
    let id = 0;
    const more = () => {
      response.write(`id: ${id}\ndata: event ${id}\n\n`);
      response.flush();
      if (++id === 3) return response.end();
      setImmediate(more);
    };
    more();
  });
  router.get("/trailers", (_request, response) => {
    response.setHeader("Trailer", "X-Checksum");
    response.write("body with a trailer");
    response.addTrailers({ "X-Checksum": "abc" });
    response.end();
  });
  router.get("/hints", (_request, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.send("hinted");
  });
  router.get("/cookies", (_request, response) => {
    response.cookie("a", "1", { httpOnly: true }).cookie("b", { c: 2 }).clearCookie("old");
    response.append("X-Many", "1").append("X-Many", ["2", "3"]).vary("Accept-Language").json({});
  });
  router.get("/latin", (_request, response) => response.set("X-Latin", "caf\xe9").send("ok"));
  router.get("/no-tag", (_request, response) => {
    response.app.disable("etag");
    response.send("untagged");
    response.app.set("etag", "weak");
  });
  router.get("/own-tag", (_request, response) => response.set("ETag", '"own"').send("tagged"));
  router.get("/later", async (_request, response) => {
    await new Promise((resolve) => setImmediate(resolve));
    response.send("later");
  });
  router.get("/file", (_request, response) => response.sendFile("about.html", { root: publicFolder, lastModified: false }));
  router.get("/download", (_request, response) =>
    response.download(`${publicFolder}style.css`, "größe.css", { lastModified: false, headers: { "X-Download": "yes" } }),
  );
  router.get("/missing-file", (_request, response) => response.sendFile("nowhere.html", { root: publicFolder }));
  return router;
}

function uploads(express) {
  const router = express.Router();
  router.post("/echo", (request, response) => {
    const { body } = request;
    response.json({
      type: request.headers["content-type"] ?? null,
      body: body instanceof Buffer ? body.toString("hex") : (body ?? null),
    });
  });
  router.post("/hash", (request, response, next) => {
    const hash = createHash("sha256");
    let length = 0;
    request.on("data", (chunk) => {
      hash.update(chunk);
      length += chunk.length;
    });
    request.on("error", next);
    request.on("end", () => response.json({ length, sha256: hash.digest("hex"), trailers: request.trailers }));
  });
  router.post("/form", express.raw({ type: "multipart/form-data" }), (request, response) => {
    const boundary = /boundary=([^;]+)/.exec(request.headers["content-type"])[1];
    const parts = request.body.toString().split(`--${boundary}`).slice(1, -1);
    response.status(201).json(
      parts.map((part) => {
        const [head, ...rest] = part.trim().split("\r\n\r\n");
        return {
          name: /name="([^"]*)"/.exec(head)?.[1],
          file: /filename="([^"]*)"/.exec(head)?.[1],
          content: rest.join("\r\n\r\n"),
        };
      }),
    );
  });
  router.post("/piped-back", (request, response) => {
    response.type("bin");
    request.pipe(response);
  });
  router.post("/unread", (_request, response) => response.status(202).send("not read"));
  return router;
}

function account(express) {
  const router = express.Router();
  const signedIn = (request, response, next) => {
    if (request.session.user !== undefined) return next();
    response.set("WWW-Authenticate", 'Basic realm="shop"').status(401).send("Sign in first");
  };
  router.post("/login", (request, response) => {
    if (request.body.password !== "open sesame") return response.status(403).json({ error: "Wrong password" });
    request.session.user = request.body.user;
    response.redirect(303, "/account/me");
  });
  router.get("/me", signedIn, (request, response) =>
    response.json({ user: request.session.user, views: ++request.session.views }),
  );
  router.get("/token", (request, response) => {
    const [scheme, value] = (request.get("Authorization") ?? "").split(" ");
    if (scheme !== "Bearer") return response.sendStatus(401);
    response.json({ token: value });
  });
  return router;
}

function requests(express) {
  const router = express.Router();
  router.all("/seen", (request, response) => {
    const { method, url, originalUrl, baseUrl, path, query, params, protocol, hostname, ip, secure, xhr, httpVersion } = request;
    const raw = request.rawHeaders.map((text) => text.replace(/:\d{4,5}$/, ":port"));
    const headers = { ...request.headers, host: request.headers.host.replace(/:\d+$/, "") };
    const distinct = request.headersDistinct["x-twice"];
    response.json({
      ...{ method, url, originalUrl, baseUrl, path, query, params, protocol, hostname, ip, secure, xhr, httpVersion },
      ...{ raw, headers, distinct },
    });
  });
  router.get("/parameters/:first/:second", (request, response) => response.json(request.params));
  router.get("/skipped", (_request, _response, next) => next("route"));
  router.get("/skipped", (_request, response) => response.send("the second"));
  router.get("/fresh", (request, response) => {
    response.set("ETag", '"v1"');
    response.status(200);
    response.json({ fresh: request.fresh, stale: request.stale });
  });
  return router;
}

function admin(express) {
  const application = express();
  application.get("/", (request, response) => response.json({ base: request.baseUrl, mounted: application.mountpath }));
  application.get("/broken", () => {
    throw Object.assign(new Error("The admin page is broken"), { status: 503 });
  });
  return application;
}

function failures(express) {
  const router = express.Router();
  router.get("/thrown", () => {
    throw new Error("secret detail");
  });
  router.get("/passed-on", (_request, _response, next) => next(Object.assign(new Error("Tea only"), { status: 418 })));
  router.get("/rejected", (_request, _response, next) => Promise.reject(new Error("secret detail")).catch(next));
  router.get("/half-way", (_request, response, next) => {
    response.set("X-Half", "way").type("txt");
    next(Object.assign(new Error("Stopped half-way"), { status: 409 }));
  });
  router.get("/after-head", (_request, response, next) => {
    response.write("begun");
    setImmediate(() => next(new Error("too late")));
  });
  router.get("/cut", (_request, response) => {
    response.write("begun");
    setImmediate(() => response.destroy());
  });
  router.get("/bad-header", (_request, response) => response.set("X-Bad", "line\nbreak").send("never"));
  router.get("/twice", (_request, response) => {
    response.send("first");
    try {
      response.send("second");
    } catch {}
  });
  router.get("/conflict", (_request, response) => response.status(409).json({ error: "conflict" }));
  return router;
}
