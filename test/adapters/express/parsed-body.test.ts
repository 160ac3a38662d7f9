import { type IncomingMessage, request as send } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createGateway, type Gateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepRawBody, turnpike, turnpikeErrors } from "#adapters/express/index.js";
import { express4, express5 } from "../frameworks.js";
import { listen } from "../mount.js";
import { backend as backendOf } from "../node/servers.js";

/** What the backend got. */
interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface App {
  (request: never, response: never): void;
  use(...given: unknown[]): App;
  post(
    path: string,
    handler: (request: { headers: object; body: unknown }, response: { json(value: unknown): void }) => void,
  ): App;
}
interface Express {
  (): App;
  json(options?: object): unknown;
  urlencoded(options: object): unknown;
  text(options?: object): unknown;
}

const closing: (() => void | Promise<void>)[] = [];
let backend = "";
let received: Received[] = [];

beforeAll(async () => {
  const server = await backendOf((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      received.push({ headers: incoming.headers, body: Buffer.concat(chunks) });
      outgoing.end("ok");
    });
  });
  backend = server.url;
  closing.push(() => server.close());
});
afterAll(async () => {
  for (const close of closing) await close();
});

const logged: { err: unknown; message: string }[] = [];
const logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => void logged.push({ err: (fields as { err?: unknown }).err, message }),
};

function gatewayTo(serviceUrl: string, inbound = ""): Promise<Gateway> {
  return createGateway(
    {
      apis: {
        a: {
          path: "a",
          serviceUrl,
          subscriptionRequired: false,
          policy: `<policies><inbound><base />${inbound}</inbound></policies>`,
          operations: { post: { method: "POST", urlTemplate: "/*" } },
        },
      },
    },
    { logger },
  );
}

const reads = `<set-header name="X-Read"><value>@((context.Request.Body?.As<string>(preserveContent: true)?.Length ?? 0).ToString())</value></set-header>`;

type Keeps = "the value" | "the bytes";

