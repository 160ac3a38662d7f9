import { createServer, type RequestListener, request } from "node:http";
import {
  consoleHandler,
  type GatewayState,
  type MadeTest,
  type RequestDetail,
  type RequestEvent,
  type RequestPage,
} from "@turnpike/adapters/console";
import { createGateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtConsolePage } from "../../console-page.js";
import { express4, express5 } from "../frameworks.js";
import { started } from "../node/servers.js";
import { type SampleConsole, sampleConsole } from "./sample.js";

let sample: SampleConsole;
beforeAll(async () => {
  await builtConsolePage();
  sample = await sampleConsole({ readOnly: false });
});
afterAll(() => sample.close());

const json = async <T>(path: string): Promise<T> => (await (await sample.ask(path)).json()) as T;

/** The console's word on the latest request: it is there once the answer has gone out. */
async function latest(query = ""): Promise<RequestDetail> {
  const { rows } = await json<RequestPage>(`api/requests?limit=1&${query}`);
  return json<RequestDetail>(`api/requests/${rows[0]!.id}`);
}

describe("why a request was answered as it was", () => {
  it.each([
    {
      what: "an expired token",
      call: () => sample.call("/payments/accounts", { token: sample.tokens.expired }),
      headline: /^401 Unauthorized was made by validate-jwt in inbound of the global scope \(.*std-edge\.fragment\.xml:2\)\.$/,
      reason: /The token is expired/,
      place: "std-edge.fragment.xml",
    },
    {
      what: "a missing key",
      call: () => sample.call("/payments/accounts", { key: null }),
      headline: /^401 Access Denied: the gateway refused the subscription key\.$/,
      reason: /SubscriptionKeyNotFound|No subscription key/,
      place: null,
    },
    {
      what: "a role that is missing",
      call: () => sample.call("/payments/payments", { method: "POST", body: "{}" }),
      headline: /^403 Forbidden was made by return-response in inbound of the api scope \(.*payments\.xml:11\)\.$/,
      reason: /^Its condition is true: .*"POST"/,
      place: "payments.xml",
    },
    {
      what: "a limit",
      call: async () => {
        for (let count = 0; count < 6; count++) await sample.call("/payments/accounts", { key: "key-tin" });
      },
      headline: /^429 Too Many Requests was made by rate-limit-by-key in inbound of the product scope \(.*starter\.xml:4\)\.$/,
      reason: /holds 5 of 5 and renews in \d+ s/,
      place: "starter.xml",
    },
    {
      what: "a backend that hangs up",
      call: () => sample.call("/payments/accounts", { what: "gone" }),
      headline: /^502 .* was made by forward-request in backend of the api scope \(.*payments\.xml:27\)\.$/,
      reason: /The backend was called 4 times/,
      place: "payments.xml",
    },
    {
      what: "the cache",
      call: async () => {
        await sample.call("/payments/rates?pair=EURUSD");
        await sample.call("/payments/rates?pair=EURUSD");
      },
      headline:
        /^200 OK came from the response cache: cache-lookup in inbound of the operation scope \(.*rates\.xml:4\) found an entry\.$/,
      reason: /^The key .* holds an entry of \d+ bytes\.$/,
      place: "rates.xml",
    },
    {
      what: "a slow backend",
      call: () => sample.call("/payments/accounts", { what: "slow" }),
      headline: /^200 OK is the backend's answer, GET http:\/\/127\.0\.0\.1:\d+\/accounts\.$/,
      reason: /^Slow for the backend: \d+\.\d+ s of \d+\.\d+ s were spent waiting for http/,
      place: null,
    },
  ])("$what", async ({ call, headline, reason, place }) => {
    await call();
    const { explanation, trace } = await latest();
    expect(explanation.headline).toMatch(headline);
    expect(explanation.reasons.join("\n")).toMatch(new RegExp(reason.source, "m"));
    if (place === null) expect(explanation.place).toBeNull();
    else expect(explanation.place!.file).toContain(place);
    expect(trace).not.toBeNull();
    // What is explained is also a test, run before it is shown.
    const made = await json<MadeTest>(`api/requests/${trace!.id}/test`);
    expect(made.notes).toEqual([]);
    expect(made).toMatchObject({
      passes: true,
      file: expect.stringMatching(/^payments-[a-z-]+-\d{3}\.policy-test\.yaml$/) as string,
    });
    for (const secret of [...Object.values(sample.tokens), "key-gold", "hmac-0815"]) expect(made.text).not.toContain(secret);
  });
});

