import { parseObject } from "./llm-prompt.js";
import type { TokenCounter } from "./token-counter.js";

/** Counts that are part of the prompt or of the completion; only those that an answer holds. */
export interface UsageDetails {
  readonly promptCached?: number;
  readonly promptAudio?: number;
  readonly completionReasoning?: number;
  readonly completionAudio?: number;
  readonly completionAcceptedPrediction?: number;
  readonly completionRejectedPrediction?: number;
}

/** What a language model's answer says it used, or is taken to have used. */
export interface TokenUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  readonly details: UsageDetails;
}

/** Bytes at the end of an answer that {@link usageInTail} is given. */
export const TAIL = 8192;

type Detail = keyof UsageDetails;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Where the figures of a usage object stand, by provider. Earlier names win. */
const PLACES = {
  // OpenAI and those that speak its language: what is cached is part of the prompt.
  wholePrompt: ["prompt_tokens", "promptTokenCount", "prompt_token_count", "inputTextTokenCount"],
  // OpenAI Responses and images; Anthropic and Bedrock, which leave out what the cache gave and took.
  freshPrompt: ["input_tokens", "inputTokens", "inputTokenCount"],
  cacheRead: ["cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount"],
  cacheWrite: ["cache_creation_input_tokens", "cacheWriteInputTokens", "cacheWriteInputTokenCount"],
  completion: [
    "completion_tokens",
    "output_tokens",
    "outputTokens",
    "outputTokenCount",
    "candidatesTokenCount",
    "generation_token_count",
    "totalOutputTextTokenCount",
  ],
  // Gemini's thoughts stand beside its candidates.
  thoughts: ["thoughtsTokenCount"],
  total: ["total_tokens", "totalTokens", "totalTokenCount"],
} as const;

type Place = keyof typeof PLACES;
const PLACE_NAMES = Object.keys(PLACES) as Place[];

/** The same for parts: an object's name, empty for the usage object itself, and a member's. */
const DETAILS: readonly (readonly [detail: Detail, object: string, member: string])[] = [
  ["promptCached", "prompt_tokens_details", "cached_tokens"],
  ["promptCached", "input_tokens_details", "cached_tokens"],
  ["promptCached", "", "cache_read_input_tokens"],
  ["promptCached", "", "cacheReadInputTokens"],
  ["promptCached", "", "cacheReadInputTokenCount"],
  ["promptCached", "", "cachedContentTokenCount"],
  ["promptAudio", "prompt_tokens_details", "audio_tokens"],
  ["promptAudio", "input_tokens_details", "audio_tokens"],
  ["promptAudio", "input_token_details", "audio_tokens"],
  ["completionReasoning", "completion_tokens_details", "reasoning_tokens"],
  ["completionReasoning", "output_tokens_details", "reasoning_tokens"],
  ["completionReasoning", "", "thoughtsTokenCount"],
  ["completionAudio", "completion_tokens_details", "audio_tokens"],
  ["completionAudio", "output_token_details", "audio_tokens"],
  ["completionAcceptedPrediction", "completion_tokens_details", "accepted_prediction_tokens"],
  ["completionRejectedPrediction", "completion_tokens_details", "rejected_prediction_tokens"],
];

/** Gemini's lists of `{ modality, tokenCount }`. */
const MODALITIES: readonly (readonly [detail: Detail, list: string])[] = [
  ["promptAudio", "promptTokensDetails"],
  ["completionAudio", "candidatesTokensDetails"],
];

/** What Bedrock says of a call besides its answer. */
const BEDROCK_HEADERS = [
  ["X-Amzn-Bedrock-Input-Token-Count", "inputTokenCount"],
  ["X-Amzn-Bedrock-Output-Token-Count", "outputTokenCount"],
  ["X-Amzn-Bedrock-Cache-Read-Input-Token-Count", "cacheReadInputTokenCount"],
  ["X-Amzn-Bedrock-Cache-Write-Input-Token-Count", "cacheWriteInputTokenCount"],
] as const;

/**
 * The figures of one answer, put together from all that reports some: the answer, its events, its headers. A later figure takes the place of
 * an earlier one, unless it is 0: streams report prompt and completion apart, and servers repeat what they do not know as 0.
 */
export class UsageFigures {
  private readonly figures = new Map<Place, number>();
  private readonly details: Writable<UsageDetails> = {};

  /** @param json an answer, or the data of an event, of any of the models' APIs */
  add(json: Record<string, unknown>): this {
    const holders = [json, json["response"], json["message"]];
    let isFound = false;
    for (const holder of holders)
      for (const name of ["usage", "usageMetadata", "amazon-bedrock-invocationMetrics"]) {
        const usage = member(holder, name);
        if (!isObject(usage)) continue;
        this.read(usage);
        isFound = true;
      }
    // Titan and Llama have the figures among the members of their answers.
    if (isFound || (json["inputTextTokenCount"] ?? json["prompt_token_count"] ?? json["generation_token_count"]) === undefined)
      return this;
    this.read(json);
    const results = json["results"];
    if (Array.isArray(results))
      this.keep(
        "completion",
        results.reduce<number>((sum, result) => sum + (count(member(result, "tokenCount")) ?? 0), 0),
      );
    return this;
  }

  /** @param header gives a header's value */
  addHeaders(header: (name: string) => string | null): this {
    const found: Record<string, number> = {};
    for (const [name, place] of BEDROCK_HEADERS) {
      const value = header(name);
      if (value !== null && /^\d{1,15}$/.test(value)) found[place] = Number(value);
    }
    this.read(found);
    return this;
  }

