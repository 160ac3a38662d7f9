import { callerText } from "../callers.js";
import { policies } from "../examples.js";
import type { OriginKind } from "../flow/origin.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const body = (value: string): string =>
  policies({ onError: `<base />\n<set-body>@(new JObject(new JProperty("error", ${value})).ToString())</set-body>` });
const INSIDE: ReadonlySet<OriginKind> = new Set(["error"]);
const NOT_SHOWN = /^(?:send-request|send-one-way-request|trace|log-to-eventhub|emit-metric|cache-)/;

/** The inside of the gateway, told to whoever calls. */
export const errorDetail = defineRule({
  id: "error-detail",
  severity: "warning",
  summary: "`LastError.Message`, stack or backend host shown to callers",
  why: "Messages of errors name hosts, expressions and values: an attacker learns what stands inside.",
  remedy: "Write the message to the log, and give callers an id: `context.RequestId`.",
  examples: { bad: body("context.LastError.Message"), good: body("context.RequestId.ToString()") },
  pipeline(pipeline, context) {
    for (const { element, section, state, around } of pipeline.steps) {
      const isAnswer = section === "on-error" || section === "outbound" || around.some(({ name }) => enders.has(name));
      if (!isAnswer || around.some(({ name }) => NOT_SHOWN.test(name))) continue;
      const isBody = element.name === "set-body";
      const isHeader = element.name === "value" && around[0]?.name === "set-header";
      if (!isBody && !isHeader && element.name !== "set-status") continue;
      const found = callerText(element, element.name === "set-status" ? "reason" : null, state, INSIDE);
      if (found === null) continue;
      context.report(element.document, found.span, "The message of the error is shown to callers.", {
        hint: "Write it to the log, and give callers context.RequestId.",
      });
    }
  },
});
