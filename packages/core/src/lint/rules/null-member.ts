import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const header = (value: string): string =>
  policies({
    inbound: `<base />\n<set-header name="X-Subscription" exists-action="override">\n  <value>@(${value})</value>\n</set-header>`,
  });

/** Members that are null on some calls. */
export const nullMember = defineRule({
  id: "null-member",
  severity: "warning",
  summary: "members of `context` that can be null (Subscription, Product, User, LastError and others), used without a check",
  why: "A member of null fails the call with a 500 (NullReferenceException).",
  remedy: "Use `?.` and `??`, or compare it with null first.",
  examples: { bad: header("context.Subscription.Id"), good: header('context.Subscription?.Id ?? "anonymous"') },
  codes: ["TP1301", "TP1303"],
  pipeline(pipeline, context) {
    for (const { element, section, state } of pipeline.steps) {
      for (const code of element.codes()) {
        if (section !== "on-error")
          for (const use of code.uses(
            "ILastError.Message",
            "ILastError.Reason",
            "ILastError.Source",
            "ILastError.Section",
            "ILastError.Scope",
          )) {
            const { receiver } = use;
            if (receiver === null || receiver.kind !== "Member" || receiver.member.id !== "IProxyContext.LastError") continue;
            if (/LastError\s*(?:\?\.|[!=]=\s*null)/.test(code.text) || state.tested.has("context.LastError")) continue;
            if (element.document.kind !== "policies") continue;
            context.report(element.document, code.span(receiver), "context.LastError is null outside of on-error.", {
              hint: "Use ?. or compare it with null first.",
            });
          }
      }
    }
  },
});