  /** @param usage an object whose members are figures */
  read(usage: Record<string, unknown>): this {
    for (const place of PLACE_NAMES)
      for (const name of PLACES[place]) {
        const value = count(usage[name]);
        if (value === null) continue;
        this.keep(place, value);
        break;
      }
    for (const [detail, object, name] of DETAILS) {
      const value = count(object === "" ? usage[name] : member(usage[object], name));
      if (value !== null) this.details[detail] = value || (this.details[detail] ?? 0);
    }
    for (const [detail, list] of MODALITIES) {
      const items = usage[list];
      for (const item of Array.isArray(items) ? items : []) {
        const value = member(item, "modality") === "AUDIO" ? count(member(item, "tokenCount")) : null;
        if (value !== null) this.details[detail] = value;
      }
    }
    return this;
  }

  /** Null if nothing was reported. */
  usage(): TokenUsage | null {
    if (this.figures.size === 0) return null;
    const { figures, details } = this;
    const at = (place: Place): number => figures.get(place) ?? 0;
    const prompt = at("wholePrompt") || at("freshPrompt") + at("cacheRead") + at("cacheWrite");
    const reported = at("total");
    const parts = at("completion") + at("thoughts");
    // Gemini's total holds what its other figures do not name.
    const completion = figures.has("thoughts") && reported > prompt ? Math.max(parts, reported - prompt) : parts;
    return { prompt, completion, total: Math.max(reported, prompt + completion), details };
  }

  private keep(place: Place, value: number): void {
    if (value > 0 || !this.figures.has(place)) this.figures.set(place, value);
  }
}

/** What a whole answer reports: an object, or the list of objects that Gemini streams where no events were asked for. Null if nothing. */
export function usageOf(json: unknown, header: (name: string) => string | null): TokenUsage | null {
  const figures = new UsageFigures();
  for (const part of Array.isArray(json) ? json : [json]) if (isObject(part)) figures.add(part);
  return figures.usage() ?? figures.addHeaders(header).usage();
}

const LEAVES = [...new Set([...Object.values(PLACES).flat(), "cachedContentTokenCount"])].join("|");
const LEAF = new RegExp(`(?<![\\\\\\w])"(${LEAVES})"\\s*:\\s*(\\d{1,15})`, "g");

/**
 * The usage that the end of a long answer reports: models put it last, behind the embeddings or the text. Quotation marks inside of a text
 * are escaped, so that no text can look like the member.
 */
export function usageInTail(tail: Uint8Array): TokenUsage | null {
  const text = Buffer.from(tail).toString("latin1");
  const numbers: Record<string, number> = {};
  for (const [, name, value] of text.matchAll(LEAF)) numbers[name!] = Number(value);
  return new UsageFigures().read(numbers).usage();
}

/** Characters of a stream that are kept without being counted. */
const MOST_UNCOUNTED = 65_536;

/** Adds up what the events of a streamed answer report; and what they hold, in case that they report nothing. */
export class EventUsage {
  private completion = 0;
  /** Texts that are not counted yet: most streams report their usage in the end, and counting is dear. */
  private texts: string[] = [];
  private length = 0;
  private readonly figures = new UsageFigures();

  constructor(private readonly counter: TokenCounter) {}

  /** @param data of an event: JSON, or something else that is passed over */
  add(data: string): void {
    const json = parseObject(data);
    if (json !== null) this.addObject(json);
  }

  addObject(json: Record<string, unknown>): void {
    const bytes = json["bytes"];
    // Bedrock wraps the events of models.
    if (typeof bytes === "string") this.add(Buffer.from(bytes, "base64").toString("utf8"));
    for (const piece of pieces(json)) {
      this.texts.push(piece);
      this.length += piece.length;
    }
    if (this.length > MOST_UNCOUNTED) this.count();
    this.figures.add(json);
  }

  private count(): void {
    this.completion += this.counter(this.texts);
    this.texts = [];
    this.length = 0;
  }

  /** @param promptTokens the estimate of the prompt, for streams that do not report their usage */
  usage(promptTokens: () => number): TokenUsage {
    const reported = this.figures.usage();
    if (reported !== null) return reported;
    const prompt = promptTokens();
    this.count();
    return { prompt, completion: this.completion, total: prompt + this.completion, details: {} };
  }
}

/** The text that an event adds to the answer: of the streams of chat, completions, responses, messages, Gemini, Converse, Titan and Llama. */
function pieces(event: Record<string, unknown>): string[] {
  const found: unknown[] = [event["outputText"], event["generation"], event["completion"]];
  const delta = event["delta"];
  if (typeof delta === "string") found.push(delta);
  else
    found.push(
      member(delta, "text"),
      member(delta, "thinking"),
      member(delta, "partial_json"),
      member(member(delta, "reasoningContent"), "text"),
      member(member(delta, "toolUse"), "input"),
    );
  for (const choice of list(event["choices"])) {
    const change = member(choice, "delta");
    found.push(
      member(change, "content") ?? member(choice, "text"),
      member(change, "reasoning_content"),
      member(change, "refusal"),
    );
    for (const call of list(member(change, "tool_calls"))) {
      const called = member(call, "function");
      found.push(member(called, "name"), member(called, "arguments"));
    }
  }
  for (const candidate of list(event["candidates"] ?? member(event["response"], "candidates")))
    for (const part of list(member(member(candidate, "content"), "parts"))) found.push(member(part, "text"));
  return found.filter((piece): piece is string => typeof piece === "string" && piece !== "");
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Null for what is no count. */
function count(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.floor(value) : null;
}
