import { createGateway, createMemoryStore, Headers } from "@turnpike/core";
import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { Chunks, type FakeAnswer, modelWorld } from "../policies/ai-support.js";
import { document, url, world } from "../policies/support.js";

const MEGABYTE = 1 << 20;
const long = "x".repeat(MEGABYTE);

const cors = `<cors allow-credentials="true"><allowed-origins><origin>https://good.example</origin></allowed-origins><allowed-methods><method>*</method></allowed-methods><allowed-headers><header>*</header></allowed-headers></cors>`;
const check = `<check-header name="X-Version" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true"><value>1</value></check-header>`;
const limit = `<rate-limit-by-key calls="2" renewal-period="10" counter-key="@(context.Request.Headers.GetValueOrDefault("X-Key", ""))" />`;
const quota = `<quota-by-key calls="2" renewal-period="300" counter-key="@(context.Request.Headers.GetValueOrDefault("X-Key", ""))" />`;
const slots = `<limit-concurrency key="@(context.Request.Headers.GetValueOrDefault("X-Key", ""))" max-count="1"><set-variable name="x" value="1" /></limit-concurrency>`;
const address = `<ip-filter action="allow"><address-range from="10.0.0.0" to="10.0.0.9" /></ip-filter>`;

describe("a flood of headers", () => {
  const flood: [string, string][] = Array.from({ length: 50_000 }, (_, i) => [`X-Flood-${i % 100}`, "y".repeat(20)]);

  it.each([
    ["cors", cors, [["Origin", "https://evil.example"]], 200],
    ["check-header", check, [["X-Version", "1"]], 200],
    ["rate-limit-by-key", limit, [["X-Key", "k"]], 200],
    ["limit-concurrency", slots, [["X-Key", "k"]], 200],
    ["ip-filter", address, [], 403],
  ] as [string, string, [string, string][], number][])("does not change what %s decides", async (_name, xml, wanted, status) => {
    const { status: found } = await (await world(xml)).send({
      url,
      ipAddress: "192.0.2.1",
      headers: [...flood, ...wanted, ...flood],
    });
    expect(found).toBe(status);
  });

  it("of one header is refused where a value is demanded, and not repeated at length", async () => {
    const lines: [string, string][] = Array.from({ length: 50_000 }, () => ["X-Version", "1"]);
    const { status, error } = await (await world(check)).send({ url, headers: lines });
    expect([status, error!.reason, error!.message.length < 1000]).toEqual([400, "HeaderValueNotAllowed", true]);
  });

  it("of origins matches nothing", async () => {
    const lines: [string, string][] = Array.from({ length: 50_000 }, () => ["Origin", "https://good.example"]);
    const { status, headers, backendCalls } = await (await world(cors)).send({ url, headers: lines });
    expect([status, headers.has("Access-Control-Allow-Origin"), backendCalls.length]).toEqual([200, false, 0]);
  });

  it("of names that a preflight asks for is answered with some of them", async () => {
    const api = {
      path: "shop",
      serviceUrl: "https://shop.internal",
      subscriptionRequired: false,
      policy: document(cors),
      operations: { get: { method: "GET", urlTemplate: "/" } },
    };
    const policy = await policyTest({ gateway: { apis: { api } } });
    const asked: [string, string][] = Array.from({ length: 2000 }, (_, i) => [
      "Access-Control-Request-Headers",
      `x-${i},`.repeat(500),
    ]);
    const { status, headers } = await policy.send({
      method: "OPTIONS",
      url: "https://api.example/shop/",
      headers: [["Origin", "https://good.example"], ["Access-Control-Request-Method", long], ...asked],
    });
    expect([
      status,
      headers.get("Access-Control-Allow-Methods"),
      headers.get("Access-Control-Allow-Headers")!.length < 10_000,
    ]).toEqual([200, "", true]);
  });
});

