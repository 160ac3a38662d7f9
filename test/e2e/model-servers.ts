import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { backend } from "../adapters/node/servers.js";

/** One request that the model got. */
export interface ModelRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly json: Record<string, unknown>;
}

/** Text that each answer holds, and the tokens that it is said to have cost. */
export const REPLY = ["The sky ", "is blue, ", "mostly."] as const;
export const USAGE = { prompt: 20, cached: 5, completion: 40, reasoning: 10 } as const;

const chatUsage = {
  prompt_tokens: USAGE.prompt,
  completion_tokens: USAGE.completion,
  total_tokens: USAGE.prompt + USAGE.completion,
  prompt_tokens_details: { cached_tokens: USAGE.cached },
  completion_tokens_details: { reasoning_tokens: USAGE.reasoning },
};
const responsesUsage = {
  input_tokens: USAGE.prompt,
  output_tokens: USAGE.completion,
  total_tokens: USAGE.prompt + USAGE.completion,
  input_tokens_details: { cached_tokens: USAGE.cached },
  output_tokens_details: { reasoning_tokens: USAGE.reasoning },
};
const messagesUsage = {
  input_tokens: USAGE.prompt - USAGE.cached,
  cache_read_input_tokens: USAGE.cached,
  cache_creation_input_tokens: 0,
  output_tokens: USAGE.completion,
};

type Event = readonly [name: string | null, data: unknown];

const data = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const written = ([name, value]: Event): string => `${name === null ? "" : `event: ${name}\n`}data: ${data(value)}\n\n`;

function chat({ stream, stream_options: options, model }: Record<string, unknown>): object | Event[] {
  const about = { id: "chatcmpl-1", created: 1, model };
  const isStreamed = stream === true;
  if (!isStreamed)
    return {
      ...about,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: REPLY.join("") }, finish_reason: "stop" }],
      usage: chatUsage,
    };
  const chunk = (delta: object, finish: string | null = null) =>
    [null, { ...about, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] }] as const;
  const reports = (options as { include_usage?: boolean } | undefined)?.include_usage === true;
  return [
    chunk({ role: "assistant", content: "" }),
    ...REPLY.map((content) => chunk({ content })),
    chunk({}, "stop"),
    ...(reports ? [[null, { ...about, object: "chat.completion.chunk", choices: [], usage: chatUsage }] as const] : []),
    [null, "[DONE]"],
  ];
}

function responses({ stream, model }: Record<string, unknown>): object | Event[] {
  const message = {
    type: "message",
    id: "msg_1",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: REPLY.join(""), annotations: [] }],
  };
  const whole = { id: "resp_1", object: "response", created_at: 1, status: "completed", model, output: [message] };
  const done = { ...whole, usage: responsesUsage };
  if (stream !== true) return done;
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  let sequence = 0;
  const event = (type: string, more: object): Event => [type, { type, sequence_number: sequence++, ...more }];
  const begun = { ...message, status: "in_progress", content: [] };
  return [
    event("response.created", { response: { ...whole, status: "in_progress", output: [] } }),
    event("response.output_item.added", { output_index: 0, item: begun }),
    event("response.content_part.added", { ...place, part: { type: "output_text", text: "", annotations: [] } }),
    ...REPLY.map((delta) => event("response.output_text.delta", { ...place, delta })),
    event("response.output_text.done", { ...place, text: REPLY.join("") }),
    event("response.output_item.done", { output_index: 0, item: message }),
    event("response.completed", { response: done }),
  ];
}

function messages({ stream, model }: Record<string, unknown>): object | Event[] {
  const about = { id: "msg_1", type: "message", role: "assistant", model, stop_sequence: null };
  if (stream !== true)
    return {
      ...about,
      content: [{ type: "text", text: REPLY.join("") }],
      stop_reason: "end_turn",
      usage: messagesUsage,
    };
  const event = (type: string, more: object): Event => [type, { type, ...more }];
  return [
    event("message_start", {
      message: { ...about, content: [], stop_reason: null, usage: { ...messagesUsage, output_tokens: 1 } },
    }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("ping", {}),
    ...REPLY.map((text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: USAGE.completion },
    }),
    event("message_stop", {}),
  ];
}

/** One number a letter: texts of the same letters are near each other. */
function embeddings({ input, model, encoding_format: format }: Record<string, unknown>): object {
  const text = String(Array.isArray(input) ? input[0] : input).toLowerCase();
  const counts = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => text.split(letter).length - 1);
  const embedding = format === "base64" ? Buffer.from(Float32Array.from(counts).buffer).toString("base64") : counts;
  return {
    object: "list",
    model,
    data: [{ object: "embedding", index: 0, embedding }],
    usage: { prompt_tokens: USAGE.prompt, total_tokens: USAGE.prompt },
  };
}

const ANSWERS: readonly (readonly [end: string, answer: (json: Record<string, unknown>) => object | Event[]])[] = [
  ["/chat/completions", chat],
  ["/responses", responses],
  ["/embeddings", embeddings],
  ["/messages", messages],
];

/**
 * A server that speaks as models' providers do: chat completions, Responses, embeddings, Anthropic's Messages, whole and as event streams.
 * @param failure an answer in place of all others, while it gives one
 */
export async function modelServer(
  options: { readonly packs?: boolean; readonly failure?: () => { readonly status: number; readonly body: string } | null } = {},
) {
  const requests: ModelRequest[] = [];
  const server = await backend((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray());
      const json = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
      const path = request.url!.split("?")[0]!;
      requests.push({ path, headers: request.headers, json });
      const failed = options.failure?.() ?? null;
      if (failed !== null) return send(response, failed.status, "application/json", failed.body);
      const answer = ANSWERS.find(([end]) => path.endsWith(end))?.[1](json);
      if (answer === undefined) return send(response, 404, "application/json", `{"error":{"message":"no such path"}}`);
      if (!Array.isArray(answer)) return send(response, 200, "application/json", JSON.stringify(answer), options.packs);
      await stream(response, (answer as Event[]).map(written).join(""), options.packs);
    })();
  });
  return { ...server, requests };
}

function send(response: ServerResponse, status: number, type: string, text: string, isPacked = false): void {
  response.writeHead(status, { "Content-Type": type, ...(isPacked ? { "Content-Encoding": "gzip" } : {}) });
  response.end(isPacked ? gzipSync(text) : text);
}

/** Writes a text in pieces of 37 bytes, so that events are cut anywhere. */
async function stream(response: ServerResponse, text: string, isPacked = false): Promise<void> {
  response.writeHead(200, { "Content-Type": "text/event-stream", ...(isPacked ? { "Content-Encoding": "gzip" } : {}) });
  const bytes = isPacked ? gzipSync(text) : Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 37) {
    response.write(bytes.subarray(start, start + 37));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** A content safety service that finds hate in every text with one of these words. */
export async function safetyServer(...words: readonly string[]) {
  const texts: string[] = [];
  const server = await backend((request, response) => {
    void (async () => {
      const { text } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8")) as { text: string };
      texts.push(text);
      const severity = words.some((word) => text.includes(word)) ? 6 : 0;
      send(response, 200, "application/json", JSON.stringify({ categoriesAnalysis: [{ category: "Hate", severity }] }));
    })();
  });
  return { ...server, texts };
}
