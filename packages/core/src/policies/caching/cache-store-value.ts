import { definePolicy } from "../../policy/define.js";
import { logEvents } from "../../policy/log-events.js";
import { decimal, text, value } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { valueKey } from "./cache-lookup-value.js";
import { toEntry } from "./cached-value.js";
import { storedKeys } from "./claims.js";
import { cachingType, writeCache } from "./safe-cache.js";

/** The policy cache-store-value. */
export const cacheStoreValue = definePolicy({
  name: "cache-store-value",
  category: "caching",
  summary: "Stores one value in the cache under a key.",
  remarks: [
    "Stores a value under a key, without waiting for the cache. What can be stored keeps its .NET type: the types of set-variable, bytes, JSON tokens and XML. Null and other types are not stored (the latter are logged); nor is anything with a duration that is not positive.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    key: text({ required: true, expressions: true, notes: "The key to store under." }),
    value: value({ required: true, empty: "allowed", expressions: true, notes: "The value to store; its type is kept." }),
    duration: decimal({ required: true, expressions: true, notes: "How long the value is kept, in seconds." }),
    "caching-type": cachingType,
  },
  children: {},
  compile(element, compiler) {
    const { key, value: given, duration } = element.attributes;
    storedKeys(compiler.configuration).add(key.source);
    return (exchange) => {
      const name = key.get(exchange);
      const stored = given.get(exchange);
      const lifetime = duration.get(exchange);
      if (stored === null || lifetime <= 0) return "continue";
      const { clock, expressionHost, logger } = exchange.runtime;
      const entry = toEntry(stored, clock.now(), expressionHost);
      if (entry === null) logger.warn({ policy: "cache-store-value" }, logEvents.valueNotCached);
      else writeCache(exchange, valueKey(name), entry, lifetime);
      return "continue";
    };
  },
});