describe("header values of a megabyte, or of odd bytes", () => {
  const odd = [
    "\u0000",
    "\u007f",
    "\u0080\u00ff",
    "\ud800",
    "\r\nX-Injected: 1",
    "__proto__",
    "constructor",
    "%00",
    "=?utf-8?q?x?=",
  ];
  const values = [
    long,
    "a".repeat(MEGABYTE),
    `https://${long}`,
    `https://good.example:${"9".repeat(MEGABYTE)}`,
    `https://[${":".repeat(MEGABYTE)}]`,
    ...odd,
  ];

  it("are no origin", async () => {
    const policy = await world(cors);
    for (const value of values) {
      const { status, headers, backendCalls } = await policy.send({ url, headers: { Origin: value } });
      expect([status, [...headers.names()], backendCalls.length]).toEqual([200, [], 0]);
    }
  });

  it("are not the value that is demanded, and errors do not grow with them", async () => {
    const policy = await world(check);
    for (const value of values) {
      const { status, error, text } = await policy.send({ url, headers: { "X-Version": value } });
      expect([status, error!.source, error!.message.length < 1000, JSON.parse(text)]).toEqual([
        400,
        "check-header",
        true,
        { statusCode: 400, message: "no" },
      ]);
    }
  });

  it("are no address", async () => {
    const policy = await world(address);
    for (const value of [...values, "10.0.0.1".repeat(100_000), `${"0:".repeat(400_000)}1`, `fe80::1%${long}g`.slice(7)]) {
      const { status, error } = await policy.send({ url, ipAddress: value });
      expect([status, error!.reason, error!.message.length < 1000]).toEqual([403, "FailedToParseCallerIP", true]);
    }
  });

  it("are no subscription key", async () => {
    const policy = await policyTest({
      gateway: {
        apis: {
          api: {
            path: "a",
            serviceUrl: "https://a.internal",
            subscriptionKeyParameterNames: { header: "X-Api-Key", query: "key" },
            operations: { get: { method: "GET", urlTemplate: "/" } },
          },
        },
        subscriptions: { s: { scope: "api/api", primaryKey: "good" } },
      },
    });
    for (const value of values) {
      const { status, error, text } = await policy.send({ url: "https://api.example/a/", headers: { "X-Api-Key": value } });
      expect([status, error!.reason, text.length < 1000, error!.message.length < 1000]).toEqual([
        401,
        "SubscriptionKeyInvalid",
        true,
        true,
      ]);
    }
    expect((await policy.send({ url: "https://api.example/a/", headers: { "X-Api-Key": "good" } })).status).toBe(200);
    expect((await policy.send({ url: "https://api.example/a/?key=good", headers: { "X-Api-Key": "" } })).status).toBe(200);
  });

  it.each([
    ["rate-limit-by-key", limit, 429],
    ["quota-by-key", quota, 403],
  ])("are keys like others to %s, each with a count of its own", async (_name, xml, refused) => {
    const policy = await world(xml);
    for (const value of [...values, `${long}y`, `y${long}`]) {
      const headers: [string, string][] = [["X-Key", value]];
      const statuses = [];
      for (let i = 0; i < 3; i++) statuses.push((await policy.send({ url, headers })).status);
      // Two of the values are the same text.
      expect(statuses.slice(value === "a".repeat(MEGABYTE) ? 3 : 0)).toEqual(
        value === "a".repeat(MEGABYTE) ? [] : [200, 200, refused],
      );
    }
  });
});

describe("a flood of counter keys", () => {
  it("is held in a bounded number of counters, and pushes no quota out", async () => {
    const store = createMemoryStore({ maxKeys: 1000 });
    const gateway = await createGateway(
      {
        apis: {
          api: {
            path: "orders",
            serviceUrl: "https://a.internal",
            subscriptionRequired: false,
            policy: document(`${limit}<quota-by-key calls="3" renewal-period="0" counter-key="all" />`),
            operations: { get: { method: "GET", urlTemplate: "/" } },
          },
        },
      },
      { store, transport: async () => ({ status: 200, reason: "OK", headers: new Headers(), body: null }) },
    );
    const statuses: number[] = [];
    for (let i = 0; i < 5000; i++)
      statuses.push((await gateway.handle({ method: "GET", url, headers: { "X-Key": `${i}-${"x".repeat(300)}` } })).status);
    expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 403]);
    expect(new Set(statuses.slice(3))).toEqual(new Set([403]));
    expect((store.counters as unknown as { size: number }).size).toBeLessThanOrEqual(1001);
  });
});

