import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, many, oneOf } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { CacheEntry } from "../../stores/store.js";
import { type TextValue, textValue } from "../text.js";
import { readOrClaim } from "./claims.js";
import { type LookupState, misses, type StoredResponse, setDownstream } from "./lookup-state.js";
import { responseKey } from "./response-key.js";
import { cachingType } from "./safe-cache.js";

/** What would make the backend answer with less than the whole response. */
const REMOVED_ON_MISS = [
  "Cache-Control",
  "Pragma",
  "If-None-Match",
  "If-Modified-Since",
  "If-Match",
  "If-Unmodified-Since",
  "If-Range",
  "Range",
];

/**
 * Answers a GET request from the cache. After a hit the rest of inbound and the backend section are left out, and outbound goes on behind the
 * paired cache-store.
 *
 * Open in the reference, read here as: only GET is looked up; requests with Authorization take no part unless private caching is allowed; the
 * key is said at `responseKey`; `none` sends `no-store, no-cache`, the others their word, the seconds that are left and must-revalidate.
 */
export const cacheLookup = definePolicy({
  name: "cache-lookup",
  category: "caching",
  summary: "Looks for a stored response to a GET request and, on a hit, answers with it instead of calling the backend.",
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "vary-by-developer": flag({
      required: true,
      missing: "warning",
      default: false,
      expressions: true,
      notes: "true: one entry for each developer.",
    }),
    "vary-by-developer-groups": flag({
      required: true,
      missing: "warning",
      default: false,
      expressions: true,
      notes: "true: one entry for each set of the developer's groups.",
    }),
    "caching-type": cachingType,
    "downstream-caching-type": oneOf(["none", "private", "public"], {
      default: "none",
      expressions: true,
      notes: "What callers and intermediaries may keep: nothing, private caches only, or any cache.",
    }),
    "must-revalidate": flag({
      default: true,
      expressions: true,
      notes: "With downstream caching: adds must-revalidate to Cache-Control.",
    }),
    "allow-private-response-caching": flag({
      default: false,
      expressions: true,
      notes: "true: requests with Authorization take part; vary by that header then.",
    }),
  },
  children: {
    "vary-by-header": child({
      max: many,
      content: "text",
      expressions: true,
      type: "object",
      notes: "A header whose value is part of the key.",
    }),
    "vary-by-query-parameter": child({
      max: many,
      content: "text",
      expressions: true,
      type: "object",
      notes: "Query parameters that are part of the key, separated by semicolons; without any all are.",
    }),
  },
  compile(element) {
    const { attributes } = element;
    const headers = element.children["vary-by-header"].map((one) => textValue(one.text));
    const parameters = element.children["vary-by-query-parameter"].map((one) => textValue(one.text));
    return (exchange) => {
      misses.delete(exchange);
      const { request } = exchange;
      if (request.method !== "GET") return "continue";
      if (request.headers.has("Authorization") && !attributes["allow-private-response-caching"].get(exchange)) return "continue";
      const state: LookupState = {
        key: responseKey(exchange, {
          headers: namesOf(headers, exchange),
          parameters: namesOf(parameters, exchange),
          byDeveloper: attributes["vary-by-developer"].get(exchange),
          byGroups: attributes["vary-by-developer-groups"].get(exchange),
        }),
        downstream: {
          type: attributes["downstream-caching-type"].get(exchange),
          mustRevalidate: attributes["must-revalidate"].get(exchange),
        },
      };
      const entry = readOrClaim(exchange, state.key);
      return entry instanceof Promise
        ? entry.then((found) => conclude(exchange, state, found))
        : conclude(exchange, state, entry);
    };
  },
});

/** Names, of which one text may hold several, separated by semicolons. */
function namesOf(texts: readonly TextValue[], exchange: Exchange): string[] {
  return texts.flatMap((one) =>
    (one.get(exchange) ?? "").split(";").flatMap((name) => (name.trim() === "" ? [] : [name.trim()])),
  );
}

function conclude(exchange: Exchange, state: LookupState, entry: CacheEntry | null): Flow {
  if (entry === null) {
    misses.set(exchange, state);
    const { headers } = exchange.request;
    const removed = REMOVED_ON_MISS.filter((name) => headers.has(name));
    for (const name of removed) headers.delete(name);
    exchange.trace?.message("cache-lookup", exchange.section, { message: "Cache miss.", removedHeaders: removed });
    return "continue";
  }
  const { status, reason, headers, duration } = JSON.parse(entry.meta) as StoredResponse;
  exchange.response = { status, reason, headers: new Headers(headers), body: new MessageBody(entry.value) };
  setDownstream(exchange.response.headers, state.downstream, duration - (exchange.runtime.clock.now() - entry.storedAt) / 1000);
  exchange.isCacheHit = true;
  exchange.trace?.message("cache-lookup", exchange.section, "Cache hit.");
  return "stop";
}
