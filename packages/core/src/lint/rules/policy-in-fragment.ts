import { factsOf } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const lookup = `<fragment>
  <cache-lookup vary-by-developer="false" vary-by-developer-groups="false">
    <vary-by-query-parameter>page</vary-by-query-parameter>
  </cache-lookup>
</fragment>
`;

/** A policy that a fragment may not hold. */
export const policyInFragment = defineRule({
  id: "policy-in-fragment",
  severity: "warning",
  summary: "a policy in a fragment that may not stand there",
  why: "A fragment holds neither sections nor `<base />` nor other fragments, and the pages of cache-lookup and cache-lookup-value say that they do not work from one.",
  remedy: "Put the policy into the documents that include the fragment.",
  examples: {
    bad: lookup,
    good: '<fragment>\n  <set-header name="X-Catalogue" exists-action="override">\n    <value>v3</value>\n  </set-header>\n</fragment>\n',
  },
  codes: ["TP2015"],
  element(element, context) {
    if (element.document.kind !== "fragment" || factsOf(element.name).notInFragment !== true) return;
    // The page of cache-lookup-value says so as well, but published fragments use it without harm.
    const isUsed = element.name === "cache-lookup-value";
    context.element(element, `<${element.name}> may not stand in a fragment${isUsed ? ", by its page" : ""}.`, {
      hint: "Put it into the documents that include the fragment.",
      ...(isUsed ? { severity: "info" } : {}),
    });
  },
});
