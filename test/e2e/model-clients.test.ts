import Anthropic from "@anthropic-ai/sdk";
import { turnpike } from "@turnpike/adapters/node";
import { type Credentials, createGateway, type Telemetry } from "@turnpike/core";
import { testClock } from "@turnpike/core/testing";
import OpenAI from "openai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { backend } from "../adapters/node/servers.js";
import { document, type Sections } from "../core/policies/support.js";
import { modelServer, REPLY, safetyServer, USAGE } from "./model-servers.js";

const KEY = "a-key-of-the-models-product";
const TEXT = REPLY.join("");
const TOTAL = USAGE.prompt + USAGE.completion;
const LIMIT = (tokens: number, more = ""): string =>
  `<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="${tokens}" estimate-prompt-tokens="false" remaining-tokens-header-name="X-Left" ${more} />`;
const METRIC = `<llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>`;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

interface Options {
  readonly packs?: boolean;
  readonly bad?: readonly string[];
  readonly failure?: () => { readonly status: number; readonly body: string } | null;
}

/** The clients of both providers in front of a gateway in front of a model, all over sockets. */
async function judges(sections: Sections | string, { packs = false, bad = [], failure = () => null }: Options = {}) {
  const model = await modelServer({ packs, failure });
  const safety = await safetyServer(...bad);
  const clock = testClock();
  const metrics: Parameters<Telemetry["metric"]>[0][] = [];
  const credentials: Credentials = { managedIdentity: async () => ({ token: "a-token", expiresAt: Number.MAX_SAFE_INTEGER }) };
  const gateway = await createGateway(
    {
      products: { models: { apis: ["model"] } },
      subscriptions: { caller: { scope: "/products/models", primaryKey: KEY } },
      backends: { embed: { url: `${model.url}/embeddings` }, safety: { url: safety.url } },
      apis: {
        model: {
          path: "ai",
          serviceUrl: model.url,
          subscriptionKeyParameterNames: { header: "api-key" },
          policy: document(sections),
          operations: { all: { method: "POST", urlTemplate: "/*" } },
        },
      },
    },
    { clock, credentials, telemetry: { metric: (metric) => void metrics.push(metric) } },
  );
  const front = await backend(turnpike(gateway));
  closing.push(model.close, safety.close, () => gateway.close(), front.close);
  const settings = { apiKey: "none", maxRetries: 0, defaultHeaders: { "api-key": KEY } };
  const openai = new OpenAI({ ...settings, baseURL: `${front.url}/ai/v1` });
  const anthropic = new Anthropic({ ...settings, baseURL: `${front.url}/ai` });
  const settled = () => vi.waitFor(() => expect(metrics.length).toBeGreaterThan(0));
  const emitted = () => Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  return { openai, anthropic, model, safety, clock, metrics, settled, emitted };
}

type Judges = Awaited<ReturnType<typeof judges>>;
const question = { role: "user" as const, content: "Which colour has the sky?" };
const chatRequest = { model: "gpt-4o", messages: [question] };
const messagesRequest = { model: "claude-opus", max_tokens: 100, messages: [question] };

/** Each way to ask for text, as the clients offer it, with the text that the client makes of the answer. */
const WAYS: Readonly<Record<string, (of: Judges) => Promise<string>>> = {
  "chat completions": async ({ openai }) => {
    const answer = await openai.chat.completions.create(chatRequest);
    expect(answer.usage?.total_tokens).toBe(TOTAL);
    return answer.choices[0]!.message.content!;
  },
  "streamed chat completions": async ({ openai }) => {
    let text = "";
    let total = 0;
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    for await (const { choices, usage } of await openai.chat.completions.create({ ...chatRequest, ...options })) {
      text += choices[0]?.delta.content ?? "";
      total += usage?.total_tokens ?? 0;
    }
    expect(total).toBe(TOTAL);
    return text;
  },
  responses: async ({ openai }) => {
    const answer = await openai.responses.create({ model: "gpt-5", input: question.content });
    expect(answer.usage?.total_tokens).toBe(TOTAL);
    return answer.output_text;
  },
  "streamed responses": async ({ openai }) => {
    const stream = openai.responses.stream({ model: "gpt-5", input: question.content });
    let text = "";
    stream.on("response.output_text.delta", ({ delta }) => {
      text += delta;
    });
    expect((await stream.finalResponse()).usage?.total_tokens).toBe(TOTAL);
    return text;
  },
  messages: async ({ anthropic }) => {
    const answer = await anthropic.messages.create(messagesRequest);
    expect(answer.usage.output_tokens).toBe(USAGE.completion);
    return answer.content.map((part) => (part.type === "text" ? part.text : "")).join("");
  },
  "streamed messages": async ({ anthropic }) => {
    const stream = anthropic.messages.stream(messagesRequest);
    const answer = await stream.finalMessage();
    expect(answer.usage.output_tokens).toBe(USAGE.completion);
    return stream.finalText();
  },
};

