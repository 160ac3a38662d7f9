import { policies } from "../examples.js";
import type { FlowItem } from "../flow/step.js";
import { enders, refusers } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const check = `<validate-jwt header-name="Authorization" require-scheme="Bearer">
  <openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />
  <audiences>
    <audience>api://ledger</audience>
  </audiences>
</validate-jwt>`;
const cors = `<cors>
  <allowed-origins>
    <origin>https://shop.example</origin>
  </allowed-origins>
  <allowed-headers>
    <header>Authorization</header>
  </allowed-headers>
</cors>`;

/** Errors that a browser keeps from its page. */
export const corsNotFirst = defineRule({
  id: "cors-not-first",
  severity: "info",
  summary: "cors after policies that may refuse, so that errors carry no CORS headers",
  why: "A browser shows a page nothing of an answer without CORS headers: a 401 or 429 looks like a failed connection.",
  remedy: "Put cors first, before `<base />` too.",
  examples: {
    bad: policies({ inbound: `<base />\n${check}\n${cors}` }),
    good: policies({ inbound: `${cors}\n<base />\n${check}` }),
  },
  pipeline(pipeline, context) {
    let refuser: FlowItem | null = null;
    for (const item of pipeline.items("inbound")) {
      const { element, kind } = item;
      if (kind === "unseen") continue;
      if (element.name === "cors" && refuser !== null) {
        context.element(element, `<${refuser.element.name}> may refuse before: its answer carries no CORS headers.`, {
          hint: "Put <cors> first.",
          related: [refuser.element.document.source.place(refuser.element.start)],
        });
        return;
      }
      if (element.name === "cors") return;
      if (mayRefuse(item)) refuser ??= item;
    }
  },
});

function mayRefuse({ element, items }: FlowItem): boolean {
  return (
    refusers.has(element.name) ||
    (element.name === "choose" && items.some(({ items: inner }) => inner.some((child) => enders.has(child.element.name))))
  );
}
