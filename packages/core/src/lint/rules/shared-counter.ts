import { comparable } from "../code.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { limits, presentName } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const limit = (calls: number, key: string): string =>
  policies({ inbound: `<base />\n<rate-limit-by-key calls="${calls}" renewal-period="60" counter-key="@(${key})" />` });

/** One counter for two limits. */
export const sharedCounter = defineRule({
  id: "shared-counter",
  severity: "info",
  summary: "the same counter-key text in limits of different documents: one counter",
  why: "Counters belong to the gateway, not to the document: calls of both count together, and the smaller limit is soon used up by the other's calls (page of rate-limit-by-key).",
  remedy: 'Put the API before the key: `@("orders:" + …)`, or `context.Api.Id`.',
  examples: {
    bad: { "orders.xml": limit(100, "context.Request.IpAddress"), "stock.xml": limit(10, "context.Request.IpAddress") },
    good: {
      "orders.xml": limit(100, '"orders:" + context.Request.IpAddress'),
      "stock.xml": limit(10, '"stock:" + context.Request.IpAddress'),
    },
  },
  project({ documents }, context) {
    const byKey = new Map<string, LintElement[]>();
    for (const document of documents)
      for (const element of document.elements()) {
        const key = limits.has(element.name) ? element.value("counter-key") : null;
        // What names the API or the operation differs between them.
        if (key === null || /context\s*\.\s*(?:Api|Operation|Product)\b/.test(key.text)) continue;
        const text = `${presentName(element.name)} ${comparable(key.text.trim())}`;
        const list = byKey.get(text);
        if (list === undefined) byKey.set(text, [element]);
        else if (!list.some((known) => known.document.file === document.file)) list.push(element);
      }
    for (const [first, ...others] of byKey.values()) {
      if (first === undefined || others.length === 0) continue;
      context.report(
        first.document,
        first.value("counter-key")!.span,
        `${others.length === 1 ? "Another document counts" : `${others.length} other documents count`} by the same key: all into one counter.`,
        {
          hint: "Put the API's name before the key.",
          related: others.map((other) => other.document.source.place(other.value("counter-key")!.span.start)),
        },
      );
    }
  },
});
