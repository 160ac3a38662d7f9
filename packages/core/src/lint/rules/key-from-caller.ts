import { callerText, nameOf } from "../callers.js";
import { policies } from "../examples.js";
import type { OriginKind } from "../flow/origin.js";
import { limits } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const limit = (key: string): string =>
  policies({ inbound: `<base />\n<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(${key})" />` });

const CHOSEN: ReadonlySet<OriginKind> = new Set(["header", "query", "body", "token"]);
const CACHE_KEYS: ReadonlySet<OriginKind> = new Set(["header", "body"]);

/** A counter that a caller leaves behind by saying something else. */
export const keyFromCaller = defineRule({
  id: "key-from-caller",
  severity: "warning",
  summary: "a counter key or cache key that anyone can choose freely",
  why: "A new value is a new counter: the limit holds for nobody, and counters and cache fill up. Authorization and claims are fine behind a token check.",
  remedy:
    "Count by what callers cannot choose: `context.Subscription?.Id`, `context.Request.IpAddress`, a claim of a checked token.",
  examples: {
    bad: limit('context.Request.Headers.GetValueOrDefault("X-Client-Id", "none")'),
    good: limit("context.Subscription?.Id ?? context.Request.IpAddress"),
  },
  pipeline(pipeline, context) {
    for (const { element, state } of pipeline.steps) {
      const isLimit = limits.has(element.name) && element.value("counter-key") !== null;
      // A branch may have looked at what is stored.
      const isStored = element.name === "cache-store-value" && element.within("when", "otherwise") === null;
      if (!isLimit && !isStored) continue;
      const attribute = isLimit ? "counter-key" : "key";
      const found = callerText(element, attribute, state, isLimit ? CHOSEN : CACHE_KEYS);
      const origin = found?.origins.find(({ kind, key }) => !isChecked(kind, key, state.checked !== "no"));
      if (found === null || origin === undefined) continue;
      context.report(element.document, found.span, `Anyone can choose the key: it comes from ${nameOf(origin)}.`, {
        hint: "Count by what callers cannot choose.",
      });
    }
  },
});

/** What a token check, or the check of subscription keys, vouches for. */
function isChecked(kind: OriginKind, key: string | null, isTokenChecked: boolean): boolean {
  if (key !== null && /^(?:ocp-apim-)?subscription-key$/i.test(key)) return true;
  return isTokenChecked && (kind === "token" || (kind === "header" && key !== null && /^authorization$/i.test(key)));
}
