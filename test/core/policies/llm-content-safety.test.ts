import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask, Chunks, completion, events, type FakeAnswer, type ModelOptions, modelWorld } from "./ai-support.js";
import { findings, refusals } from "./support.js";

const categories = `<categories output-type="EightSeverityLevels"><category name="Hate" threshold="3" /><category name="Violence" threshold="@(2 + 3)" /></categories>`;
const safety = (attributes = "", inner = categories): string =>
  `<llm-content-safety backend-id="side" ${attributes}>${inner}</llm-content-safety>`;

const severities = (hate: number, violence: number, more: object = {}): FakeAnswer => ({
  body: {
    categoriesAnalysis: [
      { category: "Hate", severity: hate },
      { category: "Violence", severity: violence },
    ],
    ...more,
  },
});

/** A service that finds hate in "bad", and an attack in "attack". */
const service: NonNullable<ModelOptions["side"]> = (url, body) =>
  url.includes("text:shieldPrompt")
    ? { body: { userPromptAnalysis: { attackDetected: body.includes("attack") } } }
    : severities(body.includes("bad") ? 4 : 0, 0);

describe("llm-content-safety of prompts", () => {
  it.each([
    [0, 0, 200],
    [2, 4, 200],
    [3, 0, 403],
    [0, 5, 403],
  ])("hate %i and violence %i give %i", async (hate, violence, expected) => {
    const { send, aside, forwarded } = await modelWorld(safety(), { side: () => severities(hate, violence) });
    const { status, error, text } = await send(ask("Hello"));
    expect([status, forwarded().length]).toEqual([expected, expected === 200 ? 1 : 0]);
    expect(aside()[0]!.request.url).toBe("https://side.internal/v1/contentsafety/text:analyze?api-version=2024-09-01");
    expect(JSON.parse(aside()[0]!.body)).toEqual({
      text: "Hello",
      categories: ["Hate", "Violence"],
      outputType: "EightSeverityLevels",
    });
    if (expected === 200) return;
    expect([error!.source, error!.reason]).toEqual(["llm-content-safety", "ContentSafetyViolation"]);
    expect(JSON.parse(text)).toEqual({ statusCode: 403, message: "Request failed content safety check." });
  });

  it("looks for attacks if told to", async () => {
    const guarded = await modelWorld(safety(`shield-prompt="true"`), { side: service });
    expect((await guarded.send(ask("an attack"))).status).toBe(403);
    expect((await guarded.send(ask("a question"))).status).toBe(200);
    expect(JSON.parse(guarded.aside().at(-1)!.body)).toEqual({ userPrompt: "a question", documents: [] });
    const open = await modelWorld(safety(), { side: service });
    expect((await open.send(ask("an attack"))).status).toBe(200);
  });

  it("a hit of a block list is enough", async () => {
    const lists = `<blocklists><id>names</id><id>@("codes")</id></blocklists>`;
    const { send, aside } = await modelWorld(safety("", lists), {
      side: (_url, body) =>
        severities(0, 0, { blocklistsMatch: body.includes("secret") ? [{ blocklistItemText: "secret" }] : [] }),
    });
    expect([(await send(ask("the secret"))).status, (await send(ask("the news"))).status]).toEqual([403, 200]);
    expect(JSON.parse(aside()[0]!.body)).toEqual({ text: "the secret", blocklistNames: ["names", "codes"] });
  });

  it("judges every message, in pieces of ten thousand characters", async () => {
    const { send, aside } = await modelWorld(safety(), { side: service });
    const body = JSON.stringify({
      messages: [
        { role: "system", content: "x".repeat(10_000) },
        { role: "user", content: [{ type: "text", text: "bad" }] },
      ],
    });
    expect((await send(body)).status).toBe(403);
    expect(aside().map((call) => JSON.parse(call.body).text.length)).toEqual([10_000, 4]);
  });

  it("what is too long is refused without asking", async () => {
    const { send, aside } = await modelWorld(safety(), { side: service });
    const { status, error } = await send(ask("x".repeat(1_000_001)));
    expect([status, error!.reason, aside().length]).toEqual([403, "ContentSafetyViolation", 0]);
  });

  it("a service that fails is no harm found: 500, and the model is not called", async () => {
    const { send, forwarded } = await modelWorld(safety(), { side: () => ({ status: 503, body: "" }) });
    const { status, error } = await send(ask("Hello"));
    expect([status, error!.reason, forwarded().length]).toEqual([500, "ContentSafetyUnavailable", 0]);
  });

  it("a service that fails is as good as harm where the host wants that", async () => {
    const { send } = await modelWorld(safety(), {
      side: () => ({ status: 503, body: "" }),
      contentSafety: { whenUnavailable: "refuse" },
    });
    const { status, error, text } = await send(ask("Hello"));
    expect([status, error!.reason, JSON.parse(text)]).toEqual([
      403,
      "ContentSafetyViolation",
      { statusCode: 403, message: "Request failed content safety check." },
    ]);
  });

  it("asks the host's own judge in place of Azure", async () => {
    const asked: object[] = [];
    const { send, aside } = await modelWorld(safety(`shield-prompt="true"`), {
      contentSafety: {
        judge: async (one) => {
          asked.push(one);
          return { isHarmful: one.text.includes("bad") };
        },
      },
    });
    expect([(await send(ask("bad"))).status, (await send(ask("good"))).status, aside().length]).toEqual([403, 200, 0]);
    expect(asked[0]).toEqual({
      signal: expect.any(AbortSignal),
      text: "bad",
      backendId: "side",
      categories: [
        { name: "Hate", threshold: 3 },
        { name: "Violence", threshold: 5 },
      ],
      outputType: "EightSeverityLevels",
      blocklists: [],
      shieldsPrompt: true,
    });
  });

  it.each([
    ["compressed", gzipSync(ask("bad")), { "Content-Encoding": "gzip" }],
    ["said to be compressed", ask("good"), { "Content-Encoding": "gzip" }],
    ["no JSON", `"messages": bad`, {}],
    ["JSON of another shape", '{"q":"bad"}', {}],
    ["a list", '["bad"]', {}],
    ["in UTF-16", Buffer.from(`\uFEFF${ask("bad")}`, "utf16le"), {}],
    ["with a byte order mark", `\uFEFF${ask("bad")}`, {}],
  ])("does not let pass what is %s", async (_what, body, headers) => {
    const { send } = await modelWorld(safety(), { side: service });
    expect((await send(body, headers)).status).toBe(403);
  });

  it("asks with the managed identity", async () => {
    const { send, aside } = await modelWorld(safety(), {
      side: service,
      credentials: { managedIdentity: async ({ resource }) => ({ token: resource, expiresAt: Number.POSITIVE_INFINITY }) },
    });
    await send(ask("Hello"));
    expect(aside()[0]!.request.headers.get("Authorization")).toBe("Bearer https://cognitiveservices.azure.com");
  });
});

