import { literalOf, type Written } from "../document.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const base = (url: string): string => policies({ inbound: `<base />\n<set-backend-service base-url="${url}" />` });

/** An address that has to be changed in many places. */
export const hardCodedUrl = defineRule({
  id: "hard-coded-url",
  severity: "info",
  summary: "the same backend address literally in several documents: make it a backend or named value",
  why: "It differs from stage to stage, and one of the documents is forgotten when it changes.",
  remedy: 'Make it a backend, `backend-id="erp"`, or a named value.',
  examples: {
    bad: { "orders.xml": base("https://erp.internal/api"), "invoices.xml": base("https://erp.internal/api") },
    good: { "orders.xml": base("{{erp-url}}"), "invoices.xml": base("{{erp-url}}") },
  },
  project({ documents }, context) {
    const byUrl = new Map<string, Written[]>();
    for (const document of documents)
      for (const element of document.elements()) {
        const value =
          element.name === "set-backend-service" ? element.value("base-url") : element.name === "set-url" ? element.text : null;
        const url = value === null ? null : literalOf(value);
        if (value === null || url === null || !/^https?:\/\/[^{}$#<>]+$/i.test(url)) continue;
        const key = url.replace(/\/+$/, "").toLowerCase();
        const list = byUrl.get(key);
        if (list === undefined) byUrl.set(key, [value]);
        else if (!list.some((written) => written.element.document.file === document.file)) list.push(value);
      }
    for (const [first, ...others] of byUrl.values()) {
      if (first === undefined || others.length === 0) continue;
      const count = others.length === 1 ? "another document" : `${others.length} other documents`;
      context.report(first.element.document, first.span, `The address stands in ${count}, too.`, {
        hint: "Make it a backend, or a named value.",
        related: others.map(({ element, span }) => element.document.source.place(span.start)),
      });
    }
  },
});
