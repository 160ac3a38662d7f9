import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { ofRequest } from "../../observe/log-failures.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { logEvents } from "../../policy/log-events.js";
import { PerRequest } from "../../policy/per-request.js";
import { decimal, flag, integer, many, oneOf, text, valueChild } from "../../policy/schema.js";
import { readCache } from "../caching/safe-cache.js";
import { readEntry } from "../caching/stored-response.js";
import { toTakeApart } from "../messages.js";
import { storeKey } from "../store-key.js";
import { textValue } from "../text.js";
import { checkBackend, postToBackend } from "./backend-call.js";
import { promptText } from "./prompt-text.js";
import { semanticIndexes, unitVector } from "./semantic-index.js";

/** What the lookup leaves for the store after a miss. */
export interface SemanticMiss {
  readonly partition: string;
  readonly vector: Float64Array;
}

/** Requests whose lookup missed. */
export const semanticMisses = new PerRequest<SemanticMiss>();

/** The policy llm-semantic-cache-lookup. */
export const llmSemanticCacheLookup = definePolicy({
  name: "llm-semantic-cache-lookup",
  aliases: ["azure-openai-semantic-cache-lookup"],
  category: "ai",
  summary: "Answers a language-model request from the cache when an earlier prompt is close enough in meaning.",
  remarks: [
    "Answers a chat or completion request with an earlier answer to a prompt that means nearly the same. Prompts are compared inside this process; answers lie in the gateway's cache store.",
  ],
  readings: [
    "score-threshold is a cosine distance, smaller is stricter",
    "streamed requests take no part",
    "an embeddings call that fails is a miss",
  ],
  sections: ["inbound"],
  scopes: ["global", "workspace", "product", "api", "operation"],
  attributes: {
    "score-threshold": decimal({
      required: true,
      expressions: true,
      min: 0,
      max: 1,
      notes: "Largest distance of two prompts that still count as the same; start near 0.05.",
    }),
    "embeddings-backend-id": text({ required: true, expressions: true, notes: "The backend that makes embeddings." }),
    "embeddings-backend-auth": oneOf(["system-assigned"], {
      required: true,
      missing: "warning",
      notes: "How to authenticate there: the managed identity.",
    }),
    "ignore-system-messages": flag({ default: false, expressions: true, notes: "true: system messages do not count." }),
    "max-message-count": integer({ expressions: true, min: 1, notes: "With more messages than this nothing is cached." }),
    "cache-id": text({ notes: "Accepted; the gateway has one cache." }),
  },
  children: {
    "vary-by": valueChild({
      max: many,
      notes: "A value that keeps callers' entries apart.",
    }),
  },
  compile(element, compiler) {
    const { attributes } = element;
    const backend = attributes["embeddings-backend-id"];
    checkBackend(backend, compiler);
    const varyBy = element.children["vary-by"].map((part) => textValue(part.text));
    return async (exchange): Promise<Flow> => {
      semanticMisses.delete(exchange);
      const prompt = await toTakeApart(exchange, exchange.request.body, (bytes) =>
        promptText(bytes, {
          ignoresSystemMessages: attributes["ignore-system-messages"].get(exchange),
          mostMessages: attributes["max-message-count"]?.get(exchange) ?? Number.POSITIVE_INFINITY,
        }),
      );
      if (prompt === null) return "continue";
      const partition = storeKey(
        "semantic-2",
        exchange.product?.id ?? "",
        exchange.api?.workspace?.id ?? "",
        exchange.api?.id ?? "",
        exchange.api?.version ?? "",
        exchange.api?.revision ?? "",
        exchange.operation?.id ?? "",
        prompt.model,
        ...varyBy.map((part) => part.get(exchange) ?? ""),
      );
      const threshold = attributes["score-threshold"].get(exchange);
      const vector = await embedding(exchange, backend.get(exchange), prompt.text);
      if (vector === null) return "continue";
      const key = await nearestKey(exchange, partition, vector, threshold);
      const entry = key === null ? null : await readCache(exchange, key);
      const stored = entry === null ? null : readEntry(entry);
      if (entry === null || stored === null || "varies" in stored) {
        semanticMisses.set(exchange, { partition, vector });
        exchange.isCacheMiss = true;
        return "continue";
      }
      const { status, reason, headers } = stored;
      exchange.response = { status, reason, headers: new Headers(headers), body: new MessageBody(entry.value) };
      exchange.isCacheHit = true;
      return "stop";
    };
  },
});

function nearestKey(
  { runtime }: Exchange,
  partition: string,
  vector: Float64Array,
  threshold: number,
): string | null | Promise<string | null> {
  const find = (): string | null =>
    semanticIndexes.of(runtime).nearest(partition, vector, threshold, (runtime.original ?? runtime).clock.now());
  return runtime.facts === undefined ? find() : runtime.facts.know("nearest-prompt", partition, find);
}

async function embedding(exchange: Exchange, backendId: string, input: string): Promise<Float64Array | null> {
  try {
    const answer = (await postToBackend(exchange, backendId, "", { input })) as {
      data?: readonly { embedding?: unknown }[];
    } | null;
    return unitVector(answer?.data?.[0]?.embedding);
  } catch (error) {
    exchange.observer?.why(`No embedding could be had: ${error instanceof Error ? error.message : String(error)}`);
    exchange.runtime.logger.warn({ ...ofRequest(exchange), err: error }, logEvents.embeddingUnavailable);
    return null;
  }
}
