import { Condition } from "../conditions.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const retry = (condition: string): string =>
  policies({
    backend: `<retry condition="@(${condition})" count="3" interval="2">
  <forward-request buffer-request-body="true" timeout="15" />
</retry>`,
  });

/** Retries that miss failed connections. */
export const retryOwnStatus = defineRule({
  id: "retry-own-status",
  severity: "info",
  summary: "a retry condition that only sees statuses which failed connections (502, 504) do not match",
  why: "Where there is no connection the answer is a 502 here, where there is no answer in time a 504; managed gateways answer 500 for both. A condition for one status misses the other gateway's, or all of them.",
  remedy: "Ask for `>= 500`, or name 500, 502 and 504.",
  examples: { bad: retry("context.Response.StatusCode == 500"), good: retry("context.Response.StatusCode >= 500") },
  element(element, context) {
    if (element.name !== "retry" || ![...element.below()].some(({ name }) => name === "forward-request")) return;
    const code = element.value("condition")?.code ?? null;
    if (code === null || code.hasNamedValues) return;
    const condition = new Condition(code);
    const status = condition.subjects().find(({ text }) => text === "context.Response.StatusCode");
    if (status === undefined) return;
    const outcome = (value: number): boolean | undefined => condition.outcome(status.text, value);
    if (outcome(502) !== false || outcome(504) !== false) return;
    if (!status.constants.some((constant) => typeof constant === "number" && outcome(constant) !== false)) return;
    context.report(
      element.document,
      code.whole,
      "Failed connections are not tried again: they are 502 and 504 here, and 500 in API Management.",
      {
        hint: "Ask for >= 500, or name 500, 502 and 504.",
      },
    );
  },
});
