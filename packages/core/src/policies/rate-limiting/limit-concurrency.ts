import { concurrencySlots } from "../../policy/concurrency-slots.js";
import { policyError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { child, integer, many, text } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";

const concurrencyLimitExceeded = policyError({
  when: "max-count requests hold the key",
  status: 429,
  statusReason: "Too Many Requests",
  reason: "ConcurrencyLimitExceeded",
  message: "Concurrency limit is exceeded",
  toCaller: "Concurrency limit is exceeded. Try again later.",
});

/** The policy limit-concurrency. */
export const limitConcurrency = definePolicy({
  name: "limit-concurrency",
  category: "rate-limiting",
  summary: "Lets at most a set number of requests be inside the enclosed policies at one time; the next is refused at once.",
  remarks: [
    "Lets at most `max-count` requests be inside the enclosed policies at one time; there is no queue. Slots are this process's own.",
  ],
  readings: [
    "the refusal's reason is `ConcurrencyLimitExceeded`, without Retry-After",
    "elements with one key compare the shared count with their own max-count",
    "a request that enters two nested elements of one key takes two slots",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    key: text({ required: true, expressions: true, notes: "The text that names the set of slots." }),
    "max-count": integer({ required: true, min: 1, notes: "Most requests inside at once." }),
  },
  children: {
    "(any policy)": child({
      max: many,
      content: "policies",
      expressions: true,
      notes: "Any policy that the section allows, run in document order.",
    }),
  },
  content: "policies",
  errors: [concurrencyLimitExceeded],
  compile(element) {
    const { key, "max-count": most } = element.attributes;
    const run = element.policies!;
    return (exchange) => {
      const leave = enter(exchange, key.get(exchange), most.literal!);
      try {
        const pending = run(exchange);
        if (typeof pending !== "string") return pending.finally(leave);
        leave();
        return pending;
      } catch (error) {
        leave();
        throw error;
      }
    };
  },
});

function enter({ runtime }: Exchange, key: string, most: number): () => void {
  const inside = concurrencySlots.of(runtime);
  const taken = inside.get(key) ?? 0;
  if (taken >= most) throw concurrencyLimitExceeded.error();
  inside.set(key, taken + 1);
  return () => {
    const left = inside.get(key)! - 1;
    if (left > 0) inside.set(key, left);
    else inside.delete(key);
  };
}
