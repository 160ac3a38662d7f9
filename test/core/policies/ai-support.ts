import {
  type ContentSafety,
  type Credentials,
  createGateway,
  Headers,
  type OutgoingRequest,
  type PolicyError,
  type Telemetry,
} from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import { document, type Sections } from "./support.js";

type Metric = Parameters<Telemetry["metric"]>[0];

/** What a fake answers: text or chunks as they are, other data as JSON. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Chunks that come one by one. */
export class Chunks {
  constructor(
    readonly chunks: readonly (string | Uint8Array)[],
    /** Whether the stream fails behind them. */
    readonly breaksOff = false,
  ) {}
}

export interface ModelOptions {
  /** What the model answers; may look at the request. Default: {@link completion} of 60 tokens. */
  readonly model?: (body: string) => FakeAnswer;
  /** What other services answer, of the URL and the body sent. */
  readonly side?: (url: string, body: string) => FakeAnswer;
  readonly credentials?: Credentials;
  readonly contentSafety?: ContentSafety;
  /** Whether tokens are counted by gpt-tokenizer; four characters a token by default. */
  readonly hasTokenizer?: boolean;
  readonly api?: object;
}

/** A chat answer that reports its usage. */
export const completion = (content = "Blue.", prompt = 20, done = 40): FakeAnswer => ({
  body: {
    choices: [{ message: { role: "assistant", content } }],
    usage: { prompt_tokens: prompt, completion_tokens: done, total_tokens: prompt + done },
  },
});

/** A chat answer as an event stream of these pieces of text. */
export const events = (pieces: readonly string[], ...last: readonly object[]): FakeAnswer => ({
  headers: { "Content-Type": "text/event-stream" },
  body: new Chunks([
    ...pieces.map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`),
    ...last.map((one) => `data: ${JSON.stringify(one)}\n\n`),
    "data: [DONE]\n\n",
  ]),
});

/** A chat request of one message. */
export const ask = (content: string, more: object = {}): string =>
  JSON.stringify({ messages: [{ role: "user", content }], ...more });

/** A gateway in front of a language model, with everything that it calls and measures written down. */
export async function modelWorld(sections: Sections | string, options: ModelOptions = {}) {
  const clock = testClock();
  const calls: { readonly request: OutgoingRequest; readonly body: string }[] = [];
  const metrics: Metric[] = [];
  const gateway = await createGateway(
    {
      deployment: { region: "West Europe" },
      backends: { side: { url: "https://side.internal/v1" }, gpt: { url: "https://gpt.internal" } },
      apis: {
        model: {
          path: "",
          serviceUrl: "https://model.internal",
          subscriptionRequired: false,
          policy: document(sections),
          operations: { chat: { method: "POST", urlTemplate: "/*" } },
          ...options.api,
        },
      },
    },
    {
      clock,
      packages: options.hasTokenizer === true ? {} : { "gpt-tokenizer/encoding/o200k_base": null },
      telemetry: { metric: (one) => void metrics.push(one) },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      ...(options.contentSafety === undefined ? {} : { contentSafety: options.contentSafety }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
      transport: async (request) => {
        const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString("utf8") : "";
        calls.push({ request, body });
        const answer: FakeAnswer =
          request.purpose === "forward"
            ? (options.model ?? (() => completion()))(body)
            : (options.side ?? (() => ({ status: 500, body: "" })))(request.url, body);
        return { status: answer.status ?? 200, reason: "", headers: new Headers(answer.headers), body: bodyOf(answer.body) };
      },
    },
  );
  const send = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    clock.run(async () => {
      let error: PolicyError | null = null;
      let variables: ReadonlyMap<string, unknown> = new Map();
      const response = await gateway.handle(
        { method: "POST", url: "https://api.example/chat/completions", headers, body },
        {
          observe: (exchange) => {
            error = exchange.lastError as PolicyError | null;
            variables = exchange.variables;
          },
        },
      );
      const text = await textOf(response.body);
      return { status: response.status, headers: response.headers, text, error: error as PolicyError | null, variables };
    });
  const forwarded = () => calls.filter((call) => call.request.purpose === "forward");
  const aside = () => calls.filter((call) => call.request.purpose === "call");
  return { clock, gateway, calls, metrics, send, forwarded, aside };
}

function bodyOf(body: unknown): Uint8Array | AsyncIterable<Uint8Array> {
  if (!(body instanceof Chunks)) return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return (async function* () {
    for (const chunk of body.chunks) yield Buffer.from(chunk);
    if (body.breaksOff) throw new Error("The stream broke off.");
  })();
}

async function textOf(body: unknown): Promise<string> {
  if (body === null) return "";
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
