import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { PerRequest } from "../../policy/per-request.js";
import { expression, flag, integer, seconds, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { CounterRequest, CounterResult } from "../../stores/store.js";
import { policyProblems } from "../problems.js";
import { storeKey } from "../store-key.js";
import { KILOBYTE, onBandwidth } from "./bandwidth.js";
import { finalAmount, isImmediate, literalAmount } from "./deferred-count.js";
import { limitProblems } from "./problems.js";
import { countLater } from "./quota-count.js";
import { quotaErrors, quotaRefusal } from "./quota-refusal.js";

/** What a request has counted so far, by counter: it counts in each only once. */
const counted = new PerRequest<Map<string, number>>();

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** The policy quota-by-key. */
export const quotaByKey = definePolicy({
  name: "quota-by-key",
  category: "rate-limiting",
  summary: "Caps the calls and/or the traffic volume of calls that share a computed key over a long fixed period, or for ever.",
  remarks: [
    "Caps calls and traffic that share a computed key over fixed periods. Keys are shared by all elements of the gateway that have the same period and start.",
  ],
  readings: [
    "Source is `quota-by-key`",
    "calls are counted in inbound where condition and count are literal, otherwise when the response is final",
    "a call whose condition is false leaves no trace in the bandwidth either",
    "of several elements with one key the first that counts wins",
    "bandwidth as for quota",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  counts: true,
  attributes: {
    calls: integer({ min: 0, notes: "Most calls for the key in the period; needed unless bandwidth is given." }),
    bandwidth: integer({ min: 0, notes: "Most kilobytes for the key in the period; needed unless calls is given." }),
    "renewal-period": seconds({ required: true, notes: "Length of the period in seconds, at least 300; 0 never renews." }),
    "counter-key": expression({ required: true, expressions: true, notes: "The text that names the counter." }),
    "increment-condition": flag({
      expressions: true,
      notes: "Whether the call counts; an expression is evaluated when the response is final.",
    }),
    "increment-count": integer({
      default: 1,
      expressions: true,
      min: 0,
      notes: "How much a call counts; an expression is evaluated when the response is final.",
    }),
    "first-period-start": text({
      default: "0001-01-01T00:00:00Z",
      check: (start) =>
        TIME.test(start) && !Number.isNaN(Date.parse(start)) ? null : `"${start}" is not a time as yyyy-MM-ddTHH:mm:ssZ.`,
      notes: "From when periods are counted, as yyyy-MM-ddTHH:mm:ssZ.",
    }),
  },
  children: {},
  errors: quotaErrors,
  compile(element, compiler) {
    const { calls, bandwidth, "counter-key": counterKey } = element.attributes;
    const period = element.attributes["renewal-period"].literal!;
    const startText = element.attributes["first-period-start"].literal!;
    const start = Date.parse(startText);
    const deferred = { condition: element.attributes["increment-condition"], count: element.attributes["increment-count"] };
    if (calls === null && bandwidth === null)
      compiler.report(policyProblems.attributeMissing(element.name, "calls", "bandwidth"));
    if (period !== 0 && period < 300) compiler.report(limitProblems.renewalPeriodInvalid());
    const isDeferred = !isImmediate(deferred);
    const amount = isDeferred ? 0 : literalAmount(deferred);
    const window = { window: "fixed", period, start, force: false } as const;

    /** How much the call counts, worked out when the response is final. */
    const whenFinal = (exchange: Exchange): Promise<number> =>
      new Promise((resolve) => {
        exchange.atEnd.push(async (ended) => resolve(await finalAmount(deferred, compiler, ended)));
      });

    return (exchange) => {
      const own = counted.getOrMake(exchange, () => new Map());
      const name = counterKey.get(exchange);
      const key = (kind: string): string => storeKey("quota-key-1", kind, String(period), startText, name);
      const callKey = key("calls");
      const requests: CounterRequest[] = [];
      const before = own.get(callKey) ?? 0;
      const now = before > 0 ? 0 : amount;
      // Full is what had reached the limit before this request: an amount beyond 1 may go over it once.
      if (calls !== null)
        requests.push({ ...window, key: callKey, limit: calls.literal! + before + Math.max(0, now - 1), amount: now });
      const bytes = bandwidth === null ? null : { ...window, key: key("bytes"), limit: bandwidth.literal! * KILOBYTE, amount: 0 };
      if (bytes !== null) requests.push(bytes);

      /** Counts after the fact, unless another element has. */
      const countOnce = async (request: CounterRequest, later: number): Promise<void> => {
        if (later <= 0 || own.has(request.key)) return;
        own.set(request.key, later);
        await countLater(exchange, request, later);
      };

      const conclude = (results: CounterResult[]): Flow => {
        const refused = results.findIndex(({ admitted }) => !admitted);
        if (refused >= 0)
          throw quotaRefusal(requests[refused] === bytes ? "bandwidth" : "call volume", results[refused]!.resetAfter);
        if (calls !== null && now > 0) own.set(callKey, now);
        const size = isDeferred ? whenFinal(exchange) : amount;
        if (calls !== null && isDeferred) exchange.atEnd.push(async () => countOnce(requests[0]!, await size));
        if (bytes !== null)
          onBandwidth(exchange, async (sent) => {
            if ((await size) > 0) await countOnce(bytes, sent);
          });
        return "continue";
      };
      const results = exchange.runtime.store.counters.take(requests);
      return results instanceof Promise ? results.then(conclude) : conclude(results);
    };
  },
});
