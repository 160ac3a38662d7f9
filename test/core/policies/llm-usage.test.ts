import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask, Chunks, type FakeAnswer, modelWorld } from "./ai-support.js";

/** The metrics of an answer, and what a limit charged for it. */
async function used(answer: FakeAnswer, request = ask("?")): Promise<{ metrics: Record<string, number>; charged: unknown }> {
  const { send, metrics } = await modelWorld(
    `<llm-token-limit counter-key="k" tokens-per-minute="100000" estimate-prompt-tokens="false" tokens-consumed-variable-name="used" />
     <llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>`,
    { model: () => answer },
  );
  const { variables } = await send(request);
  return {
    metrics: Object.fromEntries(metrics.map(({ name, value }) => [name.replace(/ Tokens$/, ""), value])),
    charged: variables.get("used"),
  };
}

const counts = (prompt: number, completion: number, total = prompt + completion) => ({
  Total: total,
  Prompt: prompt,
  Completion: completion,
});

/** Server-sent events, each named. */
const sse = (...data: readonly unknown[]): string =>
  data.map((event) => `event: ${(event as { type?: string }).type ?? "x"}\ndata: ${JSON.stringify(event)}\n\n`).join("");

/** A message of an AWS event stream; checksums are not looked at. */
function awsMessage(type: string, payload: object): Buffer {
  const body = Buffer.from(JSON.stringify(payload));
  const name = ":event-type";
  const header = Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([7, 0, type.length]),
    Buffer.from(type),
  ]);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + header.length + body.length + 4, 0);
  prelude.writeUInt32BE(header.length, 4);
  return Buffer.concat([prelude, header, body, Buffer.alloc(4)]);
}

const chunk = (event: object) => awsMessage("chunk", { bytes: Buffer.from(JSON.stringify(event)).toString("base64") });

const whole: readonly (readonly [string, object, object])[] = [
  [
    "chat completions",
    {
      usage: {
        prompt_tokens: 20,
        completion_tokens: 30,
        total_tokens: 50,
        prompt_tokens_details: { cached_tokens: 8, audio_tokens: 2 },
        completion_tokens_details: {
          reasoning_tokens: 10,
          audio_tokens: 3,
          accepted_prediction_tokens: 4,
          rejected_prediction_tokens: 1,
        },
      },
    },
    {
      ...counts(20, 30),
      "Prompt Cached": 8,
      "Prompt Audio": 2,
      "Completion Reasoning": 10,
      "Completion Audio": 3,
      "Completion Accepted Prediction": 4,
      "Completion Rejected Prediction": 1,
    },
  ],
  [
    "Responses",
    {
      object: "response",
      usage: {
        input_tokens: 20,
        input_tokens_details: { cached_tokens: 8 },
        output_tokens: 30,
        output_tokens_details: { reasoning_tokens: 10 },
        total_tokens: 50,
      },
    },
    { ...counts(20, 30), "Prompt Cached": 8, "Completion Reasoning": 10 },
  ],
  ["embeddings", { data: [], usage: { prompt_tokens: 9, total_tokens: 9 } }, counts(9, 0)],
  [
    "images",
    { data: [], usage: { input_tokens: 9, output_tokens: 1000, total_tokens: 1009, input_tokens_details: { text_tokens: 9 } } },
    counts(9, 1000),
  ],
  [
    "Anthropic's messages, whose input leaves out what the cache gave and took",
    { usage: { input_tokens: 10, cache_read_input_tokens: 3, cache_creation_input_tokens: 4, output_tokens: 5 } },
    { ...counts(17, 5), "Prompt Cached": 3 },
  ],
  [
    "Gemini, whose thoughts stand beside the candidates",
    {
      usageMetadata: {
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 7,
        totalTokenCount: 22,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 8 },
          { modality: "AUDIO", tokenCount: 2 },
        ],
      },
    },
    { ...counts(10, 12), "Prompt Cached": 4, "Completion Reasoning": 7, "Prompt Audio": 2 },
  ],
  ["Gemini in an envelope", { response: { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 } } }, counts(10, 5)],
  [
    "Bedrock's Converse",
    { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 18, cacheReadInputTokens: 3 } },
    { ...counts(13, 5), "Prompt Cached": 3 },
  ],
  ["Titan", { inputTextTokenCount: 10, results: [{ tokenCount: 5 }, { tokenCount: 2 }] }, counts(10, 7)],
  ["Llama", { generation: "Blue.", prompt_token_count: 10, generation_token_count: 5 }, counts(10, 5)],
];

