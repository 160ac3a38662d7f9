import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

/** An expression where none is evaluated. */
export const expressionNotTaken = defineRule({
  id: "expression-not-taken",
  severity: "warning",
  summary: "an expression in an attribute that takes none",
  why: "The service refuses the document, or takes the expression for text.",
  remedy:
    "Write the value itself, a named value, or use a policy that takes expressions there: rate-limit-by-key for rate-limit.",
  examples: {
    bad: policies({
      inbound: '<base />\n<rate-limit calls="@(context.Product.Name == &quot;Gold&quot; ? 100 : 10)" renewal-period="60" />',
    }),
    good: policies({ inbound: '<base />\n<rate-limit calls="{{calls}}" renewal-period="60" />' }),
  },
  codes: ["TP2009"],
});
