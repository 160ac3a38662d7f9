import { policies } from "../examples.js";
import { presentNames } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const limit = (name: string): string =>
  policies({
    inbound: `<base />\n<${name} counter-key="@(context.Subscription?.Id ?? &quot;none&quot;)" tokens-per-minute="5000" estimate-prompt-tokens="true" />`,
  });

/** A policy by a name that it had before. */
export const deprecatedPolicy = defineRule({
  id: "deprecated-policy",
  severity: "warning",
  summary: "`azure-openai-*` and other policies that were renamed",
  why: "The reference has pages for the present names only. Attributes are the same; `context.LastError.Source` names the policy as written.",
  remedy: "Write the present name.",
  examples: { bad: limit("azure-openai-token-limit"), good: limit("llm-token-limit") },
  hasFix: true,
  element(element, context) {
    const { name, document, xml } = element;
    const present = Object.hasOwn(presentNames, name) ? presentNames[name] : undefined;
    if (present === undefined) return;
    const { file } = document;
    const edits = [{ file, start: xml.start + 1, end: xml.start + 1 + name.length, text: present }];
    const closing = xml.contentEnd + 2;
    if (document.source.text.startsWith(`</${name}`, xml.contentEnd))
      edits.push({ file, start: closing, end: closing + name.length, text: present });
    context.element(element, `<${name}> is called <${present}> now.`, {
      hint: `Write <${present}>: its attributes are the same.`,
      fix: { description: `Rename it to ${present}`, edits },
    });
  },
});