describe("the official clients of models' providers", () => {
  for (const packs of [false, true])
    it.each(Object.keys(WAYS))(`%s, ${packs ? "compressed" : "plain"}: limited, measured, as the model said`, async (name) => {
      const world = await judges(LIMIT(TOTAL + 30) + METRIC, { packs });
      expect(await WAYS[name]!(world)).toBe(TEXT);
      await world.settled();
      expect(world.emitted()).toMatchObject({
        "Prompt Tokens": USAGE.prompt,
        "Completion Tokens": USAGE.completion,
        "Total Tokens": TOTAL,
      });
      // What is left is enough for the prompt of the next call; after it the limit is reached.
      await WAYS[name]!(world);
      await vi.waitFor(async () => {
        await expect(WAYS[name]!(world)).rejects.toMatchObject({ status: 429 });
      });
    });

  it.each(["plain", "compressed"])("embeddings, %s", async (how) => {
    const world = await judges(LIMIT(1000) + METRIC, { packs: how === "compressed" });
    const { data } = await world.openai.embeddings.create({ model: "text-embedding-3-small", input: "abc" });
    expect(data[0]!.embedding.slice(0, 4)).toEqual([1, 1, 1, 0]);
    expect(world.emitted()).toMatchObject({
      "Prompt Tokens": USAGE.prompt,
      "Completion Tokens": 0,
      "Total Tokens": USAGE.prompt,
    });
  });

  it("a stream without usage is charged its estimate", async () => {
    const world = await judges(LIMIT(10_000) + METRIC);
    const stream = await world.openai.chat.completions.create({ ...chatRequest, stream: true });
    let text = "";
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    expect(text).toBe(TEXT);
    await world.settled();
    const { "Completion Tokens": completion = 0, "Prompt Tokens": prompt = 0 } = world.emitted();
    expect([completion > 3, completion < 20, prompt > 3, prompt < 30]).toEqual([true, true, true, true]);
  });
});

/** Lets waits of whole seconds pass at once, on the gateway's clock. */
function hurry(clock: Judges["clock"]): number[] {
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms = 0, ...more: []) => {
    if (ms < 1000 || ms % 1000 !== 0 || ms > 60_000 || !new Error().stack!.includes("retryRequest"))
      return real(run, ms, ...more);
    waits.push(ms);
    return real(() => {
      void clock.advance(ms).then(run);
    }, 0);
  }) as typeof setTimeout);
  return waits;
}

describe("errors, as the official clients read them", () => {
  it.each<[string, (of: Judges) => Promise<unknown>, new (...more: never[]) => Error]>([
    ["openai", ({ openai }) => openai.chat.completions.create(chatRequest), OpenAI.RateLimitError],
    ["openai, streamed", ({ openai }) => openai.chat.completions.create({ ...chatRequest, stream: true }), OpenAI.RateLimitError],
    ["anthropic", ({ anthropic }) => anthropic.messages.create(messagesRequest), Anthropic.RateLimitError],
    ["anthropic, streamed", ({ anthropic }) => anthropic.messages.stream(messagesRequest).done(), Anthropic.RateLimitError],
  ])("%s: a limit that is reached is a RateLimitError with Retry-After", async (_who, call, kind) => {
    const world = await judges(LIMIT(60));
    await WAYS[_who.startsWith("openai") ? "chat completions" : "messages"]!(world);
    await world.clock.advance(20_000);
    const error = (await call(world).catch((failure: unknown) => failure)) as InstanceType<typeof OpenAI.RateLimitError>;
    expect(error).toBeInstanceOf(kind);
    expect([error.status, error.headers.get("Retry-After"), error.headers.get("Content-Type")]).toEqual([
      429,
      "40",
      "application/json",
    ]);
    // OpenAI's looks for a member "error" alone.
    if (kind === Anthropic.RateLimitError) expect(error.message).toContain("Token limit is exceeded. Try again in 40 seconds.");
  });

  it.each(["openai", "anthropic"] as const)("%s waits as long as Retry-After says, and then is let through", async (who) => {
    const world = await judges(LIMIT(60));
    const way = WAYS[who === "openai" ? "chat completions" : "messages"]!;
    await way(world);
    await world.clock.advance(20_000);
    const waits = hurry(world.clock);
    const again =
      who === "openai"
        ? await world.openai.withOptions({ maxRetries: 2 }).chat.completions.create(chatRequest)
        : await world.anthropic.withOptions({ maxRetries: 2 }).messages.create(messagesRequest);
    expect([again.id, waits]).toEqual([who === "openai" ? "chatcmpl-1" : "msg_1", [40_000]]);
  });

  it("a key that is missing, a quota, a failing model", async () => {
    const quota = `<llm-token-limit counter-key="all" token-quota="60" token-quota-period="Hourly" estimate-prompt-tokens="false" />`;
    let isBroken = false;
    const body = `{"error":{"message":"Overloaded","type":"overloaded_error","code":"busy"}}`;
    const world = await judges(quota, { failure: () => (isBroken ? { status: 503, body } : null) });
    const bare = world.openai.withOptions({ defaultHeaders: { "api-key": null } });
    await expect(bare.chat.completions.create(chatRequest)).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    isBroken = true;
    const failed = (await world.openai.chat.completions.create(chatRequest).catch((error: unknown) => error)) as InstanceType<
      typeof OpenAI.APIError
    >;
    expect([failed.status, failed.code, failed.message]).toEqual([503, "busy", "503 Overloaded"]);
    isBroken = false;
    await WAYS["chat completions"]!(world);
    await expect(world.openai.chat.completions.create(chatRequest)).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError);
  });
});

