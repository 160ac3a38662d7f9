import { allSections } from "../../policy/sections.js";
import { policies } from "../examples.js";
import type { FlowItem } from "../flow/step.js";
import { enders } from "../policy-facts.js";
import { defineRule, type RuleContext } from "../rule.js";

const gone = '<return-response>\n  <set-status code="410" reason="Gone" />\n</return-response>';
const header = '<set-header name="X-Sunset" exists-action="override">\n  <value>2025-01-01</value>\n</set-header>';

/** What stands behind an end. */
export const unreachablePolicy = defineRule({
  id: "unreachable-policy",
  severity: "warning",
  summary: "elements behind return-response, mock-response, or a choose whose every branch ends the section",
  why: "return-response and mock-response end the pipeline where they stand: what follows never runs, `<base />` included.",
  remedy: "Remove it, or move it before the end.",
  examples: {
    bad: policies({ inbound: `<base />\n${gone}\n${header}` }),
    good: policies({ inbound: `<base />\n${header}\n${gone}` }),
  },
  pipeline(pipeline, context) {
    for (const section of allSections) walk(pipeline.items(section), context);
  },
});

/** @returns whether the list ends the pipeline whatever happens */
function walk(items: readonly FlowItem[], context: RuleContext): boolean {
  let ender: FlowItem | null = null;
  let isTold = false;
  for (const item of items) {
    if (ender !== null && !isTold && item.element.document === ender.element.document) {
      context.element(item.element, `<${item.element.name}> never runs: <${ender.element.name}> ends the section before it.`, {
        hint: "Remove it, or move it before the end.",
        related: [ender.element.document.source.place(ender.element.start)],
      });
      isTold = true;
    }
    if (ends(item, context)) ender ??= item;
  }
  return ender !== null;
}

function ends(item: FlowItem, context: RuleContext): boolean {
  const { element, items, kind } = item;
  if (kind === "unseen") return false;
  if (enders.has(element.name)) return true;
  if (element.name === "choose") {
    const branches = items.map((branch) => walk(branch.items, context));
    return items.some((branch) => branch.element.name === "otherwise") && branches.every((isEnding) => isEnding);
  }
  if (element.name === "retry" || element.name === "limit-concurrency") return walk(items, context);
  if (element.name === "wait") walk(items, context);
  return false;
}
