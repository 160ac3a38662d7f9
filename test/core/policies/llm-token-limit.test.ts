import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask, Chunks, completion, events, type FakeAnswer, modelWorld } from "./ai-support.js";
import { findings } from "./support.js";

const limit = (attributes: string, estimates = false): string =>
  `<llm-token-limit counter-key="@(context.Request.Headers.GetValueOrDefault("X-Key", "k"))" estimate-prompt-tokens="${estimates}" ${attributes} />`;
const names = `remaining-tokens-header-name="X-Left" tokens-consumed-header-name="X-Used" tokens-consumed-variable-name="used" remaining-tokens-variable-name="left" retry-after-header-name="X-Wait" retry-after-variable-name="wait"`;

describe("llm-token-limit by the minute", () => {
  it("charges what the model reports and refuses when the minute is used up", async () => {
    const { send, clock, forwarded } = await modelWorld(limit(`tokens-per-minute="100" ${names}`));
    const first = await send(ask("Which colour?"));
    expect([first.status, first.headers.get("X-Used"), first.headers.get("X-Left"), first.variables.get("used")]).toEqual([
      200,
      "60",
      "100",
      60,
    ]);
    expect((await send(ask("Again?"))).headers.get("X-Left")).toBe("40");
    const { status, headers, error, text, variables } = await send(ask("Again?"));
    expect([status, error!.source, error!.reason]).toEqual([429, "llm-token-limit", "TokenLimitExceeded"]);
    expect(JSON.parse(text)).toEqual({ statusCode: 429, message: "Token limit is exceeded. Try again in 60 seconds." });
    expect([headers.get("X-Wait"), variables.get("wait"), headers.get("Retry-After")]).toEqual(["60", 60, null]);
    expect(forwarded()).toHaveLength(2);
    await clock.advance(60_000);
    expect((await send(ask("Again?"))).status).toBe(200);
  });

  it("keeps keys apart, also such as look alike", async () => {
    const { send } = await modelWorld(limit(`tokens-per-minute="50"`));
    const statuses = [];
    for (const key of ["a", "a", "b", "1:a"]) statuses.push((await send(ask("?"), { "X-Key": key })).status);
    expect(statuses).toEqual([200, 429, 200, 200]);
  });

  it("an estimate is judged before the call, and replaced by the real number after it", async () => {
    const { send, forwarded } = await modelWorld(limit(`tokens-per-minute="100" ${names}`, true), {
      model: () => completion("ok", 5, 5),
    });
    const { status, headers, variables } = await send(ask("x".repeat(320)));
    expect([status, headers.get("X-Left"), variables.get("used")]).toEqual([200, "20", 10]);
    expect((await send(ask("x".repeat(320)))).status).toBe(200);
    // 20 are charged by now, so that 85 more do not fit, and 101 never would.
    const late = await send(ask("x".repeat(340)));
    expect([late.status, late.headers.get("X-Wait")]).toEqual([429, "60"]);
    const never = await send(ask("x".repeat(404)));
    expect([never.status, never.headers.get("X-Wait"), JSON.parse(never.text).message]).toEqual([
      429,
      null,
      "Token limit is exceeded.",
    ]);
    expect(forwarded()).toHaveLength(2);
  });

  it.each([
    ["plain text", ask("x".repeat(40)), 10],
    ["parts", JSON.stringify({ messages: [{ role: "user", content: [{ type: "text", text: "x".repeat(40) }] }] }), 10],
    ["a prompt", JSON.stringify({ prompt: "x".repeat(40) }), 10],
    ["inputs", JSON.stringify({ input: ["x".repeat(20), "x".repeat(20)], instructions: "x".repeat(8) }), 12],
    [
      "an image",
      JSON.stringify({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }] }] }),
      1200,
    ],
    ["tokens in place of text", JSON.stringify({ prompt: [[1, 2, 3], [4]] }), 4],
    ["a system text beside the messages", ask("x".repeat(40), { system: "x".repeat(8) }), 12],
    ["no JSON", "hello", 0],
  ])("the estimate of %s", async (_what, body, expected) => {
    const { send } = await modelWorld(
      {
        inbound: `${limit(`tokens-per-minute="5000" tokens-consumed-variable-name="used"`, true)}<set-header name="X-Estimate"><value>@(context.Variables["used"].ToString())</value></set-header>`,
        outbound: `<set-header name="X-Estimate"><value>@(context.Request.Headers.GetValueOrDefault("X-Estimate"))</value></set-header>`,
      },
      {},
    );
    expect((await send(body)).headers.get("X-Estimate")).toBe(String(expected));
  });

  it.each([
    ["an error without usage", { status: 500, body: { error: "x" } }, "100"],
    ["an answer without usage", { body: { choices: [] } }, "100"],
    ["usage under its newer names", { body: { usage: { input_tokens: 7, output_tokens: 3 } } }, "90"],
    ["usage of a response object", { body: { response: { usage: { total_tokens: 30 } } } }, "70"],
    ["usage that is no number", { body: { usage: { total_tokens: "30", prompt_tokens: -5 } } }, "100"],
  ])("%s", async (_what, answer, left) => {
    const { send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`), { model: () => answer });
    await send(ask("?"));
    expect((await send(ask("?"))).headers.get("X-Left")).toBe(left);
  });

  it("an answer that is not the model's costs nothing, whatever usage it speaks of", async () => {
    const own = `<return-response><set-body>{"usage":{"total_tokens":60}}</set-body></return-response>`;
    const { send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`, true) + own);
    await send(ask("x".repeat(200)));
    expect((await send(ask("x".repeat(200)))).headers.get("X-Left")).toBe("50");
  });
});

