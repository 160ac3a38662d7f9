import { definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { text, value } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import type { CacheEntry } from "../../stores/store.js";
import { storeKey } from "../store-key.js";
import { fromEntry } from "./cached-value.js";
import { readOrClaim, storedKeys } from "./claims.js";
import { cachingType, readCache } from "./safe-cache.js";

/** Keys of cached values: one space for all policies of a gateway. */
export function valueKey(key: string): string {
  return storeKey("value-1", key);
}

/** The policy cache-lookup-value. */
export const cacheLookupValue = definePolicy({
  name: "cache-lookup-value",
  category: "caching",
  summary: "Reads one value from the cache by key into a context variable.",
  remarks: [
    "Reads a value from the cache into a variable, with the type that it was stored with. On a miss without default-value the variable is left as it is; default-value is only evaluated on a miss.",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    key: text({ required: true, expressions: true, notes: "The key to look for." }),
    "variable-name": text({ required: true, notes: "The variable that receives the value." }),
    "default-value": value({ expressions: true, notes: "What the variable gets on a miss; without it a miss leaves it unset." }),
    "caching-type": cachingType,
  },
  children: {},
  compile(element, compiler) {
    const stored = storedKeys(compiler.configuration);
    const { key, "variable-name": variable, "default-value": otherwise } = element.attributes;
    const name = variable.literal!;
    return (exchange) => {
      const conclude = (entry: CacheEntry | null): Flow => {
        const found = entry === null ? undefined : fromEntry(entry, exchange.runtime.expressionHost);
        if (found !== undefined) exchange.variables.set(name, found);
        else if (otherwise !== null) exchange.variables.set(name, otherwise.get(exchange));
        exchange.observer?.message("cache-lookup-value", exchange.section, `Cache ${found === undefined ? "miss" : "hit"}.`);
        return "continue";
      };
      const cacheKey = valueKey(key.get(exchange));
      const entry = stored.has(key.source) ? readOrClaim(exchange, cacheKey) : readCache(exchange, cacheKey);
      return entry instanceof Promise ? entry.then(conclude) : conclude(entry);
    };
  },
});