describe("the semantic cache, for the official clients", () => {
  const cached = {
    inbound: `<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="embed" embeddings-backend-auth="system-assigned" />${LIMIT(1000)}`,
    outbound: `<llm-semantic-cache-store duration="60" />`,
  };

  it.each(["plain", "compressed"])("answers a question that is near enough, %s", async (how) => {
    const world = await judges(cached, { packs: how === "compressed" });
    const ask = (content: string) =>
      world.openai.chat.completions.create({ ...chatRequest, messages: [{ role: "user", content }] });
    expect((await ask("Which colour has the sky?")).choices[0]!.message.content).toBe(TEXT);
    expect((await ask("Which colour has the sky??")).choices[0]!.message.content).toBe(TEXT);
    await ask("zzzzzzzz");
    expect(world.model.requests.filter(({ path }) => path.endsWith("/chat/completions"))).toHaveLength(2);
  });

  it("works for messages, and lets streams through", async () => {
    const world = await judges(cached);
    for (let i = 0; i < 2; i++) expect(await WAYS["messages"]!(world)).toBe(TEXT);
    for (let i = 0; i < 2; i++) expect(await WAYS["streamed messages"]!(world)).toBe(TEXT);
    expect(world.model.requests.filter(({ path }) => path.endsWith("/messages"))).toHaveLength(3);
  });
});

const SAFETY = (more: string): string =>
  `<llm-content-safety backend-id="safety" ${more}><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>`;

describe("content safety, for the official clients", () => {
  it.each(Object.keys(WAYS))("%s pass where nothing is found, every piece judged", async (name) => {
    const world = await judges(SAFETY(`enforce-on-completions="true" window-size="12"`) + METRIC);
    expect(await WAYS[name]!(world)).toBe(TEXT);
    expect(world.safety.texts[0]).toBe(question.content);
    const judged = world.safety.texts.slice(1);
    expect([judged.join(""), judged.length]).toEqual([TEXT, 2]);
  });

  it.each(Object.keys(WAYS))("%s with a harmful prompt are a PermissionDeniedError", async (name) => {
    const world = await judges(SAFETY(""), { bad: ["colour"] });
    const error = (await WAYS[name]!(world).catch((failure: unknown) => failure)) as InstanceType<typeof OpenAI.APIError>;
    expect([error.constructor.name, error.status]).toEqual(["PermissionDeniedError", 403]);
    expect(world.model.requests).toEqual([]);
  });

  it.each(Object.keys(WAYS))("%s with a harmful beginning are refused", async (name) => {
    for (const packs of [false, true]) {
      const world = await judges(SAFETY(`enforce-on-completions="true" window-size="12"`), { bad: ["sky"], packs });
      await expect(WAYS[name]!(world)).rejects.toMatchObject({ status: 403 });
    }
  });

  it.each(["plain", "compressed"])("a stream that turns harmful ends, %s", async (how) => {
    const world = await judges({ outbound: SAFETY(`window-size="8"`) }, { bad: ["blue"], packs: how === "compressed" });
    let text = "";
    try {
      for await (const { choices } of await world.openai.chat.completions.create({ ...chatRequest, stream: true }))
        text += choices[0]?.delta.content ?? "";
    } catch (error) {
      // What is packed comes in pieces of any size: all of it may be there before any of it was passed on.
      expect([how, (error as { status?: number }).status]).toEqual(["compressed", 403]);
    }
    expect(how === "plain" ? [REPLY[0]] : ["", REPLY[0]]).toContain(text);
  });
});
