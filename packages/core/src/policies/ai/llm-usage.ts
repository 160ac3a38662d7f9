import { parseObject } from "./llm-prompt.js";
import type { TokenCounter } from "./token-counter.js";

/** What a language model's answer says it used, or is taken to have used. */
export interface TokenUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
}

/** Reads the `usage` part of an answer, or of an event; null if it has none. */
export function usageOf(json: Record<string, unknown>): TokenUsage | null {
  const usage = json["usage"] ?? member(json["response"], "usage") ?? member(json["message"], "usage");
  if (typeof usage !== "object" || usage === null) return null;
  const one = usage as Record<string, unknown>;
  const prompt = count(one["prompt_tokens"] ?? one["input_tokens"]);
  const completion = count(one["completion_tokens"] ?? one["output_tokens"]);
  return { prompt, completion, total: count(one["total_tokens"]) || prompt + completion };
}

/** Bytes at the end of an answer that {@link usageInTail} is given. */
export const TAIL = 8192;

/**
 * The usage that the end of a long answer reports: models put it last, behind the embeddings or the text. Quotation marks inside of a text
 * are escaped, so that no text can look like the member.
 */
export function usageInTail(tail: Uint8Array): TokenUsage | null {
  const text = Buffer.from(tail).toString("latin1");
  const numbers: Record<string, number> = {};
  for (const [, name, value] of text.matchAll(/(?<![\\\w])"((?:prompt|completion|input|output|total)_tokens)"\s*:\s*(\d{1,15})/g))
    numbers[name!] = Number(value);
  return Object.keys(numbers).length === 0 ? null : usageOf({ usage: numbers });
}

/** Adds up what the events of a streamed answer report; and what they hold, in case that they report nothing. */
export class EventUsage {
  private completion = 0;
  private reported: TokenUsage | null = null;

  constructor(private readonly counter: TokenCounter) {}

  add(data: string): void {
    const json = parseObject(data);
    if (json === null) return;
    this.completion += this.counter(pieces(json));
    const usage = usageOf(json);
    if (usage === null) return;
    // Some report prompt and completion in events of their own.
    const prompt = usage.prompt || (this.reported?.prompt ?? 0);
    const completion = usage.completion || (this.reported?.completion ?? 0);
    this.reported = { prompt, completion, total: Math.max(usage.total, prompt + completion) };
  }

  /** @param promptTokens the estimate of the prompt, for streams that do not report their usage */
  usage(promptTokens: () => number): TokenUsage {
    if (this.reported !== null) return this.reported;
    const prompt = promptTokens();
    return { prompt, completion: this.completion, total: prompt + this.completion };
  }
}

/** The text that an event adds to the answer: of chat, completion, responses and messages streams. */
function pieces(event: Record<string, unknown>): string[] {
  const found: unknown[] = [];
  const delta = event["delta"];
  if (typeof delta === "string") found.push(delta);
  else found.push(member(delta, "text"), member(delta, "thinking"), member(delta, "partial_json"));
  const choices = event["choices"];
  for (const choice of Array.isArray(choices) ? choices : []) {
    const change = member(choice, "delta");
    found.push(
      member(change, "content") ?? member(choice, "text"),
      member(change, "reasoning_content"),
      member(change, "refusal"),
    );
    const calls = member(change, "tool_calls");
    for (const call of Array.isArray(calls) ? calls : []) {
      const called = member(call, "function");
      found.push(member(called, "name"), member(called, "arguments"));
    }
  }
  return found.filter((one): one is string => typeof one === "string" && one !== "");
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
