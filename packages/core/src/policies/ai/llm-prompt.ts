import type { ModelCall } from "../../policy/model-call.js";
import type { TokenCounter } from "./token-counter.js";

/** What one image of a prompt is charged at most, as the reference says. */
const TOKENS_AN_IMAGE = 1200;
const MOST_DEPTH = 32;
/** Members of a request that the model reads, whatever the model's API: chat, completions, responses, embeddings, messages, Gemini, Bedrock. */
const FIELDS = [
  "messages",
  "prompt",
  "input",
  "instructions",
  "system",
  "contents",
  "content",
  "systemInstruction",
  "system_instruction",
  "inputText",
];
/** Members inside of those that hold text, or what holds some. */
const INNER = ["text", "content", "parts", "toolResult", "functionResponse"];
/** Members that stand for an image. */
const IMAGES = ["image_url", "image", "inlineData", "inline_data", "fileData", "file_data"];
/** Members whose JSON the model reads. */
const DEFINITIONS = ["tools", "functions", "toolConfig"];
/** Ends of the paths by which answers of Bedrock, Gemini and Anthropic on Vertex are asked for as streams. */
const STREAMING_PATH = /(?:\/converse-stream|\/invoke-with-response-stream|:streamGenerateContent|:streamRawPredict)$/;

/** A request to a language model, as far as the policies care. */
export interface Prompt {
  /** The estimate of its tokens: worked out when it is first asked for. */
  tokens(): number;
  /** The caller asked for an event stream. */
  readonly isStreamed: boolean;
  /** The model that it names, or the deployment that its path does; null for neither. */
  readonly model: string | null;
  /** What the path asks of the model; null where it does not tell. */
  readonly operation: ModelCall["operation"];
}

/** How much of the usual work it is to read a prompt: the engine itself reads the JSON. */
export const workOfPrompt = 1 / 8;

/** A request that is no JSON object: no prompt at all. */
const NO_PROMPT: Prompt = { tokens: () => 0, isStreamed: false, model: null, operation: null };

/** Reads the prompt of a request. @param path of its URL */
export function readPrompt(body: Uint8Array | null, counter: TokenCounter, path: string): Prompt {
  const json = parseObject(body);
  if (json === null) return NO_PROMPT;
  let tokens: number | null = null;
  return {
    model: modelOf(json, path),
    operation: operationOf(path),
    isStreamed: json["stream"] === true || STREAMING_PATH.test(path),
    tokens() {
      tokens ??= estimate(json, counter);
      return tokens;
    },
  };
}

/** Longer names are no models. */
const LONGEST_NAME = 128;

function modelOf(json: Record<string, unknown>, path: string): string | null {
  const written = json["model"] ?? /\/(?:deployments|models?)\/([^/:]+)/.exec(path)?.[1];
  return typeof written === "string" && written !== "" && written.length <= LONGEST_NAME ? written : null;
}

function operationOf(path: string): ModelCall["operation"] {
  if (/\/embeddings$/.test(path)) return "embeddings";
  if (/\/chat\/completions$|\/responses$|\/messages$|\/converse(?:-stream)?$|:(?:stream)?generateContent$/i.test(path))
    return "chat";
  return /\/completions$/.test(path) ? "text_completion" : null;
}

function estimate(json: Record<string, unknown>, counter: TokenCounter): number {
  const texts: string[] = [];
  let others = 0;
  const collect = (value: unknown, depth: number): void => {
    if (typeof value === "string") texts.push(value);
    // Prompts may come as tokens.
    else if (typeof value === "number") others++;
    else if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return;
    else if (Array.isArray(value)) for (const item of value) collect(item, depth + 1);
    else {
      const part = value as Record<string, unknown>;
      const { type } = part;
      if (type === "image_url" || type === "input_image" || type === "image" || IMAGES.some((name) => part[name] !== undefined))
        others += TOKENS_AN_IMAGE;
      else for (const name of INNER) collect(part[name], depth + 1);
    }
  };
  for (const field of FIELDS) collect(json[field], 0);
  for (const field of DEFINITIONS)
    if (typeof json[field] === "object" && json[field] !== null) texts.push(JSON.stringify(json[field]));
  return counter(texts) + others;
}

/** A JSON text as an object; null if it is none. */
export function parseObject(body: Uint8Array | string | null): Record<string, unknown> | null {
  if (body === null || body.length === 0) return null;
  try {
    const json: unknown = JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
