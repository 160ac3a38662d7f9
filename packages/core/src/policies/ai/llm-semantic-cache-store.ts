import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { flag, seconds } from "../../policy/schema.js";
import { writeCache } from "../caching/safe-cache.js";
import type { StoredResponse } from "../caching/stored-response.js";
import { storeKey } from "../store-key.js";
import { semanticMisses } from "./llm-semantic-cache-lookup.js";
import { semanticIndexes } from "./semantic-index.js";

/** The policy llm-semantic-cache-store. */
export const llmSemanticCacheStore = definePolicy({
  name: "llm-semantic-cache-store",
  aliases: ["azure-openai-semantic-cache-store"],
  category: "ai",
  summary: "Stores a language model's answer for later semantic lookups.",
  remarks: [
    "Stores the answer to a prompt for later lookups by meaning, without its cookies. Does nothing unless llm-semantic-cache-lookup missed. Streamed answers are not stored (open in the reference).",
  ],
  sections: ["outbound"],
  scopes: ["global", "workspace", "product", "api", "operation"],
  attributes: {
    duration: seconds({ required: true, expressions: true, notes: "How long the answer is kept." }),
    "cache-response": flag({
      expressions: true,
      notes: "true: store whatever the status; false: store nothing; left out: store 200 only.",
    }),
  },
  children: {},
  compile(element) {
    const { duration, "cache-response": stores } = element.attributes;
    return async (exchange): Promise<Flow> => {
      const miss = semanticMisses.get(exchange);
      if (miss === undefined) return "continue";
      semanticMisses.delete(exchange);
      const { response, runtime } = exchange;
      const isWanted = stores === null ? response.status === 200 : stores.get(exchange);
      const lifetime = isWanted ? duration.get(exchange) : 0;
      const isStream = /^text\/event-stream\b/i.test(response.headers.get("Content-Type") ?? "");
      if (lifetime <= 0 || isStream) return "continue";
      await response.body.buffer(runtime.bodyLimit);
      const { status, reason } = response;
      const headers = response.headers.clone();
      // A cookie is for the caller who gets it.
      headers.delete("Set-Cookie");
      const key = storeKey("semantic-response-1", Buffer.from(runtime.random.bytes(16)).toString("hex"));
      const meta = JSON.stringify({ status, reason, headers: [...headers], duration: lifetime } satisfies StoredResponse);
      const now = runtime.clock.now();
      writeCache(exchange, key, { value: response.body.bytes ?? new Uint8Array(0), meta, storedAt: now }, lifetime);
      semanticIndexes.of(runtime).add({ ...miss, key, expiresAt: now + lifetime * 1000 });
      return "continue";
    };
  },
});
