import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { Fix } from "../finding.js";
import { defineRule } from "../rule.js";

const retry = (attribute: string): string =>
  policies({
    backend: `<retry condition="@(context.Response.StatusCode == 502)" count="3" interval="2">
  <forward-request timeout="30"${attribute} />
</retry>`,
  });

/** A second try without the body. */
export const unbufferedRetry = defineRule({
  id: "unbuffered-retry",
  severity: "warning",
  summary: 'retry round forward-request without `buffer-request-body="true"` where requests have bodies',
  why: "The first try uses the body up: the second sends none (page of forward-request, buffer-request-body).",
  remedy: 'Write `buffer-request-body="true"`.',
  examples: { bad: retry(""), good: retry(' buffer-request-body="true"') },
  hasFix: true,
  pipeline(pipeline, context) {
    const { operations } = pipeline.owner;
    if (context.project.configuration !== null && !operations.some(({ method }) => /^(?:POST|PUT|PATCH|\*)$/.test(method)))
      return;
    for (const { element, around, state } of pipeline.steps) {
      if (element.name !== "forward-request" || element.value("buffer-request-body") !== null) {
        if (element.name !== "forward-request" || element.literal("buffer-request-body") !== "false") continue;
      }
      const retry = around.find(({ name }) => name === "retry");
      if (retry === undefined) continue;
      const condition = retry.value("condition");
      if (/Request\s*\.\s*Method/.test(condition?.text ?? "") || state.tested.has("context.Request.Method")) continue;
      if (
        [...retry.below()].some(
          (inner) => inner.name === "set-body" && inner.within("retry") === retry && inner.start < element.start,
        )
      )
        continue;
      if (retry.literal("count") === "0") continue;
      context.element(element, "The first try uses the request's body up: the next ones send none.", {
        hint: 'Write buffer-request-body="true".',
        fix: buffered(element),
      });
    }
  },
});

function buffered(element: LintElement): Fix {
  const { document } = element;
  const given = element.value("buffer-request-body");
  const edit =
    given === null
      ? { start: element.end, end: element.end, text: ' buffer-request-body="true"' }
      : { start: given.span.start, end: given.span.end, text: 'buffer-request-body="true"' };
  return { description: "Keep the body for the next try", edits: [{ file: document.file, ...edit }] };
}