describe("the list", () => {
  it.each([
    ["status=401", ({ status }: RequestPage["rows"][number]) => status === 401],
    ["status=4xx", ({ status }: RequestPage["rows"][number]) => status >= 400 && status < 500],
    ["by=cache", ({ by }: RequestPage["rows"][number]) => by.layer === "cache"],
    ["by=validate-jwt", ({ by }: RequestPage["rows"][number]) => by.policy === "validate-jwt"],
    ["operation=payments/get-rates", ({ operation }: RequestPage["rows"][number]) => operation === "get-rates"],
    ["subscription=sub-tin", ({ subscription }: RequestPage["rows"][number]) => subscription === "sub-tin"],
    ["slower=1000", ({ times }: RequestPage["rows"][number]) => times.total >= 1000],
    ["text=EURUSD", ({ url }: RequestPage["rows"][number]) => url.includes("EURUSD")],
    ["text=RateLimitExceeded", ({ error }: RequestPage["rows"][number]) => error?.reason === "RateLimitExceeded"],
    ["method=post", ({ method }: RequestPage["rows"][number]) => method === "POST"],
  ])("takes %s", async (query, isWanted) => {
    const all = await json<RequestPage>("api/requests?limit=1000");
    const { rows } = await json<RequestPage>(`api/requests?limit=1000&${query}`);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ id }) => id)).toEqual(all.rows.filter(isWanted).map(({ id }) => id));
  });

  it("comes in pages, the latest first", async () => {
    const all = await json<RequestPage>("api/requests?limit=1000");
    const first = await json<RequestPage>("api/requests?limit=3");
    const second = await json<RequestPage>(`api/requests?limit=3&before=${first.rows.at(-1)!.number}`);
    expect([...first.rows, ...second.rows].map(({ number }) => number)).toEqual(all.rows.slice(0, 6).map(({ number }) => number));
  });

  it("is told of new requests that match, as they come", async () => {
    const abort = new AbortController();
    const stream = await sample.ask("api/stream?status=404", { signal: abort.signal });
    expect(stream.headers.get("content-type")).toMatch("text/event-stream");
    await sample.call("/payments/accounts");
    await sample.call("/payments/nothing");
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stream.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes("/payments/nothing")) break;
    }
    abort.abort();
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as RequestEvent);
    expect(events.flatMap(({ rows }) => rows).map(({ url, status }) => [new URL(url).pathname, status])).toEqual([
      ["/payments/nothing", 404],
    ]);
  });
});

