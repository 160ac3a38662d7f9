import type { Place } from "../../diagnostics/place.js";
import { type BoundElement, definePolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { child, integer, many, seconds } from "../../policy/schema.js";
import type { CounterRequest, CounterResult } from "../../stores/store.js";
import { policyProblems } from "../problems.js";
import { storeKey } from "../store-key.js";
import { KILOBYTE, onBandwidth } from "./bandwidth.js";
import { limitProblems } from "./problems.js";
import { countLater } from "./quota-count.js";
import { quotaErrors, quotaRefusal } from "./quota-refusal.js";
import { checkTargets, limitsFor, targetAttributes } from "./scoped-limits.js";

const capAttributes = {
  calls: integer({ min: 0, notes: "Most calls in the period; needed unless bandwidth is given." }),
  bandwidth: integer({ min: 0, notes: "Most kilobytes in the period; needed unless calls is given." }),
};

/** An element that caps something. */
interface Cap {
  readonly name: string;
  readonly attributes: BoundElement<typeof targetAttributes & typeof capAttributes>["attributes"];
  readonly place: Place;
}

const inherited = seconds({ notes: "Accepted and ignored: the period is that of the quota element." });

/** Where periods begin for a subscription without a start date: 0001-01-01. */
const BEGINNING = -62_135_596_800_000;

/** The policy quota. */
export const quota = definePolicy({
  name: "quota",
  category: "rate-limiting",
  summary:
    "Caps the calls and/or the traffic volume of one subscription over a long fixed period, or for its whole life, with optional separate caps for APIs and operations.",
  remarks: [
    "Caps calls and traffic of one subscription over fixed periods that start with the subscription. Without a subscription it does nothing.",
  ],
  readings: [
    "bandwidth is the bodies both ways between caller and gateway, in kilobytes of 1024 bytes",
    "refused calls do not count",
    "call volume is looked at first",
    "an endless quota says nothing of its replenishment and sends no Retry-After",
    "periods of children are the quota's",
  ],
  sections: ["inbound"],
  scopes: ["product"],
  counts: true,
  attributes: {
    ...capAttributes,
    "renewal-period": seconds({
      required: true,
      notes: "Length of the period in seconds, counted from the subscription's start; 0 never renews.",
    }),
  },
  children: {
    api: child({
      max: many,
      attributes: { ...targetAttributes, ...capAttributes, "renewal-period": inherited },
      children: {
        operation: child({
          max: many,
          attributes: { ...targetAttributes, ...capAttributes, "renewal-period": inherited },
          notes: "A cap of its own for one operation of that API.",
        }),
      },
      notes: "A cap of its own for one API of the product.",
    }),
  },
  errors: quotaErrors,
  compile(element, compiler) {
    const apis = element.children.api;
    checkTargets(apis, compiler);
    const below = [...apis, ...apis.flatMap((api) => api.children.operation)];
    for (const limit of [element, ...below])
      if (limit.attributes.calls === null && limit.attributes.bandwidth === null)
        compiler.report(policyProblems.attributeMissing(limit.name, "calls", "bandwidth"), limit.place);
    for (const limit of below)
      if (limit.attributes["renewal-period"] !== null) compiler.report(limitProblems.renewalPeriodUnused(), limit.place);
    const period = element.attributes["renewal-period"].literal!;
    const { elementId } = compiler;
    const root = { element, key: [] };

    return (exchange) => {
      const { subscription } = exchange;
      if (subscription === null) return "continue";
      const start = subscription.startDate ?? BEGINNING;
      const requests: CounterRequest[] = [];
      const bandwidths: CounterRequest[] = [];
      for (const { element: cap, key } of apis.length === 0 ? [root] : [root, ...limitsFor<Cap>(apis, exchange)]) {
        const { calls, bandwidth } = cap.attributes;
        const counter = { window: "fixed", period, start, force: false } as const;
        const counterKey = (kind: string): string => storeKey("quota-1", elementId, subscription.id, kind, ...key);
        if (calls !== null) requests.push({ ...counter, key: counterKey("calls"), limit: calls.literal!, amount: 1 });
        if (bandwidth !== null)
          bandwidths.push({ ...counter, key: counterKey("bytes"), limit: bandwidth.literal! * KILOBYTE, amount: 0 });
      }
      const conclude = (results: CounterResult[]): Flow => {
        const refused = results.findIndex(({ admitted }) => !admitted);
        if (refused >= 0)
          throw quotaRefusal(refused < requests.length ? "call volume" : "bandwidth", results[refused]!.resetAfter);
        for (const counter of bandwidths) onBandwidth(exchange, (bytes) => void countLater(exchange, counter, bytes));
        return "continue";
      };
      const results = exchange.runtime.store.counters.take([...requests, ...bandwidths]);
      return results instanceof Promise ? results.then(conclude) : conclude(results);
    };
  },
});
