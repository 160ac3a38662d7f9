import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { factsOf } from "../policy-facts.js";
import { defineRule } from "../rule.js";
import type { LintTarget } from "../target.js";

const credentials =
  '<get-authorization-context provider-id="github" authorization-id="bot" context-variable-name="auth" identity-type="managed" />';
const LACKS: Readonly<Record<LintTarget, string>> = {
  classic: "The classic tiers do not have",
  v2: "The v2 tiers do not have",
  consumption: "Consumption does not have",
  "self-hosted": "A self-hosted gateway skips",
  workspace: "A workspace gateway does not have",
};

/** A policy that the gateway does not have. */
export const policyInTarget = defineRule({
  id: "policy-in-target",
  severity: "error",
  summary: "a policy, attribute or scope that the target gateway does not take, or silently skips",
  why: "Each page names the gateways that have the policy. A managed gateway refuses the document; a self-hosted one skips the policy without a word.",
  remedy: "Use what the gateway has, or another gateway.",
  needs: "target",
  target: "self-hosted",
  examples: {
    bad: policies({ inbound: `<base />\n${credentials}` }),
    good: policies({ inbound: '<base />\n<rate-limit calls="20" renewal-period="60" />' }),
  },
  element(element, context) {
    const { target } = context.project;
    if (target === null || (element.parent === null && element.document.kind !== "resolver")) return;
    if (factsOf(element.name).notOn?.includes(target) === true) context.element(element, `${LACKS[target]} <${element.name}>.`);
    const caching = element.literal("caching-type");
    if (target === "workspace" && caching === "external")
      context.report(element.document, element.value("caching-type")!.span, "A workspace gateway has no external cache.");
    if (target === "self-hosted" && element.name === "send-one-way-request" && isSecondInOutbound(element))
      context.element(element, "A self-hosted gateway takes one <send-one-way-request> in outbound.");
  },
});

function isSecondInOutbound(element: LintElement): boolean {
  const section = element.within("outbound");
  if (section === null) return false;
  const all = [...section.below()].filter(({ name }) => name === "send-one-way-request");
  return all.indexOf(element) > 0;
}
