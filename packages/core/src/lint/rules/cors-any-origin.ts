import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const cors = (attributes: string, origin: string, methods: string, headers: string): string =>
  policies({
    inbound: `<cors${attributes}>
  <allowed-origins>
    <origin>${origin}</origin>
  </allowed-origins>
  <allowed-methods>
    <method>${methods}</method>
  </allowed-methods>
  <allowed-headers>
    <header>${headers}</header>
  </allowed-headers>
</cors>
<base />`,
  });

/** Any site may call, with the caller's cookies or whatever it likes. */
export const corsAnyOrigin = defineRule({
  id: "cors-any-origin",
  severity: "warning",
  summary: "`*` with credentials, or any origin with `*` methods and headers",
  why: "Any page that a user opens may call the API: with credentials in his name (browsers refuse `*` then, and gateways that mirror the origin let it through), without them with every method and header.",
  remedy: "Name the origins; or leave credentials out and name methods and headers.",
  examples: {
    bad: cors(' allow-credentials="true"', "*", "GET", "Content-Type"),
    good: cors(' allow-credentials="true"', "https://shop.example", "GET", "Content-Type"),
  },
  element(element, context) {
    if (element.name !== "cors") return;
    const any = anyOf(element, "allowed-origins", "origin");
    if (any === null) return;
    if (element.literal("allow-credentials") === "true")
      context.element(any, "Any origin is let in together with the caller's credentials.", { hint: "Name the origins." });
    else if (anyOf(element, "allowed-methods", "method") !== null && anyOf(element, "allowed-headers", "header") !== null)
      context.element(any, "Any origin may call with every method and every header.", {
        hint: "Name the origins, or the methods and headers that they need.",
      });
  },
});

function anyOf(element: LintElement, list: string, item: string): LintElement | null {
  const items = element.children(list).flatMap((group) => group.children(item));
  return items.find(({ text }) => text?.text.trim() === "*") ?? null;
}