describe("the usage of a whole answer", () => {
  it.each(whole)("of %s", async (_what, body, expected) => {
    expect(await used({ body })).toEqual({ metrics: expected, charged: (expected as { Total: number }).Total });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("compressed with %s, although it was not asked for", async (coding, pack) => {
    const body = new Chunks([pack(JSON.stringify({ usage: { input_tokens: 10, output_tokens: 5 } }))]);
    const headers = { "Content-Type": "application/json", "Content-Encoding": coding };
    expect((await used({ headers, body })).metrics).toEqual(counts(10, 5));
  });

  it("of a model whose figures are headers", async () => {
    const headers = {
      "Content-Type": "application/json",
      "X-Amzn-Bedrock-Input-Token-Count": "10",
      "X-Amzn-Bedrock-Output-Token-Count": "5",
    };
    expect((await used({ headers, body: { completion: "Blue." } })).metrics).toEqual(counts(10, 5));
  });

  it("of Gemini's list of answers", async () => {
    const body = [
      { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1 } },
      { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 } },
    ];
    expect((await used({ headers: { "Content-Type": "application/json" }, body })).metrics).toEqual(counts(10, 5));
  });
});

const streams: readonly (readonly [string, string, string | Buffer, object])[] = [
  [
    "chat, the last event but one",
    "text/event-stream",
    `${sse({ choices: [{ delta: { content: "B" } }], usage: null }, { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } })}data: [DONE]\n\n`,
    counts(9, 3),
  ],
  [
    "Responses",
    "text/event-stream",
    sse(
      { type: "response.output_text.delta", delta: "Blue" },
      { type: "response.completed", response: { usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 } } },
    ),
    counts(9, 3),
  ],
  [
    "Anthropic's messages, in two events; a later 0 says nothing",
    "text/event-stream",
    sse(
      { type: "message_start", message: { usage: { input_tokens: 9, cache_read_input_tokens: 3, output_tokens: 1 } } },
      { type: "message_delta", usage: { input_tokens: 0, output_tokens: 8 } },
    ),
    { ...counts(12, 8), "Prompt Cached": 3 },
  ],
  [
    "Gemini, the last of several",
    "text/event-stream",
    sse(
      { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1, totalTokenCount: 10 } },
      { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14 } },
    ),
    counts(9, 5),
  ],
  [
    "images",
    "text/event-stream",
    sse({ type: "image_generation.completed", usage: { input_tokens: 9, output_tokens: 90, total_tokens: 99 } }),
    counts(9, 90),
  ],
  [
    "Bedrock's ConverseStream",
    "application/vnd.amazon.eventstream",
    Buffer.concat([
      awsMessage("contentBlockDelta", { delta: { text: "Blue" }, contentBlockIndex: 0 }),
      awsMessage("metadata", { usage: { inputTokens: 9, outputTokens: 3, totalTokens: 12 }, metrics: { latencyMs: 1 } }),
    ]),
    counts(9, 3),
  ],
  [
    "Bedrock's InvokeModelWithResponseStream",
    "application/vnd.amazon.eventstream",
    Buffer.concat([
      chunk({ type: "message_start", message: { usage: { input_tokens: 9, output_tokens: 1 } } }),
      chunk({
        type: "message_stop",
        "amazon-bedrock-invocationMetrics": { inputTokenCount: 9, outputTokenCount: 3, invocationLatency: 1 },
      }),
    ]),
    counts(9, 3),
  ],
  [
    "Bedrock's stream without figures: its text is estimated",
    "application/vnd.amazon.eventstream",
    awsMessage("contentBlockDelta", { delta: { text: "x".repeat(12) } }),
    counts(1, 3),
  ],
];

