import { Condition } from "../conditions.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const files = (condition: string): Record<string, string> => ({
  "gateway.yaml": `apis:
  payments:
    path: payments
    serviceUrl: https://payments.internal
    subscriptionRequired: false
    policy: { file: ./payments.xml }
    operations:
      create: { method: POST, urlTemplate: / }
      get: { method: GET, urlTemplate: "/{id}" }
`,
  "payments.xml": policies({
    backend: `<retry condition="@(${condition}context.Response.StatusCode >= 502)" count="3" interval="1">
  <forward-request buffer-request-body="true" />
</retry>`,
  }),
});

/** Calls that do something twice. */
export const retryUnsafeMethod = defineRule({
  id: "retry-unsafe-method",
  severity: "warning",
  summary: "retries of POST or PATCH without a condition on the method, or without an idempotency key",
  why: "A failed answer does not say that nothing was done: the order is placed twice. Retries for 429 alone are fine, since that call was refused.",
  remedy:
    'Ask for the method in the condition, `context.Request.Method == "GET"`, or send an `Idempotency-Key` that the backend honours.',
  examples: { bad: files(""), good: files('context.Request.Method == "GET" && ') },
  pipeline(pipeline, context) {
    const { operations } = pipeline.owner;
    const isKnown = context.project.configuration !== null;
    if (isKnown && !operations.some(({ method }) => /^(?:POST|PATCH|\*)$/.test(method))) return;
    const all = [...pipeline.elements()];
    if (all.some(sendsIdempotencyKey)) return;
    for (const { element, state } of pipeline.steps) {
      if (element.name !== "retry" || ![...element.below()].some(({ name }) => name === "forward-request")) continue;
      if (!isKnown && !all.some(makesUnsafe)) continue;
      if (state.tested.has("context.Request.Method") && isKnown) continue;
      const condition = element.value("condition");
      if (condition === null || /Request\s*\.\s*Method|[Ii]dempoten/.test(condition.text) || isRefusalOnly(condition.code))
        continue;
      context.element(element, "POST and PATCH are sent again, too: what they do may be done twice.", {
        hint: "Ask for the method in the condition, or send an idempotency key.",
      });
    }
  },
});

function makesUnsafe(element: LintElement): boolean {
  if (element.name !== "set-method" || element.within("send-request", "send-one-way-request") !== null) return false;
  return /^(?:POST|PATCH)$/i.test(element.text?.text.trim() ?? "");
}

function sendsIdempotencyKey(element: LintElement): boolean {
  return (
    element.name === "set-header" && /idempoten|repeatability-request-id|^x-request-id$/i.test(element.literal("name") ?? "")
  );
}

/** Does the condition only hold for statuses that say that nothing was done? */
function isRefusalOnly(code: ConstructorParameters<typeof Condition>[0] | null): boolean {
  if (code === null) return false;
  const condition = new Condition(code);
  return condition
    .subjects()
    .some(
      ({ text }) =>
        text === "context.Response.StatusCode" &&
        [500, 501, 502, 503, 504, 408, 404, 400].every((status) => condition.outcome(text, status) === false),
    );
}
