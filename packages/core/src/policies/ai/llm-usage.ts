import type { MessageBody } from "../../http/body.js";

/** What a language model's answer says it used. */
export interface TokenUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  /** True if it was worked out here because the answer did not say. */
  readonly isEstimate: boolean;
}

/** Counts the tokens of a text. */
export type TokenEstimator = (text: string) => number;

const CHARACTERS_A_TOKEN = 4;
/** What one image of a prompt is charged at most, as the reference says. */
const TOKENS_AN_IMAGE = 1200;
const MOST_DEPTH = 32;
/** Longest line of an event stream that is looked into; a longer one is passed on unread. */
const MOST_LINE = 1 << 20;

/** The rule of thumb where no tokenizer is at hand: four characters a token. */
export const roughEstimate: TokenEstimator = (text) => Math.ceil(text.length / CHARACTERS_A_TOKEN);

/** A request to a language model, as far as the policies care. */
export interface Prompt {
  readonly tokens: number;
  /** The caller asked for an event stream. */
  readonly isStreamed: boolean;
}

/** Reads the prompt of a chat, completion, responses or embeddings request. Null if the body is not JSON of that kind. */
export function readPrompt(body: Uint8Array | null, estimate: TokenEstimator): Prompt | null {
  const json = parseObject(body);
  if (json === null) return null;
  let tokens = 0;
  for (const field of ["messages", "prompt", "input", "instructions"]) tokens += tokensOf(json[field], estimate, 0);
  return { tokens, isStreamed: json["stream"] === true };
}

function tokensOf(value: unknown, estimate: TokenEstimator, depth: number): number {
  if (typeof value === "string") return estimate(value);
  if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + tokensOf(one, estimate, depth + 1), 0);
  const { type, text, content, image_url: image } = value as Record<string, unknown>;
  if (image !== undefined || type === "image_url" || type === "input_image") return TOKENS_AN_IMAGE;
  return tokensOf(text, estimate, depth + 1) + tokensOf(content, estimate, depth + 1);
}

/** Reads the `usage` part of a model's whole JSON answer; null if there is none. */
export function readUsage(body: Uint8Array | null): TokenUsage | null {
  const json = parseObject(body);
  return json === null ? null : usageOf(json);
}

function usageOf(json: Record<string, unknown>): TokenUsage | null {
  const usage = json["usage"] ?? (json["response"] as Record<string, unknown> | undefined)?.["usage"];
  if (typeof usage !== "object" || usage === null) return null;
  const one = usage as Record<string, unknown>;
  const prompt = count(one["prompt_tokens"] ?? one["input_tokens"]);
  const completion = count(one["completion_tokens"] ?? one["output_tokens"]);
  return { prompt, completion, total: count(one["total_tokens"]) || prompt + completion, isEstimate: false };
}

const count = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;

function parseObject(body: Uint8Array | null): Record<string, unknown> | null {
  if (body === null || body.length === 0) return null;
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * Tells `done` what the answer in `body` used: at once if the body is buffered, otherwise when the stream, which is passed on
 * untouched, has ended or was given up. Null if nothing can be known.
 * @param promptTokens the estimate for the prompt, for streams that do not report their usage
 */
export function observeUsage(
  body: MessageBody,
  promptTokens: number,
  estimate: TokenEstimator,
  done: (usage: TokenUsage | null) => void,
): void {
  if (body.isBuffered) return done(readUsage(body.bytes) ?? scanEvents(body.bytes, promptTokens, estimate));
  const source = body.release() as AsyncIterable<Uint8Array>;
  body.replace(observed(source, new EventScanner(promptTokens, estimate), done));
}

function scanEvents(bytes: Uint8Array | null, promptTokens: number, estimate: TokenEstimator): TokenUsage | null {
  if (bytes === null) return null;
  const scanner = new EventScanner(promptTokens, estimate);
  scanner.add(bytes);
  return scanner.usage;
}

async function* observed(
  source: AsyncIterable<Uint8Array>,
  scanner: EventScanner,
  done: (usage: TokenUsage | null) => void,
): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of source) {
      scanner.add(chunk);
      yield chunk;
    }
  } finally {
    done(scanner.usage);
  }
}

/** Reads server-sent events (or one JSON text) as they pass, keeping no more than a line. */
class EventScanner {
  private readonly decoder = new TextDecoder();
  private line = "";
  private isTooLong = false;
  private isEventStream = false;
  private completion = 0;
  private reported: TokenUsage | null = null;

  constructor(
    private readonly promptTokens: number,
    private readonly estimate: TokenEstimator,
  ) {}

  add(chunk: Uint8Array): void {
    const lines = (this.line + this.decoder.decode(chunk, { stream: true })).split("\n");
    this.line = lines.pop()!;
    for (const line of lines) {
      if (!this.isTooLong) this.read(line);
      this.isTooLong = false;
    }
    if (this.line.length > MOST_LINE) {
      this.line = "";
      this.isTooLong = true;
    }
  }

  get usage(): TokenUsage | null {
    if (this.line !== "") {
      this.read(this.line);
      this.line = "";
    }
    if (this.reported !== null || !this.isEventStream) return this.reported;
    return {
      prompt: this.promptTokens,
      completion: this.completion,
      total: this.promptTokens + this.completion,
      isEstimate: true,
    };
  }

  private read(line: string): void {
    const isData = line.startsWith("data:");
    const text = (isData ? line.slice(5) : line).trim();
    if (!text.startsWith("{")) return;
    const json = parseObject(Buffer.from(text));
    if (json === null) return;
    if (isData) {
      this.isEventStream = true;
      this.completion += completionOf(json, this.estimate);
    }
    this.reported = usageOf(json) ?? this.reported;
  }
}

function completionOf(event: Record<string, unknown>, estimate: TokenEstimator): number {
  if (typeof event["delta"] === "string") return estimate(event["delta"]);
  const choices = event["choices"];
  if (!Array.isArray(choices)) return 0;
  return choices.reduce<number>((sum, choice) => {
    const { delta, text } = (choice ?? {}) as { delta?: { content?: unknown }; text?: unknown };
    const piece = delta?.content ?? text;
    return sum + (typeof piece === "string" ? estimate(piece) : 0);
  }, 0);
}
