import { callerText, nameOf } from "../callers.js";
import { policies } from "../examples.js";
import type { OriginKind } from "../flow/origin.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const header = (value: string): string =>
  policies({
    inbound: `<base />\n<set-header name="X-Campaign" exists-action="override">\n  <value>@(${value})</value>\n</set-header>`,
  });
const query = 'context.Request.Url.Query.GetValueOrDefault("campaign", "none")';

/** Sources whose text may hold line breaks: what came in a header cannot. */
const RAW: ReadonlySet<OriginKind> = new Set(["query", "path", "body"]);
/** Whole URLs and paths are as they came, escaped. */
const ESCAPED = /^context\.Request\.(?:Original)?Url(?:$|\.(?:Path|QueryString)$)/;

/** Text of callers where it can end a line, or begin another path. */
export const headerFromCaller = defineRule({
  id: "header-from-caller",
  severity: "warning",
  summary: "text of callers that reaches a header or URL unchecked",
  why: "A query parameter, path parameter or body may hold line breaks: such a header is refused, which fails the call. In an address it may hold `/`, `?` and `..`, and lead elsewhere.",
  remedy: "Escape it, `Uri.EscapeDataString(…)`, or check it against a list or pattern before.",
  examples: { bad: header(query), good: header(`Uri.EscapeDataString(${query})`) },
  pipeline(pipeline, context) {
    for (const { element, state, around } of pipeline.steps) {
      const isHeader = element.name === "value" && around[0]?.name === "set-header";
      const isUrl = element.name === "set-url";
      if (!isHeader && !isUrl) continue;
      if (
        isHeader &&
        around.some(({ name }) => enders.has(name)) &&
        around[0]!.literal("name")?.toLowerCase() === "www-authenticate"
      )
        continue;
      const found = callerText(element, null, state, RAW);
      const origin = found?.origins.find(({ path }) => !ESCAPED.test(path));
      if (found === null || origin === undefined || (isUrl && found.decidesHost)) continue;
      context.report(
        element.document,
        found.span,
        `Text of ${nameOf(origin)} reaches ${isUrl ? "an address" : "a header"} as it came.`,
        {
          hint: "Escape it by Uri.EscapeDataString, or check it before.",
        },
      );
    }
  },
});