describe("llm-content-safety of answers", () => {
  it.each([
    ["good", 200],
    ["bad", 403],
  ])("in outbound a %s answer gives %i", async (content, expected) => {
    const { send } = await modelWorld({ outbound: safety() }, { side: service, model: () => completion(content) });
    const { status, text } = await send(ask("?"));
    expect([status, text.includes(`"content":"bad"`)]).toEqual([expected, false]);
  });

  it("judges pieces that overlap, so that nothing is cut in two", async () => {
    const { send, aside } = await modelWorld(
      { outbound: safety(`window-size="6" window-overlap-size="2"`) },
      { side: service, model: () => completion("0123456789") },
    );
    await send(ask("?"));
    expect(aside().map((call) => JSON.parse(call.body).text)).toEqual(["012345", "456789"]);
  });

  it("none of a harmful stream gets out", async () => {
    const { send } = await modelWorld({ outbound: safety() }, { side: service, model: () => events(["fine ", "b", "ad"]) });
    const { status, text } = await send(ask("?", { stream: true }));
    expect([status, text.includes("fine")]).toEqual([403, false]);
  });

  it("what was judged is passed on before the rest is there, and nothing behind what is harmful", async () => {
    const pieces = ["good text ", "is passed", " on, but ", "bad ", "is not, ", "nor is this"];
    const { send, aside } = await modelWorld(
      { outbound: safety(`window-size="10" window-overlap-size="4"`) },
      { side: service, model: () => events(pieces) },
    );
    const { status, text } = await send(ask("?", { stream: true }));
    expect(status).toBe(200);
    expect(text.match(/"content":"[^"]*"/g)).toEqual(pieces.slice(0, 3).map((piece) => `"content":"${piece}"`));
    expect(aside().map((call) => JSON.parse(call.body).text)).toEqual([
      "good text ",
      "ext is pas",
      " passed on",
      "d on, but ",
      "but bad is",
    ]);
  });

  it("an answer that is compressed is unpacked", async () => {
    const packed = (content: string): FakeAnswer => ({
      headers: { "Content-Encoding": "gzip" },
      body: new Chunks([gzipSync(JSON.stringify(completion(content).body))]),
    });
    const { send } = await modelWorld(
      { outbound: safety() },
      { side: service, model: (body) => packed(body.includes("evil") ? "bad" : "good") },
    );
    expect([(await send(ask("evil"))).status, (await send(ask("kind"))).status]).toEqual([403, 200]);
  });

  it("a stream that breaks off breaks off", async () => {
    const failing = new Chunks([`data: ${JSON.stringify({ choices: [{ delta: { content: "0123456789" } }] })}\n\n`], true);
    const { send } = await modelWorld(
      { outbound: safety(`window-size="10"`) },
      { side: service, model: () => ({ headers: { "Content-Type": "text/event-stream" }, body: failing }) },
    );
    await expect(send(ask("?", { stream: true }))).rejects.toThrow("The stream broke off.");
  });

  it("events come through byte for byte, however they are cut", async () => {
    const stream = `: hello\r\n\r\nid: 1\ndata: {"choices":[{"delta":{"content":"fine"}}]}\n\n\n\rdata: [DONE]\r\rdata: "end"`;
    const bytes = [...Buffer.from(stream)].map((byte) => Uint8Array.of(byte));
    const { send } = await modelWorld(
      { outbound: safety() },
      { side: service, model: () => ({ headers: { "Content-Type": "text/event-stream" }, body: new Chunks(bytes) }) },
    );
    expect((await send(ask("?", { stream: true }))).text).toBe(stream);
  });

  it("a good stream comes through as it was", async () => {
    const { send } = await modelWorld({ outbound: safety() }, { side: service, model: () => events(["fi", "ne"]) });
    const { status, text } = await send(ask("?", { stream: true }));
    expect([status, text.match(/data:/g)?.length]).toEqual([200, 3]);
  });

  it("from inbound with enforce-on-completions, once all sections have run", async () => {
    const { send, metrics } = await modelWorld(
      {
        inbound: safety(`enforce-on-completions="true"`),
        outbound: `<emit-metric name="outbound"><dimension name="API ID" /></emit-metric>`,
        onError: `<emit-metric name="on-error"><dimension name="API ID" /></emit-metric>`,
      },
      { side: service, model: (body) => completion(body.includes("evil") ? "bad" : "good") },
    );
    expect([(await send(ask("evil"))).status, (await send(ask("kind"))).status]).toEqual([403, 200]);
    expect(metrics.map((metric) => metric.name)).toEqual(["outbound", "outbound"]);
  });
});

it.each([
  [safety(), []],
  [safety("", ""), []],
  ["<llm-content-safety />", ["error TP2007"]],
  [safety("", `<categories><category name="Rudeness" threshold="1" /></categories>`), ["error TP2008"]],
  [safety("", `<categories><category name="Hate" threshold="8" /></categories>`), ["error TP2008"]],
  [safety(`window-size="0"`), ["error TP2008"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});

it("names a backend that exists", async () => {
  expect(await refusals(safety())).toEqual(["error TP3002"]);
});
