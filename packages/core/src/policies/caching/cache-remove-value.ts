import { ofRequest } from "../../observe/log-failures.js";
import { internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { logEvents } from "../../policy/log-events.js";
import { flag, text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { valueKey } from "./cache-lookup-value.js";
import { cachingType } from "./safe-cache.js";

const removalFailed = internalError(
  "the cache fails, and fail-on-cache-removal-error is true",
  "CacheRemovalFailure",
  "The value could not be removed from the cache.",
);

/** The policy cache-remove-value. */
export const cacheRemoveValue = definePolicy({
  name: "cache-remove-value",
  category: "caching",
  summary: "Deletes one value from the cache by key.",
  remarks: ["Deletes a value from the cache and waits until that is done. A key that is not there is no error."],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    key: text({ required: true, expressions: true, notes: "The key to delete." }),
    "caching-type": cachingType,
    "fail-on-cache-removal-error": flag({
      default: false,
      expressions: true,
      notes: "true: a cache that fails to delete is an error.",
    }),
  },
  children: {},
  errors: [removalFailed],
  compile(element) {
    const { key, "fail-on-cache-removal-error": fails } = element.attributes;
    const failed = (exchange: Exchange, error: unknown): Flow => {
      if (fails.get(exchange)) throw removalFailed.error({}, { cause: error });
      exchange.runtime.logger.warn({ ...ofRequest(exchange), err: error }, logEvents.cacheFailed);
      return "continue";
    };
    return (exchange) => {
      const name = valueKey(key.get(exchange));
      try {
        const pending = exchange.runtime.store.cache.delete(name);
        if (pending instanceof Promise)
          return pending.then(
            () => "continue",
            (error: unknown) => failed(exchange, error),
          );
      } catch (error) {
        return failed(exchange, error);
      }
      return "continue";
    };
  },
});
