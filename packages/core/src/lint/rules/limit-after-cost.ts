import { keyUses } from "../code.js";
import { policies } from "../examples.js";
import { setVariables } from "../flow/analyse.js";
import type { FlowStep } from "../flow/step.js";
import { limits } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const call = `<send-request mode="new" response-variable-name="flags" timeout="5" ignore-error="true">
  <set-url>https://flags.internal/orders</set-url>
  <set-method>GET</set-method>
</send-request>`;
const limit = '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" />';
const COSTLY = new Set([
  "send-request",
  "send-one-way-request",
  "llm-content-safety",
  "invoke-dapr-binding",
  "send-service-bus-message",
]);

/** Calls that cost before they are counted. */
export const limitAfterCost = defineRule({
  id: "limit-after-cost",
  severity: "info",
  summary: "a limit behind send-request or other costly policies",
  why: "A caller who is over his limit costs a side call for each refusal.",
  remedy: "Put the limit first, unless its key needs what the call brings.",
  examples: {
    bad: policies({ inbound: `<base />\n${call}\n${limit}` }),
    good: policies({ inbound: `<base />\n${limit}\n${call}` }),
  },
  pipeline(pipeline, context) {
    let costly: FlowStep | null = null;
    for (const step of pipeline.steps) {
      const { element, section, around, isSeen } = step;
      if (section !== "inbound" || !isSeen) continue;
      // What only some calls cost may be wanted before.
      if (COSTLY.has(element.name) && around.every(({ name }) => name === "wait")) costly ??= step;
      if (!limits.has(element.name) || costly === null || around.length > 0) continue;
      if (dependsOn(step, pipeline.steps)) continue;
      context.element(element, `<${costly.element.name}> stands before: calls that are refused cost it, too.`, {
        hint: "Put the limit first.",
        related: [costly.element.document.source.place(costly.element.start)],
      });
    }
  },
});

/** Does the limit use a variable? It may come from what the call has brought. */
function dependsOn({ element }: FlowStep, steps: readonly FlowStep[]): boolean {
  const names = new Set<string>();
  for (const code of element.codes()) for (const { path, key } of keyUses(code)) if (path === "context.Variables") names.add(key);
  return steps.some(
    ({ element: earlier }) => earlier.start < element.start && setVariables(earlier).some(([name]) => names.has(name)),
  );
}
