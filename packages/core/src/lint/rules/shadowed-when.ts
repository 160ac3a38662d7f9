import { comparable, type LintCode } from "../code.js";
import { isCovered } from "../conditions.js";
import { policies } from "../examples.js";
import { defineRule } from "../rule.js";

const choose = (second: string): string =>
  policies({
    outbound: `<base />
<choose>
  <when condition="@(context.Response.StatusCode >= 400)">
    <set-header name="X-Failed" exists-action="override"><value>1</value></set-header>
  </when>
  <when condition="@(context.Response.StatusCode ${second})">
    <set-header name="X-Missing" exists-action="override"><value>1</value></set-header>
  </when>
</choose>`,
  });

/** A branch that an earlier one takes the calls from. */
export const shadowedWhen = defineRule({
  id: "shadowed-when",
  severity: "warning",
  summary: "a when whose condition an earlier when of the same choose already covers",
  why: "The first condition that holds wins: a branch whose calls all go to an earlier one never runs.",
  remedy: "Put the narrower condition first, or remove it.",
  examples: { bad: choose("== 404"), good: choose("== 304") },
  element(element, context) {
    if (element.name !== "choose") return;
    const earlier: LintCode[] = [];
    const texts = new Set<string>();
    for (const when of element.children("when")) {
      const value = when.value("condition");
      const code = value?.code ?? null;
      if (value === null || code === null) continue;
      const text = comparable(code.text);
      if (texts.has(text) || (!code.hasNamedValues && isCovered(code, earlier)))
        context.report(element.document, code.whole, "An earlier branch of the choose takes all that this condition would.", {
          hint: "Put the narrower condition first, or remove it.",
        });
      texts.add(text);
      if (!code.hasNamedValues) earlier.push(code);
    }
  },
});
