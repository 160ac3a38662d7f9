import { constantOutcome } from "../conditions.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const choose = (condition: string): string =>
  policies({
    inbound: `<base />
<choose>
  <when condition="${condition}">
    <set-backend-service base-url="https://green.internal" />
  </when>
  <otherwise>
    <set-backend-service base-url="https://blue.internal" />
  </otherwise>
</choose>`,
  });

const CONDITIONS: readonly (readonly [element: string, attribute: string])[] = [
  ["when", "condition"],
  ["retry", "condition"],
  ["rate-limit-by-key", "increment-condition"],
  ["quota-by-key", "increment-condition"],
];

/** A condition that decides nothing. */
export const constantCondition = defineRule({
  id: "constant-condition",
  severity: "warning",
  summary: "a when, retry or increment condition that is always true or always false",
  why: "One of the branches is dead. Where a named value stands in the condition it may differ from stage to stage: no finding.",
  remedy:
    "Remove the branch that never runs, or write the condition that was meant: `!=` with `||` is always true, `==` with `&&` always false.",
  examples: { bad: choose("@(true)"), good: choose('@("{{stage}}" == "production")') },
  element(element, context) {
    for (const [name, attribute] of CONDITIONS) {
      const value = element.name === name ? element.value(attribute) : null;
      if (value === null || value.raw.includes("{{")) continue;
      const literal = value.code === null ? value.text.trim().toLowerCase() : null;
      const outcome =
        value.code === null ? (literal === "true" ? true : literal === "false" ? false : undefined) : constantOutcome(value.code);
      if (outcome === undefined || (name.endsWith("-by-key") && outcome)) continue;
      context.report(
        element.document,
        value.code?.whole ?? value.span,
        `The condition of <${name}> is always ${String(outcome)}.`,
      );
    }
  },
});
