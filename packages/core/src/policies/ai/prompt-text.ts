/** The prompt of a chat or completion request as one text. */
export interface PromptText {
  readonly text: string;
  readonly model: string;
}

/**
 * What a request asks a language model, for comparing it with others. Null if it is no such request, is streamed, holds what is not text, or has
 * too many messages.
 */
export function promptText(
  body: Uint8Array | null,
  options: { readonly ignoresSystemMessages: boolean; readonly mostMessages: number },
): PromptText | null {
  const request = parse(body);
  if (request === null || request["stream"] === true) return null;
  const model = typeof request["model"] === "string" ? request["model"] : "";
  if (typeof request["prompt"] === "string") return { text: request["prompt"], model };
  if (!Array.isArray(request["messages"])) return null;
  const messages = (request["messages"] as unknown[]).filter(
    (message): message is Record<string, unknown> => typeof message === "object" && message !== null,
  );
  const counted = options.ignoresSystemMessages
    ? messages.filter((message) => message["role"] !== "system" && message["role"] !== "developer")
    : messages;
  if (counted.length === 0 || counted.length > options.mostMessages) return null;
  const lines = counted.map((message) => contentText(message["content"]));
  if (lines.includes(null)) return null;
  return { text: counted.map((message, i) => `${String(message["role"])}: ${lines[i]!}`).join("\n"), model };
}

function contentText(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) => (part as { type?: unknown; text?: unknown } | null)?.text);
  return texts.every((text) => typeof text === "string") ? texts.join("\n") : null;
}

function parse(body: Uint8Array | null): Record<string, unknown> | null {
  if (body === null || body.length === 0) return null;
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
