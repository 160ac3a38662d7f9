import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const header =
  '<base />\n<set-header name="X-Last-Status" exists-action="override">\n  <value>@(context.Response.StatusCode.ToString())</value>\n</set-header>';
/** Evaluated when the answer is known. */
const LATE = new Set(["increment-condition", "increment-count"]);
const LATE_POLICIES = /^(?:retry|return-response|mock-response|llm-|azure-openai-|cache-store|emit-metric)/;

/** `context.Response` before there is one. */
export const responseTooEarly = defineRule({
  id: "response-too-early",
  severity: "error",
  summary: "`context.Response` read before the backend has answered",
  why: "In inbound, and in backend before forward-request, there is no answer: what is read says nothing of the backend's. Conditions of retry and of counting are evaluated later, and are fine.",
  remedy: "Read it in outbound, or behind forward-request.",
  examples: { bad: policies({ inbound: header }), good: policies({ outbound: header }) },
  pipeline(pipeline, context) {
    for (const { element, section, state, around } of pipeline.steps) {
      if ((section !== "inbound" && section !== "backend") || state.answered !== "no") continue;
      if (LATE_POLICIES.test(element.name) || around.some(({ name }) => LATE_POLICIES.test(name))) continue;
      for (const { attribute, code } of element.values) {
        if (code === null || (attribute !== null && LATE.has(attribute))) continue;
        const [first] = code.uses("IProxyContext.Response");
        if (first === undefined || isTested(code.text)) continue;
        context.report(
          element.document,
          code.span(first),
          "The backend has not answered yet: context.Response says nothing here.",
          {
            hint: "Read it in outbound, or behind forward-request.",
          },
        );
      }
    }
  },
});

function isTested(text: string): boolean {
  return /context\.Response\s*(?:\?\.|[!=]=\s*null)/.test(text);
}
