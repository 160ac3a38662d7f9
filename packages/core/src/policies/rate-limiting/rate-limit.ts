import type { Place } from "../../diagnostics/place.js";
import { type BoundElement, definePolicy, type PolicyCompiler } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { child, integer, many, seconds } from "../../policy/schema.js";
import type { CounterResult } from "../../stores/store.js";
import { storeKey } from "../store-key.js";
import { type LimitReport, limitReport, ownReportAttributes, rateLimitError, reportAttributes } from "./limit-attributes.js";
import { limitProblems } from "./problems.js";
import { checkTargets, limitsFor, type ScopedLimit, targetAttributes } from "./scoped-limits.js";

const limitAttributes = {
  calls: integer({ required: true, min: 0, notes: "Most calls allowed in the window." }),
  "renewal-period": seconds({ required: true, min: 1, max: 300, notes: "Length of the sliding window in seconds, at most 300." }),
};

const OWN_NAMES = Object.keys(ownReportAttributes) as (keyof typeof ownReportAttributes)[];

/** Does the element say how many calls, and in what time? It need not, and then limits nothing. */
function isLimit(limit: Pick<BoundElement, "attributes" | "place">, compiler: PolicyCompiler): boolean {
  if (limit.attributes["calls"] !== null && limit.attributes["renewal-period"] !== null) return true;
  compiler.report(limitProblems.operationWithoutLimit(), limit.place);
  return false;
}

/** An element that limits something. */
interface Limit {
  readonly name: string;
  readonly attributes: BoundElement<typeof targetAttributes & typeof limitAttributes & typeof ownReportAttributes>["attributes"];
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
      attributes: { ...targetAttributes, ...limitAttributes, ...ownReportAttributes },
      children: {
        operation: child({
          max: many,
          attributes: { ...targetAttributes, ...limitAttributes, ...ownReportAttributes },
          notes: "A limit of its own for one operation of that API.",
        }),
      },
      notes: "A limit of its own for one API of the product.",
    }),
    operation: child({
      max: many,
      attributes: {
        ...targetAttributes,
        calls: integer({ min: 0, notes: "Most calls allowed in the window." }),
        "renewal-period": seconds({ min: 1, max: 300, notes: "Length of the sliding window in seconds, at most 300." }),
        ...ownReportAttributes,
      },
      undocumented: "works",
      notes: "A limit of its own for one operation of the API at hand.",
    }),
  },
  errors: [rateLimitError("the limit of the product, API or operation is used up")],
  compile(element, compiler) {
    const apis = element.children.api;
    const operations = element.children.operation.filter((limit) => isLimit(limit, compiler)) as readonly Limit[];
    checkTargets(apis, compiler, operations);
    const report = limitReport(element);
    // Limits that say themselves how they stand.
    const ownReports = new Map<object, LimitReport>();
    for (const limit of [...operations, ...apis, ...apis.flatMap((api) => api.children.operation)])
      if (OWN_NAMES.some((name) => limit.attributes[name] !== null)) ownReports.set(limit, limitReport(limit));
    const { elementId } = compiler;
    const isAlone = apis.length === 0 && operations.length === 0;
    const root: ScopedLimit<Limit | typeof element> = { element, key: [] };
    return (exchange) => {
      const { subscription } = exchange;
      if (subscription === null) return "continue";
      const limits = isAlone ? [root] : [root, ...limitsFor<Limit>(apis, exchange, operations)];
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
        if (refused >= 0) {
          const told = ownReports.get(limits[refused]!.element) ?? report;
          throw told.refused(exchange, results[refused]!.retryAfter, calls, requests[refused]!.period);
        }
        for (const [i, { element: limit }] of limits.entries())
          ownReports.get(limit)?.admitted(exchange, requests[i]!.limit - results[i]!.count, requests[i]!.limit);
        report.admitted(exchange, remaining, calls);
        return "continue";
      };
      const results = exchange.runtime.store.counters.take(requests);
      return results instanceof Promise ? results.then(conclude) : conclude(results);
    };
  },
});
