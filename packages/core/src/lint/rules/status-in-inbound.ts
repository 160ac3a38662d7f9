import { policies } from "../examples.js";
import { enders } from "../policy-facts.js";
import { defineRule } from "../rule.js";

/** A status for an answer that does not stand yet. */
export const statusInInbound = defineRule({
  id: "status-in-inbound",
  severity: "warning",
  summary: "set-status where no response stands yet and nothing ends the section",
  why: "The backend's answer comes later and brings its own status: what was set is lost.",
  remedy: "Move it to outbound, or into a return-response.",
  examples: {
    bad: policies({ inbound: '<base />\n<set-status code="202" reason="Accepted" />' }),
    good: policies({ outbound: '<base />\n<set-status code="202" reason="Accepted" />' }),
  },
  pipeline(pipeline, context) {
    for (const { element, section, state, around } of pipeline.steps) {
      if (element.name !== "set-status" || (section !== "inbound" && section !== "backend")) continue;
      if (section === "backend" && state.answered !== "no") continue;
      if (around.some(({ name }) => enders.has(name)) || around.some(({ name }) => name === "retry")) continue;
      if ([...pipeline.elements(section)].some((ender) => enders.has(ender.name) && isBehind(ender, element))) continue;
      context.element(element, "No answer stands yet: the backend's brings its own status.", {
        hint: "Move it to outbound, or into a return-response.",
      });
    }
  },
});

function isBehind(
  element: { readonly start: number; readonly document: object },
  other: { readonly start: number; readonly document: object },
): boolean {
  return element.document !== other.document || element.start > other.start;
}
