import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { factsOf } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const limit = (extra: string): string =>
  policies({
    inbound: `<base />\n<rate-limit-by-key calls="30" renewal-period="60" counter-key="@(context.Request.IpAddress)"${extra} />`,
  });

/** What the service takes although no page tells of it. */
export const undocumentedForm = defineRule({
  id: "undocumented-form",
  severity: "info",
  summary: "attributes and elements that the service accepts but no page describes",
  why: "They are known from the service's schema or its policy toolkit only: what they do may change, and nobody can look it up.",
  remedy: "Do without, or silence the finding with the reason why it is needed.",
  examples: { bad: limit(' increment-after-response="true"'), good: limit("") },
  element(element, context) {
    const policy = policyAround(element);
    if (policy === null) return;
    const known = factsOf(policy.name).undocumented;
    if (known === undefined) return;
    const path = pathBelow(element, policy);
    if (path !== "" && known.includes(path)) context.element(element, `No page describes <${element.name}> in <${policy.name}>.`);
    for (const { attribute, span } of element.values)
      if (attribute !== null && known.includes(`${path}@${attribute}`))
        context.report(
          element.document,
          { start: span.start, end: span.start + attribute.length },
          `No page describes the attribute ${attribute} of <${element.name}>.`,
        );
  },
});

/** The element itself, or the nearest one around it, of which undocumented parts are known. */
function policyAround(element: LintElement): LintElement | null {
  if (factsOf(element.name).undocumented !== undefined) return element;
  for (const ancestor of element.ancestors()) if (factsOf(ancestor.name).undocumented !== undefined) return ancestor;
  return null;
}

function pathBelow(element: LintElement, policy: LintElement): string {
  const names: string[] = [];
  for (let current: LintElement | null = element; current !== null && current !== policy; current = current.parent)
    names.unshift(current.name);
  return names.join("/");
}
