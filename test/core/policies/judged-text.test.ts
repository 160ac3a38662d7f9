import { describe, expect, it } from "vitest";
import { ask, Chunks, type FakeAnswer, modelWorld } from "./ai-support.js";

const SAFETY = (attributes = ""): string =>
  `<llm-content-safety backend-id="side" ${attributes}><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>`;

/** What the judge is asked of a request, or of an answer to one. */
async function judged(body: string | null, model?: FakeAnswer, attributes = ""): Promise<string[]> {
  const { send, aside } = await modelWorld(body === null ? { outbound: SAFETY(attributes) } : SAFETY(), {
    side: () => ({ body: { categoriesAnalysis: [] } }),
    ...(model === undefined ? {} : { model: () => model }),
  });
  expect((await send(body ?? ask("?"))).status).toBe(200);
  return aside().map((call) => (JSON.parse(call.body) as { text: string }).text);
}

describe("the texts of requests that are judged", () => {
  it.each<[string, object, string]>([
    [
      "chat",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "a" },
              { type: "image_url", image_url: { url: "x" } },
            ],
          },
        ],
      },
      "a",
    ],
    [
      "chat with tools",
      {
        messages: [
          { role: "assistant", tool_calls: [{ id: "1", function: { name: "f", arguments: `{"q":"a"}` } }] },
          { role: "tool", content: "b" },
        ],
      },
      `{"q":"a"}\nb`,
    ],
    ["completions", { model: "m", prompt: ["a", "b"] }, "a\nb"],
    [
      "Responses",
      {
        instructions: "a",
        input: [
          { role: "user", content: [{ type: "input_text", text: "b" }] },
          { type: "function_call_output", output: "c" },
        ],
      },
      "a\nb\nc",
    ],
    [
      "Messages",
      {
        system: [{ type: "text", text: "a" }],
        messages: [
          { role: "assistant", content: [{ type: "tool_use", name: "f", input: { deep: { city: "b" } } }] },
          { role: "user", content: [{ type: "tool_result", content: [{ type: "text", text: "c" }] }] },
        ],
      },
      "a\nb\nc",
    ],
    [
      "Gemini",
      {
        systemInstruction: { parts: [{ text: "a" }] },
        contents: [{ role: "user", parts: [{ text: "b" }, { functionResponse: { name: "f", response: { c: "c" } } }] }],
      },
      "a\nb\nf\nc",
    ],
    [
      "Converse",
      {
        system: [{ text: "a" }],
        messages: [{ role: "user", content: [{ text: "b" }, { toolResult: { content: [{ json: { x: "c" } }] } }] }],
      },
      "a\nb\nc",
    ],
    [
      "a tool's call of MCP",
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "t", arguments: { a: "a", b: [{ c: "b" }] } } },
      "a\nb",
    ],
    [
      "a message to an agent",
      {
        jsonrpc: "2.0",
        id: 1,
        method: "message/send",
        params: {
          message: {
            role: "user",
            messageId: "m",
            parts: [
              { kind: "text", text: "a" },
              { kind: "file", file: { bytes: "x" } },
            ],
          },
        },
      },
      "a",
    ],
  ])("%s", async (_what, body, expected) => {
    expect(await judged(JSON.stringify(body))).toEqual([expected]);
  });

  it("a message of JSON-RPC without text asks nobody", async () => {
    expect(await judged(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)).toEqual([]);
  });

  it("no depth hides a text", async () => {
    const depth = 5000;
    const body = `{"messages":${`[{"content":`.repeat(depth)}"bad"${"}]".repeat(depth)}}`;
    expect(await judged(body)).toEqual(["bad"]);
  });
});

const stream = (...data: readonly object[]): FakeAnswer => ({
  headers: { "Content-Type": "text/event-stream" },
  body: new Chunks(data.map((event) => `data: ${JSON.stringify(event)}\n\n`)),
});

/** One message of an AWS event stream, without headers and checksums. */
function awsMessage(payload: object): Buffer {
  const data = Buffer.from(JSON.stringify(payload));
  const message = Buffer.alloc(16 + data.length);
  message.writeUInt32BE(message.length, 0);
  data.copy(message, 12);
  return message;
}

describe("the texts of answers that are judged", () => {
  const responses = [
    { type: "response.created", response: { object: "response", instructions: "system", output: [] } },
    { type: "response.output_text.delta", item_id: "1", content_index: 0, delta: "a " },
    { type: "response.output_text.delta", item_id: "1", content_index: 0, delta: "b" },
    { type: "response.output_text.done", item_id: "1", content_index: 0, text: "a b" },
    { type: "response.completed", response: { object: "response", output: [{ content: [{ text: "a b" }, { text: "!c" }] }] } },
  ];
  it.each<[string, FakeAnswer, string]>([
    [
      "Messages",
      {
        body: {
          type: "message",
          content: [
            { type: "thinking", thinking: "a" },
            { type: "text", text: "b" },
          ],
        },
      },
      "a\nb",
    ],
    ["Gemini", { body: { candidates: [{ content: { parts: [{ text: "a" }] } }] } }, "a"],
    ["Converse", { body: { output: { message: { content: [{ text: "a" }] } }, stopReason: "end_turn" } }, "a"],
    ["Titan", { body: { results: [{ outputText: "a" }] } }, "a"],
    [
      "an agent's task",
      {
        body: {
          jsonrpc: "2.0",
          id: 1,
          result: {
            status: { state: "completed", message: { parts: [{ text: "a" }] } },
            artifacts: [{ parts: [{ text: "b" }] }],
          },
        },
      },
      "a\nb",
    ],
    [
      "streamed chat",
      stream(
        { choices: [{ delta: { role: "assistant" } }] },
        { choices: [{ delta: { content: "a" } }] },
        { choices: [{ delta: { tool_calls: [{ function: { arguments: "b" } }] } }] },
      ),
      "ab",
    ],
    [
      "streamed Messages",
      stream(
        { type: "message_start", message: { content: [] } },
        { type: "content_block_delta", delta: { type: "text_delta", text: "a" } },
        { type: "content_block_delta", delta: { type: "input_json_delta", partial_json: "b" } },
      ),
      "ab",
    ],
    ["streamed Responses, each text once", stream(...responses), "a b!c"],
    [
      "streamed Gemini",
      stream(
        { candidates: [{ content: { parts: [{ text: "a" }] } }] },
        { candidates: [{ content: { parts: [{ text: "b" }] } }] },
      ),
      "ab",
    ],
    ["events of another shape", stream({ q: "a" }), `{"q":"a"}`],
    [
      "Bedrock's streams",
      {
        headers: { "Content-Type": "application/vnd.amazon.eventstream" },
        body: new Chunks([
          awsMessage({ contentBlockIndex: 0, delta: { text: "a" } }),
          awsMessage({ bytes: Buffer.from(`{"type":"content_block_delta","delta":{"text":"b"}}`).toString("base64") }),
        ]),
      },
      "ab",
    ],
  ])("%s", async (_what, answer, expected) => {
    expect(await judged(null, answer)).toEqual([expected]);
  });
});