describe.each([
  ["express 5", express5 as Express],
  ["express 4", express4 as Express],
])("%s, behind body parsers", (_name, express) => {
  async function serve(mode: "gateway" | "middleware to another backend", keeps: Keeps, inbound = "") {
    const app = express();
    const options = keeps === "the bytes" ? { verify: keepRawBody } : {};
    app.use(
      express.json({ ...options, strict: false }),
      express.urlencoded({ ...options, extended: true }),
      express.text(options),
    );
    const isGateway = mode === "gateway";
    const gateway = isGateway
      ? await gatewayTo(backend, inbound)
      : await gatewayTo("http://127.0.0.1:9", `<set-backend-service base-url="${backend}" />${inbound}`);
    app.use(turnpike(gateway, { mode: isGateway ? "gateway" : "middleware" }));
    const server = await listen(app as never);
    closing.push(() => server.close());
    return `${server.url}/a/x`;
  }

  const post = (
    url: string,
    headers: Record<string, string>,
    body: Uint8Array,
    isChunked = false,
  ): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      received = [];
      const length = isChunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": String(body.length) };
      const outgoing = send(url, { method: "POST", headers: { ...headers, ...length }, agent: false }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => resolve({ status: incoming.statusCode!, text }));
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });

  const json = (text: string): Uint8Array => Buffer.from(text);
  const utf16 = (text: string): Uint8Array => Buffer.from(text, "utf16le");
  const type = (contentType: string, encoding?: string): Record<string, string> => ({
    "Content-Type": contentType,
    ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
  });

  interface Sent {
    readonly what: string;
    readonly headers: Record<string, string>;
    readonly bytes: Uint8Array;
    /** What goes on where the parsed value is left. */
    readonly written: string;
    /** Its content type, if another than came. */
    readonly type?: string;
    /** What goes on where the bytes are kept, if others than came. */
    readonly unpacked?: Uint8Array;
  }
  const JSON_TYPE = type("application/json");
  const FORM = type("application/x-www-form-urlencoded");
  const packed = (encoding: string, pack: (text: string) => Uint8Array): Sent => ({
    what: `JSON packed by ${encoding}`,
    headers: type("application/json", encoding),
    bytes: pack('{"a": 1}'),
    written: '{"a":1}',
    unpacked: json('{"a": 1}'),
  });
  const bodies: readonly Sent[] = [
    { what: "JSON", headers: JSON_TYPE, bytes: json('{"a":1}'), written: '{"a":1}' },
    { what: "JSON with spaces", headers: JSON_TYPE, bytes: json('{"a": 1, "b": [1, 2]}'), written: '{"a":1,"b":[1,2]}' },
    {
      what: "JSON with an indent",
      headers: JSON_TYPE,
      bytes: json('{\n  "a": 1,\n  "b": [\n    "x"\n  ]\n}'),
      written: '{"a":1,"b":["x"]}',
    },
    { what: "JSON with escapes", headers: JSON_TYPE, bytes: json('{\n  "a": "\\u00e9"\n}'), written: '{"a":"é"}' },
    { what: "JSON with a fraction", headers: JSON_TYPE, bytes: json('{"a":1.0}'), written: '{"a":1}' },
    { what: "JSON that is a text", headers: JSON_TYPE, bytes: json(' "a" '), written: '"a"' },
    {
      what: "JSON with a charset",
      headers: type("application/json; charset=UTF-8"),
      bytes: json('{"a": "é"}'),
      written: '{"a":"é"}',
      type: "application/json; charset=utf-8",
    },
    {
      what: "JSON in UTF-16",
      headers: type("application/json; charset=utf-16le"),
      bytes: utf16('{"a":"é"}'),
      written: '{"a":"é"}',
      type: "application/json; charset=utf-8",
    },
    packed("gzip", gzipSync),
    packed("deflate", deflateSync),
    // The parsers of Express 4 do not take it.
    ...(express === express5 ? [packed("br", brotliCompressSync)] : []),
    { what: "a form", headers: FORM, bytes: json("a=1&b=%20x"), written: "a=1&b=+x" },
    { what: "a nested form", headers: FORM, bytes: json("a[b]=1&a[c]=2"), written: "a%5Bb%5D=1&a%5Bc%5D=2" },
    { what: "an empty form", headers: FORM, bytes: json(""), written: "" },
    { what: "empty JSON", headers: JSON_TYPE, bytes: json(""), written: "" },
    { what: "text", headers: type("text/plain"), bytes: json("a é"), written: "a é" },
  ];

  describe.each(["gateway", "middleware to another backend"] as const)("%s", (mode) => {
    describe.each([
      ["that reads nothing", ""],
      ["that reads it", reads],
    ])("%s", (_what, inbound) => {
      it.each(bodies)(
        "sends $what on, written anew, with headers that fit",
        async ({ headers, bytes, written, type: contentType }) => {
          const { status, text } = await post(await serve(mode, "the value", inbound), headers, bytes);
          expect([status, text]).toEqual([200, "ok"]);
          expect(received[0]!.body.toString()).toBe(written);
          const got = received[0]!.headers;
          expect(got["content-encoding"]).toBeUndefined();
          if (written !== "") expect(got["content-type"]).toBe(contentType ?? headers["Content-Type"]);
          if (got["content-length"] !== undefined) expect(Number(got["content-length"])).toBe(Buffer.byteLength(written));
        },
      );

      it.each(bodies)("sends $what on as it came, where its bytes are kept", async ({ headers, bytes, unpacked = bytes }) => {
        const { status } = await post(await serve(mode, "the bytes", inbound), headers, bytes);
        expect(status).toBe(200);
        expect(received[0]!.body.equals(unpacked)).toBe(true);
        expect(received[0]!.headers["content-type"]).toBe(headers["Content-Type"]);
        expect(received[0]!.headers["content-encoding"]).toBeUndefined();
      });
    });
  });

  it.each([
    ["a number beyond 2^53", "application/json", '{"a":9007199254740993}', "a number beyond 2^53"],
    ["a big number deep inside", "application/json", '{"a":[{"b":[-12345678901234567890]}]}', "a number beyond 2^53"],
    [
      "a member that came twice",
      "application/json",
      '{"a":1,"a":2}',
      "a member that came twice, or white space that looks like it",
    ],
    [
      "a long member that came twice",
      "application/json",
      `{"a":"${"x".repeat(500)}","a":2}`,
      "a member that came twice, or white space that looks like it",
    ],
    ["a form key that came twice", "application/x-www-form-urlencoded", "a=1&b=2&a=3", 'the repeated form key "a"'],
    ["a nested form key that came twice", "application/x-www-form-urlencoded", "o[a]=1&o[a]=3", 'the repeated form key "o[a]"'],
  ])("refuses %s, and says what to configure, unless the bytes are kept", async (_what, contentType, body, loss) => {
    const refused = await post(await serve("gateway", "the value"), type(contentType), json(body));
    expect(refused.status).toBe(500);
    expect(JSON.parse(refused.text).message).toBe(
      `The request's body was parsed in front of the gateway, and writing it anew could lose something: ${loss}. Mount the gateway before the parser, or keep the bytes: verify: keepRawBody.`,
    );
    expect(received).toEqual([]);
    expect((await post(await serve("gateway", "the bytes"), type(contentType), json(body))).status).toBe(200);
    expect(received[0]!.body.toString()).toBe(body);
  });

  it("writes a body anew that came in chunks", async () => {
    expect((await post(await serve("gateway", "the value"), type("application/json"), json('{"a": 1}'), true)).status).toBe(200);
    expect(received[0]).toMatchObject({ headers: { "content-length": "7" } });
    expect(received[0]!.body.toString()).toBe('{"a":1}');
  });

  describe("the application's own handler", () => {
    async function applicationWith(setUp: (app: App) => void, inbound = "") {
      const app = express();
      app.use(express.json());
      app.use(turnpike(await gatewayTo("http://127.0.0.1:9", inbound), { mode: "middleware" }));
      setUp(app);
      const server = await listen(app as never);
      closing.push(() => server.close());
      return `${server.url}/a/x`;
    }

    it("gets what the parser left, and the headers that came, even where writing it anew would lose something", async () => {
      const url = await applicationWith((app) =>
        app.post("/a/x", (request, response) => response.json({ headers: request.headers, body: request.body })),
      );
      const { text } = await post(url, type("application/json; charset=utf-16le"), utf16('{"a": 9007199254740993}'));
      expect(JSON.parse(text)).toMatchObject({
        headers: { "content-type": "application/json; charset=utf-16le", "content-length": "46" },
        body: { a: 9007199254740992 },
      });
    });

    it("is not called where a policy would have to read what is lost", async () => {
      let calls = 0;
      const url = await applicationWith((app) => app.post("/a/x", () => calls++), reads);
      const { status, text } = await post(url, type("application/json"), json('{"a":9007199254740993}'));
      expect([status, calls]).toEqual([500, 0]);
      expect(text).toContain("keepRawBody");
    });
  });

  describe("errors of the application", () => {
    const failing = async (setUp: (app: App) => void) => {
      const app = express();
      app.use(turnpike(await gatewayTo("http://127.0.0.1:9"), { mode: "middleware" }));
      app.post("/a/x", () => {
        throw Object.assign(new Error("the ledger is out of balance"), { status: 503 });
      });
      setUp(app);
      const server = await listen(app as never);
      closing.push(() => server.close());
      logged.length = 0;
      return post(`${server.url}/a/x`, {}, json("x"));
    };

    it("are logged with their stack where on-error answers", async () => {
      const { status, text } = await failing((app) => app.use(turnpikeErrors));
      expect([status, text]).toEqual([503, expect.not.stringContaining("ledger")]);
      expect(logged).toEqual([{ err: expect.any(Error), message: "application failed" }]);
      expect((logged[0]!.err as Error).stack).toMatch(/the ledger is out of balance[\s\S]*parsed-body\.test/);
    });

    it("go to the application's own handler first, which may pass them on", async () => {
      const seen: string[] = [];
      const own = (error: Error, _request: unknown, _response: unknown, next: (error: unknown) => void): void => {
        seen.push(error.message);
        next(error);
      };
      expect((await failing((app) => app.use(own, turnpikeErrors))).status).toBe(503);
      expect(seen).toEqual(["the ledger is out of balance"]);
    });

    it("go to the application's own handler alone without turnpikeErrors", async () => {
      const own = (
        error: Error,
        _request: unknown,
        response: { status(code: number): { send(text: string): void } },
        _next: unknown,
      ): void => response.status(418).send(`own: ${error.message}`);
      expect(await failing((app) => app.use(own))).toEqual({ status: 418, text: "own: the ledger is out of balance" });
      expect(logged).toEqual([]);
    });
  });
});
