import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { flag, many, oneOf, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { CacheEntry } from "../../stores/store.js";
import { type TextValue, textValue } from "../text.js";
import { readOrClaim } from "./claims.js";
import { differingFrom, lookedUp } from "./last-variation.js";
import { type LookupState, misses, setDownstream } from "./lookup-state.js";
import { cachingProblems } from "./problems.js";
import { responseKey, type Variation } from "./response-key.js";
import { cachingType } from "./safe-cache.js";
import { readEntry, type VaryEntry } from "./stored-response.js";
import { variantKey } from "./vary.js";

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

/** The policy cache-lookup. */
export const cacheLookup = definePolicy({
  name: "cache-lookup",
  category: "caching",
  summary: "Looks for a stored response to a GET request and, on a hit, answers with it instead of calling the backend.",
  remarks: [
    "Answers a GET request from the cache. After a hit the rest of inbound and the backend section are left out, and outbound goes on behind the paired cache-store.",
    "The key holds the product, the workspace, the API with version and revision, the operation, the URL that was asked for, the backend and path that the request would go to, the query, and what the vary rules name; besides, an answer is only given to requests whose headers are the same in what the backend's Vary names.",
  ],
  readings: [
    "only GET without a body is looked up",
    "requests with Authorization take no part unless private caching is allowed",
    "of the query all parameters count unless some are named, and never the subscription key",
    "vary-by-developer tells subscriptions without a developer apart",
    "`none` sends `no-store, no-cache`, the others their word, the seconds that are left and must-revalidate",
  ],
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
      notes:
        "true: requests with Authorization take part, and answers with Set-Cookie or Cache-Control: private are stored; vary by the caller then.",
    }),
  },
  children: {
    "vary-by-header": valueChild({
      max: many,
      notes: "A header whose value is part of the key.",
    }),
    "vary-by-query-parameter": valueChild({
      max: many,
      notes: "Query parameters that are part of the key, separated by semicolons; without any all are.",
    }),
  },
  compile(element, compiler) {
    const { attributes } = element;
    const headers = element.children["vary-by-header"].map(({ text }) => textValue(text));
    const storesPrivate = attributes["allow-private-response-caching"];
    if (storesPrivate.literal !== false && attributes["vary-by-developer"].literal === false && !headers.some(tellsCallersApart))
      compiler.report(cachingProblems.callersShare());
    const parameters = element.children["vary-by-query-parameter"].map(({ text }) => textValue(text));
    return (exchange) => {
      misses.delete(exchange);
      const { request } = exchange;
      // An answer to what a body asked is not for those who did not ask it.
      if (request.method !== "GET" || !request.body.isNone) return "continue";
      const isPrivateAllowed = storesPrivate.get(exchange);
      if (request.headers.has("Authorization") && !isPrivateAllowed) return "continue";
      const variation = {
        headers: namesOf(headers, exchange),
        parameters: namesOf(parameters, exchange),
        byDeveloper: attributes["vary-by-developer"].get(exchange),
        byGroups: attributes["vary-by-developer-groups"].get(exchange),
      };
      const key = responseKey(exchange, variation);
      const state: Lookup = {
        variation,
        key,
        varies: NOTHING,
        missed: key,
        requestHeaders: request.headers,
        storesPrivate: isPrivateAllowed,
        downstream: {
          type: attributes["downstream-caching-type"].get(exchange),
          mustRevalidate: attributes["must-revalidate"].get(exchange),
        },
      };
      const entry = readOrClaim(exchange, key);
      return entry instanceof Promise
        ? entry.then((found) => conclude(exchange, state, found))
        : conclude(exchange, state, entry);
    };
  },
});

/** A lookup on its way. */
type Lookup = Omit<LookupState, "lookedUp"> & { readonly variation: Variation };

const NOTHING: LookupState["varies"] = { names: [], until: 0 };

/** Headers that say what a caller wants, not who he is. */
const NOT_OF_CALLERS = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "content-type",
  "host",
  "origin",
]);

/** May a `vary-by-header` keep one caller's answers from another? */
function tellsCallersApart({ literal }: TextValue): boolean {
  return literal === undefined || literal.split(";").some((name) => !NOT_OF_CALLERS.has(name.trim().toLowerCase()));
}

/** Names, of which one text may hold several, separated by semicolons. */
function namesOf(texts: readonly TextValue[], exchange: Exchange): string[] {
  return texts.flatMap((text) =>
    (text.get(exchange) ?? "").split(";").flatMap((name) => (name.trim() === "" ? [] : [name.trim()])),
  );
}

function conclude(exchange: Exchange, state: Lookup, entry: CacheEntry | null): Flow | Promise<Flow> {
  const read = entry === null ? null : readEntry(entry);
  if (entry === null || read === null) return miss(exchange, state);
  if ("varies" in read) return lookUpVariant(exchange, state, read, entry);
  const { status, reason, headers, duration } = read;
  exchange.response = { status, reason, headers: new Headers(headers), body: new MessageBody(entry.value) };
  setDownstream(exchange.response.headers, state.downstream, duration - (exchange.runtime.clock.now() - entry.storedAt) / 1000);
  exchange.isCacheHit = true;
  exchange.observer?.message("cache-lookup", exchange.section, "Cache hit.");
  return "stop";
}

/** There are several responses for this key: the one that fits the request's headers is looked for. */
function lookUpVariant(exchange: Exchange, state: Lookup, read: VaryEntry, entry: CacheEntry): Flow | Promise<Flow> {
  // A variant has no variants.
  if (state.missed !== state.key) return miss(exchange, state);
  const missed = variantKey(state.key, read.varies, state.requestHeaders);
  const varies = { names: read.varies, until: entry.storedAt + read.duration * 1000 };
  const next: Lookup = { ...state, varies, missed };
  const found = readOrClaim(exchange, missed);
  return found instanceof Promise ? found.then((variant) => conclude(exchange, next, variant)) : conclude(exchange, next, found);
}

function miss(exchange: Exchange, state: Lookup): Flow {
  const { headers } = exchange.request;
  const by = lookedUp(exchange, state.variation);
  if (exchange.observer !== null) {
    const why = differingFrom(exchange, by);
    if (why !== null) exchange.observer.why(why);
  }
  misses.set(exchange, { ...state, lookedUp: by, requestHeaders: headers.clone() });
  const removed = REMOVED_ON_MISS.filter((name) => headers.has(name));
  for (const name of removed) headers.delete(name);
  exchange.isCacheMiss = true;
  exchange.observer?.message("cache-lookup", exchange.section, { message: "Cache miss.", removedHeaders: removed });
  return "continue";
}