describe("callbacks", () => {
  it.each([
    long,
    `${"a.".repeat(500_000)}a`,
    "\u0000",
    "a\r\nb",
    "ａ".repeat(MEGABYTE / 4),
    "/**/alert",
    "a\u2028b",
    "𝒳".repeat(300),
  ])("that are none are refused without being repeated", async (callback) => {
    const policy = await world(
      { outbound: `<jsonp callback-parameter-name="cb" />` },
      { backend: [{ reply: { body: { a: 1 } } }] },
    );
    const { status, text, error } = await policy.send({ url: `${url}?cb=${encodeURIComponent(callback)}` });
    expect([status, text.length < 200]).toEqual([400, true]);
    // A URL that is too long, or no URL, is refused before any policy sees it.
    expect(["CallbackParameterInvalid", "BadRequest"]).toContain(error!.reason);
  });
});

describe("language models", () => {
  const tokens = (attributes: string): string =>
    `<llm-token-limit counter-key="k" estimate-prompt-tokens="true" tokens-per-minute="1000000" tokens-consumed-variable-name="used" ${attributes} />`;
  const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  it.each([
    ["nested 300,000 deep", `{"messages":${deep(300_000)}}`],
    ["of a million numbers", `{"prompt":[${"1,".repeat(999_999)}1]}`],
    ["of 200,000 messages", `{"messages":[${`{"content":"a"},`.repeat(200_000)}{}]}`],
    ["with what is no JSON", `{"messages":[`],
    ["with an order of its own", `{"__proto__":{"stream":true},"messages":"a"}`],
    ["of a length that lies", `{"messages":{"length":1e9}}`],
  ])("a prompt %s is counted or passed over", async (_what, body) => {
    for (const hasTokenizer of [false, true]) {
      const { send } = await modelWorld(tokens(""), { hasTokenizer });
      expect([200, 429]).toContain((await send(body)).status);
    }
  });

  it("a prompt larger than what may be buffered is refused", async () => {
    const { send, forwarded } = await modelWorld(tokens(""));
    expect([(await send("x".repeat(5 * MEGABYTE))).status, forwarded().length]).toEqual([413, 0]);
  });

  const stream = (chunks: readonly string[]): FakeAnswer => ({
    headers: { "Content-Type": "text/event-stream" },
    body: new Chunks(chunks),
  });
  const last = `data: {"usage":{"total_tokens":77}}\n\n`;

  it.each([
    ["a line that does not end", Array.from({ length: 16 }, () => long), 1],
    ["a million empty lines", ["\n".repeat(MEGABYTE)], 1],
    ["an event of many lines", [`data: ${"y".repeat(100)}\n`.repeat(50_000), "\n"], 1],
    ["events nested deep", [`data: {"usage":${deep(100_000)}}\n\n`], 1],
    [
      "a hundred thousand events",
      Array.from({ length: 100 }, () => `data: {"choices":[{"delta":{"content":"a"}}]}\n\n`.repeat(1000)),
      1,
    ],
    ["numbers that are none", [`data: {"usage":{"total_tokens":1e400,"prompt_tokens":-1e9,"completion_tokens":"9"}}\n\n`], 1],
    ["bytes that are no text", ["\ud800\udfff\u0000\n\ndata: \ud800\n\n"], 1],
  ])("an event stream with %s passes whole", async (_what, chunks) => {
    const all = [...chunks, "\n\n", last];
    const { send } = await modelWorld(tokens(`remaining-tokens-header-name="X-Left"`), { model: () => stream(all) });
    const { text } = await send(`{"prompt":"","stream":true}`);
    expect(text.length).toBe(Buffer.from(all.join("")).toString().length);
    const used = 1_000_000 - Number((await send(`{"prompt":"","stream":true}`)).headers.get("X-Left"));
    expect(used).toBe(77);
  });
});
