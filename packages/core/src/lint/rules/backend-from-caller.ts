import { callerText, nameOf } from "../callers.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const base = (url: string): string => policies({ inbound: `<base />\n<set-backend-service base-url="${url}" />` });

/** A caller who says where the gateway calls. */
export const backendFromCaller = defineRule({
  id: "backend-from-caller",
  severity: "error",
  summary: "a backend address or send-request URL that callers choose",
  why: "The gateway stands inside: by it a caller reaches hosts that he cannot, with the gateway's credentials (server-side request forgery).",
  remedy: "Choose among addresses of your own by conditions, or check the text against a list before.",
  examples: {
    bad: base("@(context.Request.Headers.GetValueOrDefault(&quot;X-Backend&quot;, &quot;https://orders.internal&quot;))"),
    good: base(
      "@(context.Request.Headers.GetValueOrDefault(&quot;X-Region&quot;, &quot;eu&quot;) == &quot;us&quot; ? &quot;https://us.internal&quot; : &quot;https://eu.internal&quot;)",
    ),
  },
  pipeline(pipeline, context) {
    for (const { element, state } of pipeline.steps) {
      const attribute = element.name === "set-backend-service" ? "base-url" : element.name === "proxy" ? "url" : null;
      if (attribute === null && element.name !== "set-url") continue;
      const found = callerText(element, attribute, state);
      if (found === null || !found.decidesHost) continue;
      context.report(element.document, found.span, `Callers choose where the call goes, by ${nameOf(found.origins[0]!)}.`, {
        hint: "Choose among addresses of your own, or check the text against a list before.",
      });
    }
  },
});