describe("the usage of a stream", () => {
  describe.each(streams)("of %s", (_what, type, text, expected) => {
    it.each([1, 7, 1 << 20])("in pieces of %i bytes", async (size) => {
      const bytes = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      const answer = { headers: { "Content-Type": type }, body: new Chunks(pieces) };
      expect(await used(answer)).toEqual({ metrics: expected, charged: (expected as { Total: number }).Total });
    });

    it.each([
      ["gzip", gzipSync],
      ["br", brotliCompressSync],
    ] as const)("compressed with %s", async (coding, pack) => {
      const bytes = pack(Buffer.from(text));
      const pieces = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, i) => bytes.subarray(i * 5, (i + 1) * 5));
      const answer = { headers: { "Content-Type": type, "Content-Encoding": coding }, body: new Chunks(pieces) };
      expect((await used(answer)).metrics).toEqual(expected);
    });
  });

  it("is estimated where what came cannot be unpacked", async () => {
    const headers = { "Content-Type": "text/event-stream", "Content-Encoding": "gzip" };
    expect((await used({ headers, body: new Chunks(["no gzip"]) })).metrics).toEqual(counts(1, 0));
  });

  it("passes over what is no AWS event stream, and messages of megabytes", async () => {
    const type = { "Content-Type": "application/vnd.amazon.eventstream" };
    const big = awsMessage("chunk", { bytes: "A".repeat(2 << 20) });
    const figures = awsMessage("metadata", { usage: { inputTokens: 9, outputTokens: 3 } });
    const passed = new Chunks([big.subarray(0, 1 << 19), big.subarray(1 << 19), figures]);
    expect((await used({ headers: type, body: passed })).metrics).toEqual(counts(9, 3));
    expect((await used({ headers: type, body: new Chunks(["\0\0\0\0 no such stream at all"]) })).metrics).toEqual(counts(1, 0));
  });
});

describe("undocumented attributes of the metric and the limit", () => {
  it("pick a count and its name", async () => {
    const { send, metrics } = await modelWorld(
      `<llm-emit-token-metric name="Mine" value-type="prompt-tokens"><dimension name="API ID" /></llm-emit-token-metric>`,
    );
    await send(ask("?"));
    expect(metrics.map(({ name, value }) => [name, value])).toEqual([["Mine", 20]]);
  });

  it("leave the prompt out of the limit", async () => {
    const { send } = await modelWorld(
      `<llm-token-limit counter-key="k" tokens-per-minute="100" estimate-prompt-tokens="true" ignore-prompt="true" tokens-consumed-variable-name="used" />`,
    );
    expect((await send(ask("?"))).variables.get("used")).toBe(40);
  });
});

it.each([
  ["Gemini's contents", { contents: [{ parts: [{ text: "x".repeat(40) }, { inlineData: { data: "" } }] }] }, 1210],
  ["Converse's blocks", { system: [{ text: "x".repeat(8) }], messages: [{ content: [{ text: "x".repeat(40) }] }] }, 12],
  ["Titan's text", { inputText: "x".repeat(40) }, 10],
  ["tools", { messages: [], tools: [{ name: "a" }] }, 4],
])("the estimate of %s", async (_what, body, expected) => {
  const { send } = await modelWorld(
    `<llm-token-limit counter-key="k" tokens-per-minute="9999" estimate-prompt-tokens="true" tokens-consumed-variable-name="used" />`,
    { model: () => ({ headers: { "Content-Type": "application/json" }, body: {} }) },
  );
  expect((await send(JSON.stringify(body))).variables.get("used")).toBe(expected);
});
