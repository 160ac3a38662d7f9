import type { Place } from "../../diagnostics/place.js";
import { type BoundElement, definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { child, integer, many, seconds } from "../../policy/schema.js";
import type { CounterResult } from "../../stores/store.js";
import { storeKey } from "../store-key.js";
import { limitReport, rateLimitError, reportAttributes } from "./limit-attributes.js";
import { checkTargets, limitsFor, targetAttributes } from "./scoped-limits.js";

const limitAttributes = {
  calls: integer({ required: true, min: 0, notes: "Most calls allowed in the window." }),
  "renewal-period": seconds({ required: true, min: 1, max: 300, notes: "Length of the sliding window in seconds, at most 300." }),
};

/** An element that limits something. */
interface Limit {
  readonly name: string;
  readonly attributes: BoundElement<typeof targetAttributes & typeof limitAttributes>["attributes"];
  readonly place: Place;
}

/** The policy rate-limit. */
export const rateLimit = definePolicy({
  name: "rate-limit",
  category: "rate-limiting",
  summary:
    "Caps how often one subscription may call within a short window, for the scope it sits in and, optionally, for named APIs and operations below it.",
  remarks: [
    "Limits the calls of one subscription: never more than `calls` in any stretch of `renewal-period` seconds, and more narrowly for named APIs and operations. Without a subscription it does nothing.",
  ],
  readings: [
    "elements at several places count apart",
    "refused calls do not count",
    "the remaining calls are the smallest remainder of all limits that apply, and 0 on a refusal",
  ],
  sections: ["inbound"],
  scopes: ["product", "api", "operation"],
  counts: true,
  attributes: { ...limitAttributes, ...reportAttributes },
  children: {
    api: child({
      max: many,
      attributes: { ...targetAttributes, ...limitAttributes },
      children: {
        operation: child({
          max: many,
          attributes: { ...targetAttributes, ...limitAttributes },
          notes: "A limit of its own for one operation of that API.",
        }),
      },
      notes: "A limit of its own for one API of the product.",
    }),
  },
  errors: [rateLimitError("the limit of the product, API or operation is used up")],
  compile(element, compiler) {
    const apis = element.children.api;
    checkTargets(apis, compiler);
    const report = limitReport(element);
    const { elementId } = compiler;
    const root = { element, key: [] };
    return (exchange) => {
      const { subscription } = exchange;
      if (subscription === null) return "continue";
      const limits = apis.length === 0 ? [root] : [root, ...limitsFor<Limit>(apis, exchange)];
      const requests = limits.map(({ element: { attributes }, key }) => ({
        key: storeKey("rate-1", elementId, subscription.id, ...key),
        window: "sliding" as const,
        limit: attributes.calls.literal!,
        period: attributes["renewal-period"].literal!,
        start: null,
        amount: 1,
        force: false,
      }));
      const conclude = (results: CounterResult[]): Flow => {
        let remaining = Number.POSITIVE_INFINITY;
        let refused = -1;
        for (const [i, { admitted, count, retryAfter }] of results.entries()) {
          remaining = Math.min(remaining, requests[i]!.limit - count);
          if (!admitted && (refused < 0 || retryAfter > results[refused]!.retryAfter)) refused = i;
        }
        const calls = requests[0]!.limit;
        if (refused >= 0) throw report.refused(exchange, results[refused]!.retryAfter, calls, requests[refused]!.period);
        report.admitted(exchange, remaining, calls);
        return "continue";
      };
      const results = exchange.runtime.store.counters.take(requests);
      return results instanceof Promise ? results.then(conclude) : conclude(results);
    };
  },
});
