import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { turnpike } from "#adapters/express/index.js";
import { sendText } from "#core/testing/contract/wire.js";
import { express4, express5 } from "../frameworks.js";
import { gatewayAround, reads } from "../middleware.js";
import { listen } from "../mount.js";

const compression = createRequire(import.meta.url)("compression") as (options: object) => unknown;

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface App {
  (request: never, response: never): void;
  use(handler: unknown): App;
}
type Route = (response: ServerResponse) => unknown;

/** What an application may do with Node's own response. */
const routes: Readonly<Record<string, Route>> = {
  "trailers that are declared": (response) => {
    response.setHeader("Trailer", "X-Sum").write("a");
    response.addTrailers({ "X-Sum": "1" });
    response.end("b");
  },
  "trailers that are not": (response) => {
    response.write("a");
    response.addTrailers({ "X-Sum": "1" });
    setImmediate(() => response.end("b"));
  },
  "trailers behind one piece": (response) => {
    response.setHeader("Trailer", "X-Sum").setHeader("Transfer-Encoding", "chunked").addTrailers({ "X-Sum": "1" });
    response.end("one");
  },
  "early hints": (response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.end("x");
  },
  "102 Processing": (response) => {
    response.writeProcessing();
    setImmediate(() => response.end("x"));
  },
  "100 Continue": (response) => {
    response.writeContinue();
    response.end("x");
  },
  "header lines apart": (response) => void response.appendHeader("X-A", "1").appendHeader("X-A", "2").end("x"),
  "encodings of text": (response) => {
    response.write("aGVsbG8=", "base64");
    response.end("é", "latin1");
  },
  "corked writes": (response) => {
    response.cork();
    response.write("a");
    response.write("b");
    response.uncork();
    response.end();
  },
  "a reason of its own": (response) => {
    Object.assign(response, { statusMessage: "So so", statusCode: 299 });
    response.end();
  },
  "flushed headers": (response) => {
    response.flushHeaders();
    setTimeout(() => response.end("late"), 10);
  },
  "a length of its own": (response) => {
    response.setHeader("Content-Length", "2").write("a");
    response.end("b");
  },
  "a destroyed response": (response) => response.destroy(),
  "not modified": (response) => {
    response.statusCode = 304;
    response.setHeader("ETag", '"1"').end();
  },
  "no date": (response) => {
    response.sendDate = false;
    response.end("x");
  },
  "callbacks of writes": (response) => void response.write("a", () => response.end("b", () => undefined)),
  "what it says of itself": (response) => {
    const { headersSent, writableEnded, writableFinished, statusCode } = response;
    response.end(JSON.stringify([headersSent, writableEnded, writableFinished, statusCode]));
  },
  "text that compresses": (response) => void response.setHeader("Content-Type", "text/plain").end("t".repeat(5000)),
  "a stream that compresses": (response) => {
    response.setHeader("Content-Type", "text/plain").write("t".repeat(3000));
    setImmediate(() => response.end("u".repeat(3000)));
  },
};

/** An answer with its lines in order of names; how its end is known is the connection's business. */
function comparable(text: string): unknown {
  const start = text.lastIndexOf("HTTP/1.1 ");
  if (start < 0) return text;
  const end = text.indexOf("\r\n\r\n", start);
  const [status, ...lines] = text.slice(start, end).split("\r\n");
  const isChunked = lines.some((line) => /^transfer-encoding: chunked/i.test(line));
  const kept = lines.filter((line) => !/^(content-length|transfer-encoding|date):/i.test(line)).sort();
  return [text.slice(0, start), status, kept, isChunked ? unchunked(text.slice(end + 4)) : [text.slice(end + 4), ""]];
}

function unchunked(text: string): [body: string, trailers: string] {
  let body = "";
  for (let at = 0; ; ) {
    const end = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, end), 16);
    if (!(size > 0)) return [body, text.slice(end + 2).trim()];
    body += text.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
}

describe.each([
  ["express 5", express5 as () => App],
  ["express 4", express4 as () => App],
])("%s", (_name, express) => {
  async function served(inFront: readonly unknown[], route: Route): Promise<string> {
    const app = express();
    for (const one of inFront) app.use(one);
    app.use((_request: unknown, response: ServerResponse) => route(response));
    const server = await listen(app as unknown as RequestListener);
    closing.push(() => server.close());
    return sendText(server.url, "GET /api/x HTTP/1.1\r\nHost: g\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n");
  }

  describe.each(["no compression", "compression before", "compression behind"])("with %s", (where) => {
    const compress = compression({ threshold: 1000 });
    const before = where === "compression before" ? [compress] : [];
    const behind = where === "compression behind" ? [compress] : [];

    it.each(Object.entries(routes))("%s go out as without a gateway", async (_what, route) => {
      const plain = comparable(await served([...before, ...behind], route));
      for (const sections of [{}, { inbound: reads("Request"), outbound: reads("Response") }]) {
        const gateway = turnpike(await gatewayAround(sections), { mode: "middleware" });
        expect(comparable(await served([...before, gateway, ...behind], route))).toEqual(plain);
      }
    });
  });

  it("drops trailers of a body that policies have replaced", async () => {
    const gateway = turnpike(await gatewayAround({ outbound: "<set-body>new</set-body>" }), { mode: "middleware" });
    const got = await served([gateway], routes["trailers that are declared"]!);
    expect(got.endsWith("\r\n\r\nnew")).toBe(true);
    expect(got).not.toMatch(/^trailer|x-sum/im);
  });

  it("has a body that policies have replaced compressed in front", async () => {
    const gateway = turnpike(await gatewayAround({ outbound: `<set-body>${"n".repeat(5000)}</set-body>` }), {
      mode: "middleware",
    });
    const got = await served([compression({ threshold: 1000 }), gateway], routes["text that compresses"]!);
    expect(got).toMatch(/^content-encoding: gzip/im);
    expect(got.length).toBeLessThan(1000);
  });
});

it("hands a request over to an application that takes it by HTTP/2", async () => {
  const gateway = turnpike(await gatewayAround({}), { mode: "middleware" });
  // Bridges give Express requests of HTTP/2, on which some of HTTP/1's properties are accessors that cannot be set.
  const server = createHttp2Server((incoming, outgoing) => {
    const request = Object.assign(incoming, { app: { get: () => undefined } }) as never;
    gateway(request, outgoing as never, () => outgoing.end(`took ${incoming.url}`));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(() => {
    session.destroy();
    server.close();
  });
  expect(await text(session.request({ ":path": "/api/x" }))).toBe("took /api/x");
});
