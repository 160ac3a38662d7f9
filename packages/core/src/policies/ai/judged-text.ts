/** How a value is gone through for text: text itself, a holder of members with text, or data of which every text counts. */
type Reading = "text" | "holder" | "data";

/**
 * The members that hold what people and models say to each other: of chat, completions, Responses, Messages, Gemini, Converse, Titan and Llama, of
 * the messages of MCP and A2A, whole and as events.
 */
const MEMBERS: Readonly<Record<string, Reading>> = {
  // What is said.
  ...named(
    "text",
    "content text message delta prompt instructions system systemInstruction system_instruction input inputText output outputText",
    "generation completion thinking reasoning reasoning_content reasoningText reasoningContent summary refusal partial_json transcript suffix",
  ),
  // What tools are given and give.
  ...named("data", "arguments args functionCall functionResponse structuredContent data json variables"),
  ...named(
    "holder",
    "messages contents parts choices candidates results outputs tool_calls function function_call custom audio toolUse toolResult response item part",
    "content_block params result resource status statusUpdate artifact artifacts artifactUpdate task history msg error",
  ),
};

/** A member by which one of these shapes is told from other JSON. */
const MARKS = [
  "jsonrpc",
  "choices",
  "type",
  "delta",
  "candidates",
  "usageMetadata",
  "contentBlockIndex",
  "stopReason",
  "metrics",
  "role",
];

function named(reading: Reading, ...names: readonly string[]): Record<string, Reading> {
  return Object.fromEntries(names.flatMap((list) => list.split(" ")).map((name) => [name, reading]));
}

type Json = Readonly<Record<string, unknown>>;

/** All texts in a request or answer of a language model, a tool or an agent, in their order; null for JSON of no known shape, and what is no JSON. */
export function textsOf(body: string): string[] | null {
  const json = parsed(body);
  if (!isObject(json)) return null;
  const texts = collected(json);
  // A message of JSON-RPC without text holds nothing to judge; anything else might hold it where nobody knows.
  return texts.length > 0 || json["jsonrpc"] === "2.0" ? texts : null;
}

/** Most characters of a stream's texts that are kept, to know them when they are repeated. */
const MOST_KEPT = 1 << 20;
/** Most parts of a stream whose texts are kept: all are looked at when an event may repeat one. */
const MOST_PARTS = 1_000;

/** The texts of the events of one stream. What the Responses API says again, of a part that its deltas made up, counts once. */
export class EventTexts {
  private readonly parts = new Map<string, string>();
  private kept = 0;

  /** @param data of an event */
  add(data: string): string {
    if (data === "" || data === "[DONE]") return "";
    const json = parsed(data);
    if (!isObject(json)) return data;
    // Bedrock wraps the events of models.
    if (typeof json["bytes"] === "string") return this.add(Buffer.from(json["bytes"], "base64").toString("utf8"));
    if (!MARKS.some((mark) => json[mark] !== undefined)) return collected(json).join("\n") || data;
    const { type } = json;
    if (typeof type !== "string" || !type.startsWith("response.")) return collected(json).join("");
    if (typeof json["delta"] === "string") {
      this.keep(`${String(json["item_id"])} ${type} ${String(json["content_index"] ?? json["summary_index"])}`, json["delta"]);
      return json["delta"];
    }
    const known = new Set(this.parts.values());
    return collected(json)
      .filter((text) => !known.has(text))
      .join("\n");
  }

  private keep(part: string, delta: string): void {
    this.kept += delta.length + (this.parts.has(part) ? 0 : part.length);
    if (this.kept > MOST_KEPT || this.parts.size > MOST_PARTS) this.parts.clear();
    else this.parts.set(part, (this.parts.get(part) ?? "") + delta);
  }
}

/** Goes through without recursion: strangers choose the depth. */
function collected(json: Json): string[] {
  const texts: string[] = [];
  const open: (readonly [value: unknown, reading: Reading])[] = [[json, "holder"]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, reading] = next;
    if (typeof value === "string") {
      if (reading !== "holder" && value !== "") texts.push(value);
    } else if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) open.push([value[i], reading]);
    else if (isObject(value)) {
      const members = Object.entries(value);
      // Its instructions are the request's.
      const isResponse = value["object"] === "response";
      for (let i = members.length - 1; i >= 0; i--) {
        const [name, held] = members[i]!;
        const how = reading === "data" ? "data" : readingOf(name, held);
        if (how !== null && !(isResponse && name === "instructions")) open.push([held, how]);
      }
    }
  }
  return texts;
}

function readingOf(name: string, value: unknown): Reading | null {
  // Of a tool's use it is data.
  if (name === "input" && isObject(value)) return "data";
  // Elsewhere it is the bytes of an image, or a list of embeddings.
  if (name === "data" && !isObject(value)) return null;
  return Object.hasOwn(MEMBERS, name) ? MEMBERS[name]! : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