describe("what a browser is told", () => {
  it("takes nothing from elsewhere, and cannot be put into a frame", async () => {
    const { headers } = await sample.ask("");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]+'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    const [first, second] = await Promise.all([sample.ask(""), sample.ask("")]);
    expect(first.headers.get("content-security-policy")).not.toBe(second.headers.get("content-security-policy"));
  });

  it.each(["../package.json", "assets/../../index.js", "%2e%2e/package.json", "assets/", "nothing"])(
    "there is no file at %s",
    async (path) => {
      const answer = await raw({ path: `/${path}` });
      expect(answer.status).toBe(404);
    },
  );

  it.each([
    [{ Host: "evil.example" }, 421],
    [{ Host: "localhost:80" }, 200],
    [{ Host: "[::1]:80" }, 200],
    [{ Host: "127.0.0.1", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors" }, 403],
    [{ Host: "127.0.0.1", "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors" }, 403],
    [{ Host: "127.0.0.1", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" }, 200],
  ] as const)("%j is answered %d", async (headers, status) => {
    expect((await raw({ path: "/api/facts", headers })).status).toBe(status);
  });

  it("only the hosts that are named, where they are", async () => {
    const other = await sampleConsole({ hosts: ["console.example"] });
    const url = new URL(other.consoleUrl);
    const ask = (host: string) => raw({ path: "/api/facts", headers: { Host: host }, port: Number(url.port) });
    expect((await ask("console.example")).status).toBe(200);
    expect((await ask("127.0.0.1")).status).toBe(421);
    await other.close();
  });
});

interface RawRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly body?: string;
}

/** A request as it is, with whatever path and Host header. */
function raw({ path, method = "GET", headers = {}, port = Number(new URL(sample.consoleUrl).port), body }: RawRequest) {
  return new Promise<{ status: number; text: string; location: string | undefined }>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode!, text, location: answer.headers.location }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const SENT = {
  method: "GET",
  url: "https://gateway.local/payments/accounts",
  headers: [],
  body: null,
  subscription: "sub-gold",
  token: "reader",
};

describe("sending", () => {
  const send = (body: unknown, headers: Readonly<Record<string, string>> = { "Content-Type": "application/json" }) =>
    raw({ path: "/api/send", method: "POST", headers, body: JSON.stringify(body) });

  it("goes through the gateway with a key and a token that the page never sees", async () => {
    const { status, text } = await send(SENT);
    expect(status).toBe(200);
    const answer = JSON.parse(text) as { id: string; status: number };
    expect(answer.status).toBe(200);
    const detail = await json<RequestDetail>(`api/requests/${answer.id}`);
    expect(detail.row).toMatchObject({ subscription: "sub-gold", operation: "list-accounts", by: { layer: "backend" } });
    expect(JSON.stringify(detail)).not.toContain("key-gold");
    expect(JSON.stringify(detail)).not.toContain(sample.tokens.reader);
  });

  it.each([
    ["a form", { "Content-Type": "text/plain" }, 415],
    ["no type", {}, 415],
    ["another site", { "Content-Type": "application/json", Origin: "https://evil.example" }, 403],
    ["a page without origin", { "Content-Type": "application/json", Origin: "null" }, 403],
  ])("is refused to %s", async (_, headers, status) => {
    const { rows: before } = await json<RequestPage>("api/requests?limit=1");
    expect((await send(SENT, headers as Readonly<Record<string, string>>)).status).toBe(status);
    const { rows: after } = await json<RequestPage>("api/requests?limit=1");
    expect(after[0]!.number).toBe(before[0]!.number);
  });

  it.each([
    [{ ...SENT, method: "GET /" }, "expected a method"],
    [{ ...SENT, url: "file:///etc/passwd" }, "expected an absolute URL"],
    [{ ...SENT, headers: [["A", "b\r\nC: d"]] }, "expected headers"],
    [{ ...SENT, headers: [["A b", "c"]] }, "expected headers"],
    [{ ...SENT, subscription: "nobody" }, "There is no subscription 'nobody'."],
    [{ ...SENT, token: "__proto__" }, "There is no token '__proto__'."],
    [null, "expected a JSON object"],
    ["x", "expected a JSON object"],
  ])("refuses %j", async (body, message) => {
    const { status, text } = await send(body);
    expect(status).toBe(400);
    expect((JSON.parse(text) as { message: string }).message).toContain(message);
  });

  it("is refused by a console that may only look, which is what it does unless it is told otherwise", async () => {
    const other = await sampleConsole();
    const facts = (await (await other.ask("api/facts")).json()) as { isReadOnly: boolean };
    expect(facts.isReadOnly).toBe(true);
    const port = Number(new URL(other.consoleUrl).port);
    const answer = await raw({
      path: "/api/send",
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(SENT),
      port,
    });
    expect(answer.status).toBe(403);
    await other.close();
  });
});

it("no secret is in anything that the console says", async () => {
  const canaries = {
    token: sample.tokens.writer,
    gold: "key-gold",
    tin: "key-tin",
    signing: "hmac-0815",
    cookie: "canary-cookie-4711",
    basic: "canary-basic-4712",
  };
  await sample.call("/payments/accounts?subscription-key=key-gold", { headers: { Cookie: `session=${canaries.cookie}` } });
  await sample.call("/payments/payments", { method: "POST", token: canaries.token, body: "{}" });
  await sample.call(`/payments/accounts`, {
    token: null,
    headers: { Authorization: `Basic ${Buffer.from(`u:${canaries.basic}`).toString("base64")}` },
  });
  const { rows } = await json<RequestPage>("api/requests?limit=1000");
  const files = ["sample/policies/payments.xml", "sample/policies/global.xml", "sample/gateway.yaml"];
  const paths = [
    "",
    "api/facts",
    "api/state",
    "api/catalogue",
    "api/pipeline?api=payments&operation=create-payment",
    `api/documents?${files.map((file) => `file=${file}`).join("&")}`,
    "api/requests?limit=1000",
    ...rows.map(({ id }) => `api/requests/${id}`),
    ...rows.slice(0, 3).map(({ id }) => `api/requests/${id}/test`),
  ];
  for (const path of paths) {
    const text = await (await sample.ask(path)).text();
    for (const [name, secret] of Object.entries(canaries)) expect(text.includes(secret), `${name} in ${path}`).toBe(false);
  }
});

it("gives documents of the configuration, and no other files", async () => {
  const of = async (file: string) =>
    (await (await sample.ask(`api/documents?file=${encodeURIComponent(file)}`)).json()) as unknown[];
  const place = (await latest("status=403")).explanation.place!;
  expect(await of(place.file)).toMatchObject([
    { file: place.file, line: 1, text: expect.stringContaining("<return-response>") as string },
  ]);
  expect(await of("package.json")).toEqual([]);
  expect(await of("/etc/passwd")).toEqual([]);
});

it("shows the state: limits near their end, the cache, the ages of secrets", async () => {
  const nearest = async () => {
    await sample.call("/payments/accounts", { key: "key-tin" });
    return (await json<GatewayState>("api/state")).counters[0];
  };
  await expect
    .poll(nearest)
    .toMatchObject({ policy: "rate-limit-by-key", count: 5, limit: 5, key: expect.stringContaining("sub-tin") as string });
  const state = await json<GatewayState>("api/state");
  expect(state.cache.hits).toBeGreaterThan(0);
  expect(state.secrets.map(({ what, from }) => [what, from])).toContainEqual(["named value payments-hmac-key", "configuration"]);
  expect(state.lastChange).toBeNull();
});

describe("a change of the configuration", () => {
  const api = (policy: string) => ({
    apis: {
      shop: {
        path: "shop",
        subscriptionRequired: false,
        operations: { get: { method: "GET", urlTemplate: "/" } },
        policy: `<policies><inbound>${policy}</inbound></policies>`,
      },
    },
  });
  const answer = (code: number) => `<return-response><set-status code="${code}" reason="x" /></return-response>`;

  it("is told of by what it made different, and requests of before say that they are of another", async () => {
    const gateway = await createGateway(api(answer(201)));
    const handler = consoleHandler(gateway);
    const server = await started(createServer(handler));
    const ask = async <T>(path: string) => (await (await fetch(`http://127.0.0.1:${server.port}/${path}`)).json()) as T;
    await gateway.handle({ method: "GET", url: "https://g.example/shop/", headers: {} });
    await gateway.update(api(answer(202)));
    const state = await ask<GatewayState>("api/state");
    expect(state.lastChange!.differences).toMatchObject([
      {
        api: "shop;rev=1",
        operation: "get",
        change: "changed",
        pipelines: [{ changes: [{ change: "removed" }, { change: "added" }] }],
      },
    ]);
    const { rows } = await ask<RequestPage>("api/requests");
    expect(await ask<RequestDetail>(`api/requests/${rows[0]!.id}`)).toMatchObject({
      isOfOtherConfiguration: true,
      row: { status: 201 },
    });
    handler.close();
    server.close();
    await gateway.close();
  });
});

describe("what is kept", () => {
  const CONFIGURATION = {
    apis: {
      a: {
        path: "a",
        subscriptionRequired: false,
        operations: { get: { method: "GET", urlTemplate: "/{status}" } },
        policy: `<policies><inbound><return-response><set-status code="@(int.Parse(context.Request.MatchedParameters["status"]))" /></return-response></inbound></policies>`,
      },
    },
  };

  it("is bounded, failures are kept for longer, and traces are made for so many a second only", async () => {
    const gateway = await createGateway(CONFIGURATION);
    const handler = consoleHandler(gateway, { requests: 20, tracesPerSecond: 5, traceCharacters: 20_000 });
    const server = await started(createServer(handler));
    const ask = async <T>(path: string) => (await (await fetch(`http://127.0.0.1:${server.port}/${path}`)).json()) as T;
    const call = (status: number) => gateway.handle({ method: "GET", url: `https://g.example/a/${status}`, headers: {} });
    await call(418);
    for (let count = 0; count < 500; count++) await call(200);
    const { rows, seen } = await ask<RequestPage>("api/requests?limit=1000");
    expect(seen).toBe(501);
    expect(rows).toHaveLength(21);
    expect(rows.at(-1)).toMatchObject({ status: 418, number: 1 });
    const state = await ask<GatewayState>("api/state");
    expect(state.console.rows).toBe(21);
    expect(state.console.bytes).toBeLessThanOrEqual(20_000);
    handler.close();
    await call(404);
    expect((await ask<RequestPage>("api/requests")).seen).toBe(501);
    server.close();
    await gateway.close();
  });
});

type Express = () => RequestListener & { use(path: string, handler: RequestListener): void };

it.each([
  ["4", express4 as Express],
  ["5", express5 as Express],
])("is mounted in Express %s at any path, and leads a path without slash to its folder", async (_, express) => {
  const application = express();
  application.use("/ops/console", sample.console);
  const server = await started(createServer(application));
  const at = (path: string) => raw({ path, port: server.port });
  expect(await at("/ops/console")).toMatchObject({ status: 307, location: "./console/" });
  expect((await at("/ops/console/")).text).toContain("<title>Turnpike console</title>");
  expect((await at("/ops/console/api/facts")).status).toBe(200);
  server.close();
});

it("is served below a path that the host leaves in URLs", async () => {
  const handler = consoleHandler(sample.gateway, { path: "/ops" });
  const server = await started(createServer(handler));
  const at = (path: string) => raw({ path, port: server.port });
  expect(await at("/ops")).toMatchObject({ status: 307, location: "./ops/" });
  expect((await at("/ops/api/facts")).status).toBe(200);
  expect((await at("/api/facts")).status).toBe(404);
  handler.close();
  server.close();
});
