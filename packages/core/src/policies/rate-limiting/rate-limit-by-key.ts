import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { expression, flag, integer, seconds } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import type { CounterResult } from "../../stores/store.js";
import { storeKey } from "../store-key.js";
import { finalAmount, isImmediate, literalAmount } from "./deferred-count.js";
import { limitReport, rateLimitError, reportAttributes } from "./limit-attributes.js";
import { limitProblems } from "./problems.js";

/** The policy rate-limit-by-key. */
export const rateLimitByKey = definePolicy({
  name: "rate-limit-by-key",
  category: "rate-limiting",
  summary:
    "Caps how often calls that share a computed key may be made within a short window, with a say in which calls count and by how much.",
  remarks: [
    "Limits calls that share a computed key: never more than `calls` in any stretch of `renewal-period` seconds. Keys are shared by all elements of the gateway. With an expression in increment-condition or increment-count (or increment-after-response) a call is judged by what is stored and counted when the response is final, on every path, so that the first refusal comes one call later.",
  ],
  readings: [
    "Source is `rate-limit-by-key`",
    "a call that would overshoot is refused",
    "`calls` may be 0",
    "limits that change are held against the stored times",
    "on a refusal the remaining calls are 0",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  counts: true,
  attributes: {
    calls: integer({ required: true, expressions: true, min: 0, notes: "Most calls allowed for the key in the window." }),
    "renewal-period": seconds({
      required: true,
      expressions: true,
      min: 1,
      max: 300,
      notes: "Length of the sliding window in seconds, at most 300.",
    }),
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
    ...reportAttributes,
    "increment-after-response": flag({ default: false, notes: "true: count the call only when the response is final." }),
    "flexible-retry-window": flag({ notes: "Accepted and ignored." }),
  },
  children: {},
  errors: [rateLimitError("the key has used up its calls in the window")],
  compile(element, compiler) {
    const { calls, "renewal-period": period, "counter-key": counterKey } = element.attributes;
    const deferred = { condition: element.attributes["increment-condition"], count: element.attributes["increment-count"] };
    const report = limitReport(element);
    const isDeferred = !isImmediate(deferred) || element.attributes["increment-after-response"].literal === true;
    if (element.attributes["flexible-retry-window"] !== null) compiler.report(limitProblems.retryWindowUnused());

    // Deferred counts come after the fact, so that a stored count of exactly `calls` still lets one more call through.
    const spare = isDeferred ? 1 : 0;
    const immediate = isDeferred ? 0 : literalAmount(deferred);

    return (exchange) => {
      const most = calls.get(exchange);
      const length = period.get(exchange);
      const key = storeKey("rate-key-1", counterKey.get(exchange));
      const { counters } = exchange.runtime.store;

      const conclude = ([result]: CounterResult[]): Flow => {
        const { admitted, count, retryAfter } = result!;
        if (!admitted) throw report.refused(exchange, retryAfter, most, length);
        report.admitted(exchange, most - count, most);
        if (isDeferred)
          exchange.atEnd.push(async (ended: Exchange) => {
            const amount = await finalAmount(deferred, compiler, ended);
            if (amount > 0)
              await counters.take([{ key, window: "sliding", period: length, start: null, limit: most, amount, force: true }]);
          });
        return "continue";
      };

      const results = counters.take([
        { key, window: "sliding", period: length, start: null, limit: most + spare, amount: immediate, force: false },
      ]);
      return results instanceof Promise ? results.then(conclude) : conclude(results);
    };
  },
});