describe("llm-token-limit and streams", () => {
  it("always estimates the prompt, passes events on untouched, and charges what they hold", async () => {
    const { send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`), {
      model: () => events(["x".repeat(40), "x".repeat(40)]),
    });
    const { text, headers } = await send(ask("x".repeat(80), { stream: true }));
    expect([headers.get("X-Left"), text.split("\n\n").length, text.endsWith("data: [DONE]\n\n")]).toEqual(["80", 4, true]);
    // 20 of the prompt and 20 of the answer, then 20 of this prompt.
    expect((await send(ask("x".repeat(80), { stream: true }))).headers.get("X-Left")).toBe("40");
  });

  it("believes the usage that the last event reports", async () => {
    const { send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`), {
      model: () =>
        events(["x".repeat(40)], { choices: [], usage: { prompt_tokens: 30, completion_tokens: 40, total_tokens: 70 } }),
    });
    await send(ask("?", { stream: true }));
    expect((await send(ask("?", { stream: true }))).headers.get("X-Left")).toBe("29");
  });
});

describe("llm-token-limit and the answer", () => {
  const left = async (answer: FakeAnswer, body = ask("?")): Promise<string | null> => {
    const { send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`), { model: () => answer });
    await send(body);
    return (await send(body)).headers.get("X-Left");
  };
  const json = { "Content-Type": "application/json" };
  const usage = { usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 } };

  it("outbound knows the real number, and may change the header", async () => {
    const { send } = await modelWorld(
      {
        inbound: limit(`tokens-per-minute="100" ${names}`, true),
        outbound: `<set-header name="X-Seen"><value>@(context.Variables["used"] + " " + context.Response.Headers.GetValueOrDefault("X-Used"))</value></set-header><set-header name="X-Used" exists-action="delete" />`,
      },
      { model: () => ({ headers: json, body: new Chunks([JSON.stringify(completion().body)]) }) },
    );
    const { headers } = await send(ask("?"));
    expect([headers.get("X-Seen"), headers.get("X-Used")]).toEqual(["60 60", null]);
  });

  it.each([
    ["that comes in pieces, indented", { headers: json, body: new Chunks([...JSON.stringify(usage, null, 2)]) }, "70"],
    [
      "that is compressed all the same",
      { headers: { ...json, "Content-Encoding": "gzip" }, body: new Chunks([gzipSync(JSON.stringify(usage))]) },
      "70",
    ],
    ["that is compressed and broken", { headers: { ...json, "Content-Encoding": "gzip" }, body: new Chunks(["no gzip"]) }, "100"],
    [
      "that is compressed to a bomb",
      { headers: { ...json, "Content-Encoding": "gzip" }, body: new Chunks([gzipSync(Buffer.alloc(8 << 20))]) },
      "100",
    ],
    ["that is no JSON", { headers: { "Content-Type": "audio/mpeg" }, body: new Chunks([JSON.stringify(usage).slice(1)]) }, "70"],
    [
      "of embeddings, too long to hold back",
      { headers: json, body: new Chunks([`{"data":["`, "x".repeat(5 << 20), `"],`, JSON.stringify(usage).slice(1)]) },
      "70",
    ],
    [
      "with a text that looks like usage",
      {
        headers: json,
        body: new Chunks([`{"choices":["\\"total_tokens\\":99`, "x".repeat(5 << 20), `\\"total_tokens\\": 98"]}`]),
      },
      "100",
    ],
  ] as [string, FakeAnswer, string][])("reads the usage of one %s", async (_what, answer, expected) => {
    expect(await left(answer)).toBe(expected);
  });

  it("passes a long answer on as it is", async () => {
    const { send } = await modelWorld(limit(`tokens-per-minute="100"`), {
      model: () => ({ headers: json, body: new Chunks(["x".repeat(3 << 20), "y".repeat(3 << 20)]) }),
    });
    expect((await send(ask("?"))).text).toBe("x".repeat(3 << 20) + "y".repeat(3 << 20));
  });

  it("asks the model not to compress", async () => {
    const { send, forwarded } = await modelWorld(limit(`tokens-per-minute="100"`));
    await send(ask("?"), { "Accept-Encoding": "gzip, br" });
    expect(forwarded()[0]!.request.headers.getAll("Accept-Encoding")).toEqual(["identity"]);
  });

  describe("as events", () => {
    const stream = (...chunks: (string | Uint8Array)[]): FakeAnswer => ({
      headers: { "Content-Type": "text/event-stream; charset=utf-8" },
      body: new Chunks(chunks),
    });
    const delta = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
    const bytes = Buffer.from(`${delta("abcdé€😀f")}data: ${JSON.stringify(usage)}\n\n`);

    it("may be cut anywhere, also within a character", async () => {
      for (let at = 0; at <= bytes.length; at++)
        expect([at, await left(stream(bytes.subarray(0, at), bytes.subarray(at)))]).toEqual([at, "70"]);
    });

    it.each([
      ["one byte at a time", stream(...Array.from(bytes, (one) => Uint8Array.of(one))), "70"],
      ["lines that end in CRLF", stream(`event: x\r\ndata: ${JSON.stringify(usage)}\r`, "\n\r\n"), "70"],
      ["lines that end in CR", stream(`data:${JSON.stringify(usage)}\r\r`), "70"],
      [
        "data over several lines",
        stream(
          ...JSON.stringify(usage, null, 1)
            .split("\n")
            .map((line) => `data: ${line}\n`),
          "\n",
        ),
        "70",
      ],
      ["comments between", stream(": ping\n\n", `: x\ndata: ${JSON.stringify(usage)}\n\n`), "70"],
      ["an end without an empty line", stream(`data: ${JSON.stringify(usage)}`), "70"],
      [
        "prompt and completion in events of their own",
        stream(
          `data: {"message":{"usage":{"input_tokens":20,"output_tokens":1}}}\n\n`,
          `data: {"usage":{"output_tokens":10}}\n\n`,
        ),
        "70",
      ],
      [
        "usage that is null until the last",
        stream(`data: {"usage":null,"choices":[]}\n\n`, `data: ${JSON.stringify(usage)}\n\n`),
        "70",
      ],
      ["text of a responses stream", stream(`data: {"type":"response.output_text.delta","delta":"${"x".repeat(40)}"}\n\n`), "89"],
      [
        "arguments of a called tool",
        stream(`data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"${"x".repeat(40)}"}}]}}]}\n\n`),
        "89",
      ],
      ["an event of two megabytes", stream(`data: "${"x".repeat(2 << 20)}"\n\n`, `data: ${JSON.stringify(usage)}\n\n`), "70"],
      ["what is no JSON", stream("data: {\n\ndata: []\n\ndata: 7\n\ndata: null\n\n"), "99"],
      ["an error", { ...stream(delta("x".repeat(40))), status: 429 }, "100"],
    ])("with %s", async (_what, answer, expected) => {
      expect(await left(answer)).toBe(expected);
    });

    it("are charged as far as they went when the caller goes away", async () => {
      const { gateway, send } = await modelWorld(limit(`tokens-per-minute="100" ${names}`), {
        model: () => stream(delta("x".repeat(40)), delta("x".repeat(40))),
      });
      const { body } = await gateway.handle({
        method: "POST",
        url: "https://api.example/chat/completions",
        headers: {},
        body: ask("x".repeat(40), { stream: true }),
      });
      const iterator = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.return!();
      // 10 of the prompt, 10 of the answer; then 10 of this prompt.
      expect((await send(ask("x".repeat(40), { stream: true }))).headers.get("X-Left")).toBe("70");
    });
  });
});

describe("llm-token-limit by gpt-tokenizer", () => {
  const estimate = async (content: unknown): Promise<number> => {
    const { send } = await modelWorld(
      {
        inbound: `${limit(`tokens-per-minute="9000000" tokens-consumed-variable-name="used"`, true)}<return-response><set-body>@(context.Variables["used"].ToString())</set-body></return-response>`,
      },
      { hasTokenizer: true },
    );
    return Number((await send(JSON.stringify({ messages: [{ role: "user", content }] }))).text);
  };
  const part = (text: string) => ({ type: "text", text });

  it.each([
    ["hello world", 2],
    ["The quick brown fox jumps over the lazy dog.", 10],
    ["Turnpike läuft überall, auch in 東京 😀.", 11],
    ["", 0],
    ["\ud800", 1],
  ])("%s", async (text, tokens) => {
    expect(await estimate(text)).toBe(tokens);
  });

  it("takes what looks like a special token for text", async () => {
    expect(await estimate("a <|endoftext|> b")).toBeGreaterThan(5);
  });

  it.each(["a", " ", "\n", "!", "字", "😀", "\u0000"])("gets to an end with half a million characters of %j", async (one) => {
    expect(await estimate(one.repeat(500_000 / one.length))).toBeGreaterThan(1000);
  });

  it("shares its bound among all parts of a prompt", async () => {
    const noise = (seed: number): string =>
      Array.from({ length: 500 }, (_, i) => String.fromCharCode(97 + ((seed * 31 + i * i * 7) % 26))).join("");
    expect(await estimate(Array.from({ length: 4000 }, (_, i) => part(noise(i))))).toBeGreaterThan(500_000);
  });

  it("reckons the rest of a long text from its beginning, and never as next to nothing", async () => {
    const words = "The quick brown fox jumps over the lazy dog. ";
    const exact = (await estimate(words.repeat(100))) / 100;
    expect(await estimate(words.repeat(20_000))).toBeCloseTo(exact * 20_000, -4);
    expect(await estimate(" ".repeat(300_000) + "x".repeat(700_000))).toBeGreaterThan(110_000);
  });
});

describe("llm-token-limit by calendar period", () => {
  it.each([
    ["Hourly", 3600],
    ["Daily", 24 * 3600],
    // The test begins on Thursday, 2026-01-01: four days are left of the week.
    ["Weekly", 4 * 24 * 3600],
    ["Monthly", 31 * 24 * 3600],
    ["Yearly", 365 * 24 * 3600],
  ])("%s: refuses with 403 until the next one", async (period, seconds) => {
    const { send, clock } = await modelWorld(
      limit(`token-quota="100" token-quota-period="${period}" remaining-quota-tokens-header-name="X-Left"`),
    );
    await send(ask("?"));
    expect((await send(ask("?"))).headers.get("X-Left")).toBe("40");
    const { status, headers, error, text } = await send(ask("?"));
    expect([status, error!.reason, headers.get("Retry-After")]).toEqual([403, "TokenQuotaExceeded", String(seconds)]);
    expect(JSON.parse(text).message).toBe(`Token quota is exceeded. Try again in ${seconds} seconds.`);
    await clock.advance(seconds * 1000);
    expect((await send(ask("?"))).status).toBe(200);
  });

  it("tells what is left of quota and minute in variables, and on-error what to wait", async () => {
    const { send } = await modelWorld({
      inbound: limit(
        `tokens-per-minute="100" token-quota="@(60)" token-quota-period="@("Daily")" remaining-quota-tokens-variable-name="quota" remaining-tokens-variable-name="left" retry-after-variable-name="wait"`,
      ),
      onError: `<set-header name="X-Seen"><value>@(context.Variables["wait"] + " " + context.LastError.Reason)</value></set-header>`,
    });
    const first = await send(ask("?"));
    expect([first.variables.get("quota"), first.variables.get("left")]).toEqual([60, 100]);
    const { status, headers } = await send(ask("?"));
    expect([status, headers.get("X-Seen"), headers.get("Retry-After")]).toEqual([403, "86400 TokenQuotaExceeded", "86400"]);
  });

  it("goes together with a limit by the minute; a refusal charges neither", async () => {
    const { send, clock } = await modelWorld(
      limit(
        `tokens-per-minute="60" token-quota="130" token-quota-period="Daily" remaining-quota-tokens-header-name="X-Left"`,
        false,
      ),
    );
    const statuses = [];
    for (let i = 0; i < 4; i++) {
      statuses.push((await send(ask("?"))).status, (await send(ask("?"))).status);
      await clock.advance(60_000);
    }
    expect(statuses).toEqual([200, 429, 200, 429, 200, 429, 403, 403]);
  });
});

it.each([
  [`<azure-openai-token-limit counter-key="k" tokens-per-minute="5" estimate-prompt-tokens="true" />`, []],
  [`<llm-token-limit counter-key="k" tokens-per-minute="5" />`, ["warning TP2007"]],
  [
    `<llm-token-limit counter-key="k" tokens-per-minute="5" estimate-prompt-token="true" />`,
    ["warning TP2007", "warning TP2104"],
  ],
  [limit(""), ["error TP2007"]],
  [limit(`token-quota="5"`), ["error TP2007"]],
  [limit(`token-quota="5" token-quota-period="Fortnightly"`), ["error TP2008"]],
  [limit(`tokens-per-minute="0"`), ["error TP2008"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});

it("the older name is the source of its errors", async () => {
  const { send } = await modelWorld(
    `<azure-openai-token-limit counter-key="k" tokens-per-minute="5" estimate-prompt-tokens="true" />`,
  );
  expect((await send(ask("x".repeat(100)))).error!.source).toBe("azure-openai-token-limit");
});

it("estimates by the short name of the attribute as well", async () => {
  const { send } = await modelWorld(`<llm-token-limit counter-key="k" tokens-per-minute="5" estimate-prompt-token="true" />`);
  expect((await send(ask("x".repeat(100)))).status).toBe(429);
});
