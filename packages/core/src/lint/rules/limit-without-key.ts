import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const files = (required: boolean): Record<string, string> => ({
  "gateway.yaml": `apis:
  weather:
    path: weather
    serviceUrl: https://weather.internal
    subscriptionRequired: ${required}
    policy: { file: ./weather.xml }
    operations: { now: { method: GET, urlTemplate: /now } }
`,
  "weather.xml": policies({ inbound: '<base />\n<rate-limit calls="10" renewal-period="60" />' }),
});

/** A limit per subscription where there is none. */
export const limitWithoutKey = defineRule({
  id: "limit-without-key",
  severity: "warning",
  summary: "rate-limit or quota where no subscription can be present",
  why: "Both count by subscription: a call without a key is never counted (pages of rate-limit and quota).",
  remedy: "Require a subscription, or use rate-limit-by-key.",
  needs: "configuration",
  examples: { bad: files(false), good: files(true) },
  project({ pipelines, configuration }, context) {
    const seen = new Map<object, boolean>();
    const elements = new Map<object, Parameters<typeof context.element>[0]>();
    const subscriptions = [...(configuration?.model.subscriptions.values() ?? [])];
    for (const pipeline of pipelines) {
      const { api, product } = pipeline.owner;
      if (api === null) continue;
      const hasKey =
        api.subscriptionRequired ||
        subscriptions.some(({ scope }) => scope.kind === "all" || (scope.kind === "api" && scope.id === api.id)) ||
        (product !== null &&
          (product.subscriptionRequired ||
            subscriptions.some(({ scope }) => scope.kind === "product" && scope.id === product.id)));
      for (const element of pipeline.elements("inbound")) {
        if (element.name !== "rate-limit" && element.name !== "quota") continue;
        elements.set(element, element);
        seen.set(element, (seen.get(element) ?? false) || hasKey);
      }
    }
    for (const [key, hasKey] of seen)
      if (!hasKey)
        context.element(elements.get(key)!, "No call has a subscription here: nothing is counted.", {
          hint: "Require a subscription, or use rate-limit-by-key.",
        });
  },
});
