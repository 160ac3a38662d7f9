import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const lookup = (type: string): string =>
  policies({
    inbound: `<base />\n<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" caching-type="${type}" />`,
    outbound: '<base />\n<cache-store duration="60" />',
  });

/** A cache that is not there. */
export const cacheInternal = defineRule({
  id: "cache-internal",
  severity: "warning",
  summary: '`caching-type="internal"` where the target has no internal cache',
  why: "Consumption and self-hosted gateways have no internal cache: nothing is stored, and nothing says so.",
  remedy: 'Write `caching-type="external"` and connect a cache.',
  needs: "target",
  target: "self-hosted",
  examples: { bad: lookup("internal"), good: lookup("external") },
  element(element, context) {
    const { target } = context.project;
    if (target !== "self-hosted" && target !== "consumption") return;
    if (!element.name.startsWith("cache-") || element.literal("caching-type") !== "internal") return;
    context.report(
      element.document,
      element.value("caching-type")!.span,
      "The gateway has no internal cache: nothing is stored.",
      {
        hint: 'Write caching-type="external", and connect a cache.',
      },
    );
  },
});
